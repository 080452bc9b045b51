//! The choice of the model: those that are known, or any id that is typed.

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use super::super::action::Context;
use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::picker::Picker;
use super::sheet::sheet;
use crate::session::{Op, SessionState};

/// The choice's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Models {
    picker: Picker,
}

impl Models {
    /// Takes a key; returns the chosen name.
    fn choose(&mut self, key: KeyEvent, models: &[(String, String)]) -> Option<String> {
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

    fn found<'a>(&self, models: &'a [(String, String)]) -> Vec<&'a (String, String)> {
        let wanted = self.picker.wanted();
        let matches = |(name, about): &&(String, String)| {
            name.to_lowercase().contains(&wanted) || about.to_lowercase().contains(&wanted)
        };
        models.iter().filter(matches).collect()
    }
}

impl Modal for Models {
    fn context(&self) -> Context {
        Context::Anywhere
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "choose"), hint("down", "next")]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        let chosen = self.choose(key, around.models);
        Verdict::close_if(chosen.map(|name| vec![Effect::Send(Op::SetModel { name })]))
    }

    fn picker(&mut self) -> Option<&mut Picker> {
        Some(&mut self.picker)
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let (models, now) = (around.models, &around.state.model);
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
}
