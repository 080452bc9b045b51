//! The keys that a sheet tells, by their places: a click on one does what the key does.

use std::cell::RefCell;
use std::ops::Deref;

use ratatui::layout::{Position, Rect};

use super::super::keys::Chord;
use super::super::theme::Theme;

/// The theme that a sheet is drawn in, which notes where the sheet's keys are drawn.
pub(super) struct SheetTheme<'a> {
    theme: &'a Theme,
    drawn: RefCell<Vec<(Rect, Vec<Chord>)>>,
}

impl<'a> SheetTheme<'a> {
    /// Returns a theme in which nothing is drawn yet.
    pub(super) fn new(theme: &'a Theme) -> Self {
        Self { theme, drawn: RefCell::default() }
    }

    /// Notes that a key is told in an area. What is not a key, such as a command, is no button.
    pub(super) fn note(&self, area: Rect, key: &str) {
        if let Some(chords) = key.split(' ').map(Chord::parse).collect::<Option<Vec<Chord>>>() {
            self.drawn.borrow_mut().push((area, chords));
        }
    }

    /// Returns the keys told at a place, in the order in which they are pressed.
    pub(super) fn keys_at(&self, place: Position) -> Option<Vec<Chord>> {
        let drawn = self.drawn.borrow();
        drawn.iter().find(|(area, _)| area.contains(place)).map(|(_, chords)| chords.clone())
    }
}

impl Deref for SheetTheme<'_> {
    type Target = Theme;

    fn deref(&self) -> &Theme {
        self.theme
    }
}
