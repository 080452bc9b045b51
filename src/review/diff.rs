//! The difference of two texts: runs, and the hunks in which they are shown.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Snapshot;

/// A maximal block of removed and added lines with no context between: the unit of decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    /// Lines of the accepted text, from 0.
    pub old: Range<usize>,
    /// Lines of the target, from 0.
    pub new: Range<usize>,
}

/// Runs that are shown as one piece, with the context around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hunk {
    /// Indexes of its runs.
    pub runs: Range<usize>,
    /// Lines of the accepted text that it shows.
    pub old: Range<usize>,
    /// Lines of the target that it shows.
    pub new: Range<usize>,
}

/// A change of a file as a whole, decided before its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The file is absent and would be made; an empty new file has this unit and no run.
    Create,
    /// The file would be gone.
    Delete,
    /// The file would have another path.
    Rename,
    /// The executable bit would change.
    Mode,
    /// A file would become a link, or a link a file.
    TypeChange,
    /// The bytes are not text, or too many to decide by line.
    Binary,
}

/// What lies between a file's two texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileDiff {
    /// Changes of the file as a whole.
    pub units: Vec<Unit>,
    /// Changes of lines, in order; empty for `Delete`, `TypeChange` and `Binary`.
    pub runs: Vec<Run>,
}

impl FileDiff {
    /// Returns the hunks: runs whose context lines meet are one.
    pub fn hunks(&self, context: usize, old_lines: usize, new_lines: usize) -> Vec<Hunk> {
        let _ = (context, old_lines, new_lines);
        todo!()
    }

    /// Tells whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty() && self.runs.is_empty()
    }
}

/// Returns the difference of two states of a file; `renamed` says that the target has another path.
pub fn diff_texts(accepted: Option<&Snapshot>, target: Option<&Snapshot>, renamed: bool) -> FileDiff {
    let _ = (accepted, target, renamed);
    todo!()
}
