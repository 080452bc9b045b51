//! Draws the conversation: only what is in view is laid out and painted.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::drawn::{RowLook, Strip};
use super::pane::{ChatPane, Selected};
use super::scroll::{self, Bring, Pile, Reveal, Scroll};
use super::{ChatCache, entry, foot, tool};
use crate::review::{FileChange, Maker};
use crate::session::{Entry, SessionState, ToolCallId, TurnOutcome};
use crate::tui::canvas::make_blank;
use crate::tui::markdown::{Ink, Page, Paint, Piece, Room, ShownRow, cells};
use crate::tui::search::Search;
use crate::tui::text::write;
use crate::tui::{Look, Place, Scope, drop_links};

/// What a new conversation shows.
const WELCOME: [(&str, Scope); 4] = [
    ("adit: Claude proposes, you decide, hunk by hunk.", Scope::Title),
    ("Ask for a change; nothing is written before you accept it.", Scope::Text),
    ("Enter sends · @ names a file · / lists the commands", Scope::Muted),
    ("Tab goes to the review: a accepts, r rejects, c commits", Scope::Muted),
];
/// The column for the selection's mark.
const GUTTER: u16 = 1;

impl ChatPane {
    /// Draws the inside of the pane onto blank cells.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>, cache: &mut ChatCache) {
        cache.drawn.forget();
        self.draw(area, buffer, look, cache, None);
    }

    /// Draws the inside of the pane over what stands there since the last frame: rows that show the same stay.
    /// Adds the parts that were drawn.
    pub fn draw_over(
        &self,
        area: Rect,
        buffer: &mut Buffer,
        look: Look<'_>,
        cache: &mut ChatCache,
        areas: &mut Vec<Rect>,
    ) {
        // A search marks what it finds over the rows, and the welcome is no row of the conversation.
        if self.search.is_some() || greets(look.state) {
            make_blank(buffer, area, look.theme.style(Scope::Text));
            areas.push(area);
            self.view(area, buffer, look, cache);
        } else {
            self.draw(area, buffer, look, cache, Some(areas));
        }
    }

    fn draw(
        &self,
        area: Rect,
        buffer: &mut Buffer,
        look: Look<'_>,
        cache: &mut ChatCache,
        areas: Option<&mut Vec<Rect>>,
    ) {
        let area = area.intersection(buffer.area);
        if area.width <= GUTTER || area.height == 0 {
            return;
        }
        if let Some(search) = self.search() {
            search.view(area, buffer, look.theme);
        }
        let area = Search::above(self.search(), area);
        if area.height == 0 {
            return;
        }
        let inner = Rect { x: area.x + GUTTER, width: area.width - GUTTER, ..area };
        let width = usize::from(inner.width);
        let foot = foot::rows(look, width, usize::from(area.height / 2));
        let foot_height = u16::try_from(foot.len()).unwrap_or(area.height);
        let mut view = Rect { height: area.height - foot_height, ..inner };
        // Notices may come before the first prompt; they stand below the welcome.
        if greets(look.state) {
            let used = welcome(view, buffer, look).min(view.height);
            view = Rect { y: view.y + used, height: view.height - used, ..view };
        }
        let mut scroll = self.scroll.borrow_mut();
        cache.begin_frame(Room { width, wraps: self.wraps, links: self.link_way });
        self.find_again(&mut scroll, look.state, cache);
        self.settle(&mut scroll, usize::from(view.height), look.state, cache);
        self.seek(&mut scroll, look.state, cache);
        let mut drawn = std::mem::take(&mut cache.drawn);
        drawn.begin(area);
        let (ground, keeps) = (look.theme.style(Scope::Text), self.search.is_none());
        let mut strip = Strip { buffer, drawn: &mut drawn, areas, ground, keeps };
        self.entries(&mut scroll, view, &mut strip, look, cache);
        let (page, gap) = (cache.laid(scroll.anchor.place), self.gap_above(scroll.anchor.place, look.state));
        scroll.note_reading(cache.room(), page, gap);
        for (row, y) in foot.iter().zip(view.bottom()..) {
            let shown = ShownRow { pieces: row.into(), is_cut: false };
            if let Some(buffer) = strip.row(y, &RowLook { shown, ..RowLook::default() }) {
                pieces(row, (inner.x, y), inner.width, buffer, look);
            }
        }
        cache.drawn = drawn;
        cache.end_frame();
    }

    /// Finds what is read at the top of the view where the rows are others.
    fn find_again(&self, scroll: &mut Scroll, state: &SessionState, cache: &mut ChatCache) {
        let (place, room) = (scroll.anchor.place, cache.room());
        if !scroll.is_elsewhere(room) {
            return;
        }
        let gap = self.gap_above(place, state);
        self.pile(state, cache).rows(place);
        if let Some(page) = cache.laid(place) {
            scroll.find_again(room, page, gap);
        }
    }

    /// Makes the view stand where actions asked for, as far as there are rows.
    fn settle(&self, scroll: &mut Scroll, height: usize, state: &SessionState, cache: &mut ChatCache) {
        scroll.settle(height, &mut self.pile(state, cache));
        let count = state.entries.len();
        let Some(bring) = self.brings.take() else { return };
        let Some(selected) = self.selected.filter(|selected| selected.item < count) else { return };
        let place = selected.place();
        let total = self.pile(state, cache).rows(place);
        let codes = cache.laid(place).map(|page| (page.rows.len(), code_rows(page, selected)));
        let Some((own, code)) = codes else { return };
        let gap = total - own;
        let wanted = match code {
            Some(code) => Reveal { place, first: gap + code.start, rows: code.len() },
            None => Reveal { place, first: gap, rows: own },
        };
        let mut pile = self.pile(state, cache);
        match bring {
            Bring::Near => scroll.reveal(wanted, &mut pile),
            Bring::To(sight) => scroll.align(wanted, sight, &mut pile),
        }
    }

    /// Returns the conversation as the view stands in it.
    pub(super) fn pile<'a>(&'a self, state: &'a SessionState, cache: &'a mut ChatCache) -> Entries<'a> {
        Entries { pane: self, state, cache }
    }

    fn entries(&self, scroll: &mut Scroll, view: Rect, strip: &mut Strip<'_>, look: Look<'_>, cache: &mut ChatCache) {
        scroll.shown.clear();
        let state = look.state;
        let more = more_below(scroll, look).filter(|more| cells(more) < usize::from(view.width));
        let more_at = |y: u16| more.clone().filter(|_| y + 1 == view.bottom());
        let mut found = self.search.as_ref().and_then(|search| search.marker(self.sideways));
        let mut next = Some(scroll.anchor.place).filter(|place| place.item < state.entries.len());
        let mut skip = usize::try_from(scroll.anchor.line).unwrap_or(0);
        let mut y = view.y;
        while let Some(place) = next.filter(|_| y < view.bottom()) {
            let item = place.item;
            let total = self.pile(state, cache).rows(place);
            let Some(page) = cache.laid(place) else { break };
            let gap = total - page.rows.len();
            let is_text = self.is_open(item) || !entry::is_told_about(&state.entries[item]);
            let selected = self.selected.filter(|selected| selected.is_in(place));
            let marked = selected.map(|selected| code_rows(page, selected).unwrap_or(0..page.rows.len()));
            for line in skip..total {
                if y >= view.bottom() {
                    break;
                }
                scroll.shown.push(item);
                let row = line.checked_sub(gap);
                let shown = row.map(|row| page.shown(row, view.width, &cache.highlighter, self.sideways));
                let row_look = RowLook {
                    item: Some(item),
                    shown: shown.unwrap_or_default(),
                    is_marked: row.is_some_and(|row| marked.as_ref().is_some_and(|rows| rows.contains(&row))),
                    tail: if row == Some(0) && place.part == 0 { pending(&state.entries[item], look) } else { None },
                    more: more_at(y),
                };
                if let Some(buffer) = strip.row(y, &row_look) {
                    let with = Paint { theme: look.theme, links: &self.links };
                    put_row(&row_look, page, (view, y), buffer, with);
                    if let (Some(row), Some(found)) = (row.filter(|_| is_text), &mut found) {
                        found.mark(page, (place, row), Rect { y, height: 1, ..view }, buffer, look.theme);
                    }
                    put_more(&row_look, (view, y), buffer, with);
                }
                y += 1;
            }
            skip = 0;
            next = scroll::after(place, &mut self.pile(state, cache));
        }
        for y in y..view.bottom() {
            let row_look = RowLook { more: more_at(y), ..RowLook::default() };
            if let Some(buffer) = strip.row(y, &row_look) {
                put_more(&row_look, (view, y), buffer, Paint { theme: look.theme, links: &self.links });
            }
        }
    }

    /// Returns how many rows are empty above an entry's part that has any.
    fn gap_above(&self, place: Place, state: &SessionState) -> usize {
        let Place { item, part } = place;
        let before = item.checked_sub(1).and_then(|before| state.entries.get(before));
        let Some((entry, before)) = state.entries.get(item).zip(before) else { return 0 };
        let is_joined = match entry.as_ref() {
            _ if part > 0 => true,
            Entry::TurnEnded { outcome: TurnOutcome::Done, .. } | Entry::Images { .. } => true,
            entry => {
                entry::is_compact(entry) && entry::is_compact(before) && !self.is_open(item) && !self.is_open(item - 1)
            }
        };
        usize::from(!is_joined)
    }
}

