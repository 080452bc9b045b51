//! All pending file changes, the decisions on them, and the way back.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::carry::DiskWay;
use super::decide::{self, records_of};
use super::draft::{Draft, FileMap, Fold};
use super::feedback::feedback;
use super::history::{History, HistoryEntry, Kind, NodeId};
use super::step::{FileStep, Way};
use super::travel::{self, End, Travel};
use super::{
    Comparisons, Decision, Feedback, FileChange, FileRevision, Maker, Pick, PlannedWrite, Progress, Refusal,
    Resolution, Revision, Snapshot, disk, revise,
};
use crate::path::RelPath;

/// A proposal, its decisions and their history.
///
/// Every method is a pure function of the state and its arguments, so that the fold of the same events
/// gives the same review. A decision is planned first (what must be on disk, what shall be written) and
/// folded when it is in the log. A method that cannot do what is asked, because nobody planned it, changes
/// nothing.
///
/// Each path on disk belongs to at most one file of the review: a file that would be renamed owns both its
/// paths, and a second file that takes one of them turns the rename into a new file and a removal.
#[derive(Debug, Clone, Default)]
pub struct Review {
    revision: Revision,
    files: FileMap,
    history: History,
    /// What the model is to be told, and the node of the history that it stems from.
    waiting: Vec<Feedback>,
    waiting_for: Vec<Option<usize>>,
    last: Last,
    comparisons: Comparisons,
    /// Files whose comparison by line was given up, until the act that needed it is folded.
    given_up: BTreeSet<RelPath>,
}

/// What the last act that may write has changed, for the case that a write fails.
#[derive(Debug, Clone, Default)]
struct Last {
    before: Vec<(RelPath, Option<Arc<FileChange>>)>,
    /// The node that it made; none when it walked along the history.
    node: Option<usize>,
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

    /// Tells whether the texts of a file, by where its target or its accepted text lies, take long to be compared.
    pub fn takes_long(&self, path: &RelPath) -> bool {
        let by_place = || self.files.values().find(|change| change.disk_path() == path);
        self.files.get(path).or_else(by_place).is_some_and(|change| {
            [&change.accepted, &change.target].into_iter().flatten().any(|side| side.text.takes_long())
        })
    }

    /// Returns what compares the texts of this review.
    pub fn comparisons(&self) -> &Comparisons {
        &self.comparisons
    }

    /// Folds that the user gave up the comparison of a file by line: the next act on it takes it as a whole, as one change
    /// or as one conflict.
    pub fn give_up(&mut self, path: &RelPath) {
        self.given_up.insert(path.clone());
    }

    /// Returns a copy whose long comparisons tell `began` when they begin; what it finds out is known to this one too.
    #[must_use]
    pub fn rehearsal(&self, began: impl Fn() + Send + Sync + 'static) -> Self {
        Self { comparisons: self.comparisons.watched(began), ..self.clone() }
    }

    /// Returns how far the review is.
    pub fn progress(&self) -> Progress {
        self.files.values().map(|change| change.progress()).fold(Progress::default(), Progress::plus)
    }

    /// Returns what a decision would write, in order; it fails where the decision cannot be made.
    pub fn plan(&self, pick: &Pick, decision: Decision) -> Result<Vec<PlannedWrite>, Refusal> {
        let mut draft = self.draft();
        decide::decide(&mut draft, &self.picked(pick), pick, decision, None)?;
        let mut disk = DiskWay::default();
        disk.go(draft.pairs().filter_map(|(before, _)| before), draft.pairs().filter_map(|(_, after)| after));
        Ok(disk.writes())
    }

