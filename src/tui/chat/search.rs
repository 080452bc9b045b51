//! Search in the conversation: entries looked through as they were written, matches marked where they are drawn.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Weak};

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pane::ChatPane;
use super::prose::{Followed, Prose};
use super::scroll::{Pile as _, Reveal, Scroll};
use super::{ChatCache, entry};
use crate::session::{Entry, SessionState};
use crate::tui::markdown::{ENDLESS, JoinedLine, Page, Room};
use crate::tui::search::{Corpus, Found, Pattern, Read, Search};
use crate::tui::{LinkWay, Place, Theme};

/// Only so many of the last entries change: what streams, and tool calls that finish.
const RECENT: usize = 64;
/// Between the lines of an entry: no query has it.
const BETWEEN_LINES: char = '\0';
/// Laying out costs so many times what looking through text does, or seeing where its parts begin.
const LAYING: usize = 8;
/// So many rows stay in sight above and below a match.
const AROUND: usize = 3;

/// The search of the conversation, and how to go back.
#[derive(Debug)]
pub(super) struct ChatSearch {
    pub(super) search: Search,
    before: Scroll,
    /// The last entries as they were looked through, and the place of the first of them. While these are held, an entry
    /// that changes moves elsewhere.
    seen: Option<(usize, Vec<Weak<Entry>>)>,
    /// The answers that are being read, and those that grow: with what they gain only the last part is read again.
    readers: RefCell<HashMap<usize, Reader>>,
    /// The match that the next drawing brings into view.
    pub(super) seek: RefCell<Option<Found>>,
    /// Where the current match is drawn.
    drawn: RefCell<Option<Current>>,
}

/// The match that the user is at, where it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Current {
    place: Place,
    /// The first row of its line.
    row: usize,
    /// Which of the lines that stand in this row it is in, and which of the line's matches it is.
    line: usize,
    nth: usize,
}

/// The entries as they are looked through: as they are read on the screen when they are opened, so that what is found
/// can be shown. They are laid out for it, line by line and part by part; a match never goes on from a line to the next.
struct Entries<'a> {
    entries: &'a [Arc<Entry>],
    links: LinkWay,
    readers: &'a RefCell<HashMap<usize, Reader>>,
}

/// The parts of an answer, as far as they were come to.
#[derive(Debug)]
struct Reader {
    of: Weak<Entry>,
    followed: Followed,
}

impl Corpus for Entries<'_> {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn read(&self, Place { item, part }: Place, bytes: usize) -> Read<'_> {
        let Some(entry) = self.entries.get(item) else { return Read::End };
        let room = Room { width: ENDLESS, wraps: true, links: self.links };
        let Some(prose) = Prose::of(entry, true) else {
            return if part > 0 { Read::End } else { read(&entry::lay(entry, true, room)) };
        };
        let mut readers = self.readers.borrow_mut();
        let reader = readers.entry(item).or_insert_with(|| Reader::new(entry, prose));
        reader.go_on(entry, prose);
        if !reader.followed.read(prose, bytes.saturating_mul(LAYING)) {
            return Read::Later;
        }
        if part < reader.followed.parts() {
            let mut part = reader.followed.part(part, prose, room);
            reader.followed.lay(&mut part, prose);
            return read(part.page());
        }
        if !prose.grows {
            readers.remove(&item);
        }
        Read::End
    }
}

/// Returns the text of rows: line by line, with a mark between them.
fn read(page: &Page) -> Read<'static> {
    let mut out = String::new();
    for line in page.all_lines() {
        out.push_str(&line.text);
        out.push(BETWEEN_LINES);
    }
    Read::Text(Cow::Owned(out.into_bytes()))
}

impl Reader {
    fn new(entry: &Arc<Entry>, prose: Prose<'_>) -> Self {
        Self { of: Arc::downgrade(entry), followed: Followed::new(prose) }
    }

    /// Takes over what has become of the answer; returns the first part that is to be read again.
    fn go_on(&mut self, entry: &Arc<Entry>, prose: Prose<'_>) -> usize {
        if self.of.as_ptr() == Arc::as_ptr(entry) {
            return 0;
        }
        match self.followed.goes_on(prose) {
            Some(part) => {
                self.of = Arc::downgrade(entry);
                part
            }
            None => {
                *self = Self::new(entry, prose);
                0
            }
        }
    }
}

