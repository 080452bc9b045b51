//! Syntax colours for texts: made off the thread that draws, kept by content, and painted line by line.
//!
//! A [`Highlighter`] never makes the screen wait: what is not ready is drawn plain and drawn again when the worker wakes
//! the loop. What is looked at comes first, and what is read of a text that grows is not read again. `SourceLine` puts one line of a file on the screen, whatever bytes it holds.

mod code_theme;
mod colors;
mod flow;
mod kept;
mod lines;
mod paint;
mod parse;
mod scopes;
mod worker;

pub use code_theme::{CodeTheme, CodeThemeFault};
pub use colors::{Colors, Span};
pub(super) use lines::{Lines, without_end};
pub(super) use paint::SourceLine;
pub use worker::Highlighter;
