//! The question whether a cache that is worth something may be thrown away.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{put, wrap};
use super::super::theme::{Scope, Theme};
use super::sheet::{line, sheet};
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

    /// Takes a key; returns what is asked for when it is answered.
    pub(super) fn key(&self, key: KeyEvent) -> Option<Vec<Effect>> {
        match key.code {
            KeyCode::Char('y' | 'Y') | KeyCode::Enter => Some(vec![Effect::Send(Op::Proceed)]),
            KeyCode::Char('n' | 'N') => Some(Vec::new()),
            _ => None,
        }
    }

    /// Draws it.
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &Theme) {
        let lines = wrap(&safe::shown(&self.words, 0), usize::from(WIDTH) - 2);
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let inner = sheet(screen, (WIDTH, height), "Go on?", buffer, theme);
        for (at, text) in lines.iter().enumerate() {
            put(buffer, line(inner, at), 0, text, theme.style(Scope::Text));
        }
        let last = line(inner, usize::from(inner.height.saturating_sub(1)));
        let mut at = 0;
        for (key, what) in [("y", "go on"), ("n", "leave it")] {
            at = put(buffer, last, at, key, theme.style(Scope::Key));
            at = put(buffer, last, at + 1, what, theme.style(Scope::Muted)) + 2;
        }
    }
}
