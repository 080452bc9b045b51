//! Goes through the items of a pane in slices and keeps where the pattern stands.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::Pattern;

/// No more places are kept; who wants to see them all will type one more letter.
const MOST: usize = 10_000;
/// An item counts as so many bytes more than it has, so that many empty ones are a slice too.
const ITEM_BYTES: usize = 64;

/// What is looked through: items in order, each with a text.
pub(in crate::tui) trait Corpus {
    /// Returns how many items there are.
    fn len(&self) -> usize;
    /// Returns an item's text.
    fn text(&self, item: usize) -> Cow<'_, [u8]>;
}

/// A place where the pattern stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Found {
    /// The item.
    pub(in crate::tui) item: usize,
    /// Which of the item's places it is, from 0.
    pub(in crate::tui) nth: usize,
    /// How many the item has.
    pub(in crate::tui) of: usize,
    /// The bytes of the item's text.
    pub(in crate::tui) range: Range<usize>,
}

/// How far the items were looked through, and what was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// The places by item; no item has none.
    found: BTreeMap<usize, Vec<Range<usize>>>,
    total: usize,
    /// The items that are still to be looked through, in this order.
    todo: VecDeque<Range<usize>>,
}

impl Scan {
    /// Returns a scan of so many items that begins at one and comes round to it again.
    pub(super) fn from(origin: usize, count: usize) -> Self {
        let origin = origin.min(count);
        Self { todo: VecDeque::from([origin..count, 0..origin]), ..Self::default() }
    }

    /// Looks through items again: what was found there is forgotten.
    pub(super) fn again(&mut self, items: Range<usize>) {
        let gone = self.found.split_off(&items.start);
        self.total -= gone.values().map(Vec::len).sum::<usize>();
        for todo in &mut self.todo {
            todo.end = todo.end.min(items.start.max(todo.start));
        }
        self.todo.push_front(items);
    }

    /// Looks through so many bytes; returns the first place that was found.
    pub(super) fn advance(&mut self, pattern: &Pattern, corpus: &dyn Corpus, mut bytes: usize) -> Option<Found> {
        let mut first = None;
        while bytes > 0 && self.total < MOST {
            let Some(next) = self.todo.front_mut() else { break };
            let item = next.start;
            if item >= next.end || item >= corpus.len() {
                self.todo.pop_front();
                continue;
            }
            next.start += 1;
            let text = corpus.text(item);
            bytes = bytes.saturating_sub(text.len() + ITEM_BYTES);
            let found: Vec<_> = pattern.all(&text).take(MOST - self.total).collect();
            if found.is_empty() {
                continue;
            }
            self.total += found.len();
            first = first.or_else(|| Some(Found { item, nth: 0, of: found.len(), range: found[0].clone() }));
            self.found.insert(item, found);
        }
        if self.total >= MOST {
            self.todo.clear();
        }
        first
    }

    /// Tells whether there is more to look through.
    pub(super) fn goes_on(&self) -> bool {
        self.todo.iter().any(|items| !items.is_empty())
    }

    /// Returns how many places were found, and whether that is all that is counted.
    pub(super) fn total(&self) -> (usize, bool) {
        (self.total, self.total >= MOST)
    }

    /// Returns the number of a place among all, from 1.
    pub(super) fn number(&self, found: &Found) -> usize {
        self.found.range(..found.item).map(|(_, places)| places.len()).sum::<usize>() + found.nth + 1
    }

    /// Returns the place after another, or the first one.
    pub(super) fn after(&self, found: &Found) -> Option<Found> {
        let same = self.at(found.item, found.nth + 1);
        same.or_else(|| self.at(*self.found.range(found.item + 1..).next()?.0, 0))
            .or_else(|| self.at(*self.found.first_key_value()?.0, 0))
    }

    /// Returns the place before another, or the last one.
    pub(super) fn before(&self, found: &Found) -> Option<Found> {
        let same = found.nth.checked_sub(1).and_then(|nth| self.at(found.item, nth));
        same.or_else(|| self.last(*self.found.range(..found.item).next_back()?.0))
            .or_else(|| self.last(*self.found.last_key_value()?.0))
    }

    /// Returns the place that is still there where another was: in its item, or the next.
    pub(super) fn again_at(&self, found: &Found) -> Option<Found> {
        let places = self.found.get(&found.item).map_or(0, Vec::len);
        if places > 0 { self.at(found.item, found.nth.min(places - 1)) } else { self.after(found) }
    }

    fn at(&self, item: usize, nth: usize) -> Option<Found> {
        let places = self.found.get(&item)?;
        Some(Found { item, nth, of: places.len(), range: places.get(nth)?.clone() })
    }

    fn last(&self, item: usize) -> Option<Found> {
        self.at(item, self.found.get(&item)?.len().checked_sub(1)?)
    }
}
