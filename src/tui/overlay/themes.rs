//! The choice of the theme: the screen behind it is shown in the one under the cursor.

use crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};

use super::super::action::Context;
use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::super::wardrobe::Wardrobe;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::picker::Picker;
use super::sheet::sheet;
use crate::session::SessionState;

/// The choice's state.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Themes {
    names: Vec<String>,
    /// How the screen looked before; it does so again when nothing is chosen.
    before: Theme,
    picker: Picker,
}

impl Themes {
    /// Returns the choice among the themes at hand, on the one that is worn.
    pub(in crate::tui) fn new(wardrobe: &Wardrobe, worn: &Theme) -> Self {
        let names = wardrobe.names();
        let at = names.iter().position(|name| *name == wardrobe.chosen).unwrap_or(0);
        Self { names, before: worn.clone(), picker: Picker::on(at) }
    }

    /// Returns the theme to go back to.
    pub(in crate::tui) fn before(&self) -> &Theme {
        &self.before
    }

    /// Returns the theme under the cursor; one that cannot be read changes nothing.
    pub(in crate::tui) fn shown(&self, wardrobe: &Wardrobe) -> Theme {
        let under = self.found().get(self.picker.cursor.at).and_then(|name| wardrobe.theme(name).ok());
        under.unwrap_or_else(|| self.before.clone())
    }

    fn found(&self) -> Vec<&str> {
        let wanted = self.picker.wanted();
        self.names.iter().map(String::as_str).filter(|name| name.to_lowercase().contains(&wanted)).collect()
    }
}

impl Modal for Themes {
    fn context(&self) -> Context {
        Context::Anywhere
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "choose"), hint("down", "next")]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        let count = self.found().len();
        let is_chosen = self.picker.key(key, count);
        let chosen = self.found().get(self.picker.cursor.at).filter(|_| is_chosen).map(|name| (*name).to_owned());
        Verdict::close_if(chosen.map(|name| vec![Effect::Wear(name)]))
    }

    fn picker(&mut self) -> Option<&mut Picker> {
        Some(&mut self.picker)
    }

    /// Draws it to the right, so that as much as can be of the screen shows the theme.
    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let wardrobe = around.wardrobe;
        let width = 34.min(screen.width);
        let right = Rect { x: screen.right() - width, width, ..screen };
        let wanted = u16::try_from(self.names.len().saturating_add(2)).unwrap_or(u16::MAX);
        let inner = sheet(right, (30, wanted.min(screen.height.saturating_sub(4))), "Theme", buffer, theme);
        self.picker.view(inner, buffer, theme, (&self.found(), "no theme matches"), |name, area, buffer| {
            let is_worn = *name == wardrobe.chosen;
            put(buffer, area, 0, if is_worn { "●" } else { " " }, theme.style(Scope::Good));
            let room = usize::from(area.width.saturating_sub(2));
            put(buffer, area, 2, &clip(&safe::shown(name, 0), room), theme.style(Scope::Text));
        })
    }
}
