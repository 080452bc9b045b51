//! Carries a change from one text to another that differs elsewhere: for commits.

use std::ops::Range;

use super::diff::line_runs;
use super::lines::LineTable;
use super::{Run, Text};

/// A place where the change cannot be carried over: the other text differs right there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("lines {} to {} differ there", line + 1, line + lines.max(&1))]
pub struct Overlap {
    /// The first line of the place in the text before the change, from 0.
    pub line: usize,
    /// How many of its lines the change removes there.
    pub lines: usize,
}

/// Applies what changed from `before` to `after` to a third text.
///
/// A run is placed where all its removed lines stand together in `onto`; a mere insertion goes between its two
/// neighbours, or beside the one that still stands. What `onto` has already is not applied again. Unlike a three-way
/// merge it does not mind other changes right beside the place, only changes of the very lines.
pub fn transplant(before: &Text, after: &Text, onto: &Text) -> Result<Text, Overlap> {
    if before == after || onto == after {
        return Ok(onto.clone());
    }
    if onto == before {
        return Ok(after.clone());
    }
    let (old, new, other) = (before.as_bytes(), after.as_bytes(), onto.as_bytes());
    let everywhere = Overlap { line: 0, lines: 1 };
    let (Some(runs), Some(moved)) = (line_runs(old, new), line_runs(old, other)) else { return Err(everywhere) };
    let (old, new, other) = (LineTable::new(old), LineTable::new(new), LineTable::new(other));
    let mut map = LineMap { runs: &moved, next: 0, old_lines: old.count(), new_lines: other.count() };
    let mut text: Vec<u8> = Vec::with_capacity(onto.as_bytes().len() + after.as_bytes().len());
    let mut done = 0;
    for run in &runs {
        let overlap = Overlap { line: run.old.start, lines: run.old.len() };
        let added = new.slice(run.new.clone());
        match map.place(run, &other, added) {
            Place::Here(lines) if lines.start >= done => {
                text.extend_from_slice(other.slice(done..lines.start));
                if text.last().is_some_and(|byte| *byte != b'\n') && !added.is_empty() {
                    return Err(overlap);
                }
                text.extend_from_slice(added);
                let is_open = text.last().is_some_and(|byte| *byte != b'\n');
                if is_open && lines.end < other.count() {
                    return Err(overlap);
                }
                done = lines.end;
            }
            Place::Done => {}
            Place::Here(_) | Place::Nowhere => return Err(overlap),
        }
    }
    text.extend_from_slice(other.slice(done..other.count()));
    Ok(Text::new(text))
}

/// Where a run goes.
enum Place {
    /// In place of these lines.
    Here(Range<usize>),
    /// It is there already.
    Done,
    /// It cannot be told.
    Nowhere,
}

/// Which lines of one text stand unchanged in another, and where. Places must be asked in rising order.
struct LineMap<'a> {
    runs: &'a [Run],
    next: usize,
    old_lines: usize,
    new_lines: usize,
}

impl LineMap<'_> {
    fn place(&mut self, run: &Run, other: &LineTable<'_>, added: &[u8]) -> Place {
        // The ends of the texts stand in for neighbours that are not there.
        let above = match run.old.start {
            0 => Some(0),
            line => self.line(line - 1).map(|line| line + 1),
        };
        let stretch = self.stretch(&run.old);
        let below = if run.old.end == self.old_lines { Some(self.new_lines) } else { self.line(run.old.end) };
        if let Some(stretch) = stretch {
            return Place::Here(stretch);
        }
        match (above, below) {
            (Some(above), Some(below)) if above <= below && other.slice(above..below) == added => Place::Done,
            (Some(above), Some(below)) if run.old.is_empty() && above == below => Place::Here(above..above),
            (Some(at), None) | (None, Some(at)) if run.old.is_empty() => Place::Here(at..at),
            _ => Place::Nowhere,
        }
    }

    /// Returns where a line stands in the other text.
    fn line(&mut self, line: usize) -> Option<usize> {
        while self.runs.get(self.next).is_some_and(|run| run.old.end <= line) {
            self.next += 1;
        }
        let is_changed = self.runs.get(self.next).is_some_and(|run| run.old.start <= line);
        if is_changed {
            return None;
        }
        match self.next.checked_sub(1).map(|last| &self.runs[last]) {
            Some(run) => Some(line - run.old.end + run.new.end),
            None => Some(line),
        }
    }

    /// Returns where all of some lines stand together; none for no lines.
    fn stretch(&mut self, lines: &Range<usize>) -> Option<Range<usize>> {
        if lines.is_empty() {
            return None;
        }
        let start = self.line(lines.start)?;
        // Nothing may be changed or inserted between them: then no run lies before their last line.
        let is_whole = self.runs.get(self.next).is_none_or(|run| run.old.start >= lines.end);
        is_whole.then(|| start..start + lines.len())
    }
}
