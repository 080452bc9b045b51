//! Keeps the review true to the disk: after a crash, when someone else wrote, and before each turn.

use super::actor::Actor;
use crate::path::RelPath;
use crate::session::{EventKind, Fault, FaultClass, TurnOutcome, TurnPhase};

impl Actor {
    /// Mends a session whose process ended in the middle of something.
    ///
    /// A turn that ran is ended. A decision whose write is not in the log is looked at on disk: the new text
    /// stands there, then it was written; otherwise it was not, and the decision is taken back.
    pub(super) fn settle_after_crash(&mut self) {
        for path in self.state.unwritten.clone() {
            let wanted = self.state.review.files().find(|change| change.disk_path() == &path);
            let wanted = wanted.and_then(|change| change.accepted.clone());
            match self.files.read(&path) {
                Ok(disk) if disk == wanted => self.emit(EventKind::FileWritten { path }),
                Ok(_) | Err(_) => {
                    let reason = format!("adit ended before it could write {path}");
                    self.emit(EventKind::WriteFailed { path, reason });
                }
            }
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

    /// Compares every file of the review with the disk.
    pub(super) fn check_disk(&mut self) {
        let paths: Vec<RelPath> = self.state.review.files().map(|change| change.path.clone()).collect();
        for path in paths {
            self.check_file(&path);
        }
    }

    /// Compares one file of the review with the disk; a change by someone else is folded.
    pub(super) fn check_file(&mut self, path: &RelPath) {
        let by_target = self.state.review.file(path);
        let change = by_target.or_else(|| self.state.review.files().find(|change| change.disk_path() == path));
        let Some(change) = change.cloned() else { return };
        // It cannot be read now (a folder, no permission): then a write would fail and say so.
        if let Ok(disk) = self.files.read(change.disk_path())
            && disk != change.accepted
        {
            self.disk_moved(change.disk_path(), disk);
        }
        // While a rename is pending nothing may stand at the new path.
        if change.from.is_some()
            && let Ok(Some(taken)) = self.files.read(&change.path)
        {
            self.disk_moved(&change.path, Some(taken));
        }
    }
}
