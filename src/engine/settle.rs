//! Keeps the review true to the disk: after a crash, when someone else wrote, and before each turn.

use std::collections::BTreeSet;

use super::actor::Actor;
use super::{FileFault, Looked};
use crate::path::RelPath;
use crate::review::{FileChange, PlannedWrite, Snapshot};
use crate::session::{EventKind, Fault, FaultClass, Head, Level, MovedFile, TurnOutcome, TurnPhase, head_words};

impl Actor {
    /// Mends a session whose process ended in the middle of something.
    ///
    /// A turn that ran is ended. A decision whose write is not in the log is looked at on disk: the new text
    /// stands there, then it was written; otherwise it was not, and the decision is taken back. Of a bundle that was
    /// half made the half is taken back.
    pub(super) fn settle_after_crash(&mut self) {
        let unwritten = self.state.unwritten.clone();
        let bundles = unwritten.chunk_by(|one, other| one.bundle == other.bundle);
        let failed: Vec<RelPath> = bundles.flat_map(|bundle| self.settle_bundle(bundle)).collect();
        for path in &failed {
            self.check_file(path);
        }
        if self.state.phase == TurnPhase::Compacting {
            let fault = Fault::new(FaultClass::Truncated, "adit ended meanwhile");
            self.emit(EventKind::CompactionFailed { fault });
        }
        if self.state.is_busy() {
            let fault = Fault::new(FaultClass::Truncated, "adit ended while this turn ran")
                .with_hint("Send the prompt again; what was proposed before is still pending.");
            let turn = self.state.turn;
            self.emit(EventKind::TurnEnded { turn, outcome: TurnOutcome::Failed(fault) });
        }
    }

    fn settle_bundle(&mut self, bundle: &[PlannedWrite]) -> Vec<RelPath> {
        for PlannedWrite { path, before, after, .. } in bundle {
            for kept in self.files.clear_leftovers(path, before.as_ref(), after.as_ref()) {
                let hint = "It is not what adit wrote. Look whether you miss it, then remove it.";
                let text = format!("{path} was saved by someone else when adit ended; {kept} has that text");
                self.notice(Level::Warning, text, Some(hint.to_owned()));
            }
        }
        let is_made = |write: &PlannedWrite| match self.files.read(&write.path) {
            Ok(disk) => disk == write.after,
            // A folder for what comes below it stands in the place of a file that was removed.
            Err(FileFault::NotAFile { .. }) => write.after.is_none(),
            Err(_) => false,
        };
        let (made, left): (Vec<PlannedWrite>, Vec<PlannedWrite>) = bundle.iter().cloned().partition(is_made);
        let Some(failed) = left.first() else {
            for write in &made {
                self.file_written(write);
            }
            return Vec::new();
        };
        let reason = format!("adit ended before it could write {}", failed.path);
        self.take_back(&made, &left, reason)
    }

    /// Compares every file of the review with the disk. Where HEAD moved as well, all that changed is one event.
    pub(super) fn check_disk(&mut self) {
        let moved = self.moved_files(|_| true);
        self.take_moved(moved);
    }

    /// Compares these files with the disk, where they are in the review.
    pub(super) fn check_files(&mut self, paths: &[RelPath]) {
        if self.head_moved().is_some() {
            return self.check_disk();
        }
        let wanted: BTreeSet<&RelPath> = paths.iter().collect();
        let moved = self.moved_files(|change| wanted.contains(&change.path) || wanted.contains(change.disk_path()));
        self.take_moved(moved);
    }

    /// Compares one file of the review with the disk; a change by someone else is folded.
    pub(super) fn check_file(&mut self, path: &RelPath) {
        let by_target = self.state.review.file(path);
        let change = by_target.or_else(|| self.state.review.files().find(|change| change.disk_path() == path));
        let Some(change) = change.cloned() else { return };
        // By its bytes, whatever it looks like: this is asked before an edit, and when a write found other text.
        for moved in self.moves_of(&change, |path, known| Ok(Looked::of(self.files.read(path)?, known))) {
            self.disk_moved(&moved.path, moved.disk);
        }
    }

