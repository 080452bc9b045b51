//! What a key does, and a click on a hint: keys are gathered into sequences, looked up, and handed to what has the keys.

use crossterm::event::{KeyCode, KeyEvent};

use super::action::{Action, Context};
use super::app::{App, ChatMode};
use super::canvas::Damage;
use super::count::perform_counted;
use super::effect::{Effect, PaneId};
use super::finding;
use super::hints::Press;
use super::keys::Chord;
use super::mouse::let_go;
use super::overlay::{Opened, Verdict};
use super::perform::perform;
use super::prefix::{Pressed, press};
use super::update::leave;
use crate::session::Op;

/// Takes a key: to what lies over the panes, to a search, or to the pane that has the keys.
pub(super) fn on_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if Chord::is_of_others(key) {
        return Vec::new();
    }
    let damage = std::mem::replace(&mut app.damage, Damage::All);
    let effects = take(app, key);
    app.damage = app.damage.max(damage);
    app.has_just_ended = None;
    app.presence.key(app.now);
    effects
}

/// Takes a key behind an escape where that may have been Esc and then the key: the two that leave the commit sheet, and
/// whatever is meant by the second, must not commit.
pub(super) fn on_prefixed(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let is_in_sheet = matches!(app.overlays.last(), Some(Opened::Commit));
    let commits = app.keymap.action_in(Context::Commit, Chord::of(key)) == Some(Action::CommitNow);
    if is_in_sheet && commits && app.prefix.pressed().is_empty() {
        app.redraw();
        return vec![Effect::SayWithKeys("that may be Esc and Enter, so nothing is committed; {commit-now} commits")];
    }
    on_key(app, key)
}

fn take(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    app.said = None;
    app.row_was_clicked = false;
    let_go(app);
    let chord = Chord::of(key);
    let is_plain = app.overlays.is_empty();
    if is_plain && finding::is_typing(app) {
        return match finding::key(app, key, chord) {
            Some(action) => act(app, action, None),
            None => Vec::new(),
        };
    }
    let searches = is_plain && app.prefix.pressed().is_empty() && finding::is_active(app);
    let found = searches.then(|| app.keymap.action_in(Context::Search, chord)).flatten();
    let action = match found.map_or_else(|| press(app, chord), |action| Pressed::Means(Some(action))) {
        Pressed::Waits => return Vec::new(),
        Pressed::Unbound(words) => return vec![Effect::Say(words)],
        Pressed::Means(action) => action,
    };
    let count = app.prefix.take_count();
    if !app.overlays.is_empty() {
        return overlay_key(app, key, action);
    }
    let context = app.context();
    match action {
        // While a completion is offered, these keys are its own.
        Some(Action::NextPane) if context == Context::Writing && app.composer.has_popup() => {
            act(app, Action::Complete, None)
        }
        Some(Action::Escape) if context == Context::Writing && app.composer.has_popup() => {
            app.composer.act(Action::Escape, &app.state)
        }
        Some(action) => act(app, action, count),
        None => {
            app.stop_was_last = false;
            let height = app.tree_height();
            match context {
                Context::Writing => {
                    app.damage = Damage::Typing;
                    app.composer.key(key, &app.state)
                }
                Context::Diff => app.diff.key(key, &app.state),
                Context::Tree if app.tree.is_typing() => app.tree.key(key, &app.state, height),
                Context::Tree
                | Context::Reading
                | Context::Anywhere
                | Context::Search
                | Context::Commit
                | Context::Question
                | Context::Conflict
                | Context::Sheet => Vec::new(),
            }
        }
    }
}

/// Does what a hint in the bottom line says, as its key would.
pub(super) fn press_hint(app: &mut App, hint: Press) -> Vec<Effect> {
    app.prefix.clear();
    match hint {
        Press::Key(chord) => on_key(app, chord.event()),
        Press::Action(action) if app.overlays.is_empty() => act(app, action, None),
        Press::Action(action) => overlay_key(app, KeyEvent::from(KeyCode::Null), Some(action)),
    }
}

/// Does what a hint in a sheet says: presses its keys.
pub(super) fn press_keys(app: &mut App, keys: &[Chord]) -> Vec<Effect> {
    app.prefix.clear();
    keys.iter().flat_map(|chord| on_key(app, chord.event())).collect()
}

/// Performs an action, with the number typed before its key, and keeps in mind whether it was the stop, which quits when it
/// comes twice.
fn act(app: &mut App, action: Action, count: Option<usize>) -> Vec<Effect> {
    if app.guide.as_ref().is_some_and(|guide| guide.ends_with(app.guide_at, action)) {
        app.go_on_in_guide(app.guide_at + 1);
    }
    let effects = perform_counted(app, action, count);
    app.stop_was_last = action == Action::Stop;
    effects
}

/// Takes a key, or the action that it means, to the uppermost overlay.
pub(super) fn overlay_key(app: &mut App, key: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let Some(mut top) = app.overlays.pop() else { return Vec::new() };
    match action {
        Some(Action::Escape) => {
            app.stop_was_last = false;
            // What waits for the login is given up with it.
            let given_up = if matches!(top, Opened::Login(_)) { vec![Effect::Send(Op::Cancel)] } else { Vec::new() };
            app.overlays.push(top);
            leave(app);
            return given_up;
        }
        Some(Action::Quit) if matches!(top, Opened::Quit(_)) => return vec![Effect::Quit],
        Some(action @ (Action::Stop | Action::Quit | Action::Suspend | Action::Repaint)) => {
            app.overlays.push(top);
            return act(app, action, None);
        }
        Some(action) if action.info().context == Context::Commit => {
            app.overlays.push(top);
            return app.commit.act(action, &app.state);
        }
        _ => {}
    }
    app.stop_was_last = false;
    let mut commit = std::mem::take(&mut app.commit);
    let modal = top.modal_mut(&mut commit);
    let own = action.filter(|action| modal.context() == action.info().context);
    let verdict = match own {
        Some(action) => modal.act(action, app.surroundings()),
        None => modal.key(key, app.surroundings()),
    };
    app.commit = commit;
    match verdict {
        Verdict::Stay(effects) => {
            preview(app, &top);
            app.overlays.push(top);
            effects
        }
        Verdict::Close(effects) => {
            if let [Effect::Send(Op::Note { text: words, .. } | Op::Decide { note: Some(words), .. })] =
                effects.as_slice()
            {
                app.sent_note = Some(words.clone());
            }
            effects
        }
        Verdict::Perform(action) => {
            app.memory.used(action);
            focus_for(app, action);
            perform(app, action)
        }
    }
}

/// Shows the screen in the theme under the picker's cursor.
pub(super) fn preview(app: &mut App, top: &Opened) {
    if let Opened::Themes(themes) = top {
        app.theme = themes.shown(&app.wardrobe);
    }
}

/// Gives the keys to the pane in which an action chosen from the palette acts.
fn focus_for(app: &mut App, action: Action) {
    match action.info().context {
        Context::Tree => app.focus = PaneId::Tree,
        Context::Diff => app.focus = PaneId::Diff,
        Context::Writing => {
            app.focus = PaneId::Chat;
            app.chat_mode = ChatMode::Writing;
        }
        Context::Reading => {
            app.focus = PaneId::Chat;
            app.chat_mode = ChatMode::Reading;
        }
        Context::Anywhere
        | Context::Search
        | Context::Commit
        | Context::Question
        | Context::Conflict
        | Context::Sheet => {}
    }
}
