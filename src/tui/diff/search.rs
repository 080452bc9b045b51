//! Search in the review and in a file's view: lines looked through as bytes, matches marked where they are drawn.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::super::Place;
use super::super::highlight::SourceLine;
use super::super::search::{Corpus, Found, Pattern, Read, Search};
use super::geometry::Top;
use super::layout::{Layout, Spot};
use super::pane::DiffPane;
use super::rows::{FileRows, Row, Side, wide};

/// The search of the review, and how to go back.
#[derive(Debug)]
pub(super) struct ReviewSearch {
    search: Search,
    before: Spot,
    /// The files as they were looked through.
    seen: Vec<Arc<FileRows>>,
}

/// The rows of the review as they are looked through, numbered through all files.
struct ReviewRows<'a>(&'a Layout);

impl Corpus for ReviewRows<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn read(&self, place: Place, _bytes: usize) -> Read<'_> {
        if place.part > 0 { Read::End } else { Read::Text(Cow::Borrowed(self.text(place.item))) }
    }
}

impl ReviewRows<'_> {
    fn text(&self, item: usize) -> &[u8] {
        let spot = self.0.spot(item);
        let (Some(file), Some(row)) = (self.0.file(spot), self.0.row(spot)) else { return &[] };
        if row == Row::File {
            return file.change.path.as_str().as_bytes();
        }
        match shown(row) {
            Some(Shown::Line(side, line)) => line_of(file, side, line),
            Some(Shown::Decided(decided, line)) => file.decided_line(decided, line).map_or(&[], |line| line.bytes),
            None => &[],
        }
    }
}

/// A line of a file as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A line of one of the texts.
    Line(Side, usize),
    /// A line of what was decided: which decision, and which of its lines.
    Decided(u32, u32),
}

/// What is marked in the lines of a file.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a> {
    pattern: &'a Pattern,
    /// The line that the user is at, and which of its matches.
    current: Option<(Shown, usize)>,
}

impl Marked<'_> {
    /// Returns the matches in a line, and which of them the user is at.
    pub(super) fn within(&self, line: Shown, bytes: &[u8]) -> (Vec<Range<usize>>, Option<usize>) {
        let current = self.current.filter(|current| current.0 == line).map(|current| current.1);
        (self.pattern.all(bytes).collect(), current)
    }
}

impl DiffPane {
    /// Begins a search in what is shown: from the cursor, or from the top of the file.
    pub fn begin_search(&mut self) {
        if let Some(file) = &mut self.file {
            file.begin_search();
            return;
        }
        let before = self.search.take().map_or(self.cursor, |search| search.before);
        let search = Search::at(Place::of(self.layout.flat(self.cursor)));
        self.search = Some(Box::new(ReviewSearch { search, before, seen: self.layout.files.clone() }));
    }

    /// Ends the search where it stands; tells whether there was one.
    pub(in crate::tui) fn end_search(&mut self) -> bool {
        match &mut self.file {
            Some(file) => file.end_search(),
            None => self.search.take().is_some(),
        }
    }

    /// Ends the search and goes back to where it began.
    pub(in crate::tui) fn cancel_search(&mut self) {
        if let Some(file) = &mut self.file {
            file.cancel_search();
        } else if let Some(search) = self.search.take() {
            self.go_to(self.layout.clamped(search.before));
        }
    }

    /// Returns the search of what is shown.
    pub(in crate::tui) fn search(&self) -> Option<&Search> {
        match &self.file {
            Some(file) => file.search(),
            None => self.search.as_ref().map(|search| &search.search),
        }
    }

    /// Returns the search, to step in it.
    pub(in crate::tui) fn search_mut(&mut self) -> Option<&mut Search> {
        match &mut self.file {
            Some(file) => file.search_mut(),
            None => self.search.as_mut().map(|search| &mut search.search),
        }
    }

    /// Takes a key into the query; false when it means nothing there.
    pub fn search_key(&mut self, key: KeyEvent) -> bool {
        if let Some(file) = &mut self.file {
            return file.search_key(key);
        }
        self.search.as_mut().is_some_and(|this| this.search.key(key, &ReviewRows(&self.layout)))
    }

