//! Where the user writes: a small editor with history, folded pastes, completion and `/` commands.
//!
//! The editor is our own because rows must wrap softly, editing must go by graphemes, and a paste of a
//! megabyte must be one piece: three things that the text areas at hand do not do together.

mod chip;
mod command;
mod complete;
mod draft;
mod dropped;
mod history;
mod pane;
mod part;
mod rank;
mod reach;
mod sending;
mod undo;
mod view;
mod wrap;

pub use command::{COMMANDS, CommandInfo, CommandName};
pub(in crate::tui) use dropped::image_paths;
pub use pane::Composer;
