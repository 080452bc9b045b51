//! Going back and forth in the history: what the files become, with what others did in between kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::disk::set_accepted;
use super::draft::FileMap;
use super::history::{History, Kind, Redo};
use super::merge::merge_states;
use super::revise::replace_target;
use super::step::Way;
use super::{Decided, FileChange, PlannedWrite, Refusal, Snapshot};
use crate::path::RelPath;

/// A file's state, or none where it is not in the review.
type State = Option<Arc<FileChange>>;

/// A way through the history, worked out but not folded.
pub(super) struct Travel {
    /// The files that become something else: what stands now, and what then.
    pub(super) files: Vec<(RelPath, State, State)>,
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

impl Travel {
    /// Returns what it would write.
    pub(super) fn writes(&self) -> Vec<PlannedWrite> {
        writes(self.files.iter().map(|(_, before, after)| (before.as_deref(), after.as_deref())))
    }
}

/// Works out an undo.
pub(super) fn undo(history: &History, files: &FileMap) -> Result<Travel, Refusal> {
    let act = history.undoable().ok_or(Refusal::NoHistory("undo"))?;
    let parent = history.nodes[act].parent;
    if act == history.current {
        let path = vec![(act, Way::Back)];
        return exact(history, files, parent, path);
    }
    let label = format!("undo: {}", history.nodes[act].label);
    let end = End::New { kind: Kind::Jump { to: parent }, label, mirror: None };
    carried(history, files, &history.path(history.current, act), &[(act, Way::Back)], end)
}

/// Works out a redo.
pub(super) fn redo(history: &History, files: &FileMap) -> Result<Travel, Refusal> {
    match history.redoable().ok_or(Refusal::NoHistory("redo"))? {
        Redo::Forth(child) => {
            let parent = history.nodes[child].parent;
            if parent == history.current {
                return exact(history, files, child, vec![(child, Way::Forth)]);
            }
            let label = format!("redo: {}", history.nodes[child].label);
            let end = End::New { kind: Kind::Act, label, mirror: Some(child) };
            carried(history, files, &history.path(history.current, parent), &[(child, Way::Forth)], end)
        }
        Redo::Back(jump) => {
            let parent = history.nodes[jump].parent;
            if jump == history.current {
                return exact(history, files, parent, vec![(jump, Way::Back)]);
            }
            let label = format!("redo: {}", history.nodes[jump].label);
            let end = End::New { kind: Kind::Act, label, mirror: Some(parent) };
            carried(history, files, &history.path(history.current, jump), &[(jump, Way::Back)], end)
        }
    }
}

/// Works out the way to any point.
pub(super) fn goto(history: &History, files: &FileMap, point: usize) -> Result<Travel, Refusal> {
    if point >= history.nodes.len() || point == history.current {
        return Err(Refusal::NoHistory("go to"));
    }
    let path = history.path(history.current, point);
    let is_fact = |node: usize| history.nodes[node].kind == Kind::Fact;
    if !path.iter().any(|(node, _)| is_fact(*node)) {
        return exact(history, files, point, path);
    }
    let label = format!("back to: {}", history.nodes[point].label);
    let end = End::New { kind: Kind::Jump { to: point }, label, mirror: None };
    carried(history, files, &[], &path, end)
}

/// Walks the states along a path, exactly as they were.
struct Walk<'a> {
    history: &'a History,
    files: &'a FileMap,
    states: BTreeMap<RelPath, State>,
}

impl Walk<'_> {
    fn state(&self, path: &RelPath) -> State {
        self.states.get(path).cloned().unwrap_or_else(|| self.files.get(path).cloned())
    }

    fn walk(&mut self, node: usize, way: Way, wanted: impl Fn(&RelPath) -> bool) -> Result<(), Refusal> {
        for (path, step) in self.history.nodes[node].steps.iter().filter(|(path, _)| wanted(path)) {
            let state = self.state(path);
            let walked = step.walk(state.as_deref(), way).ok_or_else(|| Refusal::Moved(path.clone()))?;
            self.states.insert(path.clone(), walked.map(Arc::new));
        }
        Ok(())
    }
}

