//! Does an action: the screen's own here, the others in the pane that they belong to.

use super::action::{Action, Context};
use super::app::{App, ChatMode};
use super::chat::conversation;
use super::effect::{Effect, Overlay, PaneId, Plain};
use super::finding;
use super::overlay::Opened;
use super::sight::Sight;
use super::update::on_escape;
use crate::session::Op;

/// An Esc so many milliseconds after a turn's end was meant for the turn.
const MEANT_FOR_TURN: u64 = 1500;

/// Performs an action, from a key, the palette or a click.
pub(super) fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    match action.info().context {
        Context::Anywhere => return anywhere(app, action),
        Context::Writing if action == Action::ReadChat => {
            app.focus = PaneId::Chat;
            app.chat_mode = ChatMode::Reading;
        }
        Context::Writing => return app.composer.act(action, &app.state),
        Context::Reading if action == Action::Write => {
            app.focus = PaneId::Chat;
            app.chat_mode = ChatMode::Writing;
            return app.chat.act(action, &app.state);
        }
        Context::Reading => {
            app.chat_mode = ChatMode::Reading;
            let effects = app.chat.act(action, &app.state);
            // Where nothing opens, Enter goes on to writing.
            if action == Action::ChatFold && matches!(effects.as_slice(), [Effect::Say(_)]) {
                app.chat_mode = ChatMode::Writing;
                return Vec::new();
            }
            return effects;
        }
        Context::Tree => {
            let height = app.tree_height();
            return app.tree.act(action, &app.state, height);
        }
        Context::Diff => return app.diff.act(action, &app.state),
        Context::Search => {
            finding::step(app, action);
            return Vec::new();
        }
        // An overlay that is open takes them; elsewhere they mean nothing.
        Context::Question | Context::Conflict | Context::Sheet => return Vec::new(),
        Context::Commit => {
            if app.overlays.iter().any(|overlay| matches!(overlay, Opened::Commit)) {
                return app.commit.act(action, &app.state);
            }
            return vec![Effect::Open(Overlay::Commit)];
        }
    }
    Vec::new()
}

fn anywhere(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::NextPane => app.focus = next_pane(app.focus),
        // Of three panes the one before is the second after.
        Action::PreviousPane => app.focus = next_pane(next_pane(app.focus)),
        Action::FocusTree => app.focus = PaneId::Tree,
        Action::FocusChat => {
            app.chat_mode = ChatMode::Writing;
            app.focus = PaneId::Chat;
        }
        Action::FocusDiff => app.focus = PaneId::Diff,
        Action::Zoom => app.is_zoomed = !app.is_zoomed,
        Action::Palette => return vec![Effect::Open(Overlay::Palette)],
        Action::ShowConnection => return vec![Effect::Open(Overlay::Connection)],
        Action::Help => return vec![Effect::Open(Overlay::Help)],
        Action::ChooseModel => return vec![Effect::Open(Overlay::Models)],
        Action::ChooseTheme => return vec![Effect::Open(Overlay::Themes)],
        Action::ShowCost => return vec![Effect::Open(Overlay::Cost)],
        Action::ShowContext => return vec![Effect::Open(Overlay::Context)],
        Action::Timings => return vec![Effect::Open(Overlay::Timings)],
        Action::Commit => return vec![Effect::Open(Overlay::Commit)],
        Action::Escape => return on_escape(app),
        Action::Stop => return stop(app),
        Action::Quit if app.is_busy() => return vec![Effect::Open(Overlay::Quit)],
        Action::Quit => return vec![Effect::Quit],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Repaint => return vec![Effect::Repaint],
        Action::Retry => return vec![Effect::Send(Op::Retry)],
        Action::InitRepository => return vec![Effect::Send(Op::InitRepository)],
        Action::ClearConversation => return vec![Effect::Send(Op::ClearConversation)],
        Action::SkipTour => {
            let steps = app.guide.take().map_or(0, |guide| guide.steps.len());
            app.go_on_in_guide(steps);
        }
        Action::Refresh => return vec![Effect::Send(Op::Refresh)],
        Action::Search => finding::begin(app),
        Action::AlignTop => return align(app, Sight::Top),
        Action::AlignMiddle => return align(app, Sight::Middle),
        Action::AlignBottom => return align(app, Sight::Bottom),
        Action::PrintPlain => return outside(app, Effect::Print),
        Action::ReadInPager => return outside(app, Effect::Page),
        Action::ToggleMouse => {
            app.takes_mouse = !app.takes_mouse;
            let words = if app.takes_mouse { "adit has the mouse" } else { "the terminal has the mouse" };
            return vec![Effect::TakeMouse(app.takes_mouse), Effect::Say(words.to_owned())];
        }
        // Every other action belongs to a pane and does not come here.
        _ => {}
    }
    Vec::new()
}

