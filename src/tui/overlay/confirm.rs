//! A decision on many hunks at once, asked for again.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::keymap::Keymap;
use super::super::theme::Scope;
use super::buttons::SheetTheme;
use super::note::describe;
use super::sheet::{key_of, question};
use crate::review::{Decision, Pick, Revision};
use crate::session::Op;

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

    /// Returns what is asked for when it is answered.
    pub(super) fn answer(&self, answer: Action) -> Option<Vec<Effect>> {
        let (revision, pick, decision) = (self.revision, self.pick.clone(), self.decision);
        match answer {
            Action::AnswerYes => Some(vec![Effect::Send(Op::Decide { revision, pick, decision, note: None })]),
            Action::AnswerNo => Some(Vec::new()),
            _ => None,
        }
    }

    /// Draws it.
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &SheetTheme<'_>, keymap: &Keymap) {
        let (title, verb) = match self.decision {
            Decision::Accepted => ("Accept them all?", "accept"),
            Decision::Rejected => ("Reject them all?", "reject"),
            Decision::Pending => ("Leave them all?", "leave"),
        };
        let about = format!("{} changes are pending in {}", self.count, describe(&self.pick));
        let words = [(about.as_str(), Scope::Text), ("One undo takes the decision back.", Scope::Muted)];
        let keys = [(Action::AnswerYes, verb), (Action::AnswerNo, "leave")];
        let keys = keys.map(|(action, what)| (key_of(keymap, action), what));
        question(screen, 60, title, &words, keys, buffer, theme);
    }
}
