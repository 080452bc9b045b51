//! What actions and clicks do to an overlay: answers, the ways out of a conflict, moving and choosing.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::action::{Action, Context};
use super::super::clipboard::Copied;
use super::super::effect::Effect;
use super::commit::CommitSheet;
use super::opened::{Opened, Surroundings, Verdict};
use super::sheet::Cursor;

/// What a click on a list did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Click {
    /// The row is selected now.
    Selected,
    /// It was selected before: it is chosen.
    Chosen,
}

impl Opened {
    /// Returns whose keys count here.
    pub(in crate::tui) fn context(&self) -> Context {
        match self {
            Self::Commit => Context::Commit,
            Self::Conflict(_) => Context::Conflict,
            Self::Confirm(_) | Self::OverCap(_) | Self::Risk(_) | Self::Quit => Context::Question,
            Self::Login(login) if login.takes_text() => Context::Anywhere,
            Self::History(_)
            | Self::Origin(_)
            | Self::Cost(_)
            | Self::Context
            | Self::Timings(_)
            | Self::Connection
            | Self::Login(_) => Context::Sheet,
            Self::Help(_) | Self::Palette(_) | Self::Note(_) | Self::Line(_) | Self::Models(_) | Self::Themes(_) => {
                Context::Anywhere
            }
        }
    }

    /// Does an action of an overlay's.
    pub(in crate::tui) fn act(
        &mut self,
        action: Action,
        commit: &mut CommitSheet,
        around: Surroundings<'_>,
    ) -> Verdict {
        let key = match action {
            Action::SheetLeave => return Verdict::Close(Vec::new()),
            Action::SheetDown => KeyCode::Down,
            Action::SheetUp => KeyCode::Up,
            Action::SheetTop => KeyCode::Home,
            Action::SheetBottom => KeyCode::End,
            action => return self.answer(action, around),
        };
        self.key(KeyEvent::from(key), commit, around)
    }

    pub(super) fn answer(&mut self, action: Action, around: Surroundings<'_>) -> Verdict {
        let answered = match self {
            Self::Conflict(conflict) => return conflict.act(action, around.state),
            Self::Login(login) if action == Action::CopyAddress => {
                return Verdict::Stay(login.address().map(copy).unwrap_or_default());
            }
            Self::Confirm(confirm) => confirm.answer(action),
            Self::Risk(question) => question.answer(action),
            Self::OverCap(question) => question.answer(action),
            Self::Quit if action == Action::AnswerYes => Some(vec![Effect::Quit]),
            Self::Quit if action == Action::AnswerNo => Some(Vec::new()),
            _ => None,
        };
        answered.map_or(Verdict::Stay(Vec::new()), Verdict::Close)
    }

    /// Takes a click; tells what it did if it met a row of a list.
    pub(in crate::tui) fn click(&mut self, place: Position) -> Option<Click> {
        let cursor = self.list()?;
        let at = cursor.row_at(place)?;
        let click = if cursor.at == at { Click::Chosen } else { Click::Selected };
        cursor.at = at;
        Some(click)
    }

    /// Returns the list from which something is chosen.
    fn list(&mut self) -> Option<&mut Cursor> {
        match self {
            Self::Palette(palette) => Some(&mut palette.picker.cursor),
            Self::Models(models) => Some(&mut models.picker.cursor),
            Self::Themes(themes) => Some(&mut themes.picker.cursor),
            Self::History(history) => Some(&mut history.cursor),
            Self::Help(help) => Some(&mut help.cursor),
            Self::Cost(costs) => Some(&mut costs.cursor),
            Self::Timings(times) => Some(&mut times.cursor),
            Self::Commit
            | Self::Note(_)
            | Self::Conflict(_)
            | Self::Line(_)
            | Self::Confirm(_)
            | Self::Origin(_)
            | Self::Context
            | Self::OverCap(_)
            | Self::Risk(_)
            | Self::Connection
            | Self::Login(_)
            | Self::Quit => None,
        }
    }
}

fn copy(address: &str) -> Vec<Effect> {
    vec![Effect::Copy(Copied::new("the address", address.to_owned()))]
}
