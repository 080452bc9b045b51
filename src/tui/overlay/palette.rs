//! The palette: any action by a few letters of its name.

use crossterm::event::KeyEvent;
use nucleo::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::action::{ACTIONS, Action, ActionInfo, Context};
use super::super::keymap::Keymap;
use super::super::text::{clip, put, width};
use super::super::theme::Scope;
use super::buttons::SheetTheme;
use super::picker::Picker;
use super::sheet::sheet;

/// The palette's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Palette {
    /// Where the user was; its actions come first.
    context: Context,
    /// What was done last comes before them.
    recent: Vec<Action>,
    pub(super) picker: Picker,
}

impl Palette {
    /// Returns a palette opened in a context.
    pub(super) fn new(context: Context, recent: &[Action]) -> Self {
        Self { context, recent: recent.to_vec(), picker: Picker::default() }
    }

    /// Takes a key; returns the chosen action.
    pub(super) fn key(&mut self, key: KeyEvent) -> Option<Action> {
        let found = self.found();
        let is_chosen = self.picker.key(key, found.len());
        found.get(self.picker.cursor.at).filter(|_| is_chosen).map(|info| info.action)
    }

    /// Draws it.
    pub(super) fn view(
        &self,
        screen: Rect,
        buffer: &mut Buffer,
        theme: &SheetTheme<'_>,
        keymap: &Keymap,
    ) -> Option<Position> {
        let inner = sheet(screen, (74, 20.min(screen.height.saturating_sub(4))), "Actions", buffer, theme);
        self.picker.view(inner, buffer, theme, (&self.found(), "no action matches"), |info, area, buffer| {
            let key = keymap.key(info.context, info.action).map(|key| key.to_string()).unwrap_or_default();
            let room = usize::from(area.width).saturating_sub(width(&key) + 2);
            put(buffer, area, 0, &clip(info.title, room), theme.style(Scope::Text));
            let at = area.width.saturating_sub(u16::try_from(width(&key)).unwrap_or(0));
            put(buffer, area, at, &key, theme.style(Scope::Key));
        })
    }

    fn found(&self) -> Vec<&'static ActionInfo> {
        let mut all: Vec<&ActionInfo> = ACTIONS.iter().filter(|info| !is_elsewhere(info.action)).collect();
        let last = |info: &ActionInfo| self.recent.iter().position(|action| *action == info.action);
        all.sort_by_key(|info| (last(info).unwrap_or(usize::MAX), info.context != self.context));
        if self.picker.query.text.trim().is_empty() {
            return all;
        }
        let pattern =
            Pattern::new(&self.picker.query.text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let mut scored: Vec<(u32, &ActionInfo)> = all
            .into_iter()
            .filter_map(|info| {
                let title = pattern.score(Utf32Str::new(info.title, &mut characters), &mut matcher);
                let name = pattern.score(Utf32Str::new(info.name, &mut characters), &mut matcher);
                Some((title.max(name)?, info))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, info)| info).collect()
    }
}

/// Tells whether an action is an overlay's own: that is done there, not from another one.
pub(super) fn is_elsewhere(action: Action) -> bool {
    matches!(action.info().context, Context::Question | Context::Conflict | Context::Sheet)
}
