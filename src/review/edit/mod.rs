//! The model's instruction about one file, and how it is applied to a text.
//!
//! Replacements climb a ladder of rungs that grow more lenient and stop at the first with exactly one match.
//! There is no similarity, no anchoring on first and last lines and no unescaping in it: a wrong text is
//! worse than an error, which the model reads and mends.

mod align;
mod apply;
mod fold;
mod instruction;
mod ladder;
mod likeness;
mod lines;
mod mismatch;
mod placeholder;
mod rewrite;
mod splice;
mod tabs;

pub use apply::apply_replacements;
pub use instruction::{Applied, Edit, EditAction, Replacement};
pub use mismatch::{not_read, stale};
pub use placeholder::added_placeholder;
pub use rewrite::rewritten;
