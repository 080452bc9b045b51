//! How the screen looks and what it tells the terminal.

use serde::{Deserialize, Serialize};

/// How the screen looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenConfig {
    /// "auto" (by the terminal's background), a theme that comes with adit, or one of the user's folder.
    pub theme: String,
    /// Whether adit takes the mouse.
    pub mouse: bool,
    /// Whether the difference is shown side by side where there is room.
    pub side_by_side: bool,
    /// Lines of context around a hunk.
    pub context_lines: usize,
    /// How adit tells that a turn has ended while its window is not looked at.
    pub notify: Notify,
    /// Whether the terminal's icon shows that a turn runs.
    pub progress: Progress,
    /// With which signs adit draws.
    pub glyphs: Glyphs,
    /// Whether links of the conversation are links of the terminal's.
    pub links: Links,
    /// Whether adit names the terminal's window.
    pub title: bool,
    /// A tmTheme file for the colours of code; empty takes the theme's.
    pub code_theme: String,
    /// The preset of keys: "default", "vim", "emacs" or "lazygit-like".
    pub keys: String,
    /// Whether newcomers are shown around.
    pub tour: bool,
    /// Whether linear text for screen readers takes the place of the full screen.
    pub accessible: bool,
}

impl Default for ScreenConfig {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            mouse: true,
            side_by_side: false,
            context_lines: 3,
            notify: Notify::Auto,
            progress: Progress::Auto,
            glyphs: Glyphs::Auto,
            links: Links::Auto,
            title: true,
            code_theme: String::new(),
            keys: "default".to_owned(),
            tour: true,
            accessible: false,
        }
    }
}

/// How adit tells that a turn has ended while its window is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// By the way that the terminal is known to understand.
    Auto,
    /// Not at all.
    Off,
    /// By the bell.
    Bell,
    /// By OSC 9.
    Osc9,
    /// By OSC 777.
    Osc777,
    /// By OSC 99.
    Osc99,
}

/// Whether the terminal's icon shows that a turn runs (OSC 9;4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// Where the terminal is known to show it.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// With which signs adit draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Glyphs {
    /// As the terminal's name suggests.
    #[default]
    Auto,
    /// With all of them.
    Full,
    /// With those that the font of a PC's console has.
    Console,
    /// With ASCII only.
    Ascii,
}

/// Whether links of the conversation are links of the terminal's (OSC 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// Where the terminal is known to show them the address is left away; where that is not known it stands there, too.
    Auto,
    /// Always, without the address.
    On,
    /// Never: the address stands behind the words.
    Off,
}
