//! Rows of styled text, and how they are painted.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation as _;

use super::table::TableRow;
use super::{CodeBlock, FlowRow, Joint};
use crate::tui::highlight::Highlighter;
use crate::tui::text::write;
use crate::tui::{LinkTable, LinkWay, Scope, Theme, safe};

/// How a piece looks, by name: the theme says the colours when it is painted, so rows outlive a change of theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// What the text is.
    pub scope: Scope,
    /// Bold, italic and the like, on top of the scope's style.
    pub modifier: Modifier,
    /// The link that it is part of.
    pub link: Option<PageLink>,
}

/// A link of a page, by its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLink(u32);

impl Ink {
    /// Returns the ink of a scope without modifiers.
    pub const fn of(scope: Scope) -> Self {
        Self { scope, modifier: Modifier::empty(), link: None }
    }

    /// Returns the same ink with a modifier added.
    pub const fn with(self, modifier: Modifier) -> Self {
        Self { modifier: self.modifier.union(modifier), ..self }
    }

    /// Returns the same modifiers and link in another scope.
    pub const fn scoped(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// Returns the same ink as part of a link.
    pub const fn linked(self, link: Option<PageLink>) -> Self {
        Self { link, ..self }
    }

    /// Returns the style that a theme gives it.
    pub fn style(self, theme: &Theme) -> Style {
        theme.style(self.scope).add_modifier(self.modifier)
    }
}

/// A stretch of text in one ink; the text is already safe to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How it looks.
    pub ink: Ink,
}

impl Piece {
    /// Returns a piece of a text from outside, made safe.
    pub fn new(text: &str, ink: Ink) -> Self {
        Self { text: safe::shown(text, 0).into_owned(), ink }
    }
}

/// So wide that no line ends for lack of room, and nothing is made to fit: for reading a text line by line.
pub const ENDLESS: usize = 1 << 24;

/// Tells whether a width is without an end, or what is left of one.
pub(super) fn is_endless(width: usize) -> bool {
    width > ENDLESS / 2
}

/// Returns how many columns of marks fill a width: where it has no end, some.
pub(super) fn drawn(width: usize) -> usize {
    if is_endless(width) { 3 } else { width }
}

/// The room that a text is laid out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Its columns.
    pub width: usize,
    /// Whether long lines of code are wrapped; else each is one row, of which the screen shows a part.
    pub wraps: bool,
    /// How links are shown.
    pub links: LinkWay,
}

impl From<usize> for Room {
    fn from(width: usize) -> Self {
        Self { width, wraps: true, links: LinkWay::Text }
    }
}

/// The part of a code line that a row shows. Its colours are looked up when it is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRow {
    /// The code block, by its index in the page.
    pub block: usize,
    /// The line in the block, from 0.
    pub line: usize,
    /// First byte in the block's text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The column at which the part starts, for tab stops.
    pub column: usize,
}

/// One row: pieces from the left, and code after them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The pieces, from the left.
    pub pieces: Vec<Piece>,
    /// Code after the pieces; apart, since most rows have none.
    pub code: Option<Box<CodeRow>>,
    /// How many of the pieces stand before the text: marks, bars and indents.
    pub lead: usize,
    /// How it goes on from the row above.
    pub joint: Joint,
    /// The cells of a table that stand in it: each is a line of text by itself. None where the row is no table's.
    pub cells: Vec<RowCell>,
}

/// The part of a table's cell that stands in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCell {
    /// Its pieces of the row.
    pub pieces: Range<usize>,
    /// Its column of the table.
    pub column: usize,
    /// Whether it is the column's title, told before the first of its cells.
    pub is_title: bool,
    /// How it goes on from the row above.
    pub joint: Joint,
}

impl Row {
    /// Gives back the room that was left for more, since rows are many.
    pub(super) fn shrink(&mut self) {
        self.pieces.shrink_to_fit();
        self.pieces.iter_mut().for_each(|piece| piece.text.shrink_to_fit());
    }
}

/// Rows with the code blocks that they refer to.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// The code blocks in order.
    pub codes: Vec<CodeBlock>,
    /// The addresses that links lead to, made safe.
    pub links: Vec<Arc<str>>,
}

/// What a page is painted with.
#[derive(Clone, Copy)]
pub struct Paint<'a> {
    /// The colours.
    pub theme: &'a Theme,
    /// Numbers for links.
    pub links: &'a LinkTable,
}

impl Page {
    /// Adds a row of pieces.
    pub fn push(&mut self, pieces: Vec<Piece>) {
        self.rows.push(Row { pieces, ..Row::default() });
    }

    /// Adds a row of text after its lead.
    pub fn push_text(&mut self, mut lead: Vec<Piece>, text: FlowRow) {
        let count = lead.len();
        lead.extend(text.pieces);
        self.rows.push(Row { pieces: lead, lead: count, joint: text.joint, ..Row::default() });
    }

