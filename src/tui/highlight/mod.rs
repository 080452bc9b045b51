//! Syntax colours for texts: made off the thread that draws, kept by content, and painted line by line.
//!
//! A [`Highlighter`] never makes the screen wait: what is not ready is drawn plain and drawn again when the
//! worker wakes the loop. `SourceLine` puts one line of a file on the screen, whatever bytes it holds.

mod code_theme;
mod flow;
mod kept;
mod lines;
mod paint;
mod parse;
mod scopes;
mod worker;

pub use code_theme::{CodeTheme, CodeThemeFault};
pub(super) use lines::{Lines, without_end};
pub(super) use paint::SourceLine;
pub use parse::Spans;
pub use worker::Highlighter;
