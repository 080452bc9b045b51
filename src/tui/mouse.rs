//! The mouse: a click gives a pane the keys and goes on to it, the wheel turns what is under the pointer.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::app::{App, ChatMode};
use super::effect::{Effect, PaneId};
use super::hints;
use super::layout::inside;
use super::overlay::{Click, Verdict};
use super::pressing::{overlay_key, press_hint, press_keys, preview};

/// Routes a mouse event. Where a message covers the hints, a click there only takes it away: nobody clicks what is not shown.
pub(super) fn on_mouse(app: &mut App, event: MouseEvent, is_covered: bool) -> Vec<Effect> {
    let place = Position::from((event.column, event.row));
    let hints = app.layout().hints.filter(|area| area.contains(place));
    if matches!(event.kind, MouseEventKind::Down(_)) && hints.is_some() && is_covered {
        return Vec::new();
    }
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
            MouseEventKind::Down(MouseButton::Left) => click_overlay(app, place),
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

/// A click selects a row of an overlay's list; on the selected one it does what Enter does.
fn click_overlay(app: &mut App, place: Position) -> Vec<Effect> {
    let Some(mut top) = app.overlays.pop() else { return Vec::new() };
    let click = top.click(place);
    preview(app, &top);
    app.overlays.push(top);
    match click {
        Some(Click::Chosen) => overlay_key(app, KeyEvent::from(KeyCode::Enter), None),
        Some(Click::Selected) | None => Vec::new(),
    }
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
    let verdict = top.key(KeyEvent::new(code, KeyModifiers::empty()), &mut commit, app.surroundings());
    app.commit = commit;
    preview(app, &top);
    app.overlays.push(top);
    match verdict {
        Verdict::Stay(effects) => effects,
        // The arrow keys close nothing.
        Verdict::Close(_) | Verdict::Perform(_) => Vec::new(),
    }
}