fn exact(history: &History, files: &FileMap, end: usize, path: Vec<(usize, Way)>) -> Result<Travel, Refusal> {
    let mut walk = Walk { history, files, states: BTreeMap::new() };
    for (node, way) in &path {
        walk.walk(*node, *way, |_| true)?;
    }
    let changed = walk.states.into_iter().map(|(key, state)| {
        let state = state.map(|state| if state.diff.is_empty() { refreshed(&state) } else { state });
        (key.clone(), files.get(&key).cloned(), state)
    });
    let files = changed.collect();
    let acts = path.iter().copied().filter(|(node, _)| history.nodes[*node].kind != Kind::Fact).collect();
    Ok(Travel { files, end: End::Exact(end, path), acts })
}

fn refreshed(state: &FileChange) -> Arc<FileChange> {
    let mut state = state.clone();
    state.refresh();
    Arc::new(state)
}

/// Walks to where the acts lie without changing anything, then does the acts, each merged into what stands now.
fn carried(
    history: &History,
    files: &FileMap,
    approach: &[(usize, Way)],
    acts: &[(usize, Way)],
    end: End,
) -> Result<Travel, Refusal> {
    let concerned: Vec<&RelPath> =
        acts.iter().flat_map(|(node, _)| history.nodes[*node].steps.iter().map(|(path, _)| path)).collect();
    let concerned: std::collections::BTreeSet<&RelPath> = concerned.into_iter().collect();
    let mut walk = Walk { history, files, states: BTreeMap::new() };
    for (node, way) in approach {
        walk.walk(*node, *way, |path| concerned.contains(path))?;
    }
    let mut now: BTreeMap<RelPath, State> = BTreeMap::new();
    let mut left: BTreeMap<RelPath, State> = BTreeMap::new();
    for (node, way) in acts {
        for (path, _) in history.nodes[*node].steps.iter() {
            let before = walk.state(path);
            walk.walk(*node, *way, |walked| walked == path)?;
            if history.nodes[*node].kind == Kind::Fact {
                continue;
            }
            let stands = now.get(path).cloned().unwrap_or_else(|| files.get(path).cloned());
            // A file that a commit took out of the review still stands on disk as it was.
            if stands.is_none() {
                left.entry(path.clone()).or_insert_with(|| before.clone());
            }
            let carried = carry(path, before.as_deref(), stands.as_deref(), walk.state(path).as_deref())?;
            now.insert(path.clone(), carried.map(Arc::new));
        }
    }
    let changed = now.into_iter().map(|(path, state)| {
        let before = files.get(&path).cloned().or_else(|| left.get(&path).cloned().flatten());
        let state = state.map(|state| refreshed(&state)).filter(|state| state.is_worth_keeping());
        (path, before, state)
    });
    let files = changed.collect();
    let acts = acts.iter().copied().filter(|(node, _)| history.nodes[*node].kind != Kind::Fact).collect();
    Ok(Travel { files, end, acts })
}

