//! One path's pair of texts, with what is known about them.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::lines::{marks_of_runs, touches};
use super::{Comparisons, Decision, FileDiff, Progress, Run, Snapshot, Unit};
use crate::path::RelPath;

/// Who made a part of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maker {
    /// The model, by one tool call.
    Model {
        /// The turn's number.
        turn: u32,
        /// The step's number in the turn.
        step: u32,
        /// The tool call's id.
        call: String,
    },
    /// The user, in the review.
    User,
}

/// A stretch of a target's lines and who made it; it moves when lines before it come or go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Lines of the target, from 0; empty where lines were only removed.
    pub lines: Range<usize>,
    /// Who.
    pub maker: Maker,
    /// Whether the edit matched on a rung below exact.
    pub loose: bool,
}

/// A new target for one path, as an event carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRevision {
    /// Where the target lies.
    pub path: RelPath,
    /// Where the file lay in the proposal before, when the revision moves it.
    pub from: Option<RelPath>,
    /// What stands on disk, given when the path enters the proposal: `Some(None)` is an absent file. With `from`,
    /// it is what stands there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub base: Option<Option<Snapshot>>,
    /// The new target; none deletes the file.
    pub target: Option<Snapshot>,
    /// Who made it.
    pub maker: Maker,
    /// Whether an edit matched on a rung below exact.
    pub loose: bool,
}

/// Reads a field that is there: an absent file, which is stored as null, is not a base that was not given.
fn given<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Option<Snapshot>>, D::Error> {
    Option::deserialize(input).map(Some)
}

/// The three texts of a conflict between the disk and the proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictTexts {
    /// What adit knew to be on disk.
    pub base: Option<Snapshot>,
    /// What stands on disk now, by someone else. It is also the file's `accepted`.
    pub yours: Option<Snapshot>,
    /// What the model proposed.
    pub proposal: Option<Snapshot>,
}

/// How a conflict is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// At each touching place the disk's text stays; what the proposal changes elsewhere is still pending.
    Yours,
    /// At each touching place the proposal is reviewed against the disk's text; what the disk has elsewhere stays.
    Proposal,
    /// Both sides of each touching place, yours first.
    Both,
    /// The user's own text becomes the target.
    Text(Snapshot),
}

/// A decision kept for showing: what it was about and where it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Accepted or Rejected.
    pub decision: Decision,
    /// The unit, or none for lines.
    pub unit: Option<Unit>,
    /// The accepted text's line before which the removed lines stood or the result now begins, from 0.
    pub at: usize,
    /// The old lines, each with its line end.
    pub removed: Vec<String>,
    /// The new lines, each with its line end.
    pub added: Vec<String>,
    /// What the user said.
    pub note: Option<String>,
}

/// One path's pair of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Where the target lies; also the file's name in the review.
    pub path: RelPath,
    /// Where the accepted text lies, when a rename is pending.
    pub from: Option<RelPath>,
    /// What is on disk, as far as adit knows.
    pub accepted: Option<Snapshot>,
    /// What would be there if all were accepted.
    pub target: Option<Snapshot>,
    /// Who made which lines of the target, by place; only what is pending is told of.
    pub marks: Vec<Mark>,
    /// What was decided since the last commit, by place.
    pub decided: Vec<Decided>,
    /// The conflict to settle, if any; while it stands nothing else of the file can be decided.
    pub conflict: Option<ConflictTexts>,
    /// What adit wrote at [`disk_path`](Self::disk_path) since the last commit, as pairs before and after, oldest
    /// first; pairs that meet are joined, and a pair of equals is dropped.
    pub written: Vec<(Option<Snapshot>, Option<Snapshot>)>,
    /// Who made which lines of the accepted text since the last commit, by place.
    pub made: Vec<Mark>,
    /// Whether the two texts are not compared by line, because the user gave that up.
    pub by_file: bool,
    /// The difference of the two texts, computed once for each pair.
    pub diff: Arc<FileDiff>,
}

