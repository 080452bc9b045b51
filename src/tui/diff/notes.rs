//! Notes that the model has not been told yet: where in the review they stand.

use std::collections::BTreeMap;

use super::super::highlight::without_end;
use super::rows::FileRows;
use crate::path::RelPath;
use crate::review::{Decision, Run};
use crate::session::SessionState;

/// A note of the user that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    /// The line of the accepted text where it was made; none where it is about the whole file.
    at: Option<usize>,
    /// The first line that it is about, with its sign.
    first: String,
    /// The words.
    text: String,
}

/// A note at its place in a file's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// The words.
    pub(super) text: String,
    /// The run that it is about; none where it is about the whole file, or its lines are gone.
    pub(super) run: Option<usize>,
}

/// Returns the notes that wait, by file. What is said with a decision stands in the decision's heading.
pub(super) fn waiting(state: &SessionState) -> BTreeMap<RelPath, Vec<Waiting>> {
    let mut notes: BTreeMap<RelPath, Vec<Waiting>> = BTreeMap::new();
    for told in state.review.feedback().iter().filter(|told| told.decision == Decision::Pending) {
        let Some(text) = &told.note else { continue };
        let first = told.diff.lines().next().unwrap_or_default().to_owned();
        notes.entry(told.path.clone()).or_default().push(Waiting { at: told.at, first, text: text.clone() });
    }
    notes
}

/// Finds the places of a file's notes: the run nearest to where the note was made that still has its first line.
pub(super) fn place(file: &FileRows, waiting: &[Waiting]) -> Vec<Note> {
    let place = |note: &Waiting| {
        let at = note.at?;
        let runs = file.change.diff.runs.iter().enumerate().filter(|(_, run)| holds(file, run, &note.first));
        runs.min_by_key(|(_, run)| run.old.start.abs_diff(at)).map(|(number, _)| number)
    };
    waiting.iter().map(|note| Note { text: note.text.clone(), run: place(note) }).collect()
}

/// Tells whether a run removes or adds a line, given with its sign.
fn holds(file: &FileRows, run: &Run, line: &str) -> bool {
    let same = |shown: &[u8], wanted: &str| {
        let shown = String::from_utf8_lossy(without_end(shown));
        // Long lines are told to the model in part.
        shown == wanted || wanted.strip_suffix('…').is_some_and(|begin| shown.starts_with(begin))
    };
    if let Some(wanted) = line.strip_prefix('-') {
        return run.old.clone().any(|at| same(file.old.raw(at), wanted));
    }
    line.strip_prefix('+').is_some_and(|wanted| run.new.clone().any(|at| same(file.new.raw(at), wanted)))
}
