//! Moving through the review.

use super::geometry::Top;
use super::layout::Spot;
use super::pane::DiffPane;
use super::rows::{Row, Stop};
use crate::path::RelPath;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the end.
    Down,
    /// To the beginning.
    Up,
}

impl DiffPane {
    /// Puts the cursor on a row and as much of what begins there as fits in sight.
    pub(super) fn go_to(&mut self, spot: Spot) {
        let geometry = self.last_geometry();
        self.cursor = geometry.drawn(&self.layout, self.layout.clamped(spot));
        let Some(file) = self.layout.file(self.cursor) else { return };
        let end = Spot { row: file.extent(self.cursor.row).end.saturating_sub(1), ..self.cursor };
        self.top = geometry.follow(&self.layout, self.top, end);
        self.top = geometry.follow(&self.layout, self.top, self.cursor);
    }

    /// Goes to what stands at a line of a file's accepted text.
    pub(super) fn go_to_line(&mut self, path: &RelPath, line: usize) {
        let Ok(file) = self.layout.find(path) else { return };
        let rows = &self.layout.files[file];
        let nearest = rows.stops.iter().min_by_key(|stop| rows.place(stop.row).0.abs_diff(line));
        let row = nearest.map_or(0, |stop| stop.row);
        self.go_to(Spot { file, row });
    }

    /// Goes a row down or up; a wrapped line that is higher than the pane is scrolled through first.
    pub(super) fn step(&mut self, way: Way) {
        let geometry = self.last_geometry();
        let in_sight = geometry.in_sight(&self.layout, self.top);
        let sight = in_sight.iter().find(|row| row.spot == self.cursor);
        let next = match way {
            Way::Down => {
                let height = match (self.layout.file(self.cursor), self.cursor_row()) {
                    (Some(file), Some(row)) => geometry.row_height(file, row),
                    _ => 1,
                };
                let is_cut = sight.is_some_and(|row| row.skip + usize::from(row.height) < height);
                if is_cut && height > geometry.body() {
                    let skip = if self.top.spot == self.cursor { self.top.skip + 1 } else { 0 };
                    self.top = Top { spot: self.cursor, skip };
                    return;
                }
                geometry.down(&self.layout, self.cursor)
            }
            Way::Up => {
                if sight.is_some_and(|row| row.skip > 0) {
                    self.top.skip -= 1;
                    return;
                }
                geometry.up(&self.layout, self.cursor)
            }
        };
        if let Some(next) = next {
            self.cursor = next;
            self.top = geometry.follow(&self.layout, self.top, self.cursor);
        }
    }

    /// Goes a page down or up, or a half, third, … part of it.
    pub(super) fn page(&mut self, way: Way, part: usize) {
        let geometry = self.last_geometry();
        let lines = geometry.body().saturating_sub(1).div_ceil(part).max(1);
        let go = |spot| match way {
            Way::Down => geometry.down_by(&self.layout, spot, lines),
            Way::Up => geometry.up_by(&self.layout, spot, lines),
        };
        let (cursor, top) = (go(self.cursor), go(self.top.spot));
        self.cursor = cursor;
        self.top = geometry.follow(&self.layout, Top { spot: top, skip: 0 }, cursor);
    }

    /// Scrolls by screen lines; the cursor comes along when it would be out of sight.
    pub(super) fn scroll_by(&mut self, way: Way, lines: usize) {
        let geometry = self.last_geometry();
        let spot = match way {
            Way::Down => geometry.down_by(&self.layout, self.top.spot, lines),
            Way::Up => geometry.up_by(&self.layout, self.top.spot, lines),
        };
        // Settled on its own first row, the top goes no further than the last page.
        self.top = geometry.settle(&self.layout, Top { spot, skip: 0 }, spot);
        let in_sight = geometry.in_sight(&self.layout, self.top);
        let (Some(first), Some(last)) = (in_sight.first(), in_sight.last()) else { return };
        let is_heading = self.cursor == self.top.spot;
        if !is_heading {
            self.cursor = self.cursor.clamp(first.spot, last.spot);
        }
        self.cursor = geometry.drawn(&self.layout, self.cursor);
    }

    /// Goes to the beginning or the end.
    pub(super) fn edge(&mut self, way: Way) {
        let geometry = self.last_geometry();
        self.cursor = match way {
            Way::Up => Spot::default(),
            Way::Down => geometry.drawn(&self.layout, self.layout.spot(usize::MAX)),
        };
        self.top = geometry.follow(&self.layout, self.top, self.cursor);
    }

    /// Goes to the next or previous stop that fits.
    pub(super) fn stop(&mut self, way: Way, fits: impl Fn(&Stop) -> bool) -> bool {
        let Spot { file, row } = self.cursor;
        let found = match way {
            Way::Down => {
                self.find_stop(file..self.layout.files.len(), |at, stop| (at > file || stop.row > row) && fits(stop))
            }
            Way::Up => (0..=file).rev().find_map(|at| {
                let stops = &self.layout.files.get(at)?.stops;
                let stop = stops.iter().rev().find(|stop| (at < file || stop.row < row) && fits(stop))?;
                Some(Spot { file: at, row: stop.row })
            }),
        };
        if let Some(spot) = found {
            self.go_to(spot);
        }
        found.is_some()
    }

    fn find_stop(&self, files: std::ops::Range<usize>, fits: impl Fn(usize, &Stop) -> bool) -> Option<Spot> {
        let mut files = files;
        files.find_map(|at| {
            let stop = self.layout.files.get(at)?.stops.iter().find(|stop| fits(at, stop))?;
            Some(Spot { file: at, row: stop.row })
        })
    }

    /// Returns the first undecided part from a file on.
    pub(super) fn first_pending(&self, from: usize) -> Option<Spot> {
        self.find_stop(from..self.layout.files.len(), |_, stop| stop.is_pending())
    }

    /// Goes to the next undecided part, from the end on again at the beginning.
    pub(super) fn next_undecided(&mut self) -> bool {
        if self.stop(Way::Down, Stop::is_pending) {
            return true;
        }
        let first = self.first_pending(0);
        if let Some(spot) = first {
            self.go_to(spot);
        }
        first.is_some()
    }

    /// Goes to the next file's heading, or to this one's and then those before.
    pub(super) fn file_step(&mut self, way: Way) {
        let file = match way {
            Way::Down if self.cursor.file + 1 < self.layout.files.len() => self.cursor.file + 1,
            Way::Down => return,
            Way::Up if self.cursor.row > 0 => self.cursor.file,
            Way::Up => self.cursor.file.saturating_sub(1),
        };
        self.top = Top { spot: Spot { file, row: 0 }, skip: 0 };
        self.go_to(Spot { file, row: 0 });
    }

    /// Opens what Enter opens: a fold, or lines between hunks. Tells whether there was any.
    pub(super) fn open(&mut self, spot: Spot) -> bool {
        let Some(file) = self.layout.file(spot) else { return false };
        let path = file.change.path.clone();
        match self.layout.row(spot) {
            Some(Row::File) => {
                if !self.folded.remove(&path) {
                    self.folded.insert(path.clone());
                }
            }
            Some(Row::Gap { .. }) if file.leaves_out => return false,
            Some(Row::Gap { old, lines }) => {
                let start = super::rows::wide(old);
                self.opened.entry(path.clone()).or_default().push(start..start + super::rows::wide(lines));
                if let Some(ranges) = self.opened.get_mut(&path) {
                    ranges.sort_by_key(|range| range.start);
                }
            }
            _ => return false,
        }
        self.rebuild(&path);
        true
    }
}
