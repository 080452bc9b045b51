//! Search in a file's view.

use std::borrow::Cow;

use crossterm::event::KeyEvent;

use super::super::Place;
use super::super::diff::sideways;
use super::super::highlight::Lines;
use super::super::search::{Corpus, Read, Search};
use super::view::FileView;

/// The lines as they are looked through.
struct FileLines<'a>(&'a Lines);

impl Corpus for FileLines<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn read(&self, place: Place, _bytes: usize) -> Read<'_> {
        if place.part > 0 { Read::End } else { Read::Text(Cow::Borrowed(self.0.get(place.item))) }
    }
}

impl FileView {
    /// Begins a search from the first line in sight.
    pub(in crate::tui) fn begin_search(&mut self) {
        if self.lines().is_some() {
            let before = self.search.take().map_or(self.top, |(_, before)| before);
            self.search = Some((Search::at(Place::of(self.top.line)), before));
        }
    }

    /// Ends the search where it stands; tells whether there was one.
    pub(in crate::tui) fn end_search(&mut self) -> bool {
        self.search.take().is_some()
    }

    /// Ends the search and goes back to where it began.
    pub(in crate::tui) fn cancel_search(&mut self) {
        if let Some((_, before)) = self.search.take() {
            self.top = before;
        }
    }

    /// Returns the search.
    pub(in crate::tui) fn search(&self) -> Option<&Search> {
        self.search.as_ref().map(|(search, _)| search)
    }

    /// Returns the search, to step in it.
    pub(in crate::tui) fn search_mut(&mut self) -> Option<&mut Search> {
        self.search.as_mut().map(|(search, _)| search)
    }

    /// Takes a key into the query; false when it means nothing there.
    pub(in crate::tui) fn search_key(&mut self, key: KeyEvent) -> bool {
        let Some(lines) = self.lines().cloned() else { return false };
        self.search_mut().is_some_and(|search| search.key(key, &FileLines(&lines)))
    }

    /// Takes pasted text into the query.
    pub(in crate::tui) fn search_paste(&mut self, text: &str) {
        let Some(lines) = self.lines().cloned() else { return };
        if let Some(search) = self.search_mut() {
            search.paste(text, &FileLines(&lines));
        }
    }

    /// Looks through so many bytes and goes where the search stands; tells whether there is more.
    pub(in crate::tui) fn advance_search(&mut self, bytes: usize, height: u16) -> bool {
        let Some(lines) = self.lines().cloned() else { return false };
        let Some((search, before)) = self.search.as_mut() else { return false };
        let before = *before;
        let goes_on = search.advance(&FileLines(&lines), bytes);
        let is_typing = search.is_typing();
        match search.take_move() {
            Some(Some(found)) => {
                self.show(found.item, found.range.start, height);
                if !self.is_wrapped {
                    let room = usize::from(self.text_width.get());
                    self.scroll = sideways(self.scroll, lines.get(found.item), &found.range, room);
                }
            }
            Some(None) if is_typing && !goes_on => self.top = before,
            Some(None) | None => {}
        }
        goes_on
    }
}