impl Entries<'_> {
    /// Returns where an entry that has changed is to be read again.
    fn changed(&self, item: usize) -> Place {
        let mut readers = self.readers.borrow_mut();
        let prose = self.entries.get(item).and_then(|entry| Some((entry, Prose::of(entry, true)?)));
        let part = readers.get_mut(&item).zip(prose).map_or(0, |(reader, (entry, prose))| reader.go_on(entry, prose));
        Place { item, part }
    }
}

impl ChatPane {
    /// Begins a search from what is in view.
    pub fn begin_search(&mut self) {
        let before = self.search.take().map(|search| search.before);
        let scroll = self.scroll.get_mut();
        self.search = Some(Box::new(ChatSearch {
            search: Search::at(scroll.anchor.place),
            before: before.unwrap_or_else(|| scroll.clone()),
            seen: None,
            readers: RefCell::default(),
            seek: RefCell::default(),
            drawn: RefCell::default(),
        }));
    }

    /// Ends the search where it stands; tells whether there was one.
    pub fn end_search(&mut self) -> bool {
        self.search.take().is_some()
    }

    /// Ends the search and goes back to where it began.
    pub(in crate::tui) fn cancel_search(&mut self) {
        if let Some(search) = self.search.take() {
            *self.scroll.get_mut() = search.before;
        }
    }

    /// Returns the search.
    pub(in crate::tui) fn search(&self) -> Option<&Search> {
        self.search.as_ref().map(|search| &search.search)
    }

    /// Returns the search, to step in it.
    pub(in crate::tui) fn search_mut(&mut self) -> Option<&mut Search> {
        self.search.as_mut().map(|search| &mut search.search)
    }

    /// Takes a key into the query; false when it means nothing there.
    pub fn search_key(&mut self, key: KeyEvent, state: &SessionState) -> bool {
        let links = self.link_way;
        let Some(this) = self.search.as_deref_mut() else { return false };
        this.see(&state.entries);
        let ChatSearch { search, readers, .. } = this;
        search.key(key, &Entries { entries: &state.entries, links, readers })
    }

    /// Takes pasted text into the query.
    pub(in crate::tui) fn search_paste(&mut self, text: &str, state: &SessionState) {
        let links = self.link_way;
        if let Some(this) = self.search.as_deref_mut() {
            this.see(&state.entries);
            let ChatSearch { search, readers, .. } = this;
            search.paste(text, &Entries { entries: &state.entries, links, readers });
        }
    }

    /// Looks through so many bytes; tells whether there is more. A match that was gone to is opened.
    pub fn advance_search(&mut self, state: &SessionState, bytes: usize) -> bool {
        let Some(this) = self.search.as_mut() else { return false };
        let changed = this.changed_from(&state.entries);
        let entries = Entries { entries: &state.entries, links: self.link_way, readers: &this.readers };
        if let Some(from) = changed {
            this.search.again(entries.changed(from), &entries);
        }
        let goes_on = this.search.advance(&entries, (bytes / LAYING).max(1));
        if let Some(found) = this.search.take_move() {
            match found {
                Some(found) => {
                    let is_folded = state.entries.get(found.item).is_some_and(|entry| entry::is_foldable(entry));
                    if is_folded {
                        self.opened.insert(found.item);
                    }
                    self.selected = None;
                    *this.seek.get_mut() = Some(found);
                }
                None if this.search.is_typing() && !goes_on => {
                    *this.drawn.get_mut() = None;
                    *self.scroll.get_mut() = this.before.clone();
                }
                None => *this.drawn.get_mut() = None,
            }
        }
        goes_on
    }

    /// Returns where the cursor stands while a query is typed.
    pub(in crate::tui) fn search_cursor(&self, area: Rect) -> Option<Position> {
        self.search()?.cursor(area)
    }

    /// Brings the match that was gone to into view.
    pub(super) fn seek(&self, scroll: &mut Scroll, state: &SessionState, cache: &mut ChatCache) {
        let Some(this) = &self.search else { return };
        let Some(found) = this.seek.take() else { return };
        let Some(pattern) = this.search.pattern() else { return };
        let total = self.pile(state, cache).rows(found.place());
        let Some(page) = cache.laid(found.place()) else { return };
        let gap = total - page.rows.len();
        let place = place(page, pattern, &found);
        *this.drawn.borrow_mut() = place.as_ref().map(|(current, _)| *current);
        let rows = place.map_or(0..1, |(_, rows)| rows);
        let first = (gap + rows.start).saturating_sub(AROUND);
        let rows = (gap + rows.end + AROUND).min(total).saturating_sub(first);
        let wanted = Reveal { place: found.place(), first, rows };
        scroll.reveal(wanted, &mut self.pile(state, cache));
    }
}

