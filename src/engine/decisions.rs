//! The user's decisions: planned on the state that the user saw, checked against the disk, logged, written.

use super::actor::Actor;
use super::comparing::GivenUp;
use crate::path::RelPath;
use crate::review::{
    Decision, FileRevision, Maker, NodeId, Pick, PlannedWrite, Refusal, Resolution, Review, Revision, Snapshot, rebased,
};
use crate::session::{EventKind, Level, fold_review};

impl Actor {
    /// Decides on a part of the proposal.
    pub(super) fn decide(&mut self, revision: Revision, pick: Pick, decision: Decision, note: Option<String>) {
        if let Err(refusal) = self.check_revision(revision) {
            self.refuse_with(&refusal);
            return;
        }
        let plan = match self.state.review.plan(&pick, decision) {
            Ok(plan) => plan,
            Err(refusal) => return self.refuse_with(&refusal),
        };
        let wanted = self.content_of(&pick);
        let (pick, plan) = match self.check_writes(&plan) {
            Ok(()) => (pick, plan),
            Err(moved) => {
                let Some(pick) = self.follow(pick, wanted) else { return self.refuse_moved(&moved) };
                match self.state.review.plan(&pick, decision) {
                    Ok(plan) => (pick, plan),
                    Err(_) => return self.refuse_moved(&moved),
                }
            }
        };
        if let Some(path) = self.slow_pick(&pick) {
            let part = pick.clone();
            let rehearsed = self.rehearse(path.clone(), move |review| drop(review.decide(&part, decision, None)));
            if rehearsed == Err(GivenUp) {
                return self.refuse_given_up(&path, "nothing was decided");
            }
        }
        let revision = self.state.review.revision();
        self.emit(EventKind::HunksDecided { revision, pick, decision, note });
        self.write_out(&plan);
    }

    fn check_revision(&self, seen: Revision) -> Result<(), Refusal> {
        let now = self.state.review.revision();
        if seen == now { Ok(()) } else { Err(Refusal::Stale { seen: seen.0, now: now.0 }) }
    }

    fn refuse_with(&mut self, refusal: &Refusal) {
        let hint = match refusal {
            Refusal::Stale { .. } => Some("Nothing was decided. Look at it again and decide anew."),
            Refusal::Conflict(_) => Some("Open the conflict and choose yours, the proposal, both, or your own text."),
            Refusal::Moved(_) => Some("Your text is untouched. Look at it again and decide anew."),
            Refusal::NothingOfYours => Some("The model's edits stay. The history of the review goes further back."),
            Refusal::NothingThere(_) | Refusal::UnterminatedLine | Refusal::NoHistory(_) | Refusal::NotADecision => {
                None
            }
        };
        self.refuse(refusal.to_string(), hint);
    }

    fn refuse_given_up(&mut self, path: &RelPath, outcome: &str) {
        let hint = "Whole hunks and files are decided without comparing the file anew.";
        self.refuse(format!("the comparison of {path} was given up: {outcome}"), Some(hint));
    }

    fn refuse_moved(&mut self, moved: &[RelPath]) {
        let names: Vec<String> = moved.iter().map(ToString::to_string).collect();
        let hint = "Your text is untouched and the pending hunks moved with it. Look at them again and decide anew.";
        self.refuse(format!("{} changed on disk; nothing was decided", names.join(", ")), Some(hint));
    }

    /// Looks whether the disk still has what each write expects; what moved is folded, and its paths are returned.
    fn check_writes(&mut self, plan: &[PlannedWrite]) -> Result<(), Vec<RelPath>> {
        let mut moved = Vec::new();
        for write in plan {
            match self.files.read(&write.path) {
                Ok(disk) if disk == write.before => {}
                Ok(disk) => {
                    self.disk_moved(&write.path, disk);
                    moved.push(write.path.clone());
                }
                // The write itself will fail and say why.
                Err(_) => {}
            }
        }
        if moved.is_empty() { Ok(()) } else { Err(moved) }
    }

    /// Folds a change on disk of a path that the proposal touches.
    pub(super) fn disk_moved(&mut self, path: &RelPath, disk: Option<Snapshot>) {
        let stays = self.stays(path, disk.as_ref());
        self.emit(EventKind::DiskMoved { path: path.clone(), disk });
        self.tell_stays(stays);
    }

