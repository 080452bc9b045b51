//! What was accepted and is taken back on disk by someone else: it is neither decided nor to be committed any more.

use super::lines::LineTable;
use super::{Comparisons, Decision, FileChange, Run, Snapshot, Text, transplant};

/// Drops what a change on disk takes back of what adit wrote: all of it, or runs that stand again exactly as before.
///
/// Lines that the user changed further stay: what was accepted is in them.
pub(super) fn take_back(change: &mut FileChange, disk: Option<&Snapshot>, comparisons: &Comparisons) {
    let [(before, after)] = change.written.as_slice() else { return };
    if change.from.is_some() {
        return;
    }
    if before.as_ref() == disk {
        change.written.clear();
        change.decided.retain(|record| record.decision != Decision::Accepted);
        return;
    }
    let (Some(before), Some(after), Some(old), Some(new)) = (before, after, &change.accepted, disk) else { return };
    let Some(runs) = comparisons.runs(&old.text, &new.text) else { return };
    let (stood, stands) = (LineTable::new(old.text.as_bytes()), LineTable::new(new.text.as_bytes()));
    let mut decided = change.decided.clone();
    let back: Vec<&Run> = runs
        .iter()
        .filter(|run| {
            let found = decided.iter().position(|record| {
                record.decision == Decision::Accepted
                    && record.unit.is_none()
                    && record.at == run.old.start
                    && record.added == stood.shown(run.old.clone())
                    && record.removed == stands.shown(run.new.clone())
            });
            found.map(|at| decided.remove(at)).is_some()
        })
        .collect();
    if back.is_empty() {
        return;
    }
    let mut text = Vec::with_capacity(old.text.as_bytes().len());
    let mut done = 0;
    for run in back {
        text.extend_from_slice(stood.slice(done..run.old.start));
        text.extend_from_slice(stands.slice(run.new.clone()));
        done = run.old.end;
    }
    text.extend_from_slice(stood.slice(done..stood.count()));
    let Ok(text) = transplant(&old.text, &Text::new(text), &after.text) else { return };
    let left = Snapshot { text, mode: after.mode };
    let pair = (Some(before.clone()), Some(left));
    change.decided = decided;
    change.written.clear();
    if pair.0 != pair.1 {
        change.written.push(pair);
    }
}
