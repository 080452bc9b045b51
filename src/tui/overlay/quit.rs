//! The question whether to quit while a turn runs.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::action::{Action, Context};
use super::super::effect::Effect;
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act};
use super::sheet::{key_of, question};
use crate::session::SessionState;

/// Really quit?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct Quit;

impl Modal for Quit {
    fn context(&self) -> Context {
        Context::Question
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![act(Action::AnswerYes, "quit"), act(Action::AnswerNo, "stay")]
    }

    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        if key.code == KeyCode::Enter { self.answer(Action::AnswerYes, around) } else { Verdict::stay() }
    }

    fn answer(&mut self, action: Action, _around: Surroundings<'_>) -> Verdict {
        match action {
            Action::AnswerYes => Verdict::Close(vec![Effect::Quit]),
            Action::AnswerNo => Verdict::Close(Vec::new()),
            _ => Verdict::stay(),
        }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Surroundings { state, keymap, .. } = around;
        let pending = state.review.progress().pending;
        let turn = if state.is_busy() {
            "A turn is running; quitting stops it. What has come of the answer is kept."
        } else {
            "The turn has ended meanwhile; quitting stops nothing."
        };
        let mut words = turn.to_owned();
        if pending > 0 {
            let hunks = if pending == 1 { "one change stays".to_owned() } else { format!("{pending} changes stay") };
            words.push_str(&format!(
                " In the review {hunks} pending and can be decided when adit is started with --continue."
            ));
        }
        let keys = [(Action::AnswerYes, "quit"), (Action::AnswerNo, "stay")];
        let keys = keys.map(|(action, what)| (key_of(keymap, action), what));
        question(paper.screen, 60, "Quit?", &[(&words, Scope::Text)], keys, paper.buffer, paper.theme);
        None
    }
}
