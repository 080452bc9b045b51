//! The file tree: folders read when they are opened, marks of git and of the review, a filter over all files.

mod draw;
mod filter;
mod marks;
mod pane;
mod rows;

pub(in crate::tui) use pane::TreePane;
pub use rows::TreeEntry;
