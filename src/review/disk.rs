//! Changes on disk by someone else: pending runs move with them, touching ones become a conflict.

use git2::FileFavor;

use super::decide::move_records;
use super::draft::Draft;
use super::lines::move_marks;
use super::merge::merge_states;
use super::revise::replace_target;
use super::taken_back::take_back;
use super::{Comparisons, ConflictTexts, FileChange, Mode, Resolution, Snapshot, Text};
use crate::path::RelPath;

/// Lays the disk's new state over the draft.
pub(super) fn disk_moved(draft: &mut Draft<'_>, path: &RelPath, disk: Option<&Snapshot>) {
    let owner = match draft.get(path) {
        Some(change) if change.from.is_none() => Some(path.clone()),
        Some(_) if disk.is_some() => {
            // The path that a pending rename would take is taken. The file stays where it is: its text may have no other
            // place once the conflict is settled.
            let left = draft.get(path).and_then(|change| change.from.clone());
            draft.break_rename(path);
            if let Some(mut left) = left.and_then(|left| draft.take(&left)) {
                left.target.clone_from(&left.accepted);
                draft.put(left);
            }
            Some(path.clone())
        }
        Some(_) => None,
        None => draft.moved_from(path),
    };
    let Some(mut change) = owner.and_then(|owner| draft.take(&owner)) else { return };
    if change.accepted.as_ref() != disk {
        change.by_file = draft.is_given_up(path);
        let comparisons = draft.comparisons().of(&change);
        move_accepted(&mut change, disk, &comparisons);
    }
    if change.accepted.is_none() {
        // What is gone cannot be renamed; the proposal would make it anew.
        change.from = None;
    }
    draft.put(change);
}

/// Returns the conflict of a step of the history with text that someone else wrote at the same place.
///
/// What stands keeps standing, here and on disk; the proposal is the text that the step wanted there, with what was
/// pending besides.
pub(super) fn contested(
    before: &FileChange,
    stands: &FileChange,
    after: &FileChange,
    comparisons: &Comparisons,
) -> FileChange {
    let states = [&before.accepted, &after.accepted, &before.target].map(Option::as_ref);
    let wanted = match merge_states(comparisons, states[0], states[1], states[2]) {
        // Where the step leads nothing was pending.
        _ if after.target == after.accepted => after.accepted.clone(),
        Some(with_pending) => with_pending,
        None => after.accepted.clone(),
    };
    let mut contested = stands.clone();
    let conflict = ConflictTexts { base: before.accepted.clone(), yours: stands.accepted.clone(), proposal: wanted };
    contest(&mut contested, conflict, comparisons);
    contested
}

fn move_accepted(change: &mut FileChange, disk: Option<&Snapshot>, comparisons: &Comparisons) {
    let base = match &change.conflict {
        Some(conflict) => conflict.base.clone(),
        None => change.accepted.clone(),
    };
    take_back(change, disk, comparisons);
    set_accepted(change, disk.cloned(), comparisons);
    let proposal = match &change.conflict {
        Some(conflict) => conflict.proposal.clone(),
        None => change.target.clone(),
    };
    match merge_states(comparisons, base.as_ref(), disk, proposal.as_ref()) {
        Some(merged) => {
            change.conflict = None;
            replace_target(change, merged, comparisons);
        }
        None => contest(change, ConflictTexts { base, yours: disk.cloned(), proposal }, comparisons),
    }
}

/// Puts a file in conflict. Its target is what the proposal would make of the disk's text: nobody has proposed to take back
/// what someone changed elsewhere in the file.
fn contest(change: &mut FileChange, conflict: ConflictTexts, comparisons: &Comparisons) {
    let target = merged(&conflict, FileFavor::Theirs, comparisons).unwrap_or_else(|| conflict.proposal.clone());
    replace_target(change, target, comparisons);
    change.conflict = Some(conflict);
}

/// Gives a file another accepted text; the records of decisions move along.
pub(super) fn set_accepted(change: &mut FileChange, accepted: Option<Snapshot>, comparisons: &Comparisons) {
    let runs = match (&change.accepted, &accepted) {
        (Some(old), Some(new)) => comparisons.runs(&old.text, &new.text),
        (None, _) | (_, None) => None,
    };
    match runs {
        Some(runs) => {
            move_records(&mut change.decided, &runs);
            change.made = move_marks(&change.made, &runs);
        }
        None => {
            change.made.clear();
            let lines = accepted.as_ref().map_or(0, |accepted| accepted.text.lines().count());
            for record in &mut change.decided {
                record.at = record.at.min(lines);
            }
        }
    }
    change.accepted = accepted;
}

/// Lays the settling of a conflict over the draft.
pub(super) fn resolve(draft: &mut Draft<'_>, path: &RelPath, resolution: &Resolution) {
    if draft.get(path).is_none_or(|change| change.conflict.is_none()) {
        return;
    }
    let Some(mut change) = draft.take(path) else { return };
    let Some(conflict) = change.conflict.take() else { return };
    // The way to settle it needs the lines: what was given up is tried again.
    change.by_file = draft.is_given_up(path);
    let comparisons = draft.comparisons().of(&change);
    let merged = |conflict: &ConflictTexts, favor| merged(conflict, favor, &comparisons);
    let is_yours = *resolution == Resolution::Yours;
    let target = match resolution {
        Resolution::Yours => merged(&conflict, FileFavor::Ours).unwrap_or(conflict.yours),
        Resolution::Proposal => merged(&conflict, FileFavor::Theirs).unwrap_or(conflict.proposal),
        Resolution::Both => match merged(&conflict, FileFavor::Union) {
            Some(both) => both,
            // Where a side is absent the other stands; where they are no lines, the proposal.
            None => match (conflict.yours, conflict.proposal) {
                (Some(_), Some(proposal)) => Some(proposal),
                (yours, proposal) => yours.or(proposal),
            },
        },
        Resolution::Text(text) => Some(text.clone()),
    };
    if is_yours
        && target == change.accepted
        && let Some(from) = change.from.take()
    {
        change.path = from;
    }
    replace_target(&mut change, target, &comparisons);
    draft.put(change);
}

/// Returns the merge in which each touching place is settled alike; none where the sides are not merged by line.
fn merged(conflict: &ConflictTexts, favor: FileFavor, comparisons: &Comparisons) -> Option<Option<Snapshot>> {
    let (yours, proposal) = (conflict.yours.as_ref()?, conflict.proposal.as_ref()?);
    let empty = Text::from("");
    let base = conflict.base.as_ref().map_or(&empty, |base| &base.text);
    let is_link = [yours.mode, proposal.mode].contains(&Mode::Symlink);
    let sides = [base, &yours.text, &proposal.text];
    if is_link || sides.iter().any(|side| !super::diff::has_lines(side.as_bytes())) {
        return None;
    }
    let (text, _) = comparisons.merge(base, &yours.text, &proposal.text, Some(favor))?;
    let mode = super::merge::merge_modes(conflict.base.as_ref().map(|base| base.mode), yours.mode, proposal.mode);
    let favored = if favor == FileFavor::Ours { yours.mode } else { proposal.mode };
    Some(Some(Snapshot { text, mode: mode.unwrap_or(favored) }))
}
