//! Markdown as styled rows of a width, kept while it streams in.
//!
//! A text is cut into chunks by `split`, line by line and never looking ahead, so that a chunk once closed
//! stays as it is whatever follows. Each chunk is parsed and laid out by itself; a streamed text and the same
//! text given at once thus have the same rows by construction. What is defined in one chunk and used in another
//! is handed on; a text that uses it first is laid out a second time, once, when it is complete.
//!
//! Chunks are laid out by the part: an [`Outline`] says where the parts of a text begin and what is defined in all of
//! it, and each [`Part`] is laid out for itself, when it is wanted. So a long text costs what is seen of it.

mod code;
mod document;
mod flow;
mod joined;
mod layout;
mod letters;
mod line;
mod links;
mod outline;
mod part;
mod references;
mod row;
mod split;
mod table;

pub use crate::safe::columns as cells;
pub use code::{CodeBlock, put_code};
pub use document::Document;
pub use flow::{Flow, FlowRow};
pub use joined::{JoinedLine, Joint};
pub use outline::Outline;
pub use part::Part;
pub use row::{CodeRow, ENDLESS, Ink, Page, PageLink, Paint, Piece, Room, Row, RowCell, ShownRow, clip};