    fn moved_files(&self, is_wanted: impl Fn(&FileChange) -> bool) -> Vec<MovedFile> {
        let wanted = self.state.review.files().filter(|change| is_wanted(change));
        wanted.flat_map(|change| self.moves_of(change, |path, known| self.files.look(path, known))).collect()
    }

    /// Returns where the disk has something else than a file of the review says.
    fn moves_of(
        &self,
        change: &FileChange,
        look: impl Fn(&RelPath, Option<&Snapshot>) -> Result<Looked, FileFault>,
    ) -> Vec<MovedFile> {
        let mut moves = Vec::new();
        // It cannot be read now (a folder, no permission): then a write would fail and say so.
        if let Ok(Looked::Other(disk)) = look(change.disk_path(), change.accepted.as_ref()) {
            moves.push(MovedFile { path: change.disk_path().clone(), disk });
        }
        // While a rename is pending nothing may stand at the new path.
        if change.from.is_some()
            && let Ok(Looked::Other(Some(taken))) = look(&change.path, None)
        {
            moves.push(MovedFile { path: change.path.clone(), disk: Some(taken) });
        }
        moves
    }

    /// Returns HEAD and its commit, if they are others than the review knows.
    pub(super) fn head_moved(&self) -> Option<(Head, Option<String>)> {
        let known = &self.state.repo;
        known.head.as_ref()?;
        let (Some(head), tip) = self.repository.head() else { return None };
        let is_other_tip = known.tip.is_some() && known.tip != tip;
        (known.head.as_ref() != Some(&head) || is_other_tip).then_some((head, tip))
    }

    /// Folds what changed on disk, and a move of HEAD that it belongs to.
    fn take_moved(&mut self, moved: Vec<MovedFile>) {
        let from = self.state.repo.head.clone();
        let count = moved.len();
        let (to, tip) = match self.head_moved() {
            Some((head, tip)) if count > 0 || from.as_ref() != Some(&head) => (Some(head), tip),
            // A commit that leaves the files as they are is no news to the review.
            Some(_) | None => {
                for MovedFile { path, disk } in moved {
                    self.disk_moved(&path, disk);
                }
                return;
            }
        };
        let conflicts = self.state.review.progress().conflicts;
        let words = head_words(from.as_ref(), to.as_ref());
        let stays: Vec<(RelPath, RelPath)> =
            moved.iter().filter_map(|moved| self.stays(&moved.path, moved.disk.as_ref())).collect();
        self.emit(EventKind::HeadMoved { from, to, tip, files: moved });
        self.tell_stays(stays);
        let new_conflicts = self.state.review.progress().conflicts.saturating_sub(conflicts);
        if self.state.review.files().next().is_some() || count > 0 {
            self.notice(Level::Info, moved_words(&words, count, new_conflicts), None);
        }
        self.settle_committed();
    }

    /// Takes files out of the review whose accepted text someone else has committed.
    pub(super) fn settle_committed(&mut self) {
        let files = self.accepted_files();
        if files.is_empty() {
            return;
        }
        let paths = self.repository.committed_already(&files);
        if !paths.is_empty() {
            let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
            self.emit(EventKind::CommittedElsewhere { paths });
            let text = format!("what was accepted in {} is in HEAD now", names.join(", "));
            self.notice(Level::Info, text, None);
        }
    }
}

/// Says what a move of HEAD did to the review.
fn moved_words(head: &str, files: usize, conflicts: usize) -> String {
    let files = match files {
        0 => "no file of the review changed with it".to_owned(),
        1 => "1 file of the review changed with it".to_owned(),
        more => format!("{more} files of the review changed with it"),
    };
    let conflicts = match conflicts {
        0 => ", pending hunks moved along".to_owned(),
        1 => ", 1 has a conflict to settle".to_owned(),
        more => format!(", {more} have conflicts to settle"),
    };
    format!("{head}: {files}{conflicts}")
}
