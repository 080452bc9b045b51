//! Where a change came from: the prompt, the step and the tool call that made it, or the user.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::effect::Origin;
use super::super::safe;
use super::super::text::{clip, put, wrap};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::sheet::{between, line, sheet, tell_keys};
use crate::session::SessionState;

/// The columns of the text.
const WIDTH: u16 = 76;

/// The overlay's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Origins {
    about: String,
    lines: Vec<(String, Scope)>,
    top: usize,
}

impl Origins {
    /// Returns the overlay about a place.
    pub(super) fn new(about: String, origins: &[Origin]) -> Self {
        let mut lines = Vec::new();
        for origin in origins {
            if !lines.is_empty() {
                lines.push((String::new(), Scope::Text));
            }
            lines.push((origin.maker.clone(), Scope::Heading));
            for paragraph in origin.prompt.iter().flat_map(|prompt| prompt.lines()) {
                let shown = safe::shown(paragraph, 0);
                lines.extend(wrap(&shown, usize::from(WIDTH) - 2).into_iter().map(|text| (text, Scope::User)));
            }
        }
        Self { about, lines, top: 0 }
    }
}

impl Modal for Origins {
    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("pagedown", "scroll")]
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        match key.code {
            // The key that opened it closes it, too.
            KeyCode::Enter | KeyCode::Char('p') => return Verdict::Close(Vec::new()),
            KeyCode::Down => self.top += 1,
            KeyCode::Up => self.top = self.top.saturating_sub(1),
            KeyCode::Home => self.top = 0,
            KeyCode::End => self.top = self.lines.len(),
            KeyCode::PageDown => self.top += 10,
            KeyCode::PageUp => self.top = self.top.saturating_sub(10),
            _ => {}
        }
        self.top = self.top.min(self.lines.len().saturating_sub(1));
        Verdict::stay()
    }

    fn view(&self, paper: Paper<'_>, _around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let wanted = u16::try_from(self.lines.len().clamp(2, 24)).unwrap_or(24) + 3;
        let inner = sheet(screen, (WIDTH, wanted), "Where this came from", buffer, theme);
        let body = tell_keys(inner, [("Esc".to_owned(), "leaves")], buffer, theme);
        put(buffer, body, 0, &clip(&safe::shown(&self.about, 0), body.width.into()), theme.style(Scope::Muted));
        let list = between(body, 1, u16::from(body.height > 3));
        for (row, (text, scope)) in self.lines.iter().skip(self.top).take(list.height.into()).enumerate() {
            let indent = if *scope == Scope::User { 2 } else { 0 };
            put(buffer, line(list, row), indent, &safe::shown(text, 0), theme.style(*scope));
        }
        None
    }
}
