//! A number typed before a key: how often the key acts, or where it goes.

use super::action::Action;
use super::app::App;
use super::chat::ChatStanding;
use super::diff::DiffStanding;
use super::effect::{Effect, PaneId};
use super::perform::perform;

/// A number no longer than a line number of the largest file that is shown; what is typed beyond it changes nothing.
const MOST: usize = 9_999_999;
/// What is not stopped by an end is done so often at most.
const MOST_TIMES: usize = 1000;

/// What a number makes of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// It moves so often, or until it meets an end.
    Moves,
    /// It is done so often.
    Repeats,
    /// So many of these smaller steps are one of its own from now on.
    Steps(Action),
    /// The number tells the line, entry or pane to go to.
    Names,
    /// The number means nothing to it.
    Nothing,
}

/// Returns a number after another digit.
pub(super) fn with_digit(before: Option<usize>, digit: usize) -> usize {
    let longer = before.unwrap_or(0).saturating_mul(10).saturating_add(digit);
    if longer > MOST { before.unwrap_or(MOST) } else { longer }
}

/// Performs an action with the number that was typed before its key.
pub(super) fn perform_counted(app: &mut App, action: Action, count: Option<usize>) -> Vec<Effect> {
    let meaning = counted(action);
    let Some(count) = count else {
        return match (meaning, app.lines_at_once) {
            (Counted::Steps(step), Some(lines)) => steps(app, step, lines),
            _ => perform(app, action),
        };
    };
    match meaning {
        Counted::Moves => steps(app, action, count),
        Counted::Repeats => (0..count.min(MOST_TIMES)).flat_map(|_| perform(app, action)).collect(),
        Counted::Steps(step) => {
            app.lines_at_once = Some(count);
            steps(app, step, count)
        }
        Counted::Names => go_to(app, action, count),
        // Who typed a number meant more or less than what would be decided.
        Counted::Nothing if action.is_weighty() => {
            vec![Effect::Say(format!("{} takes no number; nothing was done", action.info().name))]
        }
        Counted::Nothing => perform(app, action),
    }
}

fn counted(action: Action) -> Counted {
    match action {
        Action::ChatDown
        | Action::ChatUp
        | Action::ChatPageDown
        | Action::ChatPageUp
        | Action::ChatNext
        | Action::ChatPrevious
        | Action::ChatNextPrompt
        | Action::ChatPreviousPrompt
        | Action::ChatLeft
        | Action::ChatRight
        | Action::TreeDown
        | Action::TreeUp
        | Action::TreePageDown
        | Action::TreePageUp
        | Action::DiffDown
        | Action::DiffUp
        | Action::DiffPageDown
        | Action::DiffPageUp
        | Action::NextHunk
        | Action::PreviousHunk
        | Action::NextFile
        | Action::PreviousFile
        | Action::NextUndecided
        | Action::DiffLeft
        | Action::DiffRight => Counted::Moves,
        Action::Undo | Action::Redo | Action::SearchNext | Action::SearchPrevious | Action::PreviousPane => {
            Counted::Repeats
        }
        Action::ChatHalfPageDown => Counted::Steps(Action::ChatDown),
        Action::ChatHalfPageUp => Counted::Steps(Action::ChatUp),
        Action::TreeHalfPageDown => Counted::Steps(Action::TreeDown),
        Action::TreeHalfPageUp => Counted::Steps(Action::TreeUp),
        Action::DiffHalfPageDown => Counted::Steps(Action::DiffDown),
        Action::DiffHalfPageUp => Counted::Steps(Action::DiffUp),
        Action::ChatTop
        | Action::ChatBottom
        | Action::TreeTop
        | Action::TreeBottom
        | Action::DiffTop
        | Action::DiffBottom
        | Action::NextPane => Counted::Names,
        _ => Counted::Nothing,
    }
}

/// Moves so often; stops where a step changes nothing any more, so that a great number costs no more than the way.
fn steps(app: &mut App, action: Action, count: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    for _ in 0..count {
        let before = standing(app);
        let asked = perform(app, action);
        // What a step says, that there is no further one most often, is said once.
        effects.retain(|effect| !matches!(effect, Effect::Say(_) | Effect::SayWithKeys(_)));
        effects.extend(asked);
        if standing(app) == before {
            break;
        }
    }
    effects
}

/// Returns where the panes stand.
fn standing(app: &App) -> (ChatStanding, (usize, usize), DiffStanding) {
    (app.chat.standing(), app.tree.standing(), app.diff.standing())
}

/// Goes to the line, entry or pane of a number, from 1; beyond the last there is the last.
fn go_to(app: &mut App, action: Action, number: usize) -> Vec<Effect> {
    let at = number.saturating_sub(1);
    match action {
        Action::NextPane => match at {
            0 => app.focus = PaneId::Tree,
            1 => return perform(app, Action::ReadChat),
            _ => app.focus = PaneId::Diff,
        },
        Action::ChatTop | Action::ChatBottom => {
            let effects = perform(app, action);
            app.chat.go_to_entry(at, &app.state);
            return effects;
        }
        Action::TreeTop | Action::TreeBottom => {
            let height = app.tree_height();
            app.tree.go_to_row(at, height);
        }
        _ => app.diff.go_to_number(at, &app.state),
    }
    Vec::new()
}
