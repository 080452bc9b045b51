//! The box that overlays are drawn in, and the line in which a query is typed.

use std::cell::Cell;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

use super::super::action::Action;
use super::super::keymap::Keymap;
use super::super::safe;
use super::super::text::{clip, put, width, wrap};
use super::super::theme::{Scope, Theme};
use super::buttons::SheetTheme;

/// A screen with fewer rows, or fewer columns, has no room for a frame around a sheet.
const FRAMED_FROM: (u16, u16) = (24, 7);

/// In so few columns the bottom line may have no room for the hint that tells the way out.
const HINTED_FROM: u16 = 40;

/// How the way out is called where no hint is in sight.
const WAY_OUT: &str = "Esc";

/// Draws an empty box in the middle of the screen, as large as wanted and as fits; returns its inside.
///
/// On a very small screen it takes all of it, below its title. Where the hints at the bottom may not be in sight, it
/// tells the way out itself.
pub(super) fn sheet(
    screen: Rect,
    wanted: (u16, u16),
    title: &str,
    buffer: &mut Buffer,
    theme: &SheetTheme<'_>,
) -> Rect {
    let title = safe::shown(title, 0);
    if is_bare(screen) {
        return bare_sheet(screen, &title, buffer, theme);
    }
    let width = wanted.0.saturating_add(2).min(screen.width);
    let height = wanted.1.saturating_add(2).min(screen.height);
    let area =
        Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height };
    Clear.render(area, buffer);
    buffer.set_style(area, theme.style(Scope::Text));
    let title = clip(&title, usize::from(width.saturating_sub(6))).into_owned();
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.style(Scope::BorderFocused))
        .title(format!(" {title} "))
        .title_style(theme.style(Scope::Title));
    if area.bottom() == screen.bottom() || screen.width < HINTED_FROM {
        block = block.title_bottom(Line::from(format!(" {WAY_OUT} ")).right_aligned().style(theme.style(Scope::Key)));
        let wide = way_out_width();
        let at = area.right().saturating_sub(wide + 2);
        theme.note(Rect { x: at, y: area.bottom() - 1, width: wide, height: 1 }, WAY_OUT);
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1.min(inner.width), width: inner.width.saturating_sub(2), ..inner }
}

fn way_out_width() -> u16 {
    u16::try_from(WAY_OUT.len()).unwrap_or(u16::MAX)
}

/// Tells whether a sheet on this screen has no frame.
fn is_bare(screen: Rect) -> bool {
    screen.width < FRAMED_FROM.0 || screen.height < FRAMED_FROM.1
}

/// Returns how many columns the inside of a sheet will have that wants so many.
pub(super) fn columns(screen: Rect, wanted: u16) -> usize {
    let inside =
        if is_bare(screen) { screen.width } else { wanted.min(screen.width.saturating_sub(2)).saturating_sub(2) };
    usize::from(inside)
}

fn bare_sheet(screen: Rect, title: &str, buffer: &mut Buffer, theme: &SheetTheme<'_>) -> Rect {
    Clear.render(screen, buffer);
    buffer.set_style(screen, theme.style(Scope::Text));
    let head = line(screen, 0);
    let column = screen.width.saturating_sub(way_out_width());
    theme.note(Rect { x: head.x + column, width: way_out_width().min(head.width), ..head }, WAY_OUT);
    let room = usize::from(column.saturating_sub(1));
    put(buffer, head, 0, &clip(title, room), theme.style(Scope::Title));
    put(buffer, head, column, WAY_OUT, theme.style(Scope::Key));
    between(screen, 1, 0)
}

