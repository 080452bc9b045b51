//! The themes at hand: those of adit, the user's own, colours for code from elsewhere, and what "auto" means now.

use super::highlight::CodeTheme;
use super::theme::{ColorDepth, Theme};
use super::theme_file::{ThemeFault, load_theme, theme_names};

/// The name under which the theme follows the terminal's ground.
pub(super) const AUTO: &str = "auto";

/// Everything that a theme is made from.
#[derive(Debug, Clone)]
pub(super) struct Wardrobe {
    /// The name that was chosen.
    pub(super) chosen: String,
    /// The user's own themes: name and text.
    own: Vec<(String, String)>,
    /// Colours for code that come from a tmTheme.
    code: Option<CodeTheme>,
    depth: ColorDepth,
    is_light: bool,
}

impl Wardrobe {
    /// Returns the themes at hand; whether the ground is light is a guess until the terminal tells.
    pub(super) fn new(
        chosen: &str,
        own: Vec<(String, String)>,
        code: Option<CodeTheme>,
        depth: ColorDepth,
        is_light: bool,
    ) -> Self {
        Self { chosen: chosen.to_owned(), own, code, depth, is_light }
    }

    /// Returns the theme of a name as it looks on this terminal.
    pub(super) fn theme(&self, name: &str) -> Result<Theme, ThemeFault> {
        let name = match name {
            AUTO if self.is_light => "light",
            AUTO => "dark",
            other => other,
        };
        let theme = load_theme(name, &self.own, self.depth)?;
        Ok(match &self.code {
            Some(code) if self.depth >= ColorDepth::Indexed => code.over(theme, self.depth),
            Some(_) | None => theme,
        })
    }

    /// Returns every name that can be chosen, the user's own first.
    pub(super) fn names(&self) -> Vec<String> {
        let own = self.own.iter().map(|(name, _)| name.clone());
        let built_in = theme_names().filter(|name| !self.own.iter().any(|(known, _)| known == name));
        own.chain([AUTO.to_owned()]).chain(built_in.map(str::to_owned)).collect()
    }

    /// Takes over the ground's colour; returns the theme if another one is worn for it.
    ///
    /// Brightness is weighted as in ITU-R BT.601.
    pub(super) fn ground(&mut self, [red, green, blue]: [u8; 3]) -> Option<Theme> {
        let brightness = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
        let was_light = std::mem::replace(&mut self.is_light, brightness > 127);
        if self.chosen != AUTO || was_light == self.is_light {
            return None;
        }
        self.theme(AUTO).ok()
    }
}
