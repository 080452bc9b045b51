//! The mouse: a click gives a pane the keys and goes on to it, the wheel turns what is under the pointer.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::app::{App, ChatMode};
use super::effect::{Effect, PaneId};
use super::hints;
use super::layout::inside;
use super::overlay::{Click, Verdict};
use super::pressing::{overlay_key, press_hint, press_keys, preview};
use super::update::Msg;
use crate::session::Millis;

/// While a drag is beyond the review's edge, it scrolls on after so many milliseconds.
const PULL_GAP: u64 = 50;

/// What a message has to do with a button of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// A button was pressed.
    Pressed,
    /// It was let go.
    Released,
    /// A key came.
    Elsewhere,
    /// None of these.
    Still,
}

impl Hand {
    /// Returns what a message tells.
    pub(super) fn of(msg: &Msg) -> Self {
        match msg {
            Msg::Mouse(MouseEvent { kind: MouseEventKind::Down(_), .. }) => Self::Pressed,
            Msg::Mouse(MouseEvent { kind: MouseEventKind::Up(_), .. }) => Self::Released,
            Msg::Key(_) => Self::Elsewhere,
            _ => Self::Still,
        }
    }
}

/// Lets the review scroll on under a pointer that is held beyond its edge, when it is time.
pub(super) fn pull(app: &mut App) {
    if app.pull_due.is_none_or(|due| app.now < due) {
        return;
    }
    app.diff.pull_on();
    app.pull_due = app.diff.is_pulled().then_some(Millis(app.now.0 + PULL_GAP));
    app.redraw();
}

/// Ends a drag: a key was pressed, or nobody tells of the button any more.
pub(super) fn let_go(app: &mut App) {
    app.diff.let_go();
    app.pull_due = None;
}

/// Lets what gives the terminal to someone else wait until the button is up: the terminal tells of that too, and whoever
/// has it then, a shell most often, would take it for typed letters.
pub(super) fn hold(app: &mut App, hand: Hand, asked: &mut Vec<Effect>) {
    match hand {
        // The release of an earlier press was lost on the way.
        Hand::Pressed if !app.waits_for_release.is_empty() => {
            asked.splice(0..0, std::mem::take(&mut app.waits_for_release));
        }
        Hand::Pressed => {
            let gives_away = |effect: &mut Effect| {
                matches!(effect, Effect::Quit | Effect::Suspend | Effect::Edit(_) | Effect::Print(_) | Effect::Page(_))
            };
            app.waits_for_release = asked.extract_if(.., gives_away).collect();
        }
        Hand::Released => asked.append(&mut app.waits_for_release),
        Hand::Elsewhere => app.waits_for_release.clear(),
        Hand::Still => {}
    }
}

/// Routes a mouse event. Where a message covers the hints, a click there only takes it away: nobody clicks what is not shown.
pub(super) fn on_mouse(app: &mut App, event: MouseEvent, is_covered: bool) -> Vec<Effect> {
    let place = Position::from((event.column, event.row));
    let is_release = matches!(event.kind, MouseEventKind::Up(_));
    let was_clicked = if is_release { false } else { std::mem::take(&mut app.row_was_clicked) };
    let hints = app.layout().hints.filter(|area| area.contains(place));
    if matches!(event.kind, MouseEventKind::Down(_)) && hints.is_some() && is_covered {
        return Vec::new();
    }
    // A drag is the review's, where it began, also beyond its borders; but not through what lies over it.
    if app.diff.is_dragged() {
        let is_drag = matches!(event.kind, MouseEventKind::Drag(_) | MouseEventKind::Up(_)) && app.overlays.is_empty();
        match app.layout().diff.filter(|_| is_drag) {
            Some(area) => {
                let effects = app.diff.mouse(event, inside(area), &app.state);
                app.pull_due = app.diff.is_pulled().then(|| app.pull_due.unwrap_or(Millis(app.now.0 + PULL_GAP)));
                return effects;
            }
            None => app.diff.let_go(),
        }
    }
    app.pull_due = None;
    // On a small screen a sheet lies over the hints.
    if event.kind == MouseEventKind::Down(MouseButton::Left)
        && let Some(top) = app.overlays.last()
        && let Some(keys) = top.keys_at(place, &app.commit, app.surroundings())
    {
        return press_keys(app, &keys);
    }
    if matches!(event.kind, MouseEventKind::Down(_))
        && let Some(area) = hints
    {
        return hints::at(app, area, event.column).map(|hint| press_hint(app, hint)).unwrap_or_default();
    }
    if !app.overlays.is_empty() {
        return match event.kind {
            MouseEventKind::Down(MouseButton::Left) => click_overlay(app, place, was_clicked),
            kind => turn_overlay(app, kind),
        };
    }
    let Some((pane, area)) = app.layout().pane_at(event.column, event.row) else { return Vec::new() };
    if matches!(event.kind, MouseEventKind::Down(_)) {
        app.focus = pane;
    }
    match pane {
        PaneId::Tree => app.tree.mouse(event, inside(area), &app.state),
        PaneId::Diff => app.diff.mouse(event, inside(area), &app.state),
        PaneId::Chat => {
            let (chat, composer) = app.chat_areas(area);
            if event.row < composer.y {
                return app.chat.mouse(event, chat, &app.state);
            }
            if matches!(event.kind, MouseEventKind::Down(_)) {
                app.chat_mode = ChatMode::Writing;
            }
            app.composer.mouse(event, composer, &app.state)
        }
    }
}

/// A click selects a row of an overlay's list; another one there does what Enter does.
///
/// A row that keys or the wheel have selected is clicked for the first time too: the second click of two that come
/// quickly would otherwise meet what the first one opened.
fn click_overlay(app: &mut App, place: Position, was_clicked: bool) -> Vec<Effect> {
    let Some(mut top) = app.overlays.pop() else { return Vec::new() };
    let click = top.modal_mut(&mut app.commit).click(place);
    preview(app, &top);
    app.overlays.push(top);
    if click == Some(Click::Chosen) && was_clicked {
        return overlay_key(app, KeyEvent::from(KeyCode::Enter), None);
    }
    app.row_was_clicked = click.is_some();
    Vec::new()
}

/// The wheel moves an overlay's list.
fn turn_overlay(app: &mut App, kind: MouseEventKind) -> Vec<Effect> {
    let code = match kind {
        MouseEventKind::ScrollDown => KeyCode::Down,
        MouseEventKind::ScrollUp => KeyCode::Up,
        _ => return Vec::new(),
    };
    let Some(mut top) = app.overlays.pop() else { return Vec::new() };
    let mut commit = std::mem::take(&mut app.commit);
    let verdict = top.modal_mut(&mut commit).key(KeyEvent::new(code, KeyModifiers::empty()), app.surroundings());
    app.commit = commit;
    preview(app, &top);
    app.overlays.push(top);
    match verdict {
        Verdict::Stay(effects) => effects,
        // The arrow keys close nothing.
        Verdict::Close(_) | Verdict::Perform(_) => Vec::new(),
    }
}