impl ChatSearch {
    /// Takes over which entries there are when the first letter of the query is typed.
    fn see(&mut self, entries: &[Arc<Entry>]) {
        if self.seen.is_none() {
            self.seen = Some(recent(entries));
        }
    }

    /// Returns the first entry that changed or came since the last look.
    fn changed_from(&mut self, entries: &[Arc<Entry>]) -> Option<usize> {
        let (start, seen) = self.seen.as_ref()?;
        let known = start + seen.len();
        let now = entries.get(*start..).unwrap_or_default();
        let changed = seen.iter().zip(now).position(|(seen, now)| seen.as_ptr() != Arc::as_ptr(now));
        let from = match changed {
            // Another conversation.
            Some(0) if *start > 0 => 0,
            Some(at) => start + at,
            None if entries.len() != known => entries.len().min(known),
            None => return None,
        };
        self.seen = Some(recent(entries));
        Some(from)
    }
}

/// Returns the last entries, and the place of the first of them.
fn recent(entries: &[Arc<Entry>]) -> (usize, Vec<Weak<Entry>>) {
    let start = entries.len().saturating_sub(RECENT);
    (start, entries[start..].iter().map(Arc::downgrade).collect())
}

/// Returns the match of a page that stands for one in the entry's text, and the rows that it is drawn in.
///
/// They are the same in number and order, except that what is cut off at the right of a call's first row is not in the
/// page: then they are counted from the end.
fn place(page: &Page, pattern: &Pattern, found: &Found) -> Option<(Current, Range<usize>)> {
    let mut places = Vec::new();
    for line in page.all_lines() {
        for (nth, bytes) in pattern.all(line.text.as_bytes()).enumerate() {
            let rows = line.row_of(bytes.start)..line.row_of(bytes.end.saturating_sub(1)) + 1;
            let at = Current { place: found.place(), row: line.rows.start, line: line.place, nth };
            places.push((at, rows));
        }
    }
    let last = places.len().checked_sub(1)?;
    let at = (found.nth + places.len()).saturating_sub(found.of).min(last);
    Some(places.swap_remove(at))
}

/// Marks what was found in rows that are drawn, one after the other.
pub(super) struct Marker<'a> {
    pattern: &'a Pattern,
    sideways: usize,
    current: Option<Current>,
    /// The lines of the last row, with its part and what was found in them: their other rows need not look again.
    last: Option<(Place, Vec<SearchedLine>)>,
}

/// A line with what was found in it.
struct SearchedLine {
    line: JoinedLine,
    found: Vec<Range<usize>>,
}

impl ChatSearch {
    /// Returns what marks the matches in a frame.
    pub(super) fn marker(&self, sideways: usize) -> Option<Marker<'_>> {
        let pattern = self.search.pattern()?;
        Some(Marker { pattern, sideways, current: *self.drawn.borrow(), last: None })
    }
}

impl Marker<'_> {
    /// Marks what stands in a row, also what goes on from the row above or into the one below.
    pub(super) fn mark(
        &mut self,
        page: &Page,
        (place, row): (Place, usize),
        area: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
    ) {
        let is_of = |searched: &SearchedLine| searched.line.rows.contains(&row);
        let is_known = self.last.as_ref().is_some_and(|(of, lines)| *of == place && lines.iter().any(is_of));
        if !is_known {
            let looked_through = |line: JoinedLine| {
                let found = self.pattern.all(line.text.as_bytes()).collect();
                SearchedLine { line, found }
            };
            self.last = Some((place, page.lines(row).into_iter().map(looked_through).collect()));
        }
        let Some((_, lines)) = &self.last else { return };
        let area = area.intersection(buffer.area);
        for SearchedLine { line, found } in lines {
            // A line may have many matches in rows that are far away.
            let own = line.bytes(row);
            let first = found.partition_point(|bytes| bytes.end <= own.start);
            for (nth, bytes) in found.iter().enumerate().skip(first).take_while(|(_, bytes)| bytes.start < own.end) {
                let Some(columns) = line.columns(row, bytes, self.sideways) else { continue };
                let at = Current { place, row: line.rows.start, line: line.place, nth };
                let x = area.x.saturating_add(u16::try_from(columns.start).unwrap_or(u16::MAX));
                let width = u16::try_from(columns.len()).unwrap_or(u16::MAX);
                let cells = Rect { x, width: width.min(u16::MAX - x), ..area }.intersection(area);
                buffer.set_style(cells, theme.found(self.current == Some(at)));
            }
        }
    }
}
