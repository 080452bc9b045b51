//! New targets, by the model or by the user, and who made which lines of them.

use super::draft::Draft;
use super::lines::{LineTable, move_marks};
use super::{Comparisons, FileChange, FileRevision, Maker, Mark, Run, Snapshot};

/// Lays a new target over the draft.
pub(super) fn revise(draft: &mut Draft<'_>, revision: &FileRevision) {
    match &revision.from {
        Some(from) if *from != revision.path => move_file(draft, revision),
        Some(_) | None => {
            make_room(draft, revision);
            let mut change = draft
                .take(&revision.path)
                .unwrap_or_else(|| FileChange::settled(revision.path.clone(), revision.base.clone().flatten()));
            set_target(&mut change, revision, draft);
            put_normal(draft, change);
        }
    }
}

fn move_file(draft: &mut Draft<'_>, revision: &FileRevision) {
    let Some(from) = &revision.from else { return };
    let known = draft.take(from);
    let mut change = match known {
        Some(change) => change,
        None => FileChange::settled(from.clone(), revision.base.clone().flatten()),
    };
    if change.from.as_ref() == Some(&revision.path) {
        // Back to where it lies.
        change.from = None;
        change.path = revision.path.clone();
        set_target(&mut change, revision, draft);
        put_normal(draft, change);
        return;
    }
    make_room(draft, revision);
    let is_taken = draft.get(&revision.path).is_some();
    let is_on_disk = change.accepted.is_some();
    if !is_taken && (is_on_disk || change.written.is_empty()) {
        change.from = if is_on_disk { Some(change.from.unwrap_or(change.path)) } else { None };
        change.path = revision.path.clone();
        set_target(&mut change, revision, draft);
        put_normal(draft, change);
        return;
    }
    // Another file of the review owns the new path, or adit has removed something at the old one: what lies where
    // on disk cannot be told as a rename.
    let mut there = draft.take(&revision.path).unwrap_or_else(|| FileChange::settled(revision.path.clone(), None));
    set_target(&mut there, revision, draft);
    change.target = None;
    change.marks = whole_mark(None, revision);
    put_normal(draft, change);
    put_normal(draft, there);
}

/// Ends a pending rename away from the path that the revision takes.
fn make_room(draft: &mut Draft<'_>, revision: &FileRevision) {
    if let Some(moved) = draft.moved_from(&revision.path)
        && revision.target.is_some()
    {
        draft.break_rename(&moved);
    }
}

/// Puts a file where it belongs: without a target or without an accepted text there is no rename.
fn put_normal(draft: &mut Draft<'_>, mut change: FileChange) {
    if change.accepted.is_none() {
        change.from = None;
    }
    if change.target.is_none()
        && let Some(from) = change.from.take()
    {
        change.path = from;
    }
    draft.put(change);
}

fn set_target(change: &mut FileChange, revision: &FileRevision, draft: &Draft<'_>) {
    change.by_file = draft.is_given_up(&revision.path);
    let is_same = change.target == revision.target;
    if !is_same {
        let runs = match (&change.target, &revision.target) {
            (Some(old), Some(new)) => draft.comparisons().of(change).runs(&old.text, &new.text),
            (None, _) | (_, None) => None,
        };
        match runs {
            Some(runs) => {
                let mut marks = move_marks(&change.marks, &runs);
                marks.extend(runs.iter().map(|run| mark(run.new.clone(), revision)));
                marks.sort_by_key(|mark| (mark.lines.start, mark.lines.end));
                change.marks = marks;
            }
            None => change.marks = whole_mark(revision.target.as_ref(), revision),
        }
    }
    change.target.clone_from(&revision.target);
    if let Some(conflict) = &mut change.conflict {
        conflict.proposal.clone_from(&revision.target);
    }
}

fn whole_mark(target: Option<&Snapshot>, revision: &FileRevision) -> Vec<Mark> {
    let count = target.map_or(0, |target| LineTable::new(target.text.as_bytes()).count());
    vec![mark(0..count, revision)]
}

fn mark(lines: std::ops::Range<usize>, revision: &FileRevision) -> Mark {
    Mark { lines, maker: revision.maker.clone(), loose: revision.loose }
}

/// Moves a file's marks through splices of its target.
pub(super) fn move_target_marks(change: &mut FileChange, splices: &[Run]) {
    change.marks = move_marks(&change.marks, splices);
}

/// Gives a file another target that nobody proposed, such as a merge; its marks move along.
pub(super) fn replace_target(change: &mut FileChange, target: Option<Snapshot>, comparisons: &Comparisons) {
    if change.target == target {
        return;
    }
    let runs = match (&change.target, &target) {
        (Some(old), Some(new)) => comparisons.runs(&old.text, &new.text),
        (None, _) | (_, None) => None,
    };
    match runs {
        Some(runs) => change.marks = move_marks(&change.marks, &runs),
        None => change.marks.clear(),
    }
    change.target = target;
}

/// Returns revisions of one act in words.
pub(super) fn label(revisions: &[FileRevision]) -> String {
    let whose = match revisions.first().map(|revision| &revision.maker) {
        Some(Maker::Model { .. }) | None => "the model's edit",
        Some(Maker::User) => "your edit",
    };
    match revisions {
        [one] => format!("{whose} of {}", one.path),
        many => format!("{whose} of {} files", many.len()),
    }
}
