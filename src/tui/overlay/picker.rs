//! What every choice from a list shares: the letters that are looked for, the rows that match, the one under the cursor.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::text::put;
use super::super::theme::{Scope, Theme};
use super::sheet::{Cursor, Query, below_query, line};

/// A choice from a list; the list itself is its owner's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Picker {
    pub(super) query: Query,
    pub(super) cursor: Cursor,
}

impl Picker {
    /// Returns one with the cursor on a row.
    pub(super) fn on(at: usize) -> Self {
        Self { query: Query::default(), cursor: Cursor::on(at) }
    }

    /// Returns what is looked for, in small letters.
    pub(super) fn wanted(&self) -> String {
        self.query.text.trim().to_lowercase()
    }

    /// Takes a key, where so many rows match; tells whether the row under the cursor is chosen by it.
    pub(super) fn key(&mut self, key: KeyEvent, count: usize) -> bool {
        if key.code == KeyCode::Enter {
            return true;
        }
        if !self.cursor.key(key, count) && self.query.key(key) {
            self.cursor.at = 0;
        }
        false
    }

    /// Draws what is looked for and the rows that match into a sheet, each by `draw`; returns where the cursor stands.
    /// `nothing` is said where none matches.
    pub(super) fn view<T>(
        &self,
        inner: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
        (found, nothing): (&[T], &str),
        mut draw: impl FnMut(&T, Rect, &mut Buffer),
    ) -> Option<Position> {
        let cursor = self.query.view(inner, buffer, theme);
        let list = below_query(inner);
        let (height, top) = (usize::from(list.height), self.cursor.show(list, found.len()));
        if found.is_empty() {
            put(buffer, line(list, 0), 0, nothing, theme.style(Scope::Muted));
        }
        for (row, (at, item)) in found.iter().enumerate().skip(top).take(height).enumerate() {
            let area = line(list, row);
            if at == self.cursor.at {
                buffer.set_style(area, theme.style(Scope::Selection));
            }
            draw(item, area, buffer);
        }
        cursor
    }
}