    /// Folds a decision and returns what it writes. The caller has planned it on this very state.
    pub fn decide(&mut self, pick: &Pick, decision: Decision, note: Option<&str>) -> Vec<PlannedWrite> {
        let mut draft = self.draft();
        let Ok(told) = decide::decide(&mut draft, &self.picked(pick), pick, decision, note) else { return Vec::new() };
        let mut disk = DiskWay::default();
        disk.go(draft.pairs().filter_map(|(before, _)| before), draft.pairs().filter_map(|(_, after)| after));
        let Some(fold) = draft.finish() else { return Vec::new() };
        let node = self.fold(fold, Kind::Act, decide::label(pick, decision));
        // A rejected rename leaves the file at its old path, so the file is looked for at both.
        let mut note = note;
        let told = told.iter().map(|(path, records)| {
            let stands = self.files.get(path).map(Arc::as_ref);
            feedback(path, decision, records, note.take(), stands)
        });
        self.history.nodes[node].feedback = told.collect();
        self.tell(node);
        disk.writes()
    }

    /// Folds the news that a write of the last decision, undo or redo failed, and that what was made `with` it was taken
    /// back: the files are as they were before it.
    pub fn write_failed(&mut self, path: &RelPath, with: &[RelPath]) {
        let is_there = |failed: &RelPath| failed == path || with.contains(failed);
        let is_it = |change: &FileChange| is_there(&change.path) || is_there(change.disk_path());
        let concerned = |key: &RelPath, before: &Option<Arc<FileChange>>| {
            let now = self.files.get(key);
            before.as_deref().is_some_and(is_it) || now.is_some_and(|change| is_it(change))
        };
        let mut restored = Vec::new();
        for (key, before) in std::mem::take(&mut self.last.before) {
            if concerned(&key, &before) { restored.push((key, before)) } else { self.last.before.push((key, before)) }
        }
        if restored.is_empty() {
            return;
        }
        let between = |(key, before): &(RelPath, Option<Arc<FileChange>>)| {
            (key.clone(), FileStep::between(self.files.get(key), before.as_ref()))
        };
        let steps = restored.iter().map(between).collect();
        let paths: Vec<RelPath> = restored.iter().map(|(key, _)| key.clone()).collect();
        self.install(restored);
        match self.last.node {
            // The act has not happened to these files.
            Some(node) => {
                self.history.forget(node, &paths);
                self.retain_waiting(|told, of| of != Some(node) || !paths.contains(&told.path));
            }
            // The walk along the history stays; that it stopped short of this file is an act of its own.
            None => {
                let label = format!("not written: {path}");
                self.history.grow(Kind::Act, label, self.revision, Arc::new(steps));
            }
        }
    }

    /// Folds a new target.
    pub fn revise(&mut self, revisions: &[FileRevision]) {
        let mut draft = self.draft();
        for revision in revisions {
            revise::revise(&mut draft, revision);
        }
        if let Some(fold) = draft.finish() {
            let is_of_user = revisions.first().is_some_and(|revision| revision.maker == Maker::User);
            let kind = if is_of_user { Kind::Act } else { Kind::Proposed };
            self.fold(fold, kind, revise::label(revisions));
        }
        self.given_up.clear();
    }

    /// Folds a change on disk by someone else: pending runs move with it, touching ones become a conflict.
    pub fn disk_moved(&mut self, path: &RelPath, disk: Option<&Snapshot>) {
        let mut draft = self.draft();
        disk::disk_moved(&mut draft, path, disk);
        if let Some(fold) = draft.finish() {
            self.fold(fold, Kind::Fact, format!("{path} changed on disk"));
        }
        self.given_up.clear();
    }

    /// Folds changes on disk that came together, such as those of a checkout, as one point of the history.
    pub fn disk_moved_together(&mut self, files: &[(&RelPath, Option<&Snapshot>)], label: String) {
        let mut draft = self.draft();
        for (path, disk) in files {
            disk::disk_moved(&mut draft, path, *disk);
        }
        if let Some(fold) = draft.finish() {
            self.fold(fold, Kind::Fact, label);
        }
        self.given_up.clear();
    }

    /// Folds the settling of a conflict.
    pub fn resolve(&mut self, path: &RelPath, resolution: &Resolution) {
        let mut draft = self.draft();
        disk::resolve(&mut draft, path, resolution);
        if let Some(fold) = draft.finish() {
            self.fold(fold, Kind::Act, format!("settle {path}"));
        }
    }

