//! Goes through the items of a pane in slices and keeps where the pattern stands.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::ops::{Bound, Range};

use super::Pattern;
use crate::tui::Place;

/// No more places are kept; who wants to see them all will type one more letter.
const MOST: usize = 10_000;
/// An item counts as so many bytes more than it has, so that many empty ones are a slice too.
const ITEM_BYTES: usize = 64;

/// What is looked through: items in order, each a text in one part or more. No match goes on from a part to the next.
pub(in crate::tui) trait Corpus {
    /// Returns how many items there are.
    fn len(&self) -> usize;
    /// Reads a part; where its beginning is not known yet, so many bytes toward it.
    fn read(&self, place: Place, bytes: usize) -> Read<'_>;
}

/// What was read.
pub(in crate::tui) enum Read<'a> {
    /// The part's text.
    Text(Cow<'a, [u8]>),
    /// The item has no such part: it was read to its end.
    End,
    /// Nothing yet; the bytes were used up on the way.
    Later,
}

/// A place where the pattern stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Found {
    /// The item.
    pub(in crate::tui) item: usize,
    /// Which of its parts.
    pub(in crate::tui) part: usize,
    /// Which of the part's places it is, from 0.
    pub(in crate::tui) nth: usize,
    /// How many the part has.
    pub(in crate::tui) of: usize,
    /// The bytes of the part's text.
    pub(in crate::tui) range: Range<usize>,
}

impl Found {
    /// Returns the part that it stands in.
    pub(in crate::tui) fn place(&self) -> Place {
        Place { item: self.item, part: self.part }
    }

    fn at(Place { item, part }: Place, nth: usize, of: usize, range: Range<usize>) -> Self {
        Self { item, part, nth, of, range }
    }
}

/// How far the items were looked through, and what was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// The places by part; no part has none.
    found: BTreeMap<Place, Vec<Range<usize>>>,
    total: usize,
    /// What is still to be looked through, in this order.
    todo: VecDeque<Range<Place>>,
}

impl Scan {
    /// Returns a scan of so many items that begins in one of them and comes round to it again.
    pub(super) fn from(origin: Place, count: usize) -> Self {
        let (first, end) = (Place::of(0), Place::of(count));
        let origin = origin.min(end);
        Self { todo: VecDeque::from([origin..end, first..origin]), ..Self::default() }
    }

    /// Looks through all from a part on again: what was found there is forgotten.
    pub(super) fn again(&mut self, from: Place, count: usize) {
        let gone = self.found.split_off(&from);
        self.total -= gone.values().map(Vec::len).sum::<usize>();
        for todo in &mut self.todo {
            todo.end = todo.end.min(from.max(todo.start));
        }
        self.todo.push_front(from..Place::of(count));
    }

    /// Looks through so many bytes, or a part where that has more; returns the first place that was found.
    pub(super) fn advance(&mut self, pattern: &Pattern, corpus: &dyn Corpus, mut bytes: usize) -> Option<Found> {
        let mut first = None;
        while bytes > 0 && self.total < MOST {
            let Some(next) = self.todo.front_mut() else { break };
            let place = next.start;
            if place >= next.end || place.item >= corpus.len() {
                self.todo.pop_front();
                continue;
            }
            let text = match corpus.read(place, bytes) {
                Read::Text(text) => text,
                Read::End => {
                    next.start = Place::of(place.item + 1);
                    continue;
                }
                Read::Later => break,
            };
            next.start.part += 1;
            bytes = bytes.saturating_sub(text.len() + ITEM_BYTES);
            let found: Vec<_> = pattern.all(&text).take(MOST - self.total).collect();
            if found.is_empty() {
                continue;
            }
            self.total += found.len();
            first = first.or_else(|| Some(Found::at(place, 0, found.len(), found[0].clone())));
            self.found.insert(place, found);
        }
        if self.total >= MOST {
            self.todo.clear();
        }
        first
    }

    /// Tells whether there is more to look through.
    pub(super) fn goes_on(&self) -> bool {
        self.todo.iter().any(|parts| parts.start < parts.end)
    }

    /// Returns how many places were found, and whether that is all that is counted.
    pub(super) fn total(&self) -> (usize, bool) {
        (self.total, self.total >= MOST)
    }

    /// Returns the number of a place among all, from 1.
    pub(super) fn number(&self, found: &Found) -> usize {
        self.found.range(..found.place()).map(|(_, places)| places.len()).sum::<usize>() + found.nth + 1
    }

    /// Returns the place after another, or the first one.
    pub(super) fn after(&self, found: &Found) -> Option<Found> {
        let same = self.at(found.place(), found.nth + 1);
        let behind = (Bound::Excluded(found.place()), Bound::Unbounded);
        same.or_else(|| self.at(*self.found.range(behind).next()?.0, 0))
            .or_else(|| self.at(*self.found.first_key_value()?.0, 0))
    }

    /// Returns the place before another, or the last one.
    pub(super) fn before(&self, found: &Found) -> Option<Found> {
        let same = found.nth.checked_sub(1).and_then(|nth| self.at(found.place(), nth));
        same.or_else(|| self.last(*self.found.range(..found.place()).next_back()?.0))
            .or_else(|| self.last(*self.found.last_key_value()?.0))
    }

    /// Returns the place that is still there where another was: in its part, or the next.
    pub(super) fn again_at(&self, found: &Found) -> Option<Found> {
        let places = self.found.get(&found.place()).map_or(0, Vec::len);
        if places > 0 { self.at(found.place(), found.nth.min(places - 1)) } else { self.after(found) }
    }

    fn at(&self, place: Place, nth: usize) -> Option<Found> {
        let places = self.found.get(&place)?;
        Some(Found::at(place, nth, places.len(), places.get(nth)?.clone()))
    }

    fn last(&self, place: Place) -> Option<Found> {
        self.at(place, self.found.get(&place)?.len().checked_sub(1)?)
    }
}
