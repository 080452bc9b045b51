//! The conversation: entries as rows, scrolled by an anchor, folded, selected and copied.
//!
//! Architecture invariant: the cost of a frame follows the viewport. An entry is cut into parts by its text alone; only
//! parts that are seen are laid out, each once for its content, the width and its fold. Where the view stands is told by
//! a part and a row of it, so no height above or below is ever needed.

mod cache;
mod codes;
mod drawn;
mod entry;
mod foot;
mod moving;
mod pane;
mod partial;
mod plain;
mod prose;
mod reading;
mod scroll;
mod search;
mod tool;
mod view;

pub use cache::ChatCache;
pub(in crate::tui) use moving::ChatStanding;
pub use pane::ChatPane;
pub use plain::conversation;
pub use tool::touched_path;
