//! The choice of the model: those that are known, or any id that is typed.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::Scope;
use super::buttons::SheetTheme;
use super::picker::Picker;
use super::sheet::sheet;
use crate::session::ModelChoice;

/// The choice's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Models {
    pub(super) picker: Picker,
}

impl Models {
    /// Takes a key; returns the chosen name.
    pub(super) fn key(&mut self, key: KeyEvent, models: &[(String, String)]) -> Option<String> {
        let found = self.found(models);
        if !self.picker.key(key, found.len()) {
            return None;
        }
        let typed = self.picker.query.text.trim();
        match found.get(self.picker.cursor.at) {
            Some((name, _)) => Some(name.clone()),
            None if typed.is_empty() => None,
            None => Some(typed.to_owned()),
        }
    }

    /// Draws it.
    pub(super) fn view(
        &self,
        screen: Rect,
        buffer: &mut Buffer,
        theme: &SheetTheme<'_>,
        models: &[(String, String)],
        now: &ModelChoice,
    ) -> Option<Position> {
        let found = self.found(models);
        let wanted = u16::try_from(models.len().clamp(3, 16)).unwrap_or(16) + 3;
        let inner = sheet(screen, (86, wanted), "Model", buffer, theme);
        let nothing = "Enter asks for this id, inference profile or ARN as it is typed";
        self.picker.view(inner, buffer, theme, (&found, nothing), |(name, about), area, buffer| {
            let is_now = *name == now.name || *name == now.id;
            put(buffer, area, 0, if is_now { "●" } else { " " }, theme.style(Scope::Good));
            let end = put(buffer, area, 2, &clip(&safe::shown(name, 0), 40), theme.style(Scope::Accent));
            put(buffer, area, end.max(18) + 2, &safe::shown(about, 0), theme.style(Scope::Muted));
        })
    }

    fn found<'a>(&self, models: &'a [(String, String)]) -> Vec<&'a (String, String)> {
        let wanted = self.picker.wanted();
        let matches = |(name, about): &&(String, String)| {
            name.to_lowercase().contains(&wanted) || about.to_lowercase().contains(&wanted)
        };
        models.iter().filter(matches).collect()
    }
}
