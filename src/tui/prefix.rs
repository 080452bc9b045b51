//! Keys that begin something longer, and a number before them: what was pressed so far, and the list of the ways to go on.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

use super::action::{Action, Context};
use super::app::App;
use super::count::with_digit;
use super::keymap::Meaning;
use super::keys::Chord;
use super::sequence::shown;
use super::text::{clip, put, width};
use super::theme::Scope;
use crate::session::Millis;

/// Who pauses for so long is shown how the keys may go on; who knows them never sees the list.
const PAUSE: u64 = 500;
/// A column of the list is at least so wide.
const COLUMN: u16 = 38;

/// What was pressed of something longer.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefix {
    /// The number typed before the keys.
    count: Option<usize>,
    pressed: Vec<Chord>,
    since: Millis,
    /// Which part of a list that is longer than its place is shown.
    page: i64,
}

/// What a key makes of the keys before it.
pub(super) enum Pressed {
    /// More must come.
    Waits,
    /// The keys together mean nothing.
    Unbound(String),
    /// The keys do this, or the one key is bound to nothing.
    Means(Option<Action>),
}

impl Prefix {
    /// Returns when the list of the ways to go on is to be shown.
    pub(super) fn due(&self) -> Option<Millis> {
        (!self.pressed.is_empty()).then_some(Millis(self.since.0 + PAUSE))
    }

    /// Returns what was pressed.
    pub(super) fn pressed(&self) -> &[Chord] {
        &self.pressed
    }

    /// Returns the number typed before them.
    pub(super) fn count(&self) -> Option<usize> {
        self.count
    }

    /// Takes the number away: it was for one action.
    pub(super) fn take_count(&mut self) -> Option<usize> {
        self.count.take()
    }

    /// Forgets what was pressed.
    pub(super) fn clear(&mut self) {
        self.count = None;
        self.pressed.clear();
    }
}

/// Returns where keys go, and whether plain characters are text there.
pub(super) fn place(app: &App) -> (Context, bool) {
    match app.overlays.last() {
        Some(top) => {
            let modal = top.modal(&app.commit);
            (modal.context(), modal.takes_text())
        }
        None if app.context() == Context::Tree && app.tree.is_typing() => (Context::Anywhere, true),
        None => (app.context(), app.context() == Context::Writing),
    }
}

/// Takes a key and the keys pressed before it.
pub(super) fn press(app: &mut App, chord: Chord) -> Pressed {
    let (context, is_text) = place(app);
    if let Some(digit) = counting_digit(app, context, chord) {
        app.prefix.count = Some(with_digit(app.prefix.count, digit));
        return Pressed::Waits;
    }
    let is_listed = is_listed(app);
    let turn = match chord.event().code {
        KeyCode::PageDown => 1,
        KeyCode::PageUp => -1,
        _ => 0,
    };
    let mut pressed = std::mem::take(&mut app.prefix.pressed);
    let is_first = pressed.is_empty();
    let count = app.prefix.count.take();
    let number = number(count);
    pressed.push(chord);
    match app.keymap.meaning(context, &pressed, is_text) {
        Meaning::Begins => {
            let since = if is_first { app.now } else { app.prefix.since };
            app.prefix = Prefix { count, pressed, since, page: 0 };
            Pressed::Waits
        }
        Meaning::Does(Action::Escape) if is_first && count.is_some() => Pressed::Unbound(format!("{number}was left")),
        Meaning::Does(action) => {
            app.prefix.count = count;
            Pressed::Means(Some(action))
        }
        Meaning::Nothing if is_first => Pressed::Means(None),
        Meaning::Nothing if is_listed && turn != 0 => {
            pressed.pop();
            app.prefix = Prefix { count, pressed, since: app.prefix.since, page: app.prefix.page + turn };
            Pressed::Waits
        }
        Meaning::Nothing if app.keymap.action(context, chord, is_text) == Some(Action::Escape) => {
            Pressed::Unbound(format!("{number}{} was left", shown(&pressed[..pressed.len() - 1])))
        }
        Meaning::Nothing => Pressed::Unbound(format!("{number}{} does nothing here", shown(&pressed))),
    }
}