    /// Adds a row of a table after its lead.
    pub(super) fn push_table(&mut self, mut lead: Vec<Piece>, row: TableRow) {
        let count = lead.len();
        lead.extend(row.pieces);
        let moved = |cell: RowCell| RowCell { pieces: cell.pieces.start + count..cell.pieces.end + count, ..cell };
        let cells = row.cells.into_iter().map(moved).collect();
        self.rows.push(Row { pieces: lead, lead: count, joint: row.joint, cells, ..Row::default() });
    }

    /// Adds a link; its address was made safe.
    pub fn link(&mut self, address: String) -> Option<PageLink> {
        let link = PageLink(u32::try_from(self.links.len()).ok()?);
        self.links.push(address.into());
        Some(link)
    }

    /// Returns what one row shows in so many columns.
    ///
    /// Code is scrolled by so many columns; what is cut off at the right is told by a mark.
    pub fn shown(&self, row: usize, width: u16, highlighter: &Highlighter, sideways: usize) -> ShownRow<'_> {
        let Some(row) = self.rows.get(row) else { return ShownRow::default() };
        let block = row.code.as_deref().copied().and_then(|code| Some((code, self.codes.get(code.block)?)));
        let Some((code, block)) = block else {
            return ShownRow { pieces: Cow::Borrowed(&row.pieces), is_cut: false };
        };
        let mut pieces = row.pieces.clone();
        let mut left = usize::from(width).saturating_sub(pieces.iter().map(|piece| safe::columns(&piece.text)).sum());
        let mut skipped = 0;
        for piece in block.pieces(code, highlighter, sideways + left + 1) {
            let text = skip_columns(&piece.text, sideways, &mut skipped);
            let taken = safe::columns(text);
            pieces.push(Piece { text: text.to_owned(), ink: piece.ink });
            if taken > left {
                return ShownRow { pieces: Cow::Owned(pieces), is_cut: true };
            }
            left -= taken;
        }
        ShownRow { pieces: Cow::Owned(pieces), is_cut: false }
    }

    /// Returns the address that a piece of this page leads to.
    fn address(&self, piece: &Piece) -> Option<&Arc<str>> {
        self.links.get(piece.ink.link?.0 as usize)
    }

    /// Returns a row's text as it is seen, for tests and for finding.
    pub fn text(&self, row: usize) -> String {
        let Some(row) = self.rows.get(row) else { return String::new() };
        let mut text: String = row.pieces.iter().map(|piece| piece.text.as_str()).collect();
        if let Some(code) = row.code.as_deref().copied()
            && let Some(block) = self.codes.get(code.block)
        {
            text.extend(block.plain(code).into_iter().map(|piece| piece.text));
        }
        text
    }
}

/// What a row shows: pieces from the left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShownRow<'a> {
    /// The pieces; the last may be wider than the row.
    pub pieces: Cow<'a, [Piece]>,
    /// Whether something is cut off at the right.
    pub is_cut: bool,
}

impl ShownRow<'_> {
    /// Paints it from a column on, never beyond `width` columns; returns the column after it.
    pub fn paint(&self, page: &Page, at: (u16, u16), width: u16, buffer: &mut Buffer, with: Paint<'_>) -> u16 {
        let right = at.0.saturating_add(width);
        let mut x = at.0;
        for piece in self.pieces.iter() {
            let room = usize::from(right.saturating_sub(x));
            let from = x;
            x = write(buffer, (x, at.1), &piece.text, room, piece.ink.style(with.theme));
            if let Some(address) = page.address(piece) {
                with.links.put(buffer, from..x, at.1, address);
            }
        }
        if self.is_cut {
            buffer.set_stringn(right.saturating_sub(1), at.1, "›", 1, with.theme.style(Scope::Muted));
            return right;
        }
        x
    }

    /// Returns it for itself, to compare a later one with.
    pub fn into_owned(self) -> ShownRow<'static> {
        ShownRow { pieces: Cow::Owned(self.pieces.into_owned()), is_cut: self.is_cut }
    }
}

/// Returns the text behind so many columns, of which some were skipped before; a wide character that stands half behind
/// them goes whole.
fn skip_columns<'a>(text: &'a str, columns: usize, skipped: &mut usize) -> &'a str {
    if *skipped >= columns {
        return text;
    }
    for (at, grapheme) in text.grapheme_indices(true) {
        if *skipped >= columns {
            return &text[at..];
        }
        *skipped += safe::columns(grapheme);
    }
    ""
}

/// Returns a text from outside as one safe line of at most `width` columns; `…` stands for what is cut.
pub fn clip(text: &str, width: usize) -> String {
    // Four bytes a column and room for marks: what lies behind cannot be seen.
    let bound = text.len().min(width.saturating_mul(16).saturating_add(64));
    let head = &text[..text.floor_char_boundary(bound)];
    let line = head.lines().next().unwrap_or_default();
    let is_cut = line.len() < text.trim_end().len();
    let shown = safe::shown(line, 0);
    if !is_cut && safe::columns(&shown) <= width {
        return shown.into_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in shown.graphemes(true) {
        let next = safe::columns(grapheme);
        if used + next > width.saturating_sub(1) {
            break;
        }
        out.push_str(grapheme);
        used += next;
    }
    if width > 0 {
        out.push('…');
    }
    out
}
