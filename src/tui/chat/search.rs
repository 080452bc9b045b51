//! Search in the conversation: entries looked through as they were written, matches marked where they are drawn.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, Weak};

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pane::ChatPane;
use super::scroll::{Reveal, Scroll};
use super::{ChatCache, entry};
use crate::session::{Entry, SessionState, ToolState};
use crate::tui::markdown::{JoinedLine, Page};
use crate::tui::search::{Corpus, Found, Pattern, Search};
use crate::tui::{Scope, Theme};

/// Only so many of the last entries change: what streams, and tool calls that finish.
const RECENT: usize = 64;
/// So many rows stay in sight above and below a match.
const AROUND: usize = 3;

/// The search of the conversation, and how to go back.
#[derive(Debug)]
pub(super) struct ChatSearch {
    pub(super) search: Search,
    before: Scroll,
    /// The last entries as they were looked through, and the place of the first of them. While these are held, an entry
    /// that changes moves elsewhere.
    seen: (usize, Vec<Weak<Entry>>),
    /// The match that the next drawing brings into view.
    pub(super) seek: RefCell<Option<Found>>,
    /// Where the current match is drawn: the entry, the first row of its line, and which of the line's matches it is.
    pub(super) drawn: RefCell<Option<(usize, usize, usize)>>,
}

/// The entries as they are looked through.
struct Entries<'a>(&'a [Arc<Entry>]);

impl Corpus for Entries<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn text(&self, item: usize) -> Cow<'_, [u8]> {
        match self.0[item].as_ref() {
            Entry::Prompt { text, .. } => Cow::Borrowed(text.as_bytes()),
            Entry::Text { text, .. } | Entry::Reasoning { text, .. } => Cow::Borrowed(text.as_bytes()),
            Entry::Tool { name, input, state: ToolState::Finished(output), .. } => {
                Cow::Owned(format!("{name} {input}\n{}", output.text).into_bytes())
            }
            Entry::Tool { name, input, .. } => Cow::Owned(format!("{name} {input}").into_bytes()),
            other => {
                let page = entry::lay(other, false, 1_000);
                let rows: Vec<String> = (0..page.rows.len()).map(|row| page.text(row)).collect();
                Cow::Owned(rows.join("\n").into_bytes())
            }
        }
    }
}

impl ChatPane {
    /// Begins a search from what is in view.
    pub fn begin_search(&mut self) {
        let before = self.search.take().map(|search| search.before);
        let scroll = self.scroll.get_mut();
        let origin = scroll.shown.first().copied().unwrap_or(0);
        self.search = Some(Box::new(ChatSearch {
            search: Search::at(origin),
            before: before.unwrap_or_else(|| scroll.clone()),
            seen: (0, Vec::new()),
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
        self.search_mut().is_some_and(|search| search.key(key, &Entries(&state.entries)))
    }

    /// Takes pasted text into the query.
    pub(in crate::tui) fn search_paste(&mut self, text: &str, state: &SessionState) {
        if let Some(search) = self.search_mut() {
            search.paste(text, &Entries(&state.entries));
        }
    }

    /// Looks through so many bytes; tells whether there is more. A match that was gone to is opened.
    pub fn advance_search(&mut self, state: &SessionState, bytes: usize) -> bool {
        let Some(this) = self.search.as_mut() else { return false };
        let entries = Entries(&state.entries);
        if let Some(from) = this.changed_from(&state.entries) {
            this.search.again(from, &entries);
        }
        let goes_on = this.search.advance(&entries, bytes);
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
        let count = state.entries.len();
        if found.item >= count {
            return;
        }
        let total = self.rows_with_gap(found.item, state, cache);
        let Some(page) = cache.laid(found.item) else { return };
        let gap = total - page.rows.len();
        let place = place(page, pattern, &found).unwrap_or_default();
        *this.drawn.borrow_mut() = Some((found.item, place.line, place.nth));
        let first = (gap + place.rows.start).saturating_sub(AROUND);
        let rows = (gap + place.rows.end + AROUND).min(total).saturating_sub(first);
        let wanted = Reveal { item: found.item, first, rows };
        scroll.reveal(wanted, count, &mut |item| self.rows_with_gap(item, state, cache));
    }
}

impl ChatSearch {
    /// Returns the first entry that changed or came since the last look.
    fn changed_from(&mut self, entries: &[Arc<Entry>]) -> Option<usize> {
        let (start, seen) = &self.seen;
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
        let start = entries.len().saturating_sub(RECENT);
        self.seen = (start, entries[start..].iter().map(Arc::downgrade).collect());
        Some(from)
    }
}

/// Where a match stands in a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Place {
    /// The first row of its line.
    line: usize,
    /// Which of the line's matches it is.
    nth: usize,
    /// The rows that it is drawn in.
    rows: Range<usize>,
}

/// Returns the place of a page that stands for a match in the entry's text.
///
/// Marks of Markdown are in the text and not in the rows, and cells of a table are broken by themselves; then the numbers
/// differ and the nearest one is taken.
fn place(page: &Page, pattern: &Pattern, found: &Found) -> Option<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut row = 0;
    while row < page.rows.len() {
        let line = page.line(row);
        places.extend(pattern.all(line.text.as_bytes()).enumerate().map(|(nth, bytes)| Place {
            line: row,
            nth,
            rows: line.row_of(bytes.start)..line.row_of(bytes.end.saturating_sub(1)) + 1,
        }));
        row = line.rows.end;
    }
    let total = places.len();
    let nth = if total == found.of { found.nth } else { found.nth * total / found.of.max(1) };
    places.into_iter().nth(nth.min(total.checked_sub(1)?))
}

/// Marks what was found in rows that are drawn, one after the other.
pub(super) struct Marker<'a> {
    pattern: &'a Pattern,
    sideways: usize,
    /// The place that the user is at, as in [`ChatSearch`].
    current: Option<(usize, usize, usize)>,
    /// The line of the last row, with its entry and what was found in it: its other rows need not look again.
    last: Option<(usize, JoinedLine, Vec<Range<usize>>)>,
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
        (item, row): (usize, usize),
        area: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
    ) {
        let is_known = self.last.as_ref().is_some_and(|(of, line, _)| *of == item && line.rows.contains(&row));
        if !is_known {
            let line = page.line(row);
            let found = self.pattern.all(line.text.as_bytes()).collect();
            self.last = Some((item, line, found));
        }
        let Some((_, line, found)) = &self.last else { return };
        let area = area.intersection(buffer.area);
        // A line may have many matches in rows that are far away.
        let own = line.bytes(row);
        let first = found.partition_point(|bytes| bytes.end <= own.start);
        for (nth, bytes) in found.iter().enumerate().skip(first).take_while(|(_, bytes)| bytes.start < own.end) {
            let Some(columns) = line.columns(row, bytes, self.sideways) else { continue };
            let is_current = self.current == Some((item, line.rows.start, nth));
            let scope = if is_current { Scope::MatchCurrent } else { Scope::Match };
            let x = area.x.saturating_add(u16::try_from(columns.start).unwrap_or(u16::MAX));
            let width = u16::try_from(columns.len()).unwrap_or(u16::MAX);
            let cells = Rect { x, width: width.min(u16::MAX - x), ..area }.intersection(area);
            buffer.set_style(cells, theme.style(scope));
        }
    }
}
