//! Stand-in for the composer.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Action, EditorJob, Effect, Look, Scope};
use crate::config::ScreenConfig;
use crate::path::RelPath;
use crate::session::{Op, SessionState};

/// Stand-in.
pub struct Composer {
    text: String,
}

impl Composer {
    /// Stand-in.
    pub fn new(_config: &ScreenConfig) -> Self {
        Self { text: String::new() }
    }
    /// Stand-in.
    pub fn sync(&mut self, _state: &SessionState) {}
    /// Stand-in.
    pub fn act(&mut self, action: Action, _state: &SessionState) -> Vec<Effect> {
        match action {
            Action::Send if !self.text.is_empty() => vec![Effect::Send(Op::Prompt { text: self.take() })],
            Action::EditExternally => vec![Effect::Edit(EditorJob::Composer { text: self.text.clone() })],
            _ => Vec::new(),
        }
    }
    /// Stand-in.
    pub fn key(&mut self, key: KeyEvent, _state: &SessionState) -> Vec<Effect> {
        match key.code {
            KeyCode::Char(character) => self.text.push(character),
            KeyCode::Backspace => drop(self.text.pop()),
            _ => {}
        }
        Vec::new()
    }
    /// Stand-in.
    pub fn mouse(&mut self, _mouse: MouseEvent, _area: Rect, _state: &SessionState) -> Vec<Effect> {
        Vec::new()
    }
    /// Stand-in.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>) {
        buffer.set_stringn(area.x, area.y, &self.text, area.width.into(), look.theme.style(Scope::Text));
    }
    /// Stand-in.
    pub fn popup(&self, _area: Rect, _screen: Rect, _buffer: &mut Buffer, _look: Look<'_>) {}
    /// Stand-in.
    pub fn cursor(&self, area: Rect) -> Option<(u16, u16)> {
        let width = u16::try_from(self.text.len()).unwrap_or(u16::MAX);
        Some((area.x.saturating_add(width).min(area.right().saturating_sub(1)), area.y))
    }
    /// Stand-in.
    pub fn height(&self, _width: u16) -> u16 {
        1
    }
    /// Stand-in.
    pub fn set_text(&mut self, text: &str) {
        text.clone_into(&mut self.text);
    }
    /// Stand-in.
    pub fn text(&self) -> String {
        self.text.clone()
    }
    /// Stand-in.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
    /// Stand-in.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
    /// Stand-in.
    pub fn paste(&mut self, text: &str) {
        self.text.push_str(text);
    }
    /// Stand-in.
    pub fn set_files(&mut self, _files: Arc<Vec<RelPath>>) {}
    /// Stand-in.
    pub fn set_history(&mut self, _history: Vec<String>) {}
    /// Stand-in.
    pub fn hints(&self, _state: &SessionState) -> Vec<Action> {
        vec![Action::Send, Action::NewLine, Action::ReadChat]
    }
}
