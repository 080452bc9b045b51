//! Markdown: input to rows at widths, and the properties of streaming.

mod properties;
mod rows;

use adit::tui::Scope;
use adit::tui::markdown::{Document, Ink};

/// Lays a text out and returns its rows as text.
fn rows(text: &str, width: usize) -> Vec<String> {
    shown(&Document::of(text, width, Ink::of(Scope::Text)))
}

/// Returns a document's rows as text.
fn shown(document: &Document) -> Vec<String> {
    (0..document.page().rows.len()).map(|row| document.page().text(row).trim_end().to_owned()).collect()
}
