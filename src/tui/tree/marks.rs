//! What git and the review say of each file, summed up for the folders above it.

use std::collections::{BTreeMap, HashMap};

use crate::path::RelPath;
use crate::review::Progress;
use crate::session::{FileMark, GitMark, SessionState};

/// What is shown beside a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Note {
    /// Git's mark; a folder has the weightiest of those below it.
    pub(super) git: FileMark,
    /// Changes that are pending.
    pub(super) pending: usize,
    /// Conflicts to settle.
    pub(super) conflicts: usize,
}

/// The notes of all paths that have one, and the entries that only the proposal has.
#[derive(Debug, Default)]
pub(super) struct Marks {
    notes: HashMap<RelPath, Note>,
    /// By folder (none: the root): names that exist in the proposal only, with whether they are folders.
    proposed: BTreeMap<Option<RelPath>, BTreeMap<RelPath, bool>>,
}

impl Marks {
    /// Gathers the marks of a state.
    pub(super) fn of(state: &SessionState) -> Self {
        let mut marks = Self::default();
        for (path, mark) in &state.repo.marks {
            let git = shown_mark(*mark);
            marks.add(path, |note| note.git = heavier(note.git, git));
        }
        for change in state.review.files() {
            let Progress { pending, conflicts, .. } = change.progress();
            marks.add(&change.path, |note| {
                note.pending += pending;
                note.conflicts += conflicts;
            });
            if change.target.is_some() && (change.accepted.is_none() || change.from.is_some()) {
                marks.propose(&change.path);
            }
        }
        marks
    }

    /// Returns the note of a path.
    pub(super) fn note(&self, path: &RelPath) -> Note {
        self.notes.get(path).copied().unwrap_or_default()
    }

    /// Returns the entries of a folder that the proposal has, each with whether it is a folder.
    pub(super) fn proposed(&self, folder: Option<&RelPath>) -> impl Iterator<Item = (&RelPath, bool)> {
        let entries = self.proposed.get(&folder.cloned());
        entries.into_iter().flatten().map(|(path, is_folder)| (path, *is_folder))
    }

    /// Returns the files that the proposal has.
    pub(super) fn proposed_files(&self) -> impl Iterator<Item = &RelPath> {
        self.proposed.values().flatten().filter(|(_, is_folder)| !**is_folder).map(|(path, _)| path)
    }

    fn add(&mut self, path: &RelPath, change: impl Fn(&mut Note)) {
        let mut at = Some(path.clone());
        while let Some(path) = at {
            at = path.parent();
            change(self.notes.entry(path).or_default());
        }
    }

    fn propose(&mut self, path: &RelPath) {
        let (mut at, mut is_folder) = (path.clone(), false);
        loop {
            let parent = at.parent();
            self.proposed.entry(parent.clone()).or_default().insert(at, is_folder);
            match parent {
                Some(folder) => (at, is_folder) = (folder, true),
                None => return,
            }
        }
    }
}

/// Returns the one mark that is shown for git's two columns.
fn shown_mark(mark: GitMark) -> FileMark {
    heavier(mark.staged, mark.unstaged)
}

fn heavier(left: FileMark, right: FileMark) -> FileMark {
    if weight(left) >= weight(right) { left } else { right }
}

fn weight(mark: FileMark) -> u8 {
    match mark {
        FileMark::Clean => 0,
        FileMark::Untracked => 1,
        FileMark::Submodule => 2,
        FileMark::Added => 3,
        FileMark::Renamed => 4,
        FileMark::TypeChanged => 5,
        FileMark::Modified => 6,
        FileMark::Deleted => 7,
        FileMark::Conflicted => 8,
    }
}