    /// Folds a note of the user on a part. It changes neither text and is no act to undo.
    pub fn add_note(&mut self, pick: &Pick, text: &str) {
        let mut note = Some(text);
        for path in self.picked(pick) {
            let Some(change) = self.files.get(&path) else { continue };
            let records = records_of(change, pick);
            if records.is_empty() && !matches!(pick, Pick::File { .. }) {
                continue;
            }
            let mut told = feedback(&path, Decision::Pending, &records, note.take(), Some(change));
            let is_of_lines = matches!(pick, Pick::Runs { .. } | Pick::Lines { .. });
            told.at = told.at.filter(|_| is_of_lines);
            self.waiting.push(told);
            self.waiting_for.push(None);
        }
    }

    /// Returns the last act of the user, which is what an undo takes back: edits of the model and what others did are
    /// stepped over and stay.
    pub fn undoable(&self) -> Result<NodeId, Refusal> {
        match self.history.undoable() {
            Some(act) => Ok(NodeId(act)),
            None if self.history.newest().is_some() => Err(Refusal::NothingOfYours),
            None => Err(Refusal::NoHistory("undo")),
        }
    }

    /// Returns what the undo of an act would write.
    pub fn plan_undo(&self, act: NodeId) -> Result<Vec<PlannedWrite>, Refusal> {
        travel::undo(&self.history, &self.files, &self.comparisons, act.0).map(|travel| travel.writes)
    }

    /// Folds the undo of an act and returns what it writes. Without one it is that of the newest, be it the user's or the
    /// model's, as older journals mean it.
    pub fn undo(&mut self, act: Option<NodeId>) -> Vec<PlannedWrite> {
        let Some(act) = act.map(|act| act.0).or_else(|| self.history.newest()) else { return Vec::new() };
        let travel = travel::undo(&self.history, &self.files, &self.comparisons, act);
        travel.map(|travel| self.travel(travel)).unwrap_or_default()
    }

    /// Returns what a redo would write.
    pub fn plan_redo(&self) -> Result<Vec<PlannedWrite>, Refusal> {
        travel::redo(&self.history, &self.files, &self.comparisons).map(|travel| travel.writes)
    }

    /// Folds a redo and returns what it writes.
    pub fn redo(&mut self) -> Vec<PlannedWrite> {
        let travel = travel::redo(&self.history, &self.files, &self.comparisons);
        travel.map(|travel| self.travel(travel)).unwrap_or_default()
    }

    /// Returns everything that happened, as a tree, oldest first.
    pub fn history(&self) -> Vec<HistoryEntry> {
        self.history.entries()
    }

    /// Returns what going to a point of the history would write.
    pub fn plan_goto(&self, point: NodeId) -> Result<Vec<PlannedWrite>, Refusal> {
        travel::goto(&self.history, &self.files, &self.comparisons, point.0).map(|travel| travel.writes)
    }

    /// Folds going to a point of the history and returns what it writes.
    pub fn goto(&mut self, point: NodeId) -> Vec<PlannedWrite> {
        let travel = travel::goto(&self.history, &self.files, &self.comparisons, point.0);
        travel.map(|travel| self.travel(travel)).unwrap_or_default()
    }

    /// Folds a commit of these paths on disk: their accepted and rejected runs are settled, pending ones stay.
    pub fn committed(&mut self, paths: &[RelPath]) {
        let mut draft = self.draft();
        for (key, change) in &self.files {
            let is_in = paths.contains(change.disk_path()) || paths.contains(key);
            let is_over = change.diff.is_empty() && change.conflict.is_none() && change.written.is_empty();
            if (is_in || is_over)
                && let Some(mut change) = draft.take(key)
            {
                change.written.clear();
                change.decided.clear();
                change.made.clear();
                draft.put(change);
            }
        }
        if let Some(fold) = draft.finish() {
            self.fold(fold, Kind::Fact, "commit".to_owned());
        }
    }

    /// Returns what the model has not been told yet.
    pub fn feedback(&self) -> &[Feedback] {
        &self.waiting
    }

