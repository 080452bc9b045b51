//! A search in one pane: its query, what was found, and the line that tells both.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::scan::Scan;
use super::{Corpus, Found, Pattern};
use crate::tui::text::{clip, put, width};
use crate::tui::{Place, Scope, Theme, safe};

/// No longer query is taken.
const QUERY_BYTES: usize = 512;

/// A search in one pane.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Search {
    query: String,
    /// Whether keys are letters of the query.
    is_typing: bool,
    pattern: Option<Pattern>,
    scan: Scan,
    current: Option<Found>,
    /// Where the view stood when the search began.
    origin: Place,
    /// Whether the pane has to go to the current place.
    is_moved: bool,
}

impl Search {
    /// Returns a search that begins at a part of an item, its query yet to be typed.
    pub(in crate::tui) fn at(origin: Place) -> Self {
        Self { is_typing: true, origin, ..Self::default() }
    }

    /// Tells whether keys are letters of the query.
    pub(in crate::tui) fn is_typing(&self) -> bool {
        self.is_typing
    }

    /// Ends the typing; tells whether there is anything to look for.
    pub(in crate::tui) fn end_typing(&mut self) -> bool {
        self.is_typing = false;
        self.pattern.is_some()
    }

    /// Takes a key while the query is typed; false when it means nothing here.
    pub(in crate::tui) fn key(&mut self, key: KeyEvent, corpus: &dyn Corpus) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if is_control => self.query.clear(),
            KeyCode::Char('w') if is_control => {
                let kept = self.query.trim_end().rfind(' ').map_or(0, |at| at + 1);
                self.query.truncate(kept);
            }
            KeyCode::Char(_) if is_control || key.modifiers.contains(KeyModifiers::ALT) => return false,
            KeyCode::Char(character) if self.query.len() < QUERY_BYTES => self.query.push(character),
            KeyCode::Backspace => {
                self.query.pop();
            }
            KeyCode::Down => {
                self.next();
                return true;
            }
            KeyCode::Up => {
                self.previous();
                return true;
            }
            _ => return false,
        }
        self.restart(corpus);
        true
    }

    /// Takes pasted text into the query.
    pub(in crate::tui) fn paste(&mut self, text: &str, corpus: &dyn Corpus) {
        let line = text.lines().next().unwrap_or_default();
        let room = QUERY_BYTES.saturating_sub(self.query.len());
        self.query.push_str(&line[..line.floor_char_boundary(line.len().min(room))]);
        self.restart(corpus);
    }

    /// Looks for the query anew, from where the search began.
    fn restart(&mut self, corpus: &dyn Corpus) {
        self.pattern = Pattern::new(&self.query);
        self.current = None;
        self.is_moved = true;
        self.scan = if self.pattern.is_some() { Scan::from(self.origin, corpus.len()) } else { Scan::default() };
    }

    /// Takes over that all from a part on has changed or come.
    pub(in crate::tui) fn again(&mut self, from: Place, corpus: &dyn Corpus) {
        if self.pattern.is_some() {
            self.scan.again(from, corpus.len());
        }
    }

    /// Looks through so many bytes more; tells whether there is still more.
    pub(in crate::tui) fn advance(&mut self, corpus: &dyn Corpus, bytes: usize) -> bool {
        let Some(pattern) = &self.pattern else { return false };
        let first = self.scan.advance(pattern, corpus, bytes);
        match &self.current {
            None => {
                self.is_moved |= first.is_some();
                self.current = first;
            }
            // The item may have other places now.
            Some(current) if !self.scan.goes_on() => self.current = self.scan.again_at(current),
            Some(_) => {}
        }
        self.scan.goes_on()
    }

    /// Goes to the next place.
    pub(in crate::tui) fn next(&mut self) {
        self.go(Scan::after);
    }

    /// Goes to the place before.
    pub(in crate::tui) fn previous(&mut self) {
        self.go(Scan::before);
    }

    fn go(&mut self, way: fn(&Scan, &Found) -> Option<Found>) {
        if let Some(next) = self.current.as_ref().and_then(|current| way(&self.scan, current)) {
            self.current = Some(next);
            self.is_moved = true;
        }
    }

    /// Returns what is looked for.
    pub(in crate::tui) fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    /// Returns the place that the user is at.
    pub(in crate::tui) fn current(&self) -> Option<&Found> {
        self.current.as_ref()
    }

    /// Returns the place to go to, once for each move; the outer none is no move.
    pub(in crate::tui) fn take_move(&mut self) -> Option<Option<Found>> {
        std::mem::take(&mut self.is_moved).then(|| self.current.clone())
    }

    /// Returns the area that is left above the search's line.
    pub(in crate::tui) fn above(search: Option<&Self>, area: Rect) -> Rect {
        if search.is_some() { Rect { height: area.height.saturating_sub(1), ..area } } else { area }
    }

    /// Draws the search's line at the bottom of an area.
    pub(in crate::tui) fn view(&self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        let Some(line) = last_line(area) else { return };
        let ground = theme.style(Scope::Status);
        buffer.set_style(line, ground);
        put(buffer, line, 0, &" ".repeat(line.width.into()), ground);
        let words = self.words();
        let at = line.width.saturating_sub(u16::try_from(width(&words)).unwrap_or(0) + 1);
        let room = usize::from(at).saturating_sub(2);
        let after = put(buffer, line, 0, "/", ground.patch(theme.style(Scope::Key)));
        put(buffer, line, after, &tail(&self.query, room), ground.patch(theme.style(Scope::Text)));
        let scope = if self.current.is_some() { Scope::Muted } else { Scope::Warning };
        put(buffer, line, at, &words, ground.patch(theme.style(scope)));
    }

    /// Returns where the cursor stands while the query is typed.
    pub(in crate::tui) fn cursor(&self, area: Rect) -> Option<Position> {
        let line = last_line(area).filter(|_| self.is_typing)?;
        let room = usize::from(line.width).saturating_sub(width(&self.words()) + 3);
        let column = u16::try_from(1 + width(&tail(&self.query, room))).ok()?;
        Some(Position { x: line.x + column.min(line.width.saturating_sub(1)), y: line.y })
    }

    /// Says which place of how many this is.
    fn words(&self) -> String {
        let (total, is_capped) = self.scan.total();
        let more = if is_capped {
            "+"
        } else if self.scan.goes_on() {
            "…"
        } else {
            ""
        };
        match &self.current {
            _ if self.pattern.is_none() => String::new(),
            Some(current) => format!("{} of {total}{more}", self.scan.number(current)),
            None if self.scan.goes_on() => "…".to_owned(),
            None => "no match".to_owned(),
        }
    }
}

fn last_line(area: Rect) -> Option<Rect> {
    let y = area.bottom().checked_sub(1)?;
    (area.height > 0 && area.width > 2).then_some(Rect { y, height: 1, ..area })
}

/// Returns the end of a query as it is shown, no wider than the room.
fn tail(query: &str, room: usize) -> String {
    let shown = safe::shown(query, 0);
    if width(&shown) <= room {
        return shown.into_owned();
    }
    let reversed: String = shown.chars().rev().collect();
    clip(&reversed, room).chars().rev().collect()
}
