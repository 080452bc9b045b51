//! Stand-in for the conversation.

use std::sync::Arc;

use crossterm::event::MouseEvent;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Action, Effect, Look, Scope, highlight::Highlighter};
use crate::config::ScreenConfig;
use crate::session::{Entry, SessionState};

/// Stand-in.
pub struct ChatPane;

/// Stand-in.
pub struct ChatCache;

impl ChatCache {
    /// Stand-in.
    pub fn new(_highlighter: Arc<Highlighter>) -> Self {
        Self
    }
}

impl ChatPane {
    /// Stand-in.
    pub fn new(_config: &ScreenConfig) -> Self {
        Self
    }
    /// Stand-in.
    pub fn sync(&mut self, _state: &SessionState) {}
    /// Stand-in.
    pub fn act(&mut self, _action: Action, _state: &SessionState) -> Vec<Effect> {
        Vec::new()
    }
    /// Stand-in.
    pub fn mouse(&mut self, _mouse: MouseEvent, _area: Rect, _state: &SessionState) -> Vec<Effect> {
        Vec::new()
    }
    /// Stand-in.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>, _cache: &mut ChatCache) {
        for (row, entry) in (area.y..area.bottom()).zip(&look.state.entries) {
            let text = match entry.as_ref() {
                Entry::Prompt { text, .. } | Entry::Text { text, .. } | Entry::Notice { text, .. } => text.as_str(),
                _ => "...",
            };
            buffer.set_stringn(area.x, row, text, area.width.into(), look.theme.style(Scope::Text));
        }
    }
    /// Stand-in.
    pub fn title(&self, _state: &SessionState) -> String {
        "Chat".to_owned()
    }
    /// Stand-in.
    pub fn hints(&self, _state: &SessionState) -> Vec<Action> {
        vec![Action::Write, Action::ChatCopy]
    }
}
