//! The files of a review with changes laid over them, until they are folded as one act.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::step::{FileStep, Steps};
use super::{Comparisons, FileChange, FileDiff};
use crate::path::RelPath;

/// The files of a review by the path of their target.
pub(super) type FileMap = BTreeMap<RelPath, Arc<FileChange>>;

/// Changes over a review's files. Texts may be changed freely; the difference is computed at the end, once a file.
pub(super) struct Draft<'a> {
    files: &'a FileMap,
    comparisons: &'a Comparisons,
    given_up: &'a BTreeSet<RelPath>,
    changed: BTreeMap<RelPath, Option<FileChange>>,
    /// Differences that need not be computed.
    known: BTreeMap<RelPath, FileDiff>,
}

/// A change of some files that is ready to be folded.
pub(super) struct Fold {
    /// The new states by path; none where the file leaves.
    pub(super) states: Vec<(RelPath, Option<Arc<FileChange>>)>,
    /// The way from the old states to the new ones, and back.
    pub(super) steps: Steps,
}

impl<'a> Draft<'a> {
    pub(super) fn new(files: &'a FileMap, comparisons: &'a Comparisons, given_up: &'a BTreeSet<RelPath>) -> Self {
        Self { files, comparisons, given_up, changed: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Returns what compares the texts.
    pub(super) fn comparisons(&self) -> &'a Comparisons {
        self.comparisons
    }

    /// Tells whether the user gave up the comparison of a file by line.
    pub(super) fn is_given_up(&self, path: &RelPath) -> bool {
        self.given_up.contains(path)
    }

    /// Returns a file as it stands in the draft.
    pub(super) fn get(&self, path: &RelPath) -> Option<&FileChange> {
        match self.changed.get(path) {
            Some(state) => state.as_ref(),
            None => self.files.get(path).map(Arc::as_ref),
        }
    }

    /// Returns the files that the draft touches: as they are, and as they would be.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Option<&FileChange>, Option<&FileChange>)> {
        self.changed.iter().map(|(path, state)| (self.files.get(path).map(Arc::as_ref), state.as_ref()))
    }

    /// Takes a file out of the draft, to be changed and put back.
    pub(super) fn take(&mut self, path: &RelPath) -> Option<FileChange> {
        let state = self.get(path).cloned();
        self.changed.insert(path.clone(), None);
        self.known.remove(path);
        state
    }

    /// Puts a file at the path of its target.
    pub(super) fn put(&mut self, change: FileChange) {
        self.changed.insert(change.path.clone(), Some(change));
    }

    /// Says what the difference of a file that was put is.
    pub(super) fn know(&mut self, path: &RelPath, diff: FileDiff) {
        self.known.insert(path.clone(), diff);
    }

    /// Returns the path of the file that would move away from `path`, if any.
    pub(super) fn moved_from(&self, path: &RelPath) -> Option<RelPath> {
        let is_it = |change: &FileChange| change.from.as_ref() == Some(path);
        let drafted = self.changed.iter().find(|(_, state)| state.as_ref().is_some_and(is_it));
        if let Some((key, _)) = drafted {
            return Some(key.clone());
        }
        let is_kept = |key: &RelPath| !self.changed.contains_key(key);
        self.files.iter().find(|(key, state)| is_kept(key) && is_it(state)).map(|(key, _)| key.clone())
    }

    /// Turns a pending rename into a new file here and a deleted one there.
    ///
    /// A path on disk belongs to one file of the review, so a rename cannot stay when another file takes one of its
    /// two paths. What was decided and written belongs to the text on disk and goes with it.
    pub(super) fn break_rename(&mut self, path: &RelPath) {
        let Some(mut change) = self.take(path) else { return };
        let Some(from) = change.from.take() else {
            self.put(change);
            return;
        };
        let mut left = FileChange::settled(from, change.accepted.take());
        left.target = None;
        left.decided = std::mem::take(&mut change.decided);
        left.written = std::mem::take(&mut change.written);
        left.made = std::mem::take(&mut change.made);
        self.put(left);
        self.put(change);
    }

    /// Computes the differences and what leads from the old states to the new ones; none when nothing changed.
    pub(super) fn finish(mut self) -> Option<Fold> {
        let mut states = Vec::new();
        let mut steps = Vec::new();
        for (path, state) in std::mem::take(&mut self.changed) {
            let old = self.files.get(&path);
            let new = state.and_then(|mut change| {
                match (self.known.remove(&path), old) {
                    (Some(diff), _) => change.refresh_with(Arc::new(diff)),
                    (None, Some(old)) if old.compares_like(&change) => change.refresh_with(Arc::clone(&old.diff)),
                    (None, _) => change.refresh(self.comparisons),
                }
                change.is_worth_keeping().then(|| Arc::new(change))
            });
            if old != new.as_ref() {
                steps.push((path.clone(), FileStep::between(old, new.as_ref())));
                states.push((path, new));
            }
        }
        if states.is_empty() { None } else { Some(Fold { states, steps: Arc::new(steps) }) }
    }
}
