//! The draft as rows of a width.

use std::ops::Range;

use super::draft::Draft;
use super::reach::graphemes;
use crate::tui::markdown::cells;
use crate::tui::safe;

/// The draft's rows for a width: ranges of its raw text, without line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) rows: Vec<Range<usize>>,
    width: usize,
}

impl Rows {
    /// Returns the rows; each is no wider than `width`, and breaks after a space where there is one.
    pub(super) fn of(draft: &Draft, width: usize) -> Self {
        let width = width.max(1);
        let mut rows = Vec::new();
        let mut line_start = 0;
        for line in draft.raw().split('\n') {
            wrap(draft, line, line_start, width, &mut rows);
            line_start += line.len() + 1;
        }
        Self { rows, width }
    }

    /// Returns the row and the column of a place in the text.
    pub(super) fn place(&self, draft: &Draft, at: usize) -> (usize, usize) {
        // A place where one row ends and the next of the same line begins belongs to the next.
        let row = self.rows.partition_point(|row| row.start <= at).saturating_sub(1);
        let Some(range) = self.rows.get(row) else { return (0, 0) };
        let column =
            self.columns(draft, range.clone()).take_while(|(start, _)| *start < at).map(|(_, width)| width).sum();
        (row, column)
    }

    /// Returns the place in the text at a row and column, or the nearest one in that row.
    pub(super) fn at(&self, draft: &Draft, row: usize, column: usize) -> usize {
        let Some(range) = self.rows.get(row) else { return draft.raw().len() };
        let is_wrapped = self.rows.get(row + 1).is_some_and(|next| next.start == range.end);
        let mut used = 0;
        let mut last = range.start;
        for (start, width) in self.columns(draft, range.clone()) {
            last = start;
            if used + width > column {
                return start;
            }
            used += width;
        }
        // The end of a wrapped row is the start of the next; the place before it stays in this one.
        if is_wrapped { last } else { range.end }
    }

    fn columns<'a>(&self, draft: &'a Draft, range: Range<usize>) -> impl Iterator<Item = (usize, usize)> + 'a {
        let start = range.start;
        let most = self.width;
        graphemes(&draft.raw()[range]).scan(0, move |column, (at, grapheme)| {
            let width = cells(&shown(draft, grapheme, *column)).min(most);
            *column += width;
            Some((start + at, width))
        })
    }
}

/// Returns what is drawn for a grapheme at a column.
pub(super) fn shown(draft: &Draft, grapheme: &str, column: usize) -> String {
    match draft.label(grapheme) {
        Some(label) => label.to_owned(),
        None => safe::shown(grapheme, column).into_owned(),
    }
}

fn wrap(draft: &Draft, line: &str, line_start: usize, width: usize, rows: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut used = 0;
    // Where the row could end.
    let mut space: Option<usize> = None;
    for (at, grapheme) in graphemes(line) {
        let mut next = cells(&shown(draft, grapheme, used)).min(width);
        if used + next > width && at > start {
            let end = space.take().unwrap_or(at);
            rows.push(line_start + start..line_start + end);
            start = end;
            // Measured anew, since tabs are as wide as their column says.
            used = graphemes(&line[start..at])
                .fold(0, |column, (_, grapheme)| column + cells(&shown(draft, grapheme, column)).min(width));
            next = cells(&shown(draft, grapheme, used)).min(width);
            if used + next > width && at > start {
                rows.push(line_start + start..line_start + at);
                start = at;
                used = 0;
                next = cells(&shown(draft, grapheme, 0)).min(width);
            }
        }
        used += next;
        if grapheme == " " {
            space = Some(at + grapheme.len());
        }
    }
    rows.push(line_start + start..line_start + line.len());
}
