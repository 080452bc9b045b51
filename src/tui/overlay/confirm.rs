//! A decision on many hunks at once, asked for again.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::action::{Action, Context};
use super::super::effect::Effect;
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act};
use super::note::describe;
use super::sheet::{key_of, question};
use crate::review::{Decision, Pick, Revision};
use crate::session::{Op, SessionState};

/// The question's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Confirm {
    pick: Pick,
    revision: Revision,
    decision: Decision,
    count: usize,
}

impl Confirm {
    /// Returns the question.
    pub(super) fn new(pick: Pick, revision: Revision, decision: Decision, count: usize) -> Self {
        Self { pick, revision, decision, count }
    }
}

impl Modal for Confirm {
    fn context(&self) -> Context {
        Context::Question
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![act(Action::AnswerYes, "yes"), act(Action::AnswerNo, "no")]
    }

    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        if key.code == KeyCode::Enter { self.answer(Action::AnswerYes, around) } else { Verdict::stay() }
    }

    fn answer(&mut self, action: Action, _around: Surroundings<'_>) -> Verdict {
        let (revision, pick, decision) = (self.revision, self.pick.clone(), self.decision);
        match action {
            Action::AnswerYes => {
                Verdict::Close(vec![Effect::Send(Op::Decide { revision, pick, decision, note: None })])
            }
            Action::AnswerNo => Verdict::Close(Vec::new()),
            _ => Verdict::stay(),
        }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let (title, verb) = match self.decision {
            Decision::Accepted => ("Accept them all?", "accept"),
            Decision::Rejected => ("Reject them all?", "reject"),
            Decision::Pending => ("Leave them all?", "leave"),
        };
        let about = format!("{} changes are pending in {}", self.count, describe(&self.pick));
        let words = [(about.as_str(), Scope::Text), ("One undo takes the decision back.", Scope::Muted)];
        let keys = [(Action::AnswerYes, verb), (Action::AnswerNo, "leave")];
        let keys = keys.map(|(action, what)| (key_of(around.keymap, action), what));
        question(paper.screen, 60, title, &words, keys, paper.buffer, paper.theme);
        None
    }
}
