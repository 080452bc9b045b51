//! A line of text put together again from the rows that show it, for finding what lies across their ends.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Page, Piece, cells};

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
    /// Which of the lines in these rows it is: not the first only in a table.
    pub place: usize,
    /// Its text, without what stands before the text of the rows that go on.
    pub text: String,
    /// Whether it is the title of a table's column, or one of its cells; none where it is no table's.
    is_title: Option<bool>,
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
    /// Returns the lines that a row shows something of: one, or each cell of a table's row.
    pub fn lines(&self, row: usize) -> Vec<JoinedLine> {
        let goes_on = |row: usize| self.rows.get(row).is_some_and(|row| row.joint != Joint::Apart);
        let first = (0..=row).rev().find(|row| !goes_on(*row)).unwrap_or(0);
        let end = (row + 1..self.rows.len()).find(|row| !goes_on(*row)).unwrap_or(self.rows.len());
        let rows = first..end.max(first + 1).min(self.rows.len());
        let mut cells: Vec<(usize, bool)> = Vec::new();
        for cell in self.rows[rows.clone()].iter().flat_map(|row| &row.cells) {
            if !cells.contains(&(cell.column, cell.is_title)) {
                cells.push((cell.column, cell.is_title));
            }
        }
        if cells.is_empty() {
            return vec![self.line(rows)];
        }
        let numbered = cells.into_iter().enumerate();
        numbered.map(|(place, cell)| JoinedLine { place, ..self.cell(rows.clone(), cell) }).collect()
    }

    /// Returns all lines from the top, each title of a table before the cells below it, however the table is told.
    pub fn all_lines(&self) -> Vec<JoinedLine> {
        let mut lines: Vec<JoinedLine> = Vec::new();
        let mut table = 0;
        let mut row = 0;
        while row < self.rows.len() {
            let found = self.lines(row);
            row = found.first().map_or(row + 1, |line| line.rows.end);
            for line in found {
                match line.is_title {
                    // A table told as a list has blank rows between its own; its titles come with the first of them.
                    Some(true) => {
                        lines.insert(table, line);
                        table += 1;
                    }
                    Some(false) => lines.push(line),
                    None => {
                        lines.push(line);
                        table = lines.len();
                    }
                }
            }
        }
        lines
    }

    fn line(&self, rows: Range<usize>) -> JoinedLine {
        let mut line = JoinedLine::new(rows.clone(), None);
        for (at, row) in self.rows[rows.clone()].iter().enumerate() {
            line.join(row.joint);
            // A list's number is text that can be looked for; the bar of code and what repeats it is not.
            let left_out = if at > 0 || row.code.is_some() { row.lead } else { 0 };
            let start = line.text.len();
            line.text.extend(row.pieces.iter().skip(left_out).map(|piece| piece.text.as_str()));
            if let Some(code) = row.code.as_deref().copied()
                && let Some(block) = self.codes.get(code.block)
            {
                block.write_plain(code, &mut line.text);
            }
            line.part(start, &row.pieces[..left_out], row.code.is_some());
        }
        line
    }

    fn cell(&self, rows: Range<usize>, (column, is_title): (usize, bool)) -> JoinedLine {
        let mut line = JoinedLine::new(rows.clone(), Some(is_title));
        for row in &self.rows[rows] {
            let cell = row.cells.iter().find(|cell| (cell.column, cell.is_title) == (column, is_title));
            let (before, own) = match cell {
                Some(cell) => {
                    line.join(cell.joint);
                    (&row.pieces[..cell.pieces.start], &row.pieces[cell.pieces.clone()])
                }
                None => (&[][..], &[][..]),
            };
            let start = line.text.len();
            line.text.extend(own.iter().map(|piece| piece.text.as_str()));
            line.part(start, before, false);
        }
        line
    }
}

impl JoinedLine {
    fn new(rows: Range<usize>, is_title: Option<bool>) -> Self {
        Self { parts: Vec::with_capacity(rows.len()), rows, place: 0, text: String::new(), is_title }
    }

    /// Puts a blank where the next part goes on behind one.
    fn join(&mut self, joint: Joint) {
        if joint == Joint::Blank && !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    /// Ends a row's part of the text.
    fn part(&mut self, start: usize, before: &[Piece], is_code: bool) {
        let before = before.iter().map(|piece| cells(&piece.text)).sum();
        self.parts.push(Part { bytes: start..self.text.len(), before, is_code });
    }

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
