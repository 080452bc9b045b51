//! One line of the proposal, edited in place.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Position;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget as _;
use tui_textarea::{CursorMove, TextArea};

use super::super::action::Context;
use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::sheet::{line, sheet, tell_keys};
use crate::path::RelPath;
use crate::review::{Revision, Snapshot, Text};
use crate::session::{Op, SessionState};

/// The editor's state.
#[derive(Debug, Clone)]
pub(in crate::tui) struct OneLine {
    path: RelPath,
    revision: Revision,
    /// The line of the target, from 0.
    at: usize,
    /// The target as it was.
    base: Snapshot,
    text: Box<TextArea<'static>>,
}

impl OneLine {
    /// Returns the editor of a target's line.
    pub(super) fn new(path: RelPath, revision: Revision, at: usize, text: String, base: Snapshot) -> Self {
        let mut text = TextArea::new(vec![text]);
        text.set_hard_tab_indent(true);
        text.set_cursor_line_style(Style::new());
        text.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        text.move_cursor(CursorMove::End);
        Self { path, revision, at, base, text: Box::new(text) }
    }

    fn done(&self) -> Vec<Effect> {
        let text = self.text.lines().join(" ");
        let Some(bytes) = replaced(self.base.text.as_bytes(), self.at, text.as_bytes()) else {
            return vec![Effect::Say("the line is as it was".to_owned())];
        };
        let (path, base) = (self.path.clone(), self.base.clone());
        let target = Snapshot { text: Text::new(bytes), mode: base.mode };
        vec![Effect::Send(Op::Rewrite { revision: self.revision, path, target, base: Some(base) })]
    }
}

impl Modal for OneLine {
    fn context(&self) -> Context {
        Context::Anywhere
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "put it in")]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Verdict::Close(self.done()),
            // These would start a second line.
            KeyCode::Char('j' | 'm') if is_control => {}
            _ => drop(self.text.input(key)),
        }
        Verdict::stay()
    }

    /// Takes pasted text in, as one line.
    fn paste(&mut self, text: &str) {
        let one = text.trim_end_matches(['\r', '\n']).replace(['\r', '\n'], " ");
        self.text.insert_str(one);
    }

    fn view(&self, paper: Paper<'_>, _around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let width = screen.width.saturating_sub(8).min(120);
        let inner = sheet(screen, (width, 4), "Edit the line", buffer, theme);
        let keys = [("Enter", "puts it into the proposal"), ("Esc", "leaves")];
        let body = tell_keys(inner, keys.map(|(key, what)| (key.to_owned(), what)), buffer, theme);
        let about = format!("{}, line {} of the proposal", self.path, self.at + 1);
        let heading = usize::from(body.height > 1);
        if heading > 0 {
            put(buffer, body, 0, &clip(&safe::shown(&about, 0), body.width.into()), theme.style(Scope::Muted));
        }
        self.text.render(line(body, heading), buffer);
        None
    }
}

/// Returns a text with one line replaced, its line end kept; none where that changes nothing.
fn replaced(text: &[u8], at: usize, with: &[u8]) -> Option<Vec<u8>> {
    let start: usize = text.split_inclusive(|byte| *byte == b'\n').take(at).map(<[u8]>::len).sum();
    let line = text[start..].split_inclusive(|byte| *byte == b'\n').next()?;
    let body = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
    (body != with).then(|| [&text[..start], with, &text[start + body.len()..]].concat())
}