/// A question and what answers it: words above, keys below. Where there is little room the words give way.
pub(super) fn question<'a>(
    screen: Rect,
    wanted: u16,
    title: &str,
    words: &[(&str, Scope)],
    keys: impl IntoIterator<Item = (String, &'a str)>,
    buffer: &mut Buffer,
    theme: &SheetTheme<'_>,
) {
    let columns = columns(screen, wanted);
    let lines: Vec<(String, Scope)> = words
        .iter()
        .flat_map(|(text, scope)| wrap(&safe::shown(text, 0), columns).into_iter().map(|line| (line, *scope)))
        .collect();
    let keys: Vec<(String, &str)> = keys.into_iter().collect();
    let key_rows = rows_of_keys(&keys, columns, usize::MAX).len();
    let height = u16::try_from(lines.len() + 1 + key_rows).unwrap_or(u16::MAX);
    let inner = sheet(screen, (wanted, height), title, buffer, theme);
    let body = tell_keys(inner, keys, buffer, theme);
    let room = usize::from(body.height);
    for (at, (text, scope)) in lines.iter().enumerate().take(room) {
        let is_cut = at + 1 == room && lines.len() > room;
        let text = if is_cut { clip(&format!("{text} …"), columns).into_owned() } else { text.clone() };
        put(buffer, line(body, at), 0, &text, theme.style(*scope));
    }
}

/// Returns an area without its first lines and its last.
pub(super) fn between(area: Rect, above: u16, below: u16) -> Rect {
    let height = area.height.saturating_sub(above + below);
    Rect { y: area.y + above.min(area.height), height, ..area }
}

/// Returns how many of so many lines are shown in an area, and what its last line says of the others, if it has no room
/// for all.
pub(super) fn fitting(count: usize, area: Rect) -> (usize, Option<String>) {
    let room = usize::from(area.height);
    if count <= room {
        return (count, None);
    }
    let shown = room.saturating_sub(1);
    (shown, Some(format!("and {} more", count - shown)))
}

/// Returns one line of an area, or an empty rectangle below its end.
pub(super) fn line(area: Rect, at: usize) -> Rect {
    let at = u16::try_from(at).unwrap_or(u16::MAX);
    if at >= area.height {
        return Rect { height: 0, ..area };
    }
    Rect { y: area.y + at, height: 1, ..area }
}

/// Returns the keys of an overlay's action, to show them.
pub(super) fn key_of(keymap: &Keymap, action: Action) -> String {
    keymap.key_here(action.info().context, action).map(ToString::to_string).unwrap_or_default()
}

/// Says in the last lines of an area what the keys do, and returns what is left above them; what has no key is left out.
///
/// A key without words shares those of the next. Where they are too many for the room, the last one stays, which is the
/// way out. Each is a button: a click on it does what the key does.
pub(super) fn tell_keys<'a>(
    area: Rect,
    keys: impl IntoIterator<Item = (String, &'a str)>,
    buffer: &mut Buffer,
    theme: &SheetTheme<'_>,
) -> Rect {
    let keys: Vec<(String, &str)> = keys.into_iter().filter(|(key, _)| !key.is_empty()).collect();
    let most = usize::from(area.height).div_ceil(2).max(1);
    let rows = rows_of_keys(&keys, area.width.into(), most);
    let taken = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(area.height);
    let above = between(area, 0, taken);
    for (row, keys) in rows.iter().enumerate() {
        let row = line(area, usize::from(above.height) + row);
        let mut at = 0;
        for (key, what) in keys {
            let start = at;
            at = put(buffer, row, at, key, theme.style(Scope::Key));
            if !what.is_empty() {
                let room = usize::from(row.width.saturating_sub(at + 1));
                at = put(buffer, row, at + 1, &clip(what, room), theme.style(Scope::Muted));
            }
            theme.note(Rect { x: row.x + start, width: at - start, ..row }, key);
            at += gap_after(what);
        }
    }
    above
}

/// Returns how many columns stand between a key and the next.
fn gap_after(what: &str) -> u16 {
    if what.is_empty() { 1 } else { 2 }
}

/// Returns the keys in rows of so many columns; those before the last are left out where they need more rows than that.
fn rows_of_keys<'k, 'a>(keys: &'k [(String, &'a str)], columns: usize, most: usize) -> Vec<Vec<&'k (String, &'a str)>> {
    let mut kept: Vec<&(String, &str)> = keys.iter().collect();
    loop {
        let mut rows: Vec<Vec<&(String, &str)>> = Vec::new();
        let (mut used, mut gap) = (0, 0);
        for key in &kept {
            let wide = width(&key.0) + usize::from(!key.1.is_empty()) + width(key.1);
            let before = std::mem::replace(&mut gap, usize::from(gap_after(key.1)));
            match rows.last_mut() {
                Some(row) if used + before + wide <= columns => {
                    row.push(key);
                    used += before + wide;
                }
                _ => {
                    rows.push(vec![key]);
                    used = wide;
                }
            }
        }
        if rows.len() <= most || kept.len() < 2 {
            return rows;
        }
        kept.remove(kept.len() - 2);
    }
}