impl FileChange {
    /// Returns a file with nothing pending, decided or written.
    pub(super) fn settled(path: RelPath, accepted: Option<Snapshot>) -> Self {
        Self {
            path,
            from: None,
            target: accepted.clone(),
            accepted,
            marks: Vec::new(),
            decided: Vec::new(),
            conflict: None,
            written: Vec::new(),
            made: Vec::new(),
            by_file: false,
            diff: Arc::default(),
        }
    }

    /// Returns where the accepted text lies on disk.
    pub fn disk_path(&self) -> &RelPath {
        self.from.as_ref().unwrap_or(&self.path)
    }

    /// Returns the marks that touch a run: who made it, and whether loosely.
    pub fn marks_of(&self, run: &Run) -> impl Iterator<Item = &Mark> {
        let first = self.marks.partition_point(|mark| mark.lines.end < run.new.start);
        let end = run.new.end;
        let new = run.new.clone();
        self.marks[first..]
            .iter()
            .take_while(move |mark| mark.lines.start <= end)
            .filter(move |mark| touches(&mark.lines, &new))
    }

    /// Returns how far this file is.
    pub fn progress(&self) -> Progress {
        let decided = |wanted| {
            let records = || self.decided.iter().filter(|record| record.decision == wanted);
            let has_lines = records().any(|record| record.unit.is_none());
            // A new file and its lines were one.
            records().filter(|record| !(has_lines && record.unit == Some(Unit::Create))).count()
        };
        let is_open = self.conflict.is_some();
        Progress {
            pending: if is_open { 0 } else { self.diff.parts() },
            accepted: decided(Decision::Accepted),
            rejected: decided(Decision::Rejected),
            conflicts: usize::from(is_open),
        }
    }

    /// Tells whether the file has a reason to be in the review.
    pub(super) fn is_worth_keeping(&self) -> bool {
        !self.diff.is_empty() || self.conflict.is_some() || !self.decided.is_empty() || !self.written.is_empty()
    }

    /// Computes the difference anew and drops marks of what is no longer pending.
    pub(super) fn refresh(&mut self, comparisons: &Comparisons) {
        let renamed = self.from.is_some();
        let diff = comparisons.of(self).diff(self.accepted.as_ref(), self.target.as_ref(), renamed);
        self.refresh_with(Arc::new(diff));
    }

    /// Takes a difference over that is known, and drops marks of what is no longer pending.
    pub(super) fn refresh_with(&mut self, diff: Arc<FileDiff>) {
        let marks = std::mem::take(&mut self.marks);
        // A binary change has no run to be touched; its marks tell of the whole.
        let is_whole = diff.runs.is_empty() && !diff.is_empty();
        self.marks = if is_whole { marks } else { marks_of_runs(marks, &diff.runs) };
        self.diff = diff;
    }

    /// Tells whether another state of the file has the same difference, because nothing of what is compared differs.
    pub(super) fn compares_like(&self, other: &Self) -> bool {
        let is_same = |one: &Option<Snapshot>, other: &Option<Snapshot>| one == other;
        is_same(&self.accepted, &other.accepted)
            && is_same(&self.target, &other.target)
            && self.from.is_some() == other.from.is_some()
            && self.by_file == other.by_file
    }

    /// Notes a write of adit at the file's place on disk.
    pub(super) fn note_written(&mut self, before: Option<Snapshot>, after: Option<Snapshot>) {
        if before == after {
            return;
        }
        let before = match self.written.last() {
            Some((_, last)) if *last == before => self.written.pop().and_then(|(first, _)| first),
            Some(_) | None => before,
        };
        if before != after {
            self.written.push((before, after));
        }
    }
}

impl Decided {
    /// Tells whether two records say the same, wherever they stand.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.content() == other.content()
    }

    /// Returns all but the place.
    pub(super) fn content(&self) -> (Decision, Option<Unit>, &[String], &[String], Option<&str>) {
        (self.decision, self.unit, &self.removed, &self.added, self.note.as_deref())
    }
}
