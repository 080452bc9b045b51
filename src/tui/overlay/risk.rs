//! The question whether a cache that is worth something may be thrown away.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::keymap::Keymap;
use super::super::theme::Scope;
use super::buttons::SheetTheme;
use super::sheet::{key_of, question};
use crate::session::{Op, dollars};

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

    /// Returns what is asked for when it is answered.
    pub(super) fn answer(&self, answer: Action) -> Option<Vec<Effect>> {
        match answer {
            Action::AnswerYes => Some(vec![Effect::Send(Op::Proceed)]),
            Action::AnswerNo => Some(Vec::new()),
            _ => None,
        }
    }

    /// Draws it.
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &SheetTheme<'_>, keymap: &Keymap) {
        let keys = [(Action::AnswerYes, "go on"), (Action::AnswerNo, "leave it")];
        let keys = keys.map(|(action, what)| (key_of(keymap, action), what));
        question(screen, WIDTH, "Go on?", &[(&self.words, Scope::Text)], keys, buffer, theme);
    }
}
