//! What can be decided, how, and why not.

use serde::{Deserialize, Serialize};

use super::{Snapshot, Unit};
use crate::path::RelPath;

/// Numbers the states of a proposal; it grows with every change, so that a stale decision is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

/// What the user thinks of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Not decided.
    Pending,
    /// It shall be on disk.
    Accepted,
    /// It shall not.
    Rejected,
}

/// A part of a proposal that is decided as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// All that is pending, everywhere.
    Everything,
    /// All that is pending below a folder.
    Folder {
        /// Which.
        path: RelPath,
    },
    /// All that is pending in a file.
    File {
        /// Which.
        path: RelPath,
    },
    /// A change of the file as a whole.
    Unit {
        /// Which file.
        path: RelPath,
        /// Which change.
        unit: Unit,
    },
    /// Some runs, by their indexes in the file's difference at that revision.
    Runs {
        /// Which file.
        path: RelPath,
        /// Which runs.
        runs: Vec<usize>,
    },
    /// Some lines of runs: removed ones by their number in the accepted text, added ones in the target, from 0.
    Lines {
        /// Which file.
        path: RelPath,
        /// Lines that the proposal removes.
        removed: Vec<usize>,
        /// Lines that it adds.
        added: Vec<usize>,
    },
}

/// Why a decision, an undo or a rewrite cannot be made. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The proposal moved on.
    #[error("the proposal changed since it was shown (revision {seen}, now {now})")]
    Stale {
        /// What the client had.
        seen: u64,
        /// What stands.
        now: u64,
    },
    /// No such file, run, unit or line is pending.
    #[error("nothing is pending there: {0}")]
    NothingThere(String),
    /// The file has an open conflict.
    #[error("{0} has a conflict to settle first")]
    Conflict(RelPath),
    /// A line without its newline would stand in the middle.
    #[error(
        "the last line has no newline at its end, so this selection would join two lines; take both sides of the last line"
    )]
    UnterminatedLine,
    /// The place was changed by someone else since; nothing of theirs is overwritten.
    #[error("{0} was changed at the same place since")]
    Moved(RelPath),
    /// All that could be undone is the model's.
    #[error("there is nothing of yours to undo")]
    NothingOfYours,
    /// There is nothing to undo or redo.
    #[error("there is nothing to {0}")]
    NoHistory(&'static str),
    /// `Pending` is not a decision.
    #[error("pending is not a decision")]
    NotADecision,
}

/// A write that a decision, an undo or a redo asks for. `before` must stand on disk, or nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWrite {
    /// Which file.
    pub path: RelPath,
    /// What must stand there.
    pub before: Option<Snapshot>,
    /// What shall stand there.
    pub after: Option<Snapshot>,
    /// Writes of a plan with the same number are made in their order, all of them or none: those of a rename, and a
    /// removal with the writes that need its path.
    pub bundle: usize,
}

/// How far a review or a file of it is, by changes: what the user decides on.
///
/// These are runs and units. A new file is one change with its lines, as it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Changes that are pending.
    pub pending: usize,
    /// Accepted ones since the last commit.
    pub accepted: usize,
    /// Rejected ones.
    pub rejected: usize,
    /// Conflicts to settle.
    pub conflicts: usize,
}

impl Progress {
    /// Returns the sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            pending: self.pending + other.pending,
            accepted: self.accepted + other.accepted,
            rejected: self.rejected + other.rejected,
            conflicts: self.conflicts + other.conflicts,
        }
    }
}
