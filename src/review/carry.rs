//! Carries a past act over to files that others have changed since: a merge of both, file by file.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::authorship::joined;
use super::bundles::bundled;
use super::disk::{contested, set_accepted};
use super::draft::FileMap;
use super::merge::merge_states;
use super::revise::replace_target;
use super::{Comparisons, Decided, FileChange, PlannedWrite, Refusal, Snapshot};
use crate::path::RelPath;

/// A file's state, or none where it is not in the review.
pub(super) type State = Option<Arc<FileChange>>;

/// The files as they stand, while acts are carried over to them.
pub(super) struct Load<'a> {
    files: &'a FileMap,
    comparisons: &'a Comparisons,
    /// The files that become something else.
    pub(super) now: BTreeMap<RelPath, State>,
    /// What becomes of the disk.
    pub(super) disk: DiskWay,
    /// What stood on disk of files that an act took out of the review on the way.
    left: BTreeMap<RelPath, Arc<FileChange>>,
    /// Files that someone else changed where an act changes them, by their place on disk.
    contested: BTreeMap<RelPath, Contest>,
}

/// A file that someone else changed where an act changes it.
struct Contest {
    /// The file before the first act that would have changed it.
    before: FileChange,
    /// The file as it stands.
    stands: FileChange,
}

/// Why an act cannot be carried over to a file.
enum Obstacle {
    /// It is refused.
    Refused(Refusal),
    /// Someone else changed the same place on disk; both texts are kept.
    Contested(Box<Contest>),
}

impl<'a> Load<'a> {
    pub(super) fn new(files: &'a FileMap, comparisons: &'a Comparisons) -> Self {
        Self {
            files,
            comparisons,
            now: BTreeMap::new(),
            disk: DiskWay::default(),
            left: BTreeMap::new(),
            contested: BTreeMap::new(),
        }
    }

    /// Carries one act over: what changed between the files before and after it.
    ///
    /// A file is known by where it lies on disk, since the name of its target may be what the act changes. `last_known`
    /// has what the history last tells of files that are not in the review.
    pub(super) fn carry(
        &mut self,
        before: &[Arc<FileChange>],
        after: &[Arc<FileChange>],
        last_known: &BTreeMap<RelPath, Arc<FileChange>>,
    ) -> Result<(), Refusal> {
        let is_moving = |path: &RelPath| {
            let lies = |files: &[Arc<FileChange>]| {
                files.iter().find(|change| change.path == *path).map(|change| change.disk_path().clone())
            };
            matches!((lies(before), lies(after)), (Some(old), Some(new)) if old != new)
        };
        let mut places: BTreeMap<&RelPath, (Option<&FileChange>, Option<&FileChange>)> = BTreeMap::new();
        let (mut stood, mut results): (Vec<Arc<FileChange>>, Vec<FileChange>) = Default::default();
        for change in before {
            if !is_moving(&change.path) {
                places.entry(change.disk_path()).or_default().0 = Some(change);
            } else if self.at_key(&change.path).as_ref() == Some(change) {
                stood.push(Arc::clone(change));
            } else {
                // A file that was moved on disk and changed there since is not moved back under the changer.
                return Err(Refusal::Moved(change.path.clone()));
            }
        }
        for change in after {
            if is_moving(&change.path) {
                let place = change.disk_path();
                let stood = before.iter().find(|change| change.disk_path() == place);
                if self.at_place(place, None).as_ref() != stood {
                    return Err(Refusal::Moved(place.clone()));
                }
                results.push(change.as_ref().clone());
            } else {
                places.entry(change.disk_path()).or_default().1 = Some(change);
            }
        }
        for (place, (before, after)) in places {
            let stands = self.at_place(place, before.or(after));
            // A file that is not in the review may have changed since, and that may be known.
            let known = self.left.get(place).or_else(|| last_known.get(place)).map(Arc::as_ref).or(before);
            let forgotten = match (&stands, known) {
                (None, Some(known)) => Some(Arc::new(FileChange::settled(place.clone(), known.accepted.clone()))),
                (None, None) | (Some(_), _) => None,
            };
            let stands = stands.or(forgotten);
            let result = match self.contested.get(place) {
                Some(contest) => Some(contest.at(before, after, self.comparisons)),
                None => match carry_file(place, before, stands.as_deref(), after, self.comparisons) {
                    Ok(result) => result,
                    Err(Obstacle::Refused(refusal)) => return Err(refusal),
                    Err(Obstacle::Contested(contest)) => {
                        let result = contest.at(before, after, self.comparisons);
                        self.contested.insert(place.clone(), *contest);
                        Some(result)
                    }
                },
            };
            stood.extend(stands);
            results.extend(result);
        }
        self.disk.go(stood.iter().map(Arc::as_ref), results.iter());
        for change in stood {
            self.now.insert(change.path.clone(), None);
            self.left.insert(change.disk_path().clone(), change);
        }
        for result in results {
            if self.at_key(&result.path).is_some() {
                return Err(Refusal::Moved(result.path));
            }
            self.now.insert(result.path.clone(), Some(Arc::new(result)));
        }
        Ok(())
    }

