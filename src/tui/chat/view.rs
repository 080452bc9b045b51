//! Draws the conversation: only what is in view is laid out and painted.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::{ChatPane, Selected};
use super::scroll::{Reveal, Scroll};
use super::{ChatCache, entry, foot, tool};
use crate::review::{FileChange, Maker};
use crate::session::{Entry, SessionState, ToolCallId, TurnOutcome};
use crate::tui::markdown::{Ink, Paint, Piece, Room, cells};
use crate::tui::search::{Search, mark};
use crate::tui::{Look, Scope, drop_links};

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
    /// Draws the inside of the pane.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>, cache: &mut ChatCache) {
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
        if look.state.prompts.is_empty() || look.state.entries.is_empty() {
            let used = welcome(view, buffer, look).min(view.height);
            view = Rect { y: view.y + used, height: view.height - used, ..view };
        }
        let mut scroll = self.scroll.borrow_mut();
        cache.begin_frame(Room { width, wraps: self.wraps, links: self.link_way });
        self.settle(&mut scroll, usize::from(view.height), look.state, cache);
        self.seek(&mut scroll, look.state, cache);
        self.entries(&mut scroll, view, buffer, look, cache);
        more_below(&scroll, view, buffer, look);
        for (row, y) in foot.iter().zip(view.bottom()..) {
            pieces(row, (inner.x, y), inner.width, buffer, look);
        }
        cache.end_frame();
    }

    /// Makes the view stand where actions asked for, as far as there are rows.
    fn settle(&self, scroll: &mut Scroll, height: usize, state: &SessionState, cache: &mut ChatCache) {
        let count = state.entries.len();
        let mut rows = |item: usize| self.rows_with_gap(item, state, cache);
        scroll.settle(count, height, &mut rows);
        let reveals = self.reveals.replace(false);
        let Some(selected) = self.selected.filter(|selected| reveals && selected.item < count) else { return };
        let total = rows(selected.item);
        let codes = cache.laid(selected.item).map(|page| (page.rows.len(), code_rows(page, selected)));
        let Some((own, code)) = codes else { return };
        let gap = total - own;
        let wanted = match code {
            Some(code) => Reveal { item: selected.item, first: gap + code.start, rows: code.len() },
            None => Reveal { item: selected.item, first: gap, rows: own },
        };
        scroll.reveal(wanted, count, &mut |item| self.rows_with_gap(item, state, cache));
    }

    fn entries(&self, scroll: &mut Scroll, view: Rect, buffer: &mut Buffer, look: Look<'_>, cache: &mut ChatCache) {
        scroll.shown.clear();
        let state = look.state;
        let mut item = scroll.anchor.item;
        let mut skip = usize::try_from(scroll.anchor.line).unwrap_or(0);
        let mut y = view.y;
        while y < view.bottom() && item < state.entries.len() {
            let total = self.rows_with_gap(item, state, cache);
            let Some(page) = cache.laid(item) else { break };
            let gap = total - page.rows.len();
            let selected = self.selected.filter(|selected| selected.item == item);
            let marked = selected.map(|selected| code_rows(page, selected).unwrap_or(0..page.rows.len()));
            for line in skip..total {
                if y >= view.bottom() {
                    break;
                }
                scroll.shown.push(item);
                if let Some(row) = line.checked_sub(gap) {
                    let with = Paint {
                        theme: look.theme,
                        highlighter: cache.highlighter.as_ref(),
                        links: &self.links,
                        sideways: self.sideways,
                    };
                    let end = page.paint(row, (view.x, y), view.width, buffer, with);
                    if row == 0 {
                        pending(&state.entries[item], (end, y), view, buffer, look);
                    }
                    if marked.as_ref().is_some_and(|rows| rows.contains(&row)) {
                        buffer.set_string(view.x - GUTTER, y, "▎", look.theme.style(Scope::Accent));
                    }
                    self.mark_found((item, row), Rect { y, height: 1, ..view }, buffer, look);
                }
                y += 1;
            }
            skip = 0;
            item += 1;
        }
    }

    /// Marks what the search found in a row.
    fn mark_found(&self, (item, row): (usize, usize), area: Rect, buffer: &mut Buffer, look: Look<'_>) {
        let Some(this) = &self.search else { return };
        let Some(pattern) = this.search.pattern() else { return };
        let current = this.drawn.borrow().filter(|drawn| (drawn.0, drawn.1) == (item, row)).map(|drawn| drawn.2);
        mark(buffer, area, pattern, current, look.theme);
    }

    pub(super) fn rows_with_gap(&self, item: usize, state: &SessionState, cache: &mut ChatCache) -> usize {
        let Some(entry) = state.entries.get(item) else { return 0 };
        let is_open = self.is_open(item);
        let rows = cache.page(item, entry, is_open).rows.len();
        if rows == 0 || item == 0 {
            return rows;
        }
        let before = &state.entries[item - 1];
        let is_joined = match entry.as_ref() {
            Entry::TurnEnded { outcome: TurnOutcome::Done, .. } | Entry::Images { .. } => true,
            entry => entry::is_compact(entry) && entry::is_compact(before) && !is_open && !self.is_open(item - 1),
        };
        rows + usize::from(!is_joined)
    }
}

fn code_rows(page: &crate::tui::markdown::Page, selected: Selected) -> Option<std::ops::Range<usize>> {
    selected.code.and_then(|code| page.codes.get(code)).map(|code| code.rows.clone())
}

/// Says behind a call that changed a file whether something of it still waits for a decision.
fn pending(entry: &Entry, at: (u16, u16), view: Rect, buffer: &mut Buffer, look: Look<'_>) {
    let Entry::Tool { id, name, input, state } = entry else { return };
    let Some(file) = tool::changed_path(name, input, state).and_then(|path| look.state.review.file(&path)) else {
        return;
    };
    let text = if file.conflict.is_some() { "  conflict" } else { "  pending" };
    let fits = usize::from(view.right().saturating_sub(at.0)) >= text.len();
    if fits && (file.conflict.is_some() || is_pending(file, id)) {
        buffer.set_string(at.0, at.1, text, look.theme.style(Scope::Pending));
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
fn more_below(scroll: &Scroll, view: Rect, buffer: &mut Buffer, look: Look<'_>) {
    if scroll.follows || view.height == 0 {
        return;
    }
    let text = match look.state.entries.len().saturating_sub(scroll.known) {
        0 if look.state.is_busy() => " ↓ more ".to_owned(),
        0 => return,
        new => format!(" ↓ {new} new "),
    };
    let width = u16::try_from(cells(&text)).unwrap_or(u16::MAX);
    if width < view.width {
        drop_links(buffer, view.right() - width..view.right(), view.bottom() - 1);
        buffer.set_string(view.right() - width, view.bottom() - 1, text, look.theme.style(Scope::Key));
    }
}

/// Draws what a newcomer should know, and returns how many rows it took.
fn welcome(view: Rect, buffer: &mut Buffer, look: Look<'_>) -> u16 {
    let mut y = view.y + u16::from(view.height > 6);
    for (text, scope) in WELCOME {
        let mut flow = crate::tui::markdown::Flow::new(usize::from(view.width));
        flow.push(text, Ink::of(scope));
        for row in flow.finish() {
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
        x = buffer.set_stringn(x, at.1, &piece.text, room, piece.ink.style(look.theme)).0;
    }
}
