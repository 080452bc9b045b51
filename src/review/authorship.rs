//! Who made which lines of an accepted text, so that a commit can be asked about later.

use super::diff::line_runs;
use super::lines::move_marks;
use super::{Mark, Run, Text};

/// Lines of a target that come to stand in the accepted text, in order.
pub(super) struct Taken<'a> {
    /// The line of the new accepted text at which the first of them stands.
    pub(super) at: usize,
    /// Their numbers in the target, rising.
    pub(super) lines: &'a [usize],
}

/// Returns the marks of an accepted text after lines of a target came into it.
///
/// `made` are the marks that it had, which move through `splices`; `marks` are the target's.
pub(super) fn after_taking<'a>(
    made: &[Mark],
    splices: &[Run],
    marks: &[Mark],
    taken: impl IntoIterator<Item = Taken<'a>>,
) -> Vec<Mark> {
    let mut after = move_marks(made, splices);
    let mut next = 0;
    for taken in taken {
        for (offset, line) in taken.lines.iter().enumerate() {
            while marks.get(next).is_some_and(|mark| mark.lines.end <= *line) {
                next += 1;
            }
            let Some(mark) = marks.get(next).filter(|mark| mark.lines.contains(line)) else { continue };
            let at = taken.at + offset;
            match after.last_mut() {
                Some(last) if last.lines.end == at && last.maker == mark.maker && last.loose == mark.loose => {
                    last.lines.end = at + 1;
                }
                _ => after.push(Mark { lines: at..at + 1, ..mark.clone() }),
            }
        }
    }
    after.retain(|mark| !mark.lines.is_empty());
    after.sort_by_key(|mark| (mark.lines.start, mark.lines.end));
    after
}

/// Returns the marks of two lists, in order; where both tell of a line, the first one holds.
pub(super) fn joined(first: Vec<Mark>, second: Vec<Mark>) -> Vec<Mark> {
    let is_free = |mark: &Mark| !first.iter().any(|held| super::lines::touches(&held.lines, &mark.lines));
    let mut more: Vec<Mark> = second.into_iter().filter(is_free).collect();
    more.extend(first);
    more.sort_by_key(|mark| (mark.lines.start, mark.lines.end));
    more
}

/// Returns the marks of one text as they stand in another; lines that differ there have none.
///
/// Texts that are not compared by line have no marks in common.
pub fn carried_marks(marks: &[Mark], from: &Text, to: &Text) -> Vec<Mark> {
    match line_runs(from.as_bytes(), to.as_bytes()) {
        Some(runs) => {
            let mut carried = move_marks(marks, &runs);
            carried.retain(|mark| !mark.lines.is_empty());
            carried
        }
        None => Vec::new(),
    }
}
