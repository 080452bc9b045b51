//! What a reviewer should be told of a change: deceptive characters, moved blocks, paths that need care.

mod deceptive;
mod moved;
mod sensitive;

pub use deceptive::{has_hidden, look_alikes};
pub use moved::{MAX_MOVED_LINES, MovedLines, moved_blocks};
pub use sensitive::{Sensitive, sensitive};
