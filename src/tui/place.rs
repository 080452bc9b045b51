//! A part of something long, which is laid out and looked through by parts.

/// A part of an item; most items have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(in crate::tui) struct Place {
    /// The item.
    pub(in crate::tui) item: usize,
    /// Which of its parts, from 0.
    pub(in crate::tui) part: usize,
}

impl Place {
    /// Returns the first part of an item.
    pub(in crate::tui) const fn of(item: usize) -> Self {
        Self { item, part: 0 }
    }
}