    /// Returns a place on disk where someone else changed what an act changes, if there is one.
    pub(super) fn contested_place(&self) -> Option<&RelPath> {
        self.contested.keys().next()
    }

    fn at_key(&self, path: &RelPath) -> State {
        self.now.get(path).cloned().unwrap_or_else(|| self.files.get(path).cloned())
    }

    /// Returns the file that lies at a place on disk; `likely` is one that did.
    fn at_place(&self, place: &RelPath, likely: Option<&FileChange>) -> State {
        let lies_there = |change: &Arc<FileChange>| change.disk_path() == place;
        let likely = likely.and_then(|likely| self.at_key(&likely.path)).filter(lies_there);
        likely.or_else(|| self.at_key(place).filter(lies_there)).or_else(|| {
            let keys = self.now.keys().chain(self.files.keys());
            keys.filter_map(|key| self.at_key(key)).find(lies_there)
        })
    }
}

impl Contest {
    /// Returns the file with the conflict between what stands and what an act leads to. A file that leaves the review
    /// keeps the text that it had before the act.
    fn at(
        &self,
        act_before: Option<&FileChange>,
        act_after: Option<&FileChange>,
        comparisons: &Comparisons,
    ) -> FileChange {
        let Self { before, stands } = self;
        let left = act_before.unwrap_or(before);
        let after =
            act_after.cloned().unwrap_or_else(|| FileChange::settled(before.path.clone(), left.accepted.clone()));
        let comparisons = comparisons.of(stands);
        let mut contested = contested(before, stands, &after, &comparisons);
        contested.decided =
            carry_records(&before.decided, &after.decided, Vec::new(), stands, stands.accepted.as_ref(), &comparisons);
        contested
    }
}

