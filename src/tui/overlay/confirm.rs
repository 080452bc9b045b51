//! A decision on many hunks at once, asked for again.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::keymap::Keymap;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::note::describe;
use super::sheet::{key_of, line, sheet, tell_keys};
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
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &Theme, keymap: &Keymap) {
        let (title, verb) = match self.decision {
            Decision::Accepted => ("Accept them all?", "accept"),
            Decision::Rejected => ("Reject them all?", "reject"),
            Decision::Pending => ("Leave them all?", "leave"),
        };
        let inner = sheet(screen, (60, 4), title, buffer, theme);
        let about = format!("{} changes are pending in {}", self.count, describe(&self.pick));
        put(buffer, line(inner, 0), 0, &clip(&safe::shown(&about, 0), inner.width.into()), theme.style(Scope::Text));
        put(buffer, line(inner, 1), 0, "One undo takes the decision back.", theme.style(Scope::Muted));
        let keys = [(Action::AnswerYes, verb), (Action::AnswerNo, "leave")];
        tell_keys(inner, keys.map(|(action, what)| (key_of(keymap, action), what)), buffer, theme);
    }
}