    /// Returns the place of a file that would be moved to a path at which something stands now, and the path.
    pub(super) fn stays(&self, path: &RelPath, disk: Option<&Snapshot>) -> Option<(RelPath, RelPath)> {
        disk?;
        let from = self.state.review.file(path)?.from.clone()?;
        Some((from, path.clone()))
    }

    /// Says that files are not moved after all.
    pub(super) fn tell_stays(&mut self, stays: impl IntoIterator<Item = (RelPath, RelPath)>) {
        for (from, to) in stays {
            let text = format!("someone made {to} on disk, so {from} is no longer to be moved there: it stays");
            let hint =
                "Settle what is to stand in the new file. Whether the old one goes is for you to say afterwards.";
            self.notice(Level::Warning, text, Some(hint.to_owned()));
        }
    }

    /// Returns the old and new lines of the runs that a pick names, to find them again after the disk moved.
    fn content_of(&self, pick: &Pick) -> Vec<RunContent> {
        let Pick::Runs { path, runs } = pick else { return Vec::new() };
        let Some(change) = self.state.review.file(path) else { return Vec::new() };
        let all = run_contents(change);
        runs.iter().filter_map(|index| all.get(*index).cloned()).collect()
    }

    /// Returns the same pick on the state after the disk moved, where it still means the same.
    fn follow(&self, pick: Pick, wanted: Vec<RunContent>) -> Option<Pick> {
        match pick {
            Pick::Everything | Pick::Folder { .. } | Pick::File { .. } | Pick::Unit { .. } => {
                let has_conflict = self.state.review.files().any(|change| change.conflict.is_some());
                (!has_conflict).then_some(pick)
            }
            Pick::Runs { path, .. } => {
                let now = run_contents(self.state.review.file(&path)?);
                let mut runs = Vec::new();
                for content in &wanted {
                    let places: Vec<usize> = (0..now.len()).filter(|index| &now[*index] == content).collect();
                    match places.as_slice() {
                        [one] => runs.push(*one),
                        _ => return None,
                    }
                }
                (!runs.is_empty()).then_some(Pick::Runs { path, runs })
            }
            Pick::Lines { .. } => None,
        }
    }

    /// Replaces a file's target by the user's own text. What the user wrote is not refused because the proposal moved on
    /// meanwhile: it is merged into what stands now, and where both changed the same lines the user's stay.
    pub(super) fn rewrite(&mut self, seen: Revision, path: RelPath, target: Snapshot, base: Option<Snapshot>) {
        let is_known = self.state.review.file(&path).is_some();
        let (target, disk) = match (self.check_revision(seen), base) {
            (Ok(()), _) if is_known => (target, None),
            (Err(refusal), None) => return self.refuse_with(&refusal),
            (Ok(()), None) => return self.refuse_with(&Refusal::NothingThere(path.to_string())),
            (_, Some(base)) => {
                let now = match self.view().read(&path) {
                    Ok(now) => now,
                    Err(fault) => return self.refuse(fault.to_string(), None),
                };
                let merged = rebased(&base, now.as_ref(), target);
                // A file that has left the review comes back with the user's text as what is proposed for it.
                (merged, (!is_known).then_some(now))
            }
        };
        let is_merged = seen != self.state.review.revision();
        let file = FileRevision {
            path: path.clone(),
            from: None,
            base: disk,
            target: Some(target),
            maker: Maker::User,
            loose: false,
        };
        self.emit(EventKind::ProposalRevised { call: None, files: vec![file] });
        if is_merged {
            let text = format!("the proposal changed while you edited {path}: your text was merged into it");
            self.notice(Level::Info, text, Some("Undo takes it out again.".to_owned()));
        }
    }

    /// Notes what the user says about a part.
    pub(super) fn note(&mut self, revision: Revision, pick: Pick, text: String) {
        match self.check_revision(revision) {
            Ok(()) => self.emit(EventKind::NoteAdded { revision, pick, text }),
            Err(refusal) => self.refuse_with(&refusal),
        }
    }

