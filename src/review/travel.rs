//! Going back and forth in the history: what the files become, with what others did in between kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::carry::{DiskWay, Load, State};
use super::draft::FileMap;
use super::history::{History, Kind, Redo};
use super::step::Way;
use super::{Comparisons, FileChange, PlannedWrite, Refusal, Snapshot};
use crate::path::RelPath;

/// A way through the history, worked out but not folded.
pub(super) struct Travel {
    /// The files that become something else, and what.
    pub(super) states: Vec<(RelPath, State)>,
    /// What stands now at places on disk that will be written and that no file of the review owns.
    pub(super) absent_now: BTreeMap<RelPath, Arc<FileChange>>,
    /// What will then stand at such places.
    pub(super) absent_then: BTreeMap<RelPath, Arc<FileChange>>,
    /// What it would write.
    pub(super) writes: Vec<PlannedWrite>,
    /// Where it leads.
    pub(super) end: End,
    /// The acts that are taken back or done again, in order.
    pub(super) acts: Vec<(usize, Way)>,
}

/// Where a way through the history leads.
pub(super) enum End {
    /// To a point of the tree, exactly, over these nodes.
    Exact(usize, Vec<(usize, Way)>),
    /// To a new point, because facts were stepped over.
    New {
        /// What the new point stands for.
        kind: Kind,
        /// What happened, in words.
        label: String,
        /// Where redo goes on.
        mirror: Option<usize>,
    },
}

/// Works out the undo of an act.
pub(super) fn undo(
    history: &History,
    files: &FileMap,
    comparisons: &Comparisons,
    act: usize,
) -> Result<Travel, Refusal> {
    let kind = history.nodes.get(act).map(|node| node.kind);
    if !matches!(kind, Some(Kind::Act | Kind::Proposed)) {
        return Err(Refusal::NoHistory("undo"));
    }
    let parent = history.nodes[act].parent;
    if act == history.current {
        let path = vec![(act, Way::Back)];
        return exact(history, files, parent, path);
    }
    let label = format!("undo: {}", history.nodes[act].label);
    let end = End::New { kind: Kind::Jump { to: parent }, label, mirror: None };
    carried(history, files, comparisons, &history.path(history.current, act), &[(act, Way::Back)], end)
}

/// Works out a redo.
pub(super) fn redo(history: &History, files: &FileMap, comparisons: &Comparisons) -> Result<Travel, Refusal> {
    match history.redoable().ok_or(Refusal::NoHistory("redo"))? {
        Redo::Forth(child) => {
            let parent = history.nodes[child].parent;
            if parent == history.current {
                return exact(history, files, child, vec![(child, Way::Forth)]);
            }
            let label = format!("redo: {}", history.nodes[child].label);
            let end = End::New { kind: history.nodes[child].kind, label, mirror: Some(child) };
            carried(history, files, comparisons, &history.path(history.current, parent), &[(child, Way::Forth)], end)
        }
        Redo::Back(jump) => {
            let parent = history.nodes[jump].parent;
            if jump == history.current {
                return exact(history, files, parent, vec![(jump, Way::Back)]);
            }
            let label = format!("redo: {}", history.nodes[jump].label);
            let end = End::New { kind: Kind::Act, label, mirror: Some(parent) };
            carried(history, files, comparisons, &history.path(history.current, jump), &[(jump, Way::Back)], end)
        }
    }
}

/// Works out the way to any point.
pub(super) fn goto(
    history: &History,
    files: &FileMap,
    comparisons: &Comparisons,
    point: usize,
) -> Result<Travel, Refusal> {
    if point >= history.nodes.len() || point == history.current {
        return Err(Refusal::NoHistory("go to"));
    }
    let path = history.path(history.current, point);
    let is_fact = |node: usize| history.nodes[node].kind == Kind::Fact;
    if !path.iter().any(|(node, _)| is_fact(*node))
        && let Ok(travel) = exact(history, files, point, path.clone())
    {
        return Ok(travel);
    }
    let label = format!("back to: {}", history.nodes[point].label);
    let end = End::New { kind: Kind::Jump { to: point }, label, mirror: None };
    carried(history, files, comparisons, &[], &path, end)
}

/// Walks the states along a path, exactly as they were.
struct Walk<'a> {
    history: &'a History,
    files: &'a FileMap,
    states: BTreeMap<RelPath, State>,
    disk: DiskWay,
    /// What was last known of files that are no longer in the review, by their place on disk.
    last_known: BTreeMap<RelPath, Arc<FileChange>>,
}

/// The files of one step before and after it. What is not in the review but known to be on disk counts.
struct Stride {
    before: Vec<Arc<FileChange>>,
    after: Vec<Arc<FileChange>>,
}