/// Carries the change of a file from `before` to `after` over to the state that stands.
fn carry(
    path: &RelPath,
    before: Option<&FileChange>,
    stands: Option<&FileChange>,
    after: Option<&FileChange>,
) -> Result<Option<FileChange>, Refusal> {
    if before == stands {
        return Ok(after.cloned());
    }
    let blank = |change: &FileChange| FileChange {
        from: change.from.clone(),
        ..FileChange::settled(change.path.clone(), change.accepted.clone())
    };
    let Some(known) = before.or(after) else { return Ok(stands.cloned()) };
    let before = before.cloned().unwrap_or_else(|| blank(known));
    let after = after.cloned().unwrap_or_else(|| blank(&before));
    let stands =
        stands.cloned().unwrap_or_else(|| FileChange { decided: Vec::new(), written: Vec::new(), ..before.clone() });
    if stands.conflict.is_some() && before.conflict != stands.conflict {
        return Err(Refusal::Conflict(path.clone()));
    }
    if stands.from != before.from {
        return Err(Refusal::Moved(path.clone()));
    }
    let merge = |base: &Option<Snapshot>, ours: &Option<Snapshot>, theirs: &Option<Snapshot>| {
        merge_states(base.as_ref(), ours.as_ref(), theirs.as_ref()).ok_or_else(|| Refusal::Moved(path.clone()))
    };
    let accepted = merge(&before.accepted, &stands.accepted, &after.accepted)?;
    let target = merge(&before.target, &stands.target, &after.target)?;
    let mut result = after.clone();
    set_accepted(&mut result, accepted.clone());
    replace_target(&mut result, target);
    let returning = std::mem::take(&mut result.decided);
    result.decided = carry_records(&before.decided, &after.decided, returning, &stands, accepted.as_ref());
    result.written.clone_from(&stands.written);
    if stands.from == after.from {
        result.note_written(stands.accepted.clone(), accepted);
    } else {
        result.written = after.written;
    }
    if let Some(conflict) = &mut result.conflict {
        conflict.yours.clone_from(&result.accepted);
    }
    Ok(Some(result))
}

/// Returns the records that stand, without those that the act had made and with those that it had taken away.
fn carry_records(
    before: &[Decided],
    after: &[Decided],
    moved_after: Vec<Decided>,
    stands: &FileChange,
    accepted: Option<&Snapshot>,
) -> Vec<Decided> {
    let count = |records: &[Decided], sign: i64, counts: &mut HashMap<String, i64>| {
        for record in records {
            *counts.entry(format!("{:?}", record.content())).or_default() += sign;
        }
    };
    // How many more of each record the act makes; negative where it takes them away.
    let mut more: HashMap<String, i64> = HashMap::new();
    count(after, 1, &mut more);
    count(before, -1, &mut more);
    let mut kept = FileChange::settled(stands.path.clone(), stands.accepted.clone());
    kept.decided = stands.decided.iter().filter(|record| !take(&mut more, record, -1)).cloned().collect();
    set_accepted(&mut kept, accepted.cloned());
    let mut records = kept.decided;
    records.extend(moved_after.into_iter().filter(|record| take(&mut more, record, 1)));
    records.sort_by_key(|record| record.at);
    records
}

/// Tells whether one more record of this content is to come (1) or go (-1), and counts it.
fn take(more: &mut HashMap<String, i64>, record: &Decided, sign: i64) -> bool {
    match more.get_mut(&format!("{:?}", record.content())) {
        Some(left) if *left * sign > 0 => {
            *left -= sign;
            true
        }
        Some(_) | None => false,
    }
}

/// Returns the writes that lead from one state of the disk to another: what comes first, then what goes.
pub(super) fn writes<'a>(
    files: impl Iterator<Item = (Option<&'a FileChange>, Option<&'a FileChange>)>,
) -> Vec<PlannedWrite> {
    let mut planned: BTreeMap<RelPath, (Option<Snapshot>, Option<Snapshot>)> = BTreeMap::new();
    for (before, after) in files {
        // A file that enters or leaves the review stands on disk as it is.
        let (Some(before), Some(after)) = (before, after) else { continue };
        let (old, new) = (before.disk_path(), after.disk_path());
        if old == new {
            planned.insert(old.clone(), (before.accepted.clone(), after.accepted.clone()));
        } else {
            planned.entry(old.clone()).or_default().0.clone_from(&before.accepted);
            planned.entry(new.clone()).or_default().1.clone_from(&after.accepted);
        }
    }
    let mut writes: Vec<PlannedWrite> = planned
        .into_iter()
        .filter(|(_, (before, after))| before != after)
        .map(|(path, (before, after))| PlannedWrite { path, before, after })
        .collect();
    writes.sort_by_key(|write| write.after.is_none());
    writes
}
