//! Where in its pane what is selected is to stand.

/// A place in a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Its first row.
    Top,
    /// Half way down.
    Middle,
    /// Its last row.
    Bottom,
}

impl Sight {
    /// Returns how many rows stand above something of so many rows, in a pane of this height.
    pub(super) fn above(self, rows: usize, height: usize) -> usize {
        let free = height.saturating_sub(rows);
        match self {
            Self::Top => 0,
            Self::Middle => free / 2,
            Self::Bottom => free,
        }
    }
}