/// Returns the digit by which a key begins a number or goes on with it. What a digit is bound to goes before a number that
/// it would begin; and none begins with a nought.
fn counting_digit(app: &App, context: Context, chord: Chord) -> Option<usize> {
    let digit = chord.digit().filter(|_| app.prefix.pressed.is_empty() && app.keymap.counts_in(context))?;
    let begins = digit != 0 && app.keymap.meaning(context, &[chord], false) == Meaning::Nothing;
    (app.prefix.count.is_some() || begins).then_some(digit)
}

/// Returns how the keys pressed may go on: the keys, and what they do.
pub(super) fn ways_on(app: &App) -> Vec<(String, Action)> {
    let (context, _) = place(app);
    let ways = app.keymap.continuations(context, app.prefix.pressed());
    ways.into_iter().map(|(rest, action)| (shown(rest), action)).collect()
}

/// Writes a number before keys.
fn number(count: Option<usize>) -> String {
    count.map(|count| format!("{count} ")).unwrap_or_default()
}

/// Tells whether the list of the ways to go on is shown.
fn is_listed(app: &App) -> bool {
    app.prefix.due().is_some_and(|due| app.now >= due)
}

/// Draws the list of the ways to go on above the bottom lines, once there was a pause.
pub(super) fn draw(app: &App, above: u16, buffer: &mut Buffer) {
    if !is_listed(app) {
        return;
    }
    let ways = ways_on(app);
    let screen = Rect { height: above, ..app.screen() };
    let columns = columns(&ways, screen);
    let wanted = u16::try_from(ways.len()).unwrap_or(u16::MAX).div_ceil(columns).max(1);
    let height = wanted.saturating_add(2).min(screen.height);
    let area = Rect { y: screen.bottom().saturating_sub(height), height, ..screen };
    Clear.render(area, buffer);
    buffer.set_style(area, app.theme.style(Scope::Text));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(app.theme.style(Scope::BorderFocused))
        .title(format!(" {}{} … ", number(app.prefix.count), shown(app.prefix.pressed())))
        .title_style(app.theme.style(Scope::Title));
    let inner = block.inner(area);
    block.render(area, buffer);
    let rows = inner.height.min(wanted);
    let column_width = inner.width / columns;
    let mut cells = (0..columns).flat_map(|column| {
        (0..rows).map(move |row| {
            let x = inner.x + 1 + column * column_width;
            Rect { x, y: inner.y + row, width: column_width, height: 1 }.intersection(inner)
        })
    });
    // Where not all fit, the last place tells how to see the others.
    let places = usize::from(columns) * usize::from(rows);
    let page_size = if ways.len() > places { places.saturating_sub(1).max(1) } else { places.max(1) };
    let pages = ways.len().div_ceil(page_size).max(1);
    let page = usize::try_from(app.prefix.page.rem_euclid(i64::try_from(pages).unwrap_or(1))).unwrap_or(0);
    let listed = ways.iter().skip(page * page_size).take(page_size);
    for ((keys, action), cell) in listed.zip(cells.by_ref()) {
        let after = put(buffer, cell, 0, keys, app.theme.style(Scope::Key));
        let room = usize::from(cell.width).saturating_sub(width(keys) + 3);
        put(buffer, cell, after + 1, &clip(action.info().title, room), app.theme.style(Scope::Text));
    }
    if let (true, Some(cell)) = (pages > 1, cells.last()) {
        let room = usize::from(cell.width).saturating_sub(2);
        let more = format!("{} of {pages} · PgDn, PgUp: the others", page + 1);
        put(buffer, cell, 0, &clip(&more, room), app.theme.style(Scope::Muted));
    }
}

/// Returns in how many columns the ways are listed: so few that their words are whole, if then all have a place.
fn columns(ways: &[(String, Action)], screen: Rect) -> u16 {
    let room = screen.width.saturating_sub(4);
    let longest = ways.iter().map(|(keys, action)| width(keys) + width(action.info().title) + 4).max().unwrap_or(0);
    let whole = room / u16::try_from(longest).unwrap_or(u16::MAX).max(1);
    let rows = screen.height.saturating_sub(2).max(1);
    let needed = u16::try_from(ways.len()).unwrap_or(u16::MAX).div_ceil(rows);
    whole.max(needed).clamp(1, (room / COLUMN).max(1))
}
