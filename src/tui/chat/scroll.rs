//! Where the view stands: a part of an entry and a row of it, or at the tail.

use super::reading::Reading;
use crate::tui::sight::Sight;
use crate::tui::{Follow, Place};

/// What the view stands in: entries, each in one part or more, each part of rows.
pub(super) trait Pile {
    /// Returns how many entries there are.
    fn count(&self) -> usize;
    /// Returns how many parts an entry has; at least one.
    fn parts(&mut self, item: usize) -> usize;
    /// Returns how many rows a part has, with the gap above it.
    fn rows(&mut self, place: Place) -> usize;
}

/// A row of a part, counted from the gap above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Anchor {
    /// The part.
    pub(super) place: Place,
    /// The row; actions may leave it below 0 or beyond the part, [`Scroll::settle`] mends that.
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

/// Rows of a part that must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reveal {
    /// The part.
    pub(super) place: Place,
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
    /// What was read at the top of the view when it was last drawn, to find it again in another width.
    pub(super) reading: Option<Reading>,
}

impl Scroll {
    pub(super) fn new() -> Self {
        Self {
            anchor: Anchor::default(),
            follows: true,
            follow: Follow::Line,
            known: 0,
            height: 1,
            shown: Vec::new(),
            reading: None,
        }
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
        self.anchor = Anchor { place: Place::of(item), line: 0 };
    }

    /// Keeps the entry at the top of the view there, whatever becomes of its rows.
    pub(super) fn keep_item(&mut self) {
        let line = if self.anchor.place.part > 0 { 1 } else { self.anchor.line.min(1) };
        self.anchor = Anchor { place: Place::of(self.anchor.place.item), line };
    }

    /// Goes to the end and stays there.
    pub(super) fn go_bottom(&mut self) {
        self.follows = true;
    }

    /// Makes the anchor name a row that exists, for a view of `height` rows.
    ///
    /// Only parts between the old and the new place and in the view are asked for their rows.
    pub(super) fn settle(&mut self, height: usize, pile: &mut dyn Pile) {
        self.height = height.max(1);
        let count = pile.count();
        if count == 0 {
            *self = Self { height: self.height, follow: self.follow, ..Self::new() };
            return;
        }
        if self.anchor.place.item >= count {
            self.follows = true;
        }
        if !self.follows {
            self.normalize(pile);
        }
        if !self.follows && self.rows_below(self.height + 1, pile) <= self.height {
            self.follows = true;
        }
        if self.follows {
            self.known = count;
            let free = self.follow.rows(self.height) - 1;
            if free > 0 && self.has_room(free, pile) {
                return;
            }
            let last = last_of(count - 1, pile);
            self.anchor = Anchor { place: last, line: 0 };
            let rows = as_signed(pile.rows(last));
            self.anchor.line = rows + as_signed(free) - as_signed(self.height);
            self.normalize(pile);
            self.follows = true;
        }
    }

    /// Tells whether the end is in view, with at most so many rows below it.
    fn has_room(&self, free: usize, pile: &mut dyn Pile) -> bool {
        let Anchor { place, line } = self.anchor;
        let is_place = place.item < pile.count()
            && place.part < pile.parts(place.item)
            && (0..as_signed(pile.rows(place))).contains(&line);
        let below = self.rows_below(self.height + 1, pile);
        is_place && below <= self.height && below + free >= self.height
    }

    /// Moves the view as little as needed to show some rows.
    pub(super) fn reveal(&mut self, wanted: Reveal, pile: &mut dyn Pile) {
        if wanted.place.item >= pile.count() {
            return;
        }
        let first = as_signed(wanted.first);
        let is_above = (wanted.place, first) < (self.anchor.place, self.anchor.line);
        if is_above || wanted.rows >= self.height {
            self.anchor = Anchor { place: wanted.place, line: first };
            self.follows = false;
        } else if self.distance(wanted.place, first, pile).is_none_or(|at| at + wanted.rows > self.height) {
            let line = first + as_signed(wanted.rows) - as_signed(self.height);
            self.anchor = Anchor { place: wanted.place, line };
            self.follows = false;
        }
        let height = self.height;
        self.settle(height, pile);
    }

    /// Moves the view so that some rows stand there in it, as far as there are rows above and below.
    pub(super) fn align(&mut self, wanted: Reveal, sight: Sight, pile: &mut dyn Pile) {
        let line = as_signed(wanted.first) - as_signed(sight.above(wanted.rows, self.height));
        self.anchor = Anchor { place: wanted.place, line };
        self.follows = false;
        let height = self.height;
        self.settle(height, pile);
    }

    /// Brings the line into its part by walking to the part that has it.
    fn normalize(&mut self, pile: &mut dyn Pile) {
        let last = last_of(self.anchor.place.item, pile);
        if self.anchor.place > last {
            // The entry has become shorter: its end is what there is.
            self.anchor = Anchor { place: last, line: as_signed(pile.rows(last)) };
        }
        while self.anchor.line < 0 {
            let Some(before) = before(self.anchor.place, pile) else {
                self.anchor.line = 0;
                return;
            };
            self.anchor.place = before;
            self.anchor.line += as_signed(pile.rows(before));
        }
        loop {
            let here = as_signed(pile.rows(self.anchor.place));
            if self.anchor.line < here {
                return;
            }
            let Some(after) = after(self.anchor.place, pile) else {
                self.follows = true;
                return;
            };
            self.anchor.line -= here;
            self.anchor.place = after;
        }
    }

    /// Returns the rows from the anchor on, counting no further than `most`.
    fn rows_below(&self, most: usize, pile: &mut dyn Pile) -> usize {
        let mut total = -self.anchor.line;
        let mut next = Some(self.anchor.place).filter(|place| place.item < pile.count());
        while let Some(place) = next.filter(|_| total < as_signed(most)) {
            total += as_signed(pile.rows(place));
            next = after(place, pile);
        }
        total.max(0).unsigned_abs()
    }

    /// Returns how far below the anchor a row stands, or none when it is out of the view.
    fn distance(&self, place: Place, line: isize, pile: &mut dyn Pile) -> Option<usize> {
        let mut total = -self.anchor.line;
        let mut at = self.anchor.place;
        while at < place {
            total += as_signed(pile.rows(at));
            if total > as_signed(self.height) {
                return None;
            }
            at = after(at, pile)?;
        }
        usize::try_from(total + line).ok()
    }
}

/// Returns the part after another; none after the last of all.
pub(super) fn after(place: Place, pile: &mut dyn Pile) -> Option<Place> {
    if place.part + 1 < pile.parts(place.item) {
        return Some(Place { part: place.part + 1, ..place });
    }
    (place.item + 1 < pile.count()).then(|| Place::of(place.item + 1))
}

/// Returns the part before another; none before the first of all.
fn before(place: Place, pile: &mut dyn Pile) -> Option<Place> {
    match place.part.checked_sub(1) {
        Some(part) => Some(Place { part, ..place }),
        None => Some(last_of(place.item.checked_sub(1)?, pile)),
    }
}

/// Returns the last part of an entry.
fn last_of(item: usize, pile: &mut dyn Pile) -> Place {
    Place { item, part: pile.parts(item).saturating_sub(1) }
}

fn as_signed(rows: usize) -> isize {
    isize::try_from(rows).unwrap_or(isize::MAX)
}
