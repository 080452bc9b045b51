//! The search as the shell sees it: in the pane that has the keys, whatever is searched there.

use crossterm::event::{KeyCode, KeyEvent};

use super::action::{Action, Context};
use super::app::{App, ChatMode};
use super::effect::PaneId;
use super::keys::Chord;

/// A slice of a search looks through so many bytes; in the time that this takes nobody sees a key wait.
const SLICE: usize = 1 << 20;

/// Begins a search in the pane that has the keys; from the tree, in the conversation.
pub(super) fn begin(app: &mut App) {
    if app.focus == PaneId::Diff {
        app.diff.begin_search();
    } else {
        app.focus = PaneId::Chat;
        app.chat_mode = ChatMode::Reading;
        app.chat.begin_search();
    }
}

/// Tells whether keys are letters of a query.
pub(super) fn is_typing(app: &App) -> bool {
    match app.focus {
        PaneId::Chat => app.chat.search().is_some_and(|search| search.is_typing()),
        PaneId::Diff => app.diff.search().is_some_and(|search| search.is_typing()),
        PaneId::Tree => false,
    }
}

/// Tells whether the pane that has the keys shows what a search found.
pub(super) fn is_active(app: &App) -> bool {
    match (app.focus, app.chat_mode) {
        (PaneId::Chat, ChatMode::Reading) => app.chat.search().is_some(),
        (PaneId::Diff, _) => app.diff.search().is_some(),
        (PaneId::Chat, ChatMode::Writing) | (PaneId::Tree, _) => false,
    }
}

/// Takes a key while a query is typed; returns an action that the key does instead.
pub(super) fn key(app: &mut App, key: KeyEvent, chord: Chord) -> Option<Action> {
    if key.code == KeyCode::Enter {
        end_typing(app);
        return None;
    }
    let taken = match app.focus {
        PaneId::Chat => app.chat.search_key(key, &app.state),
        PaneId::Diff => app.diff.search_key(key),
        PaneId::Tree => false,
    };
    if taken {
        return None;
    }
    let action = app.keymap.action(Context::Anywhere, chord, true)?;
    if action == Action::Escape {
        cancel(app);
        return None;
    }
    end_typing(app);
    Some(action)
}

/// Takes pasted text into the query.
pub(super) fn paste(app: &mut App, text: &str) {
    match app.focus {
        PaneId::Chat => app.chat.search_paste(text, &app.state),
        PaneId::Diff => app.diff.search_paste(text),
        PaneId::Tree => {}
    }
}

/// Goes to another match.
pub(super) fn step(app: &mut App, action: Action) {
    let search = match app.focus {
        PaneId::Chat => app.chat.search_mut(),
        PaneId::Diff => app.diff.search_mut(),
        PaneId::Tree => None,
    };
    match (search, action) {
        (Some(search), Action::SearchPrevious) => search.previous(),
        (Some(search), _) => search.next(),
        (None, _) => {}
    }
}

/// Looks through a slice and goes where the search stands; tells whether there is more to look through.
pub(super) fn advance(app: &mut App) -> bool {
    let chat = app.chat.advance_search(&app.state, SLICE);
    let diff = app.diff.advance_search(SLICE);
    chat || diff
}

fn end_typing(app: &mut App) {
    match app.focus {
        PaneId::Chat => {
            if !app.chat.search_mut().is_some_and(super::search::Search::end_typing) {
                app.chat.end_search();
            }
        }
        PaneId::Diff => {
            if !app.diff.search_mut().is_some_and(super::search::Search::end_typing) {
                app.diff.end_search();
            }
        }
        PaneId::Tree => {}
    }
}

/// Ends a search that is being typed, and goes back to where it began.
fn cancel(app: &mut App) {
    match app.focus {
        PaneId::Chat => app.chat.cancel_search(),
        PaneId::Diff => app.diff.cancel_search(),
        PaneId::Tree => {}
    }
}
