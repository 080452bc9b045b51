//! A line of text put together again from the rows that show it, for finding what lies across their ends.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Page, cells};

/// How a row goes on from the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Joint {
    /// It begins a line of its own.
    #[default]
    Apart,
    /// A blank stood where the line was broken.
    Blank,
    /// A word was cut, or broken behind a hyphen.
    Close,
}

/// A line over one or more rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedLine {
    /// The rows that show it.
    pub rows: Range<usize>,
    /// Its text, without what stands before the text of the rows that go on.
    pub text: String,
    /// Each row's part of the text.
    parts: Vec<Part>,
}

/// A row's part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// Its bytes of the line's text.
    bytes: Range<usize>,
    /// The columns before it in the row.
    before: usize,
    /// Whether it is code, of which the screen may show a part.
    is_code: bool,
}

impl Page {
    /// Returns the line that a row is part of.
    pub fn line(&self, row: usize) -> JoinedLine {
        let goes_on = |row: usize| self.rows.get(row).is_some_and(|row| row.joint != Joint::Apart);
        let first = (0..=row).rev().find(|row| !goes_on(*row)).unwrap_or(0);
        let end = (row + 1..self.rows.len()).find(|row| !goes_on(*row)).unwrap_or(self.rows.len());
        let mut line = JoinedLine { rows: first..end, text: String::new(), parts: Vec::with_capacity(end - first) };
        for (at, row) in self.rows.iter().enumerate().take(end).skip(first) {
            if row.joint == Joint::Blank {
                line.text.push(' ');
            }
            // A list's number is text that can be looked for; the bar of code and what repeats it is not.
            let left_out = if at > first || row.code.is_some() { row.lead } else { 0 };
            let lead = row.pieces.iter().take(left_out);
            let before = lead.map(|piece| cells(&piece.text)).sum();
            let start = line.text.len();
            line.text.extend(row.pieces.iter().skip(left_out).map(|piece| piece.text.as_str()));
            if let Some(code) = row.code
                && let Some(block) = self.codes.get(code.block)
            {
                line.text.extend(block.plain(code).into_iter().map(|piece| piece.text));
            }
            line.parts.push(Part { bytes: start..line.text.len(), before, is_code: row.code.is_some() });
        }
        line
    }
}

impl JoinedLine {
    /// Returns the row in which a byte of the text stands; for a blank at which the line is broken, the one above.
    pub fn row_of(&self, byte: usize) -> usize {
        let after = self.parts.partition_point(|part| part.bytes.start <= byte);
        self.rows.start + after.saturating_sub(1)
    }

    /// Returns a row's bytes of the text.
    pub fn bytes(&self, row: usize) -> Range<usize> {
        let part = row.checked_sub(self.rows.start).and_then(|row| self.parts.get(row));
        part.map_or(0..0, |part| part.bytes.clone())
    }

    /// Returns the columns of a row in which bytes of the text are drawn, code scrolled by so many columns.
    pub fn columns(&self, row: usize, bytes: &Range<usize>, sideways: usize) -> Option<Range<usize>> {
        let part = self.parts.get(row.checked_sub(self.rows.start)?)?;
        if bytes.end <= part.bytes.start || bytes.start >= part.bytes.end {
            return None;
        }
        let mut to_skip = if part.is_code { sideways } else { 0 };
        let mut column = part.before;
        let mut columns: Option<Range<usize>> = None;
        for (at, grapheme) in self.text[part.bytes.clone()].grapheme_indices(true) {
            let at = part.bytes.start + at;
            if at >= bytes.end {
                break;
            }
            let width = cells(grapheme);
            if to_skip > 0 {
                to_skip = to_skip.saturating_sub(width);
                continue;
            }
            if at + grapheme.len() > bytes.start {
                columns = Some(columns.map_or(column, |columns| columns.start)..column + width);
            }
            column += width;
        }
        columns
    }
}