    /// Settles a conflict.
    pub(super) fn resolve(&mut self, path: RelPath, resolution: Resolution) {
        let has_conflict = self.state.review.file(&path).is_some_and(|change| change.conflict.is_some());
        if has_conflict {
            if self.state.review.takes_long(&path) {
                let (contested, way) = (path.clone(), resolution.clone());
                let rehearsed = self.rehearse(path.clone(), move |review| review.resolve(&contested, &way));
                if rehearsed == Err(GivenUp) {
                    return self.refuse_given_up(&path, "the conflict stands as before");
                }
            }
            self.emit(EventKind::ConflictResolved { path, resolution });
        } else {
            self.refuse(format!("{path} has no conflict"), None);
        }
    }

    /// Takes the user's last act back.
    pub(super) fn undo(&mut self) {
        match self.state.review.undoable() {
            Ok(act) => {
                self.step_history(move |review| review.plan_undo(act), EventKind::Undone { act: Some(act) }, "undone");
            }
            Err(refusal) => self.refuse_with(&refusal),
        }
    }

    /// Does what was undone again.
    pub(super) fn redo(&mut self) {
        self.step_history(Review::plan_redo, EventKind::Redone, "redone");
    }

    /// Goes to any point of the review's history.
    pub(super) fn go_to(&mut self, revision: Revision, point: NodeId) {
        if let Err(refusal) = self.check_revision(revision) {
            return self.refuse_with(&refusal);
        }
        self.step_history(move |review| review.plan_goto(point), EventKind::WentTo { point }, "changed");
    }

    fn step_history(
        &mut self,
        plan: impl Fn(&Review) -> Result<Vec<PlannedWrite>, Refusal> + Copy + Send + 'static,
        event: EventKind,
        what: &str,
    ) {
        if let Some(path) = self.slow_file() {
            let step = event.clone();
            let rehearsed = self.rehearse(path.clone(), move |review| {
                if plan(review).is_ok() {
                    drop(fold_review(review, &step));
                }
            });
            if rehearsed == Err(GivenUp) {
                return self.refuse_given_up(&path, &format!("nothing was {what}"));
            }
        }
        let mut planned = plan(&self.state.review);
        if let Ok(writes) = &planned
            && self.check_writes(writes).is_err()
        {
            // What someone else wrote is in the review now, and the step goes around it.
            planned = plan(&self.state.review);
            if let Ok(writes) = &planned
                && let Err(moved) = self.check_writes(writes)
            {
                let names: Vec<String> = moved.iter().map(ToString::to_string).collect();
                let hint = "Your text is untouched; the pending hunks moved with it.";
                self.refuse(format!("{} changed on disk, so nothing was {what}", names.join(", ")), Some(hint));
                return;
            }
        }
        let writes = match planned {
            Ok(writes) => writes,
            Err(refusal) => return self.refuse_with(&refusal),
        };
        let contested = |review: &Review| -> Vec<RelPath> {
            review.files().filter(|change| change.conflict.is_some()).map(|change| change.path.clone()).collect()
        };
        let before = contested(&self.state.review);
        self.emit(event);
        self.write_out(&writes);
        let new: Vec<String> = contested(&self.state.review)
            .into_iter()
            .filter(|path| !before.contains(path))
            .map(|path| path.to_string())
            .collect();
        if !new.is_empty() {
            let text = format!("{}: you changed what this would change, so it stands as you left it", new.join(", "));
            let hint = "Open the conflict to choose your text, the one that was to come back, or both.";
            self.notice(Level::Info, text, Some(hint.to_owned()));
        }
        // A file that comes back into the review may have changed while nobody looked at it.
        self.check_disk();
    }
}

/// The removed and added lines of a run.
type RunContent = (Vec<Vec<u8>>, Vec<Vec<u8>>);

fn run_contents(change: &crate::review::FileChange) -> Vec<RunContent> {
    let lines = |side: &Option<Snapshot>| -> Vec<Vec<u8>> {
        side.iter().flat_map(|snapshot| snapshot.text.lines().map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
    };
    let (old, new) = (lines(&change.accepted), lines(&change.target));
    change.diff.runs.iter().map(|run| (old[run.old.clone()].to_vec(), new[run.new.clone()].to_vec())).collect()
}