impl<'a> Walk<'a> {
    fn new(history: &'a History, files: &'a FileMap) -> Self {
        Self { history, files, states: BTreeMap::new(), disk: DiskWay::default(), last_known: BTreeMap::new() }
    }

    fn walk(&mut self, node: usize, way: Way) -> Result<Stride, Refusal> {
        let mut stride = Stride { before: Vec::new(), after: Vec::new() };
        for (path, step) in self.history.nodes[node].steps.iter() {
            let state = self.states.get(path).cloned().unwrap_or_else(|| self.files.get(path).cloned());
            let walked = step.walk(state.as_deref(), way).ok_or_else(|| Refusal::Moved(path.clone()))?;
            let walked = walked.map(Arc::new);
            let (absent_before, absent_after) = step.absent(way);
            let is_in_review = state.is_some();
            let (before, after) = (state.or(absent_before), walked.clone().or(absent_after));
            if !is_in_review {
                for known in before.iter().chain(&after) {
                    self.last_known.entry(known.disk_path().clone()).or_insert_with(|| Arc::clone(known));
                }
            }
            stride.before.extend(before);
            stride.after.extend(after);
            self.states.insert(path.clone(), walked);
        }
        self.disk.go(stride.before.iter().map(Arc::as_ref), stride.after.iter().map(Arc::as_ref));
        Ok(stride)
    }
}

fn exact(history: &History, files: &FileMap, end: usize, path: Vec<(usize, Way)>) -> Result<Travel, Refusal> {
    let mut walk = Walk::new(history, files);
    for (node, way) in &path {
        walk.walk(*node, *way)?;
    }
    if let Some(torn) = walk.disk.torn() {
        return Err(Refusal::Moved(torn.clone()));
    }
    let states = walk.states.into_iter().collect();
    let acts = path.iter().copied().filter(|(node, _)| history.nodes[*node].kind != Kind::Fact).collect();
    let (absent_now, absent_then) = Default::default();
    Ok(Travel { states, absent_now, absent_then, writes: walk.disk.writes(), end: End::Exact(end, path), acts })
}

/// Walks to where the acts lie without changing anything, then does the acts, each merged into what stands now.
fn carried(
    history: &History,
    files: &FileMap,
    comparisons: &Comparisons,
    approach: &[(usize, Way)],
    acts: &[(usize, Way)],
    end: End,
) -> Result<Travel, Refusal> {
    let mut walk = Walk::new(history, files);
    for (node, way) in approach {
        walk.walk(*node, *way)?;
    }
    let mut load = Load::new(files, comparisons);
    for (node, way) in acts {
        let stride = walk.walk(*node, *way)?;
        if history.nodes[*node].kind != Kind::Fact {
            load.carry(&stride.before, &stride.after, &walk.last_known)?;
        }
    }
    if let Some(torn) = load.disk.torn() {
        return Err(Refusal::Moved(torn.clone()));
    }
    // A conflict is for what someone else wrote; where only the model and the user acted, the act has been built upon.
    let is_by_others = approach.iter().chain(acts).any(|(node, _)| history.nodes[*node].kind == Kind::Fact);
    if let Some(place) = load.contested_place().filter(|_| !is_by_others) {
        return Err(Refusal::Moved(place.clone()));
    }
    let keep = |state: Arc<FileChange>| {
        let mut state = Arc::unwrap_or_clone(state);
        state.refresh(comparisons);
        Some(Arc::new(state)).filter(|state| state.is_worth_keeping())
    };
    let mut states: BTreeMap<RelPath, State> =
        load.now.into_iter().map(|(path, state)| (path, state.and_then(keep))).collect();
    let writes = load.disk.writes();
    // What is written where no file of the review lies must be known when this is taken back.
    let owns = |change: &FileChange, place: &RelPath| change.disk_path() == place || change.path == *place;
    let (mut absent_now, mut absent_then) = (BTreeMap::new(), BTreeMap::new());
    for write in &writes {
        let is_owned_now = states.keys().filter_map(|key| files.get(key)).any(|change| owns(change, &write.path));
        let is_owned_then = states.values().flatten().any(|change| owns(change, &write.path));
        let settled = |accepted: &Option<Snapshot>| Arc::new(FileChange::settled(write.path.clone(), accepted.clone()));
        if !is_owned_now {
            absent_now.insert(write.path.clone(), settled(&write.before));
        }
        if !is_owned_then {
            absent_then.insert(write.path.clone(), settled(&write.after));
        }
    }
    for place in absent_now.keys().chain(absent_then.keys()) {
        states.entry(place.clone()).or_insert_with(|| files.get(place).cloned());
    }
    let states = states.into_iter().collect();
    let acts = acts.iter().copied().filter(|(node, _)| history.nodes[*node].kind != Kind::Fact).collect();
    Ok(Travel { states, absent_now, absent_then, writes, end, acts })
}
