//! Lines of a text by number, and how line numbers move when lines come and go.

use std::ops::Range;

use super::{Mark, Refusal, Run};

/// A text cut into lines; only `\n` ends a line, and it belongs to the line.
pub(super) struct LineTable<'a> {
    bytes: &'a [u8],
    /// Where each line starts, and the text's length at the end.
    starts: Vec<usize>,
}

impl<'a> LineTable<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut starts = vec![0];
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            at += line.len();
            starts.push(at);
        }
        Self { bytes, starts }
    }

    /// Returns the whole text.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns how many lines there are; an empty text has none.
    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the bytes of some lines. A range beyond the end is cut.
    pub(super) fn slice(&self, lines: Range<usize>) -> &'a [u8] {
        let end = lines.end.min(self.count());
        let start = lines.start.min(end);
        &self.bytes[self.starts[start]..self.starts[end]]
    }

    pub(super) fn line(&self, number: usize) -> &'a [u8] {
        self.slice(number..number + 1)
    }

    /// Returns the lines as text to show; bytes that are not UTF-8 are replaced.
    pub(super) fn shown(&self, lines: impl IntoIterator<Item = usize>) -> Vec<String> {
        lines.into_iter().map(|number| String::from_utf8_lossy(self.line(number)).into_owned()).collect()
    }
}

/// Builds a text from pieces and refuses to go on after a line without its newline.
#[derive(Default)]
pub(super) struct Joined(Vec<u8>);

impl Joined {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        if piece.is_empty() {
            return Ok(());
        }
        if self.0.last().is_some_and(|byte| *byte != b'\n') {
            return Err(Refusal::UnterminatedLine);
        }
        self.0.extend_from_slice(piece);
        Ok(())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Moves positions through the runs between an old and a new text. Positions must be asked in rising order.
pub(super) struct Mover<'a> {
    runs: &'a [Run],
    next: usize,
}

impl<'a> Mover<'a> {
    pub(super) fn new(runs: &'a [Run]) -> Self {
        Self { runs, next: 0 }
    }

    /// Returns where the place before old line `line` lies in the new text.
    ///
    /// Lines inserted exactly there come after the place; a place inside a changed block stays inside it.
    pub(super) fn place(&mut self, line: usize) -> usize {
        while let Some(run) = self.runs.get(self.next) {
            let is_before = run.old.end <= line && run.old.start < line;
            if !is_before {
                break;
            }
            self.next += 1;
        }
        if let Some(run) = self.runs.get(self.next)
            && run.old.start < line
        {
            return run.new.start + (line - run.old.start).min(run.new.len());
        }
        match self.next.checked_sub(1).map(|before| &self.runs[before]) {
            Some(run) => line - run.old.end + run.new.end,
            None => line,
        }
    }
}

/// Moves marks through the runs between an old and a new target; changed lines lose their mark.
pub(super) fn move_marks(marks: &[Mark], runs: &[Run]) -> Vec<Mark> {
    let mut moved = Vec::with_capacity(marks.len());
    let mut first = 0;
    for mark in marks {
        while runs.get(first).is_some_and(|run| run.old.end < mark.lines.start) {
            first += 1;
        }
        if mark.lines.is_empty() {
            let place = mark.lines.start;
            let is_inside = runs[first..]
                .iter()
                .take_while(|run| run.old.start < place)
                .any(|run| run.old.start < place && place < run.old.end);
            if !is_inside {
                let at = Mover { runs, next: first.saturating_sub(1) }.place(place);
                moved.push(Mark { lines: at..at, ..mark.clone() });
            }
            continue;
        }
        let mut from = mark.lines.start;
        let mut behind = first;
        loop {
            while runs.get(behind).is_some_and(|run| run.old.end <= from) {
                behind += 1;
            }
            let until = runs.get(behind).map_or(mark.lines.end, |run| run.old.start.min(mark.lines.end));
            if from < until {
                let shift = behind.checked_sub(1).map_or((0, 0), |last| (runs[last].old.end, runs[last].new.end));
                let lines = from - shift.0 + shift.1..until - shift.0 + shift.1;
                moved.push(Mark { lines, ..mark.clone() });
            }
            match runs.get(behind) {
                Some(run) if run.old.end < mark.lines.end => from = from.max(run.old.end),
                Some(_) | None => break,
            }
            // A pure insertion leaves `from` where it is; it is behind now.
            behind += 1;
        }
    }
    moved
}

/// Returns the marks that touch a run, in order; the others tell of nothing pending.
pub(super) fn marks_of_runs(mut marks: Vec<Mark>, runs: &[Run]) -> Vec<Mark> {
    marks.sort_by_key(|mark| (mark.lines.start, mark.lines.end));
    let mut first = 0;
    marks.retain(|mark| {
        while runs.get(first).is_some_and(|run| run.new.end < mark.lines.start) {
            first += 1;
        }
        runs[first..].iter().take_while(|run| run.new.start <= mark.lines.end).any(|run| touches(&run.new, &mark.lines))
    });
    marks
}

/// Tells whether two ranges share a line, or meet where one of them is empty.
pub(super) fn touches(one: &Range<usize>, other: &Range<usize>) -> bool {
    if one.is_empty() || other.is_empty() {
        one.start <= other.end && other.start <= one.end
    } else {
        one.start < other.end && other.start < one.end
    }
}
