//! What lies over the panes: a stack of closed kinds, the last of which has the keys.

mod buttons;
mod commit;
mod confirm;
mod conflict;
mod connection;
mod help;
mod history;
mod login;
mod meter;
mod modal;
mod models;
mod money;
mod note;
mod one_line;
mod opened;
mod origin;
mod palette;
mod picker;
mod quit;
mod risk;
mod sheet;
mod summary;
mod themes;
mod timings;
mod turns;
mod words;

pub(in crate::tui) use commit::CommitSheet;
pub(in crate::tui) use modal::{Click, Surroundings, Verdict};
pub(in crate::tui) use money::{Money, OverCap};
pub(in crate::tui) use opened::Opened;
pub(in crate::tui) use risk::Risk;
