//! The help: every action with its keys, made from the table of actions and the keymap.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::action::{ACTIONS, Context};
use super::super::keymap::{CONTEXTS, Keymap};
use super::super::text::{clip, put, width};
use super::super::theme::{Scope, Theme};
use super::sheet::{Query, line, sheet};

/// The help's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Help {
    pub(super) query: Query,
    pub(super) top: usize,
}

/// A line of the help.
enum Line {
    Heading(&'static str),
    Action { keys: String, title: &'static str },
    Blank,
}

impl Help {
    /// Scrolls or narrows.
    pub(super) fn key(&mut self, key: KeyEvent, keymap: &Keymap, height: usize) {
        let last = self.lines(keymap).len().saturating_sub(height.saturating_sub(6).max(1));
        let page = height.saturating_sub(6).max(1);
        match key.code {
            KeyCode::Down => self.top += 1,
            KeyCode::Up => self.top = self.top.saturating_sub(1),
            KeyCode::PageDown => self.top += page,
            KeyCode::PageUp => self.top = self.top.saturating_sub(page),
            KeyCode::Home => self.top = 0,
            KeyCode::End => self.top = usize::MAX,
            _ => {
                if self.query.key(key) {
                    self.top = 0;
                }
            }
        }
        self.top = self.top.min(last);
    }

    /// Draws it.
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &Theme, keymap: &Keymap) -> Option<Position> {
        let lines = self.lines(keymap);
        let wanted = u16::try_from(lines.len().max(12)).unwrap_or(u16::MAX).saturating_add(2);
        let inner = sheet(screen, (80, wanted.min(screen.height.saturating_sub(4))), "Keys", buffer, theme);
        let cursor = self.query.view(inner, buffer, theme);
        if self.query.text.is_empty() {
            put(buffer, inner, 2, "type to search, Up and Down to scroll, Esc to close", theme.style(Scope::Muted));
        }
        let height = usize::from(inner.height.saturating_sub(2));
        let top = self.top.min(lines.len().saturating_sub(height));
        if lines.is_empty() {
            put(buffer, line(inner, 2), 0, "no action matches", theme.style(Scope::Muted));
        }
        for (at, entry) in lines.iter().skip(top).take(height).enumerate() {
            let area = line(inner, at + 2);
            match entry {
                Line::Heading(name) => drop(put(buffer, area, 0, name, theme.style(Scope::Heading))),
                Line::Action { keys, title } => {
                    put(buffer, area, 2, &clip(keys, 18), theme.style(Scope::Key));
                    put(buffer, area, 21, title, theme.style(Scope::Text));
                }
                Line::Blank => {}
            }
        }
        cursor
    }

    fn lines(&self, keymap: &Keymap) -> Vec<Line> {
        let wanted = self.query.text.trim().to_lowercase();
        let matches = |keys: &str, title: &str| {
            wanted.is_empty() || title.to_lowercase().contains(&wanted) || keys.to_lowercase().contains(&wanted)
        };
        let mut lines = Vec::new();
        let mut section = |name: &'static str, entries: Vec<(String, &'static str)>| {
            let kept: Vec<_> = entries.into_iter().filter(|(keys, title)| matches(keys, title)).collect();
            if kept.is_empty() {
                return;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(name));
            lines.extend(kept.into_iter().map(|(keys, title)| Line::Action { keys, title }));
        };
        for (context, _, name) in CONTEXTS {
            section(name, entries(keymap, *context));
        }
        let unbound = ACTIONS.iter().filter(|info| keymap.key(info.context, info.action).is_none());
        section("By the palette only", unbound.map(|info| (String::new(), info.title)).collect());
        lines
    }
}

fn entries(keymap: &Keymap, context: Context) -> Vec<(String, &'static str)> {
    let bound = keymap.bound_in(context).into_iter();
    bound
        .map(|(action, keys)| {
            let mut shown = String::new();
            for key in keys {
                let key = key.to_string();
                // More than fit are left out whole, not cut in the middle.
                if width(&shown) + width(&key) + 2 > 18 {
                    break;
                }
                if !shown.is_empty() {
                    shown.push_str(", ");
                }
                shown.push_str(&key);
            }
            (shown, action.info().title)
        })
        .collect()
}
