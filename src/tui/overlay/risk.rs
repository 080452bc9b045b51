//! The question whether a cache that is worth something may be thrown away.

use ratatui::layout::Position;

use super::super::action::{Action, Context};
use super::super::effect::Effect;
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act};
use super::sheet::{key_of, question};
use crate::session::{Op, SessionState, dollars};

/// The columns of the text.
const WIDTH: u16 = 64;

/// The question's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Risk {
    words: String,
}

impl Risk {
    /// Returns the question about an act and what it throws away.
    pub(in crate::tui) fn new(act: &str, worth_micros: u64) -> Self {
        let worth = dollars(worth_micros);
        Self { words: format!("To {act} throws the prompt cache away: the next request costs about {worth} more.") }
    }
}

/// Enter says yes to other questions, but not to money.
impl Modal for Risk {
    fn context(&self) -> Context {
        Context::Question
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![act(Action::AnswerYes, "yes"), act(Action::AnswerNo, "no")]
    }

    fn answer(&mut self, action: Action, _around: Surroundings<'_>) -> Verdict {
        match action {
            Action::AnswerYes => Verdict::Close(vec![Effect::Send(Op::Proceed)]),
            Action::AnswerNo => Verdict::Close(Vec::new()),
            _ => Verdict::stay(),
        }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let keys = [(Action::AnswerYes, "go on"), (Action::AnswerNo, "leave it")];
        let keys = keys.map(|(action, what)| (key_of(around.keymap, action), what));
        question(paper.screen, WIDTH, "Go on?", &[(&self.words, Scope::Text)], keys, paper.buffer, paper.theme);
        None
    }
}