    /// Takes pasted text into the query.
    pub(in crate::tui) fn search_paste(&mut self, text: &str) {
        if let Some(file) = &mut self.file {
            file.search_paste(text);
        } else if let Some(this) = self.search.as_mut() {
            this.search.paste(text, &ReviewRows(&self.layout));
        }
    }

    /// Looks through so many bytes and goes where the search stands; tells whether there is more.
    pub fn advance_search(&mut self, bytes: usize) -> bool {
        let height = self.seen.get().1;
        if let Some(file) = &mut self.file {
            return file.advance_search(bytes, height);
        }
        let Some(this) = self.search.as_mut() else { return false };
        let rows = ReviewRows(&self.layout);
        let is_same = this.seen.len() == self.layout.files.len()
            && this.seen.iter().zip(&self.layout.files).all(|(seen, now)| Arc::ptr_eq(seen, now));
        if !is_same {
            this.seen = self.layout.files.clone();
            this.search.again(Place::of(0), &rows);
        }
        let goes_on = this.search.advance(&rows, bytes);
        let is_typing = this.search.is_typing();
        let before = this.before;
        match this.search.take_move() {
            Some(Some(found)) => self.go_to_found(&found),
            Some(None) if is_typing && !goes_on => self.go_to(self.layout.clamped(before)),
            Some(None) | None => {}
        }
        goes_on
    }

    fn go_to_found(&mut self, found: &Found) {
        self.is_untouched = false;
        let spot = self.layout.spot(found.item);
        self.go_to(spot);
        let text = ReviewRows(&self.layout).text(found.item).to_vec();
        let geometry = self.last_geometry();
        let Some(file) = self.layout.file(spot) else { return };
        let columns = geometry.columns(file).text;
        if self.is_wrapped {
            // A line that is higher than the pane is in sight only in part.
            let line = SourceLine { is_wrapped: true, ..SourceLine::plain(&text, Style::new()) };
            let row = line.row_of(found.range.start, columns);
            let sight = geometry.in_sight(&self.layout, self.top).into_iter().find(|sight| sight.spot == self.cursor);
            let shown = sight.map_or(0..0, |sight| sight.skip..sight.skip + usize::from(sight.height));
            if !shown.contains(&row) {
                self.top = Top { spot: self.cursor, skip: row.saturating_sub(geometry.body() / 3) };
            }
            return;
        }
        let room = usize::from(columns);
        self.scroll = sideways(self.scroll, &text, &found.range, room);
    }

    /// Returns what is marked in a file's lines.
    pub(super) fn marked(&self, file: usize) -> Option<Marked<'_>> {
        let search = self.search()?;
        let pattern = search.pattern()?;
        let current = search.current().and_then(|found| {
            let spot = self.layout.spot(found.item);
            Some((shown(self.layout.row(spot).filter(|_| spot.file == file)?)?, found.nth))
        });
        Some(Marked { pattern, current })
    }

    /// Returns where the cursor stands while a query is typed.
    pub(in crate::tui) fn cursor(&self, area: Rect) -> Option<Position> {
        self.search()?.cursor(area)
    }
}

/// Returns the scroll at which a match is in sight, changed only where it must be. At the edges stand the signs of what is cut.
pub(in crate::tui) fn sideways(scroll: usize, line: &[u8], found: &Range<usize>, room: usize) -> usize {
    let columns = |end: usize| {
        let text = String::from_utf8_lossy(&line[..end.min(line.len())]).into_owned();
        super::super::text::width(&super::super::safe::shown(&text, 0))
    };
    let (first, last) = (columns(found.start), columns(found.end));
    if first >= scroll + usize::from(scroll > 0) && last < scroll + room {
        return scroll;
    }
    if last < room { 0 } else { first.saturating_sub(room / 3) }
}

/// Returns the line that a row shows.
fn shown(row: Row) -> Option<Shown> {
    match row {
        Row::Line { new: Some(new), .. } => Some(Shown::Line(Side::New, wide(new))),
        Row::Line { old: Some(old), .. } => Some(Shown::Line(Side::Old, wide(old))),
        Row::DecidedLine { decided, line } => Some(Shown::Decided(decided, line)),
        _ => None,
    }
}

fn line_of(file: &FileRows, side: Side, line: usize) -> &[u8] {
    match side {
        Side::Old => file.old.get(line),
        Side::New => file.new.get(line),
    }
}