/// Carries the change of a file from `before` to `after` over to the state that stands.
fn carry_file(
    place: &RelPath,
    before: Option<&FileChange>,
    stands: Option<&FileChange>,
    after: Option<&FileChange>,
    comparisons: &Comparisons,
) -> Result<Option<FileChange>, Obstacle> {
    if before == stands {
        return Ok(after.cloned());
    }
    let moved = || Obstacle::Refused(Refusal::Moved(place.clone()));
    let settled = |change: &FileChange| FileChange::settled(place.clone(), change.accepted.clone());
    let Some(known) = before.or(after) else { return Ok(stands.cloned()) };
    let before = before.cloned().unwrap_or_else(|| settled(known));
    let after = after.cloned().unwrap_or_else(|| settled(&before));
    let stands = stands.cloned().unwrap_or_else(|| settled(&before));
    if stands.conflict.is_some() && before.conflict != stands.conflict {
        return Err(Obstacle::Refused(Refusal::Conflict(stands.path)));
    }
    let comparisons = &comparisons.of(&stands);
    let merge = |base: &Option<Snapshot>, ours: &Option<Snapshot>, theirs: &Option<Snapshot>| {
        merge_states(comparisons, base.as_ref(), ours.as_ref(), theirs.as_ref())
    };
    let Some(accepted) = merge(&before.accepted, &stands.accepted, &after.accepted) else {
        return Err(Obstacle::Contested(Box::new(Contest { before, stands })));
    };
    let target = merge(&before.target, &stands.target, &after.target).ok_or_else(moved)?;
    let mut result = FileChange { by_file: stands.by_file, ..after.clone() };
    if (&before.path, &before.from) == (&after.path, &after.from) {
        result.path.clone_from(&stands.path);
        result.from.clone_from(&stands.from);
    } else if (&before.path, &before.from) != (&stands.path, &stands.from) {
        return Err(moved());
    }
    set_accepted(&mut result, accepted.clone(), comparisons);
    let mut standing = FileChange {
        made: stands.made.clone(),
        target: stands.target.clone(),
        marks: stands.marks.clone(),
        ..settled(&stands)
    };
    set_accepted(&mut standing, accepted.clone(), comparisons);
    replace_target(&mut standing, target.clone(), comparisons);
    result.made = joined(standing.made, std::mem::take(&mut result.made));
    // The model may have edited since: whose lines these are is known from both sides.
    replace_target(&mut result, target, comparisons);
    result.marks = joined(standing.marks, std::mem::take(&mut result.marks));
    let returning = std::mem::take(&mut result.decided);
    result.decided = carry_records(&before.decided, &after.decided, returning, &stands, accepted.as_ref(), comparisons);
    result.written.clone_from(&stands.written);
    result.note_written(stands.accepted.clone(), accepted);
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
    comparisons: &Comparisons,
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
    set_accepted(&mut kept, accepted.cloned(), comparisons);
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

/// What becomes of the files on disk, step after step.
#[derive(Default)]
pub(super) struct DiskWay {
    ways: BTreeMap<RelPath, (Option<Snapshot>, Option<Snapshot>)>,
    /// What stands at each place that a step has told of.
    known: BTreeMap<RelPath, Option<Snapshot>>,
    torn: Option<RelPath>,
    /// The two places of each rename on the way: what is written at one belongs to what is removed at the other.
    renames: Vec<(RelPath, RelPath)>,
}

impl DiskWay {
    /// Notes one step of some files.
    ///
    /// A place on disk that only one side knows stays as it is: its file enters the review or leaves it. A pending
    /// rename knows two places, the second of which is empty.
    pub(super) fn go<'b>(
        &mut self,
        before: impl Iterator<Item = &'b FileChange>,
        after: impl Iterator<Item = &'b FileChange>,
    ) {
        let places = |change: &'b FileChange| {
            let empty = change.from.as_ref().map(|_| (&change.path, None));
            [Some((change.disk_path(), change.accepted.as_ref())), empty].into_iter().flatten()
        };
        let (before, after): (Vec<&FileChange>, Vec<&FileChange>) = (before.collect(), after.collect());
        for change in before.iter().chain(&after) {
            if let Some(from) = &change.from {
                self.renames.push((from.clone(), change.path.clone()));
            }
        }
        let before: BTreeMap<&RelPath, Option<&Snapshot>> = before.into_iter().flat_map(places).collect();
        for (place, old) in &before {
            self.see(place, *old);
        }
        for (place, new) in after.into_iter().flat_map(places) {
            match before.get(place) {
                Some(old) if *old != new => {
                    let way = self.ways.entry(place.clone()).or_insert_with(|| (old.cloned(), None));
                    way.1 = new.cloned();
                    self.known.insert(place.clone(), new.cloned());
                }
                Some(_) => {}
                None => self.see(place, new),
            }
        }
    }

    fn see(&mut self, place: &RelPath, stands: Option<&Snapshot>) {
        match self.known.get(place) {
            Some(known) if known.as_ref() != stands => self.torn = Some(place.clone()),
            Some(_) => {}
            None => {
                self.known.insert(place.clone(), stands.cloned());
            }
        }
    }

    /// Returns a place where one step starts from other text than the steps before led to, if there is one.
    ///
    /// That is so when a file had left the review, was changed by someone else, and has come back.
    pub(super) fn torn(&self) -> Option<&RelPath> {
        self.torn.as_ref()
    }

    /// Returns the writes, bundle by bundle.
    pub(super) fn writes(self) -> Vec<PlannedWrite> {
        let planned = self.ways.into_iter().filter(|(_, (before, after))| before != after);
        let writes = planned.map(|(path, (before, after))| PlannedWrite { path, before, after, bundle: 0 });
        bundled(writes.collect(), &self.renames)
    }
}