/// Scrolls the focused pane so that what is selected in it stands there.
fn align(app: &mut App, sight: Sight) -> Vec<Effect> {
    match app.focus {
        PaneId::Tree => {
            let height = app.tree_height();
            app.tree.align(sight, height);
            Vec::new()
        }
        PaneId::Chat => app.chat.align(sight),
        PaneId::Diff => app.diff.align(sight),
    }
}

/// Leaves the mouse to GNU screen, which holds every Esc back while a program has it: it might begin the mouse's report.
pub(super) fn leave_mouse(app: &mut App) -> Vec<Effect> {
    if !std::mem::replace(&mut app.takes_mouse, false) {
        return Vec::new();
    }
    let words = "GNU screen holds Esc back while adit has the mouse, so it is left alone; {toggle-mouse} takes it";
    vec![Effect::TakeMouse(false), Effect::SayWithKeys(words)]
}

/// Returns the effect that shows what the focused pane holds outside of adit's screen.
fn outside(app: &App, show: fn(Plain) -> Effect) -> Vec<Effect> {
    let plain = match app.focus {
        PaneId::Diff => app.diff.plain(),
        PaneId::Tree | PaneId::Chat => Plain { name: "conversation.md", text: conversation(&app.state) },
    };
    if plain.text.is_empty() {
        return vec![Effect::Say("there is nothing to show yet".to_owned())];
    }
    vec![show(plain)]
}

fn next_pane(pane: PaneId) -> PaneId {
    match pane {
        PaneId::Tree => PaneId::Chat,
        PaneId::Chat => PaneId::Diff,
        PaneId::Diff => PaneId::Tree,
    }
}

/// Leaves what the focused pane is in the middle of, else stops the turn, else leaves the composer.
pub(super) fn escape(app: &mut App) -> Vec<Effect> {
    if app.state.comparing.is_some() {
        return vec![Effect::Send(Op::Cancel)];
    }
    let was_in_the_middle = match app.focus {
        PaneId::Tree => app.tree.escape(),
        PaneId::Diff => app.diff.escape(),
        PaneId::Chat => app.chat.end_search(),
    };
    if was_in_the_middle {
        return Vec::new();
    }
    if app.is_busy() {
        return vec![Effect::Send(Op::Cancel)];
    }
    match app.context() {
        // It was meant for the turn; what is typed after it is a message, not commands.
        Context::Writing if app.has_just_ended.is_some_and(|at| app.now.0 < at.0 + MEANT_FOR_TURN) => {
            return vec![Effect::Say("the turn has ended already".to_owned())];
        }
        Context::Writing => app.chat_mode = ChatMode::Reading,
        Context::Reading => return app.chat.act(Action::Escape, &app.state),
        Context::Tree
        | Context::Diff
        | Context::Anywhere
        | Context::Search
        | Context::Commit
        | Context::Question
        | Context::Conflict
        | Context::Sheet => {}
    }
    Vec::new()
}

fn stop(app: &mut App) -> Vec<Effect> {
    if app.stop_was_last {
        return vec![Effect::Quit];
    }
    if app.state.comparing.is_some() {
        return vec![Effect::Send(Op::Cancel), Effect::Say("stopping the comparison; once more quits".to_owned())];
    }
    if app.is_busy() {
        return vec![Effect::Send(Op::Cancel), Effect::Say("stopping the turn; once more quits".to_owned())];
    }
    vec![Effect::Say("once more quits".to_owned())]
}
