//! What is read at the top of the view, found again when the rows are others: in another width, wrapped or not.

use super::scroll::{Anchor, Scroll};
use crate::tui::markdown::{Page, Room};

/// What was read at the top of the view when it was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    anchor: Anchor,
    room: Room,
    /// How many letters of the part stand before the row.
    letters: usize,
}

impl Scroll {
    /// Tells whether the rows are others than those that the view stands in.
    pub(super) fn is_elsewhere(&self, room: Room) -> bool {
        let is_there = |reading: &Reading| reading.room != room && reading.anchor.place == self.anchor.place;
        !self.follows && self.reading.as_ref().is_some_and(is_there)
    }

    /// Goes to the row in which stands what was read, in the part's page as it is now and with the gap above it. How far
    /// actions have moved the view since stays.
    pub(super) fn find_again(&mut self, room: Room, page: &Page, gap: usize) {
        let Some(reading) = &mut self.reading else { return };
        let moved = self.anchor.line - reading.anchor.line;
        // Whoever sees the gap sees the part from its start.
        if usize::try_from(reading.anchor.line).is_ok_and(|line| line >= gap) {
            let row = gap + page.row_of_letter(reading.letters);
            reading.anchor.line = isize::try_from(row).unwrap_or(isize::MAX);
        }
        reading.room = room;
        self.anchor.line = reading.anchor.line.saturating_add(moved);
    }

    /// Takes over what stands at the top of the view. The same place stays the same, so that what is read does not wander
    /// while the width changes to and fro.
    pub(super) fn note_reading(&mut self, room: Room, page: Option<&Page>, gap: usize) {
        let anchor = self.anchor;
        let Some(page) = page.filter(|_| !self.follows) else {
            self.reading = None;
            return;
        };
        if self.reading.as_ref().is_none_or(|reading| (reading.anchor, reading.room) != (anchor, room)) {
            let row = usize::try_from(anchor.line).unwrap_or(0).saturating_sub(gap);
            self.reading = Some(Reading { anchor, room, letters: page.letters_before(row) });
        }
    }
}
