//! Scrolling in a file's view: by lines, or by the rows of wrapped lines.

use ratatui::style::Style;

use super::super::highlight::SourceLine;
use super::view::FileView;

/// The first line in sight, and how many of its rows are scrolled off where lines are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Top {
    /// The line.
    pub(super) line: usize,
    /// Its rows above the sight.
    pub(super) skip: usize,
}

impl FileView {
    /// Scrolls by rows, down where positive; the last page stays full.
    pub(in crate::tui) fn scroll_by(&mut self, rows: isize, height: u16) {
        let moved = if rows < 0 {
            self.above(self.top, rows.unsigned_abs())
        } else {
            self.below(self.top, rows.unsigned_abs())
        };
        self.top = moved.min(self.last_page(height));
    }

    /// Scrolls by columns, to the right where positive; no further than lines are shown.
    pub(in crate::tui) fn scroll_sideways(&mut self, columns: isize) {
        self.scroll = self.scroll.saturating_add_signed(columns).min(10_000);
    }

    /// Scrolls so that a line, by its number from 0, is the first one in sight; the last page stays full.
    pub(in crate::tui) fn go_to_line(&mut self, line: usize, height: u16) {
        self.top = Top { line, skip: 0 }.min(self.last_page(height));
    }

    /// Returns where the view stands, to see whether something moved it.
    pub(in crate::tui) fn standing(&self) -> (usize, usize, usize) {
        (self.top.line, self.top.skip, self.scroll)
    }

    /// Scrolls to the end.
    pub(super) fn go_bottom(&mut self, height: u16) {
        self.top = self.last_page(height);
    }

    /// Wraps long lines, or cuts them.
    pub(super) fn toggle_wrap(&mut self, height: u16) {
        self.is_wrapped = !self.is_wrapped;
        self.top = Top { skip: 0, ..self.top }.min(self.last_page(height));
    }

    /// Scrolls as little as brings a byte of a line into sight, with some rows above it.
    pub(super) fn show(&mut self, line: usize, byte: usize, height: u16) {
        let skip = if self.is_wrapped { self.source_line(line).row_of(byte, self.text_width.get()) } else { 0 };
        let wanted = Top { line, skip };
        let first = self.above(wanted, usize::from(height.saturating_sub(1)));
        if self.top < first || self.top > wanted {
            self.top = self.above(wanted, usize::from(height / 3)).min(self.last_page(height));
        }
    }

    /// Returns how many rows a line takes.
    fn rows(&self, line: usize) -> usize {
        if self.is_wrapped { self.source_line(line).height(self.text_width.get()).max(1) } else { 1 }
    }

    fn source_line(&self, line: usize) -> SourceLine<'_> {
        let bytes = self.lines().map_or(&[][..], |lines| lines.get(line));
        SourceLine { is_wrapped: self.is_wrapped, ..SourceLine::plain(bytes, Style::new()) }
    }

    fn count(&self) -> usize {
        self.lines().map_or(0, super::super::highlight::Lines::len)
    }

    /// Returns the top from which the last row is in sight and no row is left empty without need.
    fn last_page(&self, height: u16) -> Top {
        let Some(last) = self.count().checked_sub(1) else { return Top::default() };
        let end = Top { line: last, skip: self.rows(last) - 1 };
        self.above(end, usize::from(height.saturating_sub(1)))
    }

    fn above(&self, top: Top, rows: usize) -> Top {
        if !self.is_wrapped {
            return Top { line: top.line.saturating_sub(rows), skip: 0 };
        }
        let Top { mut line, mut skip } = top;
        let mut left = rows;
        while left > skip && line > 0 {
            left -= skip + 1;
            line -= 1;
            skip = self.rows(line) - 1;
        }
        Top { line, skip: skip.saturating_sub(left) }
    }

    fn below(&self, top: Top, rows: usize) -> Top {
        let count = self.count();
        if !self.is_wrapped {
            return Top { line: top.line.saturating_add(rows).min(count.saturating_sub(1)), skip: 0 };
        }
        let Top { mut line, mut skip } = top;
        let mut left = rows;
        while left > 0 && line < count {
            let more = self.rows(line).saturating_sub(skip + 1);
            if left <= more {
                return Top { line, skip: skip + left };
            }
            left -= more + 1;
            line += 1;
            skip = 0;
        }
        Top { line, skip }
    }
}
