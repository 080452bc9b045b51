//! Keys that begin something longer: what was pressed so far, and the list of the ways to go on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

use super::action::{Action, Context};
use super::app::App;
use super::keymap::Meaning;
use super::keys::Chord;
use super::sequence::shown;
use super::text::{clip, put, width};
use super::theme::Scope;
use crate::session::Millis;

/// Who pauses for so long is shown how the keys may go on; who knows them never sees the list.
const PAUSE: u64 = 500;
/// A column of the list is so wide.
const COLUMN: u16 = 38;

/// What was pressed of something longer.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefix {
    pressed: Vec<Chord>,
    since: Millis,
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

    /// Forgets what was pressed.
    pub(super) fn clear(&mut self) {
        self.pressed.clear();
    }
}

/// Returns where keys go, and whether plain characters are text there.
pub(super) fn place(app: &App) -> (Context, bool) {
    match app.overlays.last() {
        Some(top) => (top.context(), top.takes_text()),
        None if app.context() == Context::Tree && app.tree.is_typing() => (Context::Anywhere, true),
        None => (app.context(), app.context() == Context::Writing),
    }
}

/// Takes a key and the keys pressed before it.
pub(super) fn press(app: &mut App, chord: Chord) -> Pressed {
    let (context, is_text) = place(app);
    let mut pressed = std::mem::take(&mut app.prefix.pressed);
    let is_first = pressed.is_empty();
    pressed.push(chord);
    match app.keymap.meaning(context, &pressed, is_text) {
        Meaning::Begins => {
            app.prefix = Prefix { pressed, since: if is_first { app.now } else { app.prefix.since } };
            Pressed::Waits
        }
        Meaning::Does(action) => Pressed::Means(Some(action)),
        Meaning::Nothing if is_first => Pressed::Means(None),
        Meaning::Nothing if app.keymap.action(context, chord, is_text) == Some(Action::Escape) => {
            Pressed::Unbound(format!("{} was left", shown(&pressed[..pressed.len() - 1])))
        }
        Meaning::Nothing => Pressed::Unbound(format!("{} does nothing here", shown(&pressed))),
    }
}

/// Returns how the keys pressed may go on: the keys, and what they do.
pub(super) fn ways_on(app: &App) -> Vec<(String, Action)> {
    let (context, _) = place(app);
    let ways = app.keymap.continuations(context, app.prefix.pressed());
    ways.into_iter().map(|(rest, action)| (shown(rest), action)).collect()
}

/// Draws the list of the ways to go on above the bottom lines, once there was a pause.
pub(super) fn draw(app: &App, above: u16, buffer: &mut Buffer) {
    if app.prefix.due().is_none_or(|due| app.now < due) {
        return;
    }
    let ways = ways_on(app);
    let screen = Rect { height: above, ..app.screen() };
    let columns = (screen.width.saturating_sub(4) / COLUMN).max(1);
    let wanted = u16::try_from(ways.len()).unwrap_or(u16::MAX).div_ceil(columns).max(1);
    let height = wanted.saturating_add(2).min(screen.height);
    let area = Rect { y: screen.bottom().saturating_sub(height), height, ..screen };
    Clear.render(area, buffer);
    buffer.set_style(area, app.theme.style(Scope::Text));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(app.theme.style(Scope::BorderFocused))
        .title(format!(" {} … ", shown(app.prefix.pressed())))
        .title_style(app.theme.style(Scope::Title));
    let inner = block.inner(area);
    block.render(area, buffer);
    let rows = inner.height.min(wanted);
    let mut cells = (0..columns).flat_map(|column| {
        (0..rows).map(move |row| {
            let cell = Rect { x: inner.x + 1 + column * COLUMN, y: inner.y + row, width: COLUMN, height: 1 };
            cell.intersection(inner)
        })
    });
    let places = usize::from(columns) * usize::from(rows);
    // Where not all fit, the last place tells how many there are besides.
    let told = if ways.len() > places { places.saturating_sub(1) } else { ways.len() };
    for ((keys, action), cell) in ways.iter().take(told).zip(cells.by_ref()) {
        let after = put(buffer, cell, 0, keys, app.theme.style(Scope::Key));
        let room = usize::from(cell.width).saturating_sub(width(keys) + 3);
        put(buffer, cell, after + 1, &clip(action.info().title, room), app.theme.style(Scope::Text));
    }
    if let (true, Some(cell)) = (told < ways.len(), cells.next()) {
        let more = format!("… and {} more", ways.len() - told);
        put(buffer, cell, 0, &more, app.theme.style(Scope::Muted));
    }
}