    /// Folds the telling.
    pub fn feedback_sent(&mut self) {
        for node in self.waiting_for.drain(..).flatten() {
            self.history.nodes[node].is_told = true;
        }
        self.waiting.clear();
    }

    fn draft(&self) -> Draft<'_> {
        Draft::new(&self.files, &self.comparisons, &self.given_up)
    }

    /// Returns the files that a pick means, by path.
    fn picked(&self, pick: &Pick) -> Vec<RelPath> {
        match pick {
            Pick::Everything => self.files.keys().cloned().collect(),
            Pick::Folder { path: folder } => self.files.keys().filter(|path| path.is_within(folder)).cloned().collect(),
            Pick::File { path } | Pick::Unit { path, .. } | Pick::Runs { path, .. } | Pick::Lines { path, .. } => {
                vec![path.clone()]
            }
        }
    }

    /// Folds a change of files and returns its node in the history.
    fn fold(&mut self, fold: Fold, kind: Kind, label: String) -> usize {
        let before = self.install(fold.states);
        let node = self.history.grow(kind, label, self.revision, fold.steps);
        self.last = Last { before, node: Some(node) };
        node
    }

    /// Puts states in place and returns those that stood before.
    fn install(&mut self, states: Vec<(RelPath, Option<Arc<FileChange>>)>) -> Vec<(RelPath, Option<Arc<FileChange>>)> {
        self.revision.0 += 1;
        let mut before = Vec::with_capacity(states.len());
        for (path, state) in states {
            let old = match state {
                Some(state) => self.files.insert(path.clone(), state),
                None => self.files.remove(&path),
            };
            before.push((path, old));
        }
        before
    }

    /// Folds a way through the history and returns what it writes.
    fn travel(&mut self, travel: Travel) -> Vec<PlannedWrite> {
        let states = travel.states;
        let between = |(path, state): &(RelPath, Option<Arc<FileChange>>)| {
            let (now, then) = (travel.absent_now.get(path).cloned(), travel.absent_then.get(path).cloned());
            let step = FileStep::between(self.files.get(path), state.as_ref()).with_absent(now, then);
            (path.clone(), step)
        };
        let node = match travel.end {
            End::Exact(node, path) => {
                self.history.remember(&path);
                self.history.current = node;
                None
            }
            End::New { kind, label, mirror } => {
                let steps = states.iter().map(between).collect();
                let node = self.history.grow(kind, label, Revision(self.revision.0 + 1), Arc::new(steps));
                self.history.nodes[node].mirror = mirror;
                Some(node)
            }
        };
        let before = self.install(states);
        for (act, way) in &travel.acts {
            self.retell(*act, *way);
        }
        if let Some(node) = node {
            self.history.nodes[node].acts = travel.acts.into();
        }
        self.last = Last { before, node };
        travel.writes
    }

    /// Takes back what waits to be told of an act that is undone, and lets it wait again when it is redone.
    fn retell(&mut self, act: usize, way: Way) {
        let acts = Arc::clone(&self.history.nodes[act].acts);
        for (repeated, its_way) in acts.iter() {
            self.retell(*repeated, its_way.along(way));
        }
        match way {
            Way::Back => self.retain_waiting(|_, of| of != Some(act)),
            Way::Forth if !self.history.nodes[act].is_told => self.tell(act),
            Way::Forth => {}
        }
    }

    /// Lets what a node has to tell wait for the next telling.
    fn tell(&mut self, node: usize) {
        let told = Arc::clone(&self.history.nodes[node].feedback);
        self.waiting_for.extend(std::iter::repeat_n(Some(node), told.len()));
        self.waiting.extend(told.iter().cloned());
    }

    fn retain_waiting(&mut self, keep: impl Fn(&Feedback, Option<usize>) -> bool) {
        let waiting = std::mem::take(&mut self.waiting);
        let waiting_for = std::mem::take(&mut self.waiting_for);
        for (told, of) in waiting.into_iter().zip(waiting_for) {
            if keep(&told, of) {
                self.waiting.push(told);
                self.waiting_for.push(of);
            }
        }
    }
}
