//! The review: all pending changes in one scrolling list, decided hunk by hunk.
//!
//! `FileRows` are made once for each state of a file, whatever the screen's width; a
//! `Layout` puts the files under each other; a `Geometry` says
//! what of it is in sight. Architecture invariant: a frame costs what is in sight, a decision costs the
//! file that it changes.

mod act;
mod aids;
mod build;
mod cache;
mod copy;
mod decide;
mod drag;
mod empty;
mod file_line;
mod filter;
mod geometry;
mod heading;
mod layout;
mod mouse;
mod moving;
mod notes;
mod numbered;
mod origin;
mod pane;
mod rows;
mod search;
mod sync;
mod view;
mod words;

pub use cache::DiffCache;
pub(in crate::tui) use numbered::DiffStanding;
pub use pane::DiffPane;
pub(in crate::tui) use search::sideways;