/// The conversation as the view stands in it: what is asked for is laid out.
pub(super) struct Entries<'a> {
    pane: &'a ChatPane,
    state: &'a SessionState,
    cache: &'a mut ChatCache,
}

impl Pile for Entries<'_> {
    fn count(&self) -> usize {
        self.state.entries.len()
    }

    fn parts(&mut self, item: usize) -> usize {
        let Some(entry) = self.state.entries.get(item) else { return 1 };
        self.cache.parts(item, entry, self.pane.is_open(item))
    }

    fn rows(&mut self, place: Place) -> usize {
        let Some(entry) = self.state.entries.get(place.item).filter(|_| place.part < self.parts(place.item)) else {
            return 0;
        };
        match self.cache.page(place, entry, self.pane.is_open(place.item)).rows.len() {
            0 => 0,
            rows => rows + self.pane.gap_above(place, self.state),
        }
    }
}

fn code_rows(page: &crate::tui::markdown::Page, selected: Selected) -> Option<std::ops::Range<usize>> {
    selected.code.and_then(|code| page.codes.get(code.code)).map(|code| code.rows.clone())
}

/// Tells whether the welcome is shown.
fn greets(state: &SessionState) -> bool {
    state.prompts.is_empty() || state.entries.is_empty()
}

/// Paints a row with the mark of the selection before it and what stands behind it.
fn put_row(row: &RowLook<'_>, page: &Page, (view, y): (Rect, u16), buffer: &mut Buffer, with: Paint<'_>) {
    let end = row.shown.paint(page, (view.x, y), view.width, buffer, with);
    let room = usize::from(view.right().saturating_sub(end));
    if let Some(tail) = row.tail.filter(|tail| room >= tail.len()) {
        buffer.set_string(end, y, tail, with.theme.style(Scope::Pending));
    }
    if row.is_marked {
        buffer.set_string(view.x - GUTTER, y, "▎", with.theme.style(Scope::Accent));
    }
}

