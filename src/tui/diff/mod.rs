//! Stand-in for the review pane.

use std::sync::Arc;

use crossterm::event::MouseEvent;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Action, Effect, Look, Scope, highlight::Highlighter};
use crate::config::ScreenConfig;
use crate::path::RelPath;
use crate::review::Snapshot;
use crate::session::SessionState;

/// Stand-in.
pub struct DiffPane {
    shown: String,
}

/// Stand-in.
pub struct DiffCache;

impl DiffCache {
    /// Stand-in.
    pub fn new(_highlighter: Arc<Highlighter>) -> Self {
        Self
    }
}

impl DiffPane {
    /// Stand-in.
    pub fn new(_config: &ScreenConfig) -> Self {
        Self { shown: String::new() }
    }
    /// Stand-in.
    pub fn sync(&mut self, _state: &SessionState) {}
    /// Stand-in.
    pub fn act(&mut self, action: Action, _state: &SessionState) -> Vec<Effect> {
        self.shown = format!("did {}", action.info().name);
        Vec::new()
    }
    /// Stand-in.
    pub fn key(&mut self, _key: crossterm::event::KeyEvent, _state: &SessionState) -> Vec<Effect> {
        Vec::new()
    }
    /// Stand-in.
    pub fn escape(&mut self) -> bool {
        false
    }
    /// Stand-in.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        Vec::new()
    }
    /// Stand-in.
    pub fn mouse(&mut self, _mouse: MouseEvent, _area: Rect, _state: &SessionState) -> Vec<Effect> {
        Vec::new()
    }
    /// Stand-in.
    pub fn show_changes(&mut self, path: &RelPath, _state: &SessionState) {
        self.shown = format!("changes of {path}");
    }
    /// Stand-in.
    pub fn show_file(&mut self, path: RelPath, _content: Result<Option<Snapshot>, String>) {
        self.shown = format!("file {path}");
    }
    /// Stand-in.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>, _cache: &mut DiffCache) {
        buffer.set_stringn(area.x, area.y, &self.shown, area.width.into(), look.theme.style(Scope::Text));
    }
    /// Stand-in.
    pub fn title(&self, _state: &SessionState) -> String {
        "Review".to_owned()
    }
    /// Stand-in.
    pub fn hints(&self, _state: &SessionState) -> Vec<Action> {
        vec![Action::Accept, Action::Reject, Action::NextHunk, Action::Commit]
    }
}
