//! A review with a disk beside it: writes are made as the engine would make them.

use std::collections::BTreeMap;

use adit::path::RelPath;
use adit::review::{
    Decision, FileRevision, Maker, Mode, NodeId, Pick, PlannedWrite, Refusal, Resolution, Review, Snapshot, Text,
};

/// A review and its disk.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) review: Review,
    pub(crate) disk: BTreeMap<RelPath, Snapshot>,
    /// How many writes were made.
    pub(crate) writes: usize,
}

pub(crate) fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

pub(crate) fn text(bytes: impl AsRef<[u8]>) -> Snapshot {
    Snapshot { text: Text::new(bytes.as_ref()), mode: Mode::Regular }
}

pub(crate) fn model() -> Maker {
    Maker::Model { turn: 1, step: 1, call: "call-1".to_owned() }
}

impl Desk {
    /// Returns a desk with one file on disk and a proposal for it.
    pub(crate) fn with(name: &str, before: Option<Snapshot>, target: Option<Snapshot>) -> Self {
        let mut desk = Self::default();
        if let Some(before) = before {
            desk.disk.insert(path(name), before);
        }
        desk.propose(name, None, target);
        desk
    }

    pub(crate) fn on_disk(&self, name: &str) -> Option<&Snapshot> {
        self.disk.get(&path(name))
    }

    pub(crate) fn bytes(&self, name: &str) -> &[u8] {
        self.on_disk(name).map_or(b"", |file| file.text.as_bytes())
    }

    pub(crate) fn target(&self, name: &str) -> Option<&Snapshot> {
        match self.review.file(&path(name)) {
            Some(change) => change.target.as_ref(),
            None => self.on_disk(name),
        }
    }

    /// The model gives a file a new target, moving it when `from` says so.
    pub(crate) fn propose(&mut self, name: &str, from: Option<&str>, target: Option<Snapshot>) {
        let lies_at = path(from.unwrap_or(name));
        let revision = FileRevision {
            path: path(name),
            from: from.map(path),
            base: if self.review.file(&lies_at).is_some() { None } else { Some(self.disk.get(&lies_at).cloned()) },
            target,
            maker: model(),
            loose: false,
        };
        self.review.revise(&[revision]);
    }

    pub(crate) fn decide(&mut self, pick: &Pick, decision: Decision) -> Result<Vec<PlannedWrite>, Refusal> {
        self.decide_with(pick, decision, None)
    }

    pub(crate) fn decide_with(
        &mut self,
        pick: &Pick,
        decision: Decision,
        note: Option<&str>,
    ) -> Result<Vec<PlannedWrite>, Refusal> {
        let writes = self.review.plan(pick, decision)?;
        self.write(&writes);
        self.review.decide(pick, decision, note);
        self.check();
        Ok(writes)
    }

    pub(crate) fn accept(&mut self, pick: &Pick) -> Result<Vec<PlannedWrite>, Refusal> {
        self.decide(pick, Decision::Accepted)
    }

    pub(crate) fn reject(&mut self, pick: &Pick) -> Result<Vec<PlannedWrite>, Refusal> {
        self.decide(pick, Decision::Rejected)
    }

    pub(crate) fn undo(&mut self) -> Result<Vec<PlannedWrite>, Refusal> {
        let act = self.review.undoable()?;
        let writes = self.review.plan_undo(act)?;
        self.try_write(&writes)?;
        assert_eq!(self.review.undo(Some(act)), writes);
        self.look();
        Ok(writes)
    }

    /// Takes the newest act back, the user's or the model's, as older journals have it.
    pub(crate) fn undo_newest(&mut self) {
        let writes = self.review.undo(None);
        self.try_write(&writes).unwrap();
        self.look();
    }

    pub(crate) fn redo(&mut self) -> Result<Vec<PlannedWrite>, Refusal> {
        let writes = self.review.plan_redo()?;
        self.try_write(&writes)?;
        self.review.redo();
        self.look();
        Ok(writes)
    }

    pub(crate) fn goto(&mut self, point: NodeId) -> Result<Vec<PlannedWrite>, Refusal> {
        let writes = self.review.plan_goto(point)?;
        self.try_write(&writes)?;
        self.review.goto(point);
        self.look();
        Ok(writes)
    }

    /// Someone else changes a file, and the review hears of it.
    pub(crate) fn edit(&mut self, name: &str, state: Option<Snapshot>) {
        match &state {
            Some(state) => self.disk.insert(path(name), state.clone()),
            None => self.disk.remove(&path(name)),
        };
        self.review.disk_moved(&path(name), state.as_ref());
        self.check();
    }

    pub(crate) fn resolve(&mut self, name: &str, resolution: &Resolution) {
        self.review.resolve(&path(name), resolution);
        self.check();
    }

    fn write(&mut self, writes: &[PlannedWrite]) {
        for write in writes {
            assert_eq!(self.disk.get(&write.path), write.before.as_ref(), "what a write expects stands on disk");
            assert_ne!(write.before, write.after, "a write changes something");
            match &write.after {
                Some(after) => self.disk.insert(write.path.clone(), after.clone()),
                None => self.disk.remove(&write.path),
            };
            self.writes += 1;
        }
    }

    /// Writes where the disk has what it must; a file that a commit took out of the review may have changed unheard.
    fn try_write(&mut self, writes: &[PlannedWrite]) -> Result<(), Refusal> {
        match writes.iter().find(|write| self.disk.get(&write.path) != write.before.as_ref()) {
            Some(write) if self.review.files().any(|change| *change.disk_path() == write.path) => {
                panic!("{} does not hold what the review thinks", write.path)
            }
            Some(write) => Err(Refusal::Moved(write.path.clone())),
            None => {
                self.write(writes);
                Ok(())
            }
        }
    }

    /// Looks at the disk for files that are in the review again, as the engine does.
    fn look(&mut self) {
        let places: Vec<_> = self.review.files().map(|change| change.disk_path().clone()).collect();
        for place in places {
            let disk = self.disk.get(&place).cloned();
            self.review.disk_moved(&place, disk.as_ref());
        }
        self.check();
    }

    /// What must hold after every step: the accepted texts are the disk's, and the differences are of the texts.
    fn check(&self) {
        for change in self.review.files() {
            assert_eq!(self.disk.get(change.disk_path()), change.accepted.as_ref(), "accepted is what is on disk");
            let diff =
                adit::review::diff_texts(change.accepted.as_ref(), change.target.as_ref(), change.from.is_some());
            assert_eq!(*change.diff, diff, "the difference is that of the two texts");
            assert!(change.decided.is_sorted_by_key(|record| record.at), "records stand in order");
            if let Some(from) = &change.from {
                assert!(self.review.file(from).is_none(), "a path belongs to one file");
            }
        }
    }
}

/// The state of a review that a user can see: for comparing before and after.
pub(crate) fn seen(review: &Review) -> Vec<adit::review::FileChange> {
    review.files().map(|change| change.as_ref().clone()).collect()
}
