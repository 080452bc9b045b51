//! The choice of the model: those that are known, or any id that is typed.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::sheet::{Cursor, Query, below_query, line, sheet};
use crate::session::ModelChoice;

/// The choice's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Models {
    pub(super) query: Query,
    pub(super) cursor: Cursor,
}

impl Models {
    /// Takes a key; returns the chosen name.
    pub(super) fn key(&mut self, key: KeyEvent, models: &[(String, String)]) -> Option<String> {
        let found = self.found(models);
        if key.code == KeyCode::Enter {
            let typed = self.query.text.trim();
            return match found.get(self.cursor.at) {
                Some((name, _)) => Some(name.clone()),
                None if typed.is_empty() => None,
                None => Some(typed.to_owned()),
            };
        }
        if !self.cursor.key(key, found.len()) && self.query.key(key) {
            self.cursor.at = 0;
        }
        None
    }

    /// Draws it.
    pub(super) fn view(
        &self,
        screen: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
        models: &[(String, String)],
        now: &ModelChoice,
    ) -> Option<Position> {
        let found = self.found(models);
        let wanted = u16::try_from(models.len().clamp(3, 16)).unwrap_or(16) + 3;
        let inner = sheet(screen, (86, wanted), "Model", buffer, theme);
        let cursor = self.query.view(inner, buffer, theme);
        let list = below_query(inner);
        let (height, top) = (usize::from(list.height), self.cursor.show(list, found.len()));
        if found.is_empty() {
            let words = "Enter asks for this id, inference profile or ARN as it is typed";
            put(buffer, line(list, 0), 0, words, theme.style(Scope::Muted));
        }
        for (row, (at, (name, about))) in found.iter().enumerate().skip(top).take(height).enumerate() {
            let area = line(list, row);
            if at == self.cursor.at {
                buffer.set_style(area, theme.style(Scope::Selection));
            }
            let is_now = *name == now.name || *name == now.id;
            put(buffer, area, 0, if is_now { "●" } else { " " }, theme.style(Scope::Good));
            let end = put(buffer, area, 2, &clip(&safe::shown(name, 0), 40), theme.style(Scope::Accent));
            put(buffer, area, end.max(18) + 2, &safe::shown(about, 0), theme.style(Scope::Muted));
        }
        cursor
    }

    fn found<'a>(&self, models: &'a [(String, String)]) -> Vec<&'a (String, String)> {
        let wanted = self.query.text.trim().to_lowercase();
        let matches = |(name, about): &&(String, String)| {
            name.to_lowercase().contains(&wanted) || about.to_lowercase().contains(&wanted)
        };
        models.iter().filter(matches).collect()
    }
}
