//! What lies over the panes: a stack of closed kinds, the last of which has the keys.

mod commit;
mod confirm;
mod conflict;
mod help;
mod history;
mod line;
mod login;
mod models;
mod note;
mod one_line;
mod opened;
mod origin;
mod palette;
mod sheet;
mod summary;
mod themes;
mod words;

pub(in crate::tui) use commit::CommitSheet;
pub(in crate::tui) use opened::{Opened, Surroundings, Verdict};
