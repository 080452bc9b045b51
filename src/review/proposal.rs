//! All pending file changes, the decisions on them, and the way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{FileChange, FileRevision, Resolution, Snapshot, Unit};
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
}

/// How far a review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Runs and units that are pending.
    pub pending: usize,
    /// Accepted ones since the last commit.
    pub accepted: usize,
    /// Rejected ones.
    pub rejected: usize,
    /// Conflicts to settle.
    pub conflicts: usize,
}

/// Something that the model is to be told about its proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Which file.
    pub path: RelPath,
    /// What was decided; `Pending` for a mere note.
    pub decision: Decision,
    /// The decided or noted lines as a diff without headers (`-` and `+` lines), or the unit in words.
    pub diff: String,
    /// What the user said.
    pub note: Option<String>,
    /// What stands at that place now.
    pub now: String,
}

/// A proposal, its decisions and their history.
///
/// Every method is a pure function of the state and its arguments, so that the fold of the same events
/// gives the same review. A decision is planned first (what must be on disk, what shall be written) and
/// folded when it is in the log.
#[derive(Debug, Clone, Default)]
pub struct Review {
    revision: Revision,
    files: BTreeMap<RelPath, Arc<FileChange>>,
}

impl Review {
    /// Returns the number of this state.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Returns the files of the review by path: pending, decided and not yet committed, or in conflict.
    pub fn files(&self) -> impl Iterator<Item = &Arc<FileChange>> {
        self.files.values()
    }

    /// Returns one file.
    pub fn file(&self, path: &RelPath) -> Option<&Arc<FileChange>> {
        self.files.get(path)
    }

    /// Returns how far the review is.
    pub fn progress(&self) -> Progress {
        todo!()
    }

    /// Returns what a decision would write, in order; it fails where the decision cannot be made.
    pub fn plan(&self, pick: &Pick, decision: Decision) -> Result<Vec<PlannedWrite>, Refusal> {
        let _ = (pick, decision);
        todo!()
    }

    /// Folds a decision. The caller has planned it on this very state.
    pub fn decide(&mut self, pick: &Pick, decision: Decision, note: Option<&str>) {
        let _ = (pick, decision, note);
        todo!()
    }

    /// Folds the news that a write of the last decision, undo or redo failed: the file is as it was before it.
    pub fn write_failed(&mut self, path: &RelPath) {
        let _ = path;
        todo!()
    }

    /// Folds a new target.
    pub fn revise(&mut self, revisions: &[FileRevision]) {
        let _ = revisions;
        todo!()
    }

    /// Folds a change on disk by someone else: pending runs move with it, touching ones become a conflict.
    pub fn disk_moved(&mut self, path: &RelPath, disk: Option<&Snapshot>) {
        let _ = (path, disk);
        todo!()
    }

    /// Folds the settling of a conflict.
    pub fn resolve(&mut self, path: &RelPath, resolution: &Resolution) {
        let _ = (path, resolution);
        todo!()
    }

    /// Folds a note of the user on a part.
    pub fn add_note(&mut self, pick: &Pick, text: &str) {
        let _ = (pick, text);
        todo!()
    }

    /// Returns what an undo would write.
    pub fn plan_undo(&self) -> Result<Vec<PlannedWrite>, Refusal> {
        todo!()
    }

    /// Folds an undo.
    pub fn undo(&mut self) {
        todo!()
    }

    /// Returns what a redo would write.
    pub fn plan_redo(&self) -> Result<Vec<PlannedWrite>, Refusal> {
        todo!()
    }

    /// Folds a redo.
    pub fn redo(&mut self) {
        todo!()
    }

    /// Folds a commit of these paths: their accepted and rejected runs are settled, pending ones stay.
    pub fn committed(&mut self, paths: &[RelPath]) {
        let _ = paths;
        todo!()
    }

    /// Returns what the model has not been told yet.
    pub fn feedback(&self) -> &[Feedback] {
        todo!()
    }

    /// Folds the telling.
    pub fn feedback_sent(&mut self) {
        todo!()
    }
}
