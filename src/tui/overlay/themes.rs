//! The choice of the theme: the screen behind it is shown in the one under the cursor.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::super::wardrobe::Wardrobe;
use super::sheet::{Cursor, Query, below_query, line, sheet};

/// The choice's state.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Themes {
    names: Vec<String>,
    /// How the screen looked before; it does so again when nothing is chosen.
    before: Theme,
    pub(super) query: Query,
    pub(super) cursor: Cursor,
}

impl Themes {
    /// Returns the choice among the themes at hand, on the one that is worn.
    pub(in crate::tui) fn new(wardrobe: &Wardrobe, worn: &Theme) -> Self {
        let names = wardrobe.names();
        let at = names.iter().position(|name| *name == wardrobe.chosen).unwrap_or(0);
        Self { names, before: worn.clone(), query: Query::default(), cursor: Cursor::on(at) }
    }

    /// Returns the theme to go back to.
    pub(in crate::tui) fn before(&self) -> &Theme {
        &self.before
    }

    /// Returns the theme under the cursor; one that cannot be read changes nothing.
    pub(in crate::tui) fn shown(&self, wardrobe: &Wardrobe) -> Theme {
        let under = self.found().get(self.cursor.at).and_then(|name| wardrobe.theme(name).ok());
        under.unwrap_or_else(|| self.before.clone())
    }

    /// Takes a key; returns the chosen name.
    pub(super) fn key(&mut self, key: KeyEvent) -> Option<String> {
        let found = self.found();
        if key.code == KeyCode::Enter {
            return found.get(self.cursor.at).map(|name| (*name).to_owned());
        }
        let count = found.len();
        if !self.cursor.key(key, count) && self.query.key(key) {
            self.cursor.at = 0;
        }
        None
    }

    /// Draws it to the right, so that as much as can be of the screen shows the theme.
    pub(super) fn view(
        &self,
        screen: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
        wardrobe: &Wardrobe,
    ) -> Option<Position> {
        let width = 34.min(screen.width);
        let right = Rect { x: screen.right() - width, width, ..screen };
        let wanted = u16::try_from(self.names.len().saturating_add(2)).unwrap_or(u16::MAX);
        let inner = sheet(right, (30, wanted.min(screen.height.saturating_sub(4))), "Theme", buffer, theme);
        let cursor = self.query.view(inner, buffer, theme);
        let list = below_query(inner);
        let found = self.found();
        if found.is_empty() {
            put(buffer, line(list, 0), 0, "no theme matches", theme.style(Scope::Muted));
        }
        let (height, top) = (usize::from(list.height), self.cursor.show(list, found.len()));
        for (row, (at, name)) in found.iter().enumerate().skip(top).take(height).enumerate() {
            let area = line(list, row);
            if at == self.cursor.at {
                buffer.set_style(area, theme.style(Scope::Selection));
            }
            let is_worn = **name == wardrobe.chosen;
            put(buffer, area, 0, if is_worn { "●" } else { " " }, theme.style(Scope::Good));
            let room = usize::from(area.width.saturating_sub(2));
            put(buffer, area, 2, &clip(&safe::shown(name, 0), room), theme.style(Scope::Text));
        }
        cursor
    }

    fn found(&self) -> Vec<&str> {
        let wanted = self.query.text.trim().to_lowercase();
        self.names.iter().map(String::as_str).filter(|name| name.to_lowercase().contains(&wanted)).collect()
    }
}
