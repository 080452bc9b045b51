//! A few words to the model about a part of the proposal, with or without deciding it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Position;
use ratatui::widgets::Widget as _;
use tui_textarea::TextArea;

use super::super::action::Context;
use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::sheet::{between, sheet, tell_keys};
use super::words::{plain, scroll_back, text_area};
use crate::review::{Decision, Pick, Revision, Unit};
use crate::session::{Op, SessionState};

/// The note's state.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Note {
    pick: Pick,
    revision: Revision,
    decision: Decision,
    text: Box<TextArea<'static>>,
}

impl Note {
    /// Returns an empty note.
    pub(super) fn new(pick: Pick, revision: Revision, decision: Decision) -> Self {
        Self { pick, revision, decision, text: Box::new(text_area("")) }
    }

    fn done(&self) -> Vec<Effect> {
        let text = self.text.lines().join("\n").trim().to_owned();
        let (revision, pick) = (self.revision, self.pick.clone());
        if self.decision != Decision::Pending {
            let note = (!text.is_empty()).then_some(text);
            return vec![Effect::Send(Op::Decide { revision, pick, decision: self.decision, note })];
        }
        if text.is_empty() {
            return vec![Effect::Say("an empty note was not kept".to_owned())];
        }
        vec![Effect::Send(Op::Note { revision, pick, text })]
    }
}

impl Modal for Note {
    fn context(&self) -> Context {
        Context::Anywhere
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        let sends = match self.decision {
            Decision::Pending => "keep the note",
            Decision::Accepted => "accept",
            Decision::Rejected => "reject",
        };
        vec![hint("enter", sends), hint("alt-enter", "new line")]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        let is_newline = key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SHIFT);
        match key.code {
            KeyCode::Enter if is_newline => self.text.insert_newline(),
            KeyCode::Enter => return Verdict::Close(self.done()),
            KeyCode::Char('j') if key.modifiers.contains(KeyModifiers::CONTROL) => self.text.insert_newline(),
            _ => drop(self.text.input(key)),
        }
        Verdict::stay()
    }

    fn paste(&mut self, text: &str) {
        self.text.insert_str(plain(text));
    }

    fn resized(&mut self) {
        scroll_back(&mut self.text);
    }

    fn view(&self, paper: Paper<'_>, _around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let (title, sends) = match self.decision {
            Decision::Pending => ("Note or question to the model", "keeps the note until the next message"),
            Decision::Accepted => ("Accept, and …", "accepts"),
            Decision::Rejected => ("Reject, and say why", "rejects"),
        };
        let lines = u16::try_from(self.text.lines().len().clamp(3, 8)).unwrap_or(8);
        let inner = sheet(screen, (74, lines + 3), title, buffer, theme);
        let keys = [("Enter", sends), ("Alt-Enter", "new line"), ("Esc", "leaves")];
        let body = tell_keys(inner, keys.map(|(key, what)| (key.to_owned(), what)), buffer, theme);
        let about = safe::shown(&describe(&self.pick), 0).into_owned();
        // The words that are written matter more than what they are about.
        let heading = u16::from(body.height > 1);
        put(buffer, between(body, 0, 1 - heading), 0, &clip(&about, body.width.into()), theme.style(Scope::Muted));
        self.text.render(between(body, heading, 0), buffer);
        None
    }
}

/// Returns what a pick is about, in words.
pub(super) fn describe(pick: &Pick) -> String {
    let count = |number: usize, one: &str, more: &str| {
        if number == 1 { format!("one {one}") } else { format!("{number} {more}") }
    };
    match pick {
        Pick::Everything => "everything that is pending".to_owned(),
        Pick::Folder { path } => format!("{path}/"),
        Pick::File { path } => path.to_string(),
        Pick::Unit { path, unit } => {
            let what = match unit {
                Unit::Create => "the new file",
                Unit::Delete => "the deletion",
                Unit::Rename => "the new name",
                Unit::Mode => "the new mode",
                Unit::TypeChange => "the change of type",
                Unit::Binary => "the binary change",
            };
            format!("{path}: {what}")
        }
        Pick::Runs { path, runs } => format!("{path}: {}", count(runs.len(), "change", "changes")),
        Pick::Lines { path, removed, added } => {
            format!("{path}: {}", count(removed.len() + added.len(), "line", "lines"))
        }
    }
}
