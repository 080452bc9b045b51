//! A file that has no changes, to be read: numbers, syntax, size limits.

mod moving;
mod search;
mod view;

pub(super) use view::FileView;