/// Returns where a list stands below a query: a blank line is between them where there is room.
pub(super) fn below_query(inner: Rect) -> Rect {
    between(inner, if inner.height > 4 { 2 } else { 1 }, 0)
}

/// A query of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Query {
    /// The text.
    pub text: String,
}

impl Query {
    /// Takes a key in; tells whether the text changed.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if is_control => self.text.clear(),
            KeyCode::Char('w') if is_control => {
                let kept = self.text.trim_end().rfind(' ').unwrap_or(0);
                self.text.truncate(kept);
            }
            KeyCode::Char(_) if is_control || key.modifiers.contains(KeyModifiers::ALT) => return false,
            KeyCode::Char(character) => self.text.push(character),
            KeyCode::Backspace => return self.text.pop().is_some(),
            _ => return false,
        }
        true
    }

    /// Takes pasted text in.
    pub(super) fn paste(&mut self, text: &str) {
        self.text.extend(text.chars().filter(|character| !safe::is_hidden(*character)).take(256));
    }

    /// Draws the query in the first line of an area; returns where the cursor stands.
    pub(super) fn view(&self, area: Rect, buffer: &mut Buffer, theme: &Theme) -> Option<Position> {
        let shown = safe::shown(&self.text, 0);
        put(buffer, area, 0, "> ", theme.style(Scope::Key));
        put(buffer, area, 2, &shown, theme.style(Scope::Text));
        let column = u16::try_from(2 + width(&shown)).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        (area.height > 0 && area.width > 0).then_some(Position { x: area.x + column, y: area.y })
    }
}

/// A selected place in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Cursor {
    /// The selected row.
    pub at: usize,
    /// Where the list was drawn last; drawing moves it as little as the selection asks for.
    drawn: Cell<Drawn>,
}

/// The part of a list that is on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Drawn {
    area: Rect,
    top: usize,
    count: usize,
}

impl Cursor {
    /// Returns a cursor on a row.
    pub(super) fn on(at: usize) -> Self {
        Self { at, drawn: Cell::default() }
    }

    /// Notes that a list of so many rows is drawn in an area, and returns the first row to show.
    pub(super) fn show(&self, area: Rect, count: usize) -> usize {
        let height = usize::from(area.height).max(1);
        let top = self.drawn.get().top.min(count.saturating_sub(height)).min(self.at);
        let top = top.max((self.at + 1).saturating_sub(height));
        self.drawn.set(Drawn { area, top, count });
        top
    }

    /// Turns the list by so many rows, as far as the selection stays in sight.
    pub(super) fn turn(&self, rows: isize) {
        let drawn = self.drawn.get();
        self.drawn.set(Drawn { top: drawn.top.saturating_add_signed(rows), ..drawn });
    }

    /// Returns the row that is drawn at a place.
    pub(super) fn row_at(&self, place: Position) -> Option<usize> {
        let Drawn { area, top, count } = self.drawn.get();
        let row = top + usize::from(place.y.checked_sub(area.y)?);
        (area.contains(place) && row < count).then_some(row)
    }

    /// Moves by a key; tells whether it was one of its keys.
    pub(super) fn key(&mut self, key: KeyEvent, count: usize) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let last = count.saturating_sub(1);
        let page = usize::from(self.drawn.get().area.height).saturating_sub(1).max(10);
        match key.code {
            KeyCode::PageDown => self.turn(page as isize),
            KeyCode::PageUp => self.turn(-(page as isize)),
            _ => {}
        }
        self.at = match key.code {
            KeyCode::Down => self.at + 1,
            KeyCode::Up => self.at.saturating_sub(1),
            KeyCode::Char('n') if is_control => self.at + 1,
            KeyCode::Char('p') if is_control => self.at.saturating_sub(1),
            KeyCode::PageDown => self.at + page,
            KeyCode::PageUp => self.at.saturating_sub(page),
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => return false,
        }
        .min(last);
        true
    }
}
