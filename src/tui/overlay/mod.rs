//! What lies over the panes: a stack of closed kinds, the last of which has the keys.

mod commit;
mod conflict;
mod help;
mod models;
mod note;
mod opened;
mod palette;
mod sheet;
mod summary;

pub use commit::CommitSheet;
pub use opened::{Opened, Surroundings, Verdict};
