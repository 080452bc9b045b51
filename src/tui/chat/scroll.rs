//! Where the view stands: an entry and a row of it, or at the tail.

use crate::tui::Follow;
use crate::tui::sight::Sight;

/// A row of an entry, counted from the gap above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Anchor {
    /// The entry.
    pub(super) item: usize,
    /// The row; actions may leave it below 0 or beyond the entry, [`Scroll::settle`] mends that.
    pub(super) line: isize,
}

/// How what is selected is to be brought into view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bring {
    /// Anywhere in it, by the least way.
    Near,
    /// To that place.
    To(Sight),
}

/// Rows of an entry that must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reveal {
    /// The entry.
    pub(super) item: usize,
    /// Its first row that must be seen.
    pub(super) first: usize,
    /// How many.
    pub(super) rows: usize,
}

/// Where the view stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scroll {
    /// The row at the top of the view.
    pub(super) anchor: Anchor,
    /// Whether the view stays at the end as it grows.
    pub(super) follows: bool,
    /// By how much it moves then; by more than a line it leaves rows below the end, which fill up before it moves again.
    pub(super) follow: Follow,
    /// The entries that there were when the view was last at the end.
    pub(super) known: usize,
    /// The rows of the view when it was last drawn.
    pub(super) height: usize,
    /// The entry at each row of the view when it was last drawn.
    pub(super) shown: Vec<usize>,
}

impl Scroll {
    pub(super) fn new() -> Self {
        Self { anchor: Anchor::default(), follows: true, follow: Follow::Line, known: 0, height: 1, shown: Vec::new() }
    }

    /// Moves the view; the next drawing clamps it.
    pub(super) fn by(&mut self, rows: isize) {
        if rows < 0 || !self.follows {
            self.follows = false;
            self.anchor.line = self.anchor.line.saturating_add(rows);
        }
    }

    /// Goes to the beginning.
    pub(super) fn go_top(&mut self) {
        self.follows = false;
        self.anchor = Anchor::default();
    }

    /// Goes to an entry: its first row, with the gap above it, stands at the top if there is enough below.
    pub(super) fn go_item(&mut self, item: usize) {
        self.follows = false;
        self.anchor = Anchor { item, line: 0 };
    }

    /// Keeps the entry at the top of the view there, whatever becomes of its rows.
    pub(super) fn keep_item(&mut self) {
        self.anchor.line = self.anchor.line.min(1);
    }

    /// Goes to the end and stays there.
    pub(super) fn go_bottom(&mut self) {
        self.follows = true;
    }

    /// Makes the anchor name a row that exists, for a view of `height` rows over `count` entries.
    ///
    /// `rows` tells an entry's rows with the gap above it. Only entries between the old and the new place and
    /// in the view are asked.
    pub(super) fn settle(&mut self, count: usize, height: usize, rows: &mut dyn FnMut(usize) -> usize) {
        self.height = height.max(1);
        if count == 0 {
            *self = Self { height: self.height, follow: self.follow, ..Self::new() };
            return;
        }
        if self.anchor.item >= count {
            self.follows = true;
        }
        if !self.follows {
            self.normalize(count, rows);
        }
        if !self.follows && self.rows_below(count, self.height + 1, rows) <= self.height {
            self.follows = true;
        }
        if self.follows {
            self.known = count;
            let free = self.follow.rows(self.height) - 1;
            if free > 0 && self.has_room(count, free, rows) {
                return;
            }
            self.anchor = Anchor { item: count - 1, line: 0 };
            let last = as_signed(rows(count - 1));
            self.anchor.line = last + as_signed(free) - as_signed(self.height);
            self.normalize(count, rows);
            self.follows = true;
        }
    }

    /// Tells whether the end is in view, with at most so many rows below it.
    fn has_room(&self, count: usize, free: usize, rows: &mut dyn FnMut(usize) -> usize) -> bool {
        let is_place = self.anchor.item < count && (0..as_signed(rows(self.anchor.item))).contains(&self.anchor.line);
        let below = self.rows_below(count, self.height + 1, rows);
        is_place && below <= self.height && below + free >= self.height
    }

    /// Moves the view as little as needed to show some rows.
    pub(super) fn reveal(&mut self, wanted: Reveal, count: usize, rows: &mut dyn FnMut(usize) -> usize) {
        if wanted.item >= count {
            return;
        }
        let first = as_signed(wanted.first);
        let is_above = (wanted.item, first) < (self.anchor.item, self.anchor.line);
        if is_above || wanted.rows >= self.height {
            self.anchor = Anchor { item: wanted.item, line: first };
            self.follows = false;
        } else if self.distance(wanted.item, first, rows).is_none_or(|at| at + wanted.rows > self.height) {
            let line = first + as_signed(wanted.rows) - as_signed(self.height);
            self.anchor = Anchor { item: wanted.item, line };
            self.follows = false;
        }
        let height = self.height;
        self.settle(count, height, rows);
    }

    /// Moves the view so that some rows stand there in it, as far as there are rows above and below.
    pub(super) fn align(&mut self, wanted: Reveal, sight: Sight, count: usize, rows: &mut dyn FnMut(usize) -> usize) {
        let line = as_signed(wanted.first) - as_signed(sight.above(wanted.rows, self.height));
        self.anchor = Anchor { item: wanted.item, line };
        self.follows = false;
        let height = self.height;
        self.settle(count, height, rows);
    }

    /// Brings the line into its entry by walking to the entry that has it.
    fn normalize(&mut self, count: usize, rows: &mut dyn FnMut(usize) -> usize) {
        while self.anchor.line < 0 {
            if self.anchor.item == 0 {
                self.anchor.line = 0;
                return;
            }
            self.anchor.item -= 1;
            self.anchor.line += as_signed(rows(self.anchor.item));
        }
        loop {
            let here = as_signed(rows(self.anchor.item));
            if self.anchor.line < here {
                return;
            }
            if self.anchor.item + 1 >= count {
                self.follows = true;
                return;
            }
            self.anchor.line -= here;
            self.anchor.item += 1;
        }
    }

    /// Returns the rows from the anchor on, counting no further than `most`.
    fn rows_below(&self, count: usize, most: usize, rows: &mut dyn FnMut(usize) -> usize) -> usize {
        let mut total = 0_isize;
        let mut item = self.anchor.item;
        total -= self.anchor.line;
        while item < count && total < as_signed(most) {
            total += as_signed(rows(item));
            item += 1;
        }
        total.max(0).unsigned_abs()
    }

    /// Returns how far below the anchor a row stands, or none when it is out of the view.
    fn distance(&self, item: usize, line: isize, rows: &mut dyn FnMut(usize) -> usize) -> Option<usize> {
        let mut total = -self.anchor.line;
        for before in self.anchor.item..item {
            total += as_signed(rows(before));
            if total > as_signed(self.height) {
                return None;
            }
        }
        usize::try_from(total + line).ok()
    }
}

fn as_signed(rows: usize) -> isize {
    isize::try_from(rows).unwrap_or(isize::MAX)
}
