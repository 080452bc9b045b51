//! A decision on many hunks at once, asked for again.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::note::describe;
use super::sheet::{line, sheet};
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

    /// Takes a key; returns what is asked for when it is answered.
    pub(super) fn key(&self, key: KeyEvent) -> Option<Vec<Effect>> {
        let (revision, pick, decision) = (self.revision, self.pick.clone(), self.decision);
        match key.code {
            KeyCode::Char('y' | 'Y') | KeyCode::Enter => {
                Some(vec![Effect::Send(Op::Decide { revision, pick, decision, note: None })])
            }
            KeyCode::Char('n' | 'N') => Some(Vec::new()),
            _ => None,
        }
    }

    /// Draws it.
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &Theme) {
        let (title, verb) = match self.decision {
            Decision::Accepted => ("Accept them all?", "accept"),
            Decision::Rejected => ("Reject them all?", "reject"),
            Decision::Pending => ("Leave them all?", "leave"),
        };
        let inner = sheet(screen, (60, 4), title, buffer, theme);
        let about = format!("{} changes are pending in {}", self.count, describe(&self.pick));
        put(buffer, line(inner, 0), 0, &clip(&safe::shown(&about, 0), inner.width.into()), theme.style(Scope::Text));
        put(buffer, line(inner, 1), 0, "One undo takes the decision back.", theme.style(Scope::Muted));
        let mut at = 0;
        for (key, what) in [("y", verb), ("n", "leave")] {
            at = put(buffer, line(inner, 3), at, key, theme.style(Scope::Key));
            at = put(buffer, line(inner, 3), at + 1, what, theme.style(Scope::Muted)) + 2;
        }
    }
}
