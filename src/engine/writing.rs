//! Writes what a decision asks for, bundle by bundle, each of them whole or not at all.

use super::actor::Actor;
use crate::path::RelPath;
use crate::review::PlannedWrite;
use crate::session::EventKind;

impl Actor {
    /// Writes what a decision asks for. A write that fails takes the decision on all files of its bundle back.
    pub(super) fn write_out(&mut self, plan: &[PlannedWrite]) {
        if plan.is_empty() {
            return;
        }
        // What was decided must be in the journal before the disk changes, so that a crash between the two is seen.
        self.sync();
        let bundles = plan.chunk_by(|one, other| one.bundle == other.bundle);
        let failed: Vec<RelPath> = bundles.flat_map(|bundle| self.write_bundle(bundle)).collect();
        // Looked at when all is written: what is found changes the state to which a failed write leads back.
        for path in &failed {
            self.check_file(path);
        }
        self.look_at_repository();
    }

    /// Returns the paths of a bundle that failed.
    fn write_bundle(&mut self, bundle: &[PlannedWrite]) -> Vec<RelPath> {
        for (index, write) in bundle.iter().enumerate() {
            if let Err(fault) = self.files.write(&write.path, write.before.as_ref(), write.after.as_ref()) {
                return self.take_back(&bundle[..index], &bundle[index..], fault.to_string());
            }
        }
        for write in bundle {
            self.file_written(write);
        }
        Vec::new()
    }

    pub(super) fn file_written(&mut self, write: &PlannedWrite) {
        self.emit(EventKind::FileWritten { path: write.path.clone(), is_removed: write.after.is_none() });
    }

    /// Takes the part of a bundle that was made back, the last write first, and says that the whole of it failed. Returns the
    /// paths of the bundle, to be looked at.
    ///
    /// Where that cannot be done (the disk refuses, or someone has changed it meanwhile) what was made until then stays:
    /// it counts as written, so that an undo leads back to the text before it.
    pub(super) fn take_back(&mut self, made: &[PlannedWrite], left: &[PlannedWrite], reason: String) -> Vec<RelPath> {
        let Some((failed, others)) = left.split_first() else { return Vec::new() };
        let mut standing = made.len();
        while let Some(write) = standing.checked_sub(1).map(|last| &made[last]) {
            if self.files.write(&write.path, write.after.as_ref(), write.before.as_ref()).is_err() {
                break;
            }
            standing -= 1;
        }
        let paths =
            |writes: &[PlannedWrite]| -> Vec<RelPath> { writes.iter().map(|write| write.path.clone()).collect() };
        let (stands, mut with) = (paths(&made[..standing]), paths(&made[standing..]));
        with.extend(paths(others));
        for write in &made[..standing] {
            self.file_written(write);
        }
        let concerned: Vec<RelPath> = [&failed.path].into_iter().chain(&with).chain(&stands).cloned().collect();
        self.emit(EventKind::WriteFailed { path: failed.path.clone(), reason, with, stands });
        concerned
    }
}