/// Paints what stands at a row's end, over its text.
fn put_more(row: &RowLook<'_>, (view, y): (Rect, u16), buffer: &mut Buffer, with: Paint<'_>) {
    let Some(more) = &row.more else { return };
    let start = view.right().saturating_sub(u16::try_from(cells(more)).unwrap_or(u16::MAX));
    drop_links(buffer, start..view.right(), y);
    buffer.set_string(start, y, more, with.theme.style(Scope::Key));
}

/// Says behind a call that changed a file whether something of it still waits for a decision.
fn pending(entry: &Entry, look: Look<'_>) -> Option<&'static str> {
    let Entry::Tool { id, name, input, state } = entry else { return None };
    let file = tool::changed_path(name, input, state).and_then(|path| look.state.review.file(&path))?;
    match &file.conflict {
        Some(_) => Some("  conflict"),
        None => is_pending(file, id).then_some("  pending"),
    }
}

/// Tells whether a run that the call made is still undecided.
fn is_pending(file: &FileChange, id: &ToolCallId) -> bool {
    let runs = &file.diff.runs;
    let is_by_call = |maker: &Maker| matches!(maker, Maker::Model { call, .. } if *call == id.0);
    !file.diff.units.is_empty()
        || file.marks.iter().filter(|mark| is_by_call(&mark.maker)).any(|mark| {
            let next = runs.partition_point(|run| run.new.end < mark.lines.start);
            runs.get(next).is_some_and(|run| run.new.start <= mark.lines.end)
        })
}

/// Says how much came below while the view stands elsewhere.
fn more_below(scroll: &Scroll, look: Look<'_>) -> Option<String> {
    if scroll.follows {
        return None;
    }
    match look.state.entries.len().saturating_sub(scroll.known) {
        0 => look.state.is_busy().then(|| " ↓ more ".to_owned()),
        new => Some(format!(" ↓ {new} new ")),
    }
}

/// Draws what a newcomer should know, and returns how many rows it took.
fn welcome(view: Rect, buffer: &mut Buffer, look: Look<'_>) -> u16 {
    let mut y = view.y + u16::from(view.height > 6);
    for (text, scope) in WELCOME {
        let mut flow = crate::tui::markdown::Flow::new(usize::from(view.width));
        flow.push(text, Ink::of(scope));
        for row in flow.into_pieces() {
            if y < view.bottom() {
                pieces(&row, (view.x, y), view.width, buffer, look);
            }
            y = y.saturating_add(1);
        }
    }
    y.saturating_add(1).saturating_sub(view.y)
}

fn pieces(row: &[Piece], at: (u16, u16), width: u16, buffer: &mut Buffer, look: Look<'_>) {
    let right = at.0.saturating_add(width);
    let mut x = at.0;
    for piece in row {
        let room = usize::from(right.saturating_sub(x));
        x = write(buffer, (x, at.1), &piece.text, room, piece.ink.style(look.theme));
    }
}
