//! Changes on disk by someone else: pending runs move with them, touching ones become a conflict.

use super::decide::move_records;
use super::diff::line_runs;
use super::draft::Draft;
use super::merge::{merge_states, merge_union};
use super::revise::replace_target;
use super::{ConflictTexts, FileChange, Resolution, Snapshot, Text};
use crate::path::RelPath;

/// Lays the disk's new state over the draft.
pub(super) fn disk_moved(draft: &mut Draft<'_>, path: &RelPath, disk: Option<&Snapshot>) {
    let owner = match draft.get(path) {
        Some(change) if change.from.is_none() => Some(path.clone()),
        Some(_) if disk.is_some() => {
            // The path that a pending rename would take is taken.
            draft.break_rename(path);
            Some(path.clone())
        }
        Some(_) => None,
        None => draft.moved_from(path),
    };
    let Some(mut change) = owner.and_then(|owner| draft.take(&owner)) else { return };
    move_accepted(&mut change, disk);
    if change.accepted.is_none() {
        // What is gone cannot be renamed; the proposal would make it anew.
        change.from = None;
    }
    draft.put(change);
}

fn move_accepted(change: &mut FileChange, disk: Option<&Snapshot>) {
    if change.accepted.as_ref() == disk {
        return;
    }
    let base = match &change.conflict {
        Some(conflict) => conflict.base.clone(),
        None => change.accepted.clone(),
    };
    set_accepted(change, disk.cloned());
    let proposal = change.target.clone();
    match merge_states(base.as_ref(), disk, proposal.as_ref()) {
        Some(merged) => {
            change.conflict = None;
            replace_target(change, merged);
        }
        None => change.conflict = Some(ConflictTexts { base, yours: disk.cloned(), proposal }),
    }
}

/// Gives a file another accepted text; the records of decisions move along.
pub(super) fn set_accepted(change: &mut FileChange, accepted: Option<Snapshot>) {
    let runs = match (&change.accepted, &accepted) {
        (Some(old), Some(new)) => line_runs(old.text.as_bytes(), new.text.as_bytes()),
        (None, _) | (_, None) => None,
    };
    match runs {
        Some(runs) => move_records(&mut change.decided, &runs),
        None => {
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
    let target = match resolution {
        Resolution::Yours => conflict.yours,
        Resolution::Proposal => conflict.proposal,
        Resolution::Both => both(conflict),
        Resolution::Text(text) => Some(text.clone()),
    };
    if *resolution == Resolution::Yours
        && let Some(from) = change.from.take()
    {
        change.path = from;
    }
    replace_target(&mut change, target);
    draft.put(change);
}

/// Returns both sides, yours first; where one is absent, the other; where they are no lines, the proposal.
fn both(conflict: ConflictTexts) -> Option<Snapshot> {
    let (Some(yours), Some(proposal)) = (&conflict.yours, &conflict.proposal) else {
        return conflict.yours.or(conflict.proposal);
    };
    let empty = Text::from("");
    let base = conflict.base.as_ref().map_or(&empty, |base| &base.text);
    let sides = [base, &yours.text, &proposal.text];
    if sides.iter().any(|side| !super::diff::has_lines(side.as_bytes())) {
        return conflict.proposal;
    }
    let text = merge_union(base.as_bytes(), yours.text.as_bytes(), proposal.text.as_bytes());
    let mode = super::merge::merge_modes(conflict.base.as_ref().map(|base| base.mode), yours.mode, proposal.mode);
    Some(Snapshot { text: text?, mode: mode.unwrap_or(proposal.mode) })
}
