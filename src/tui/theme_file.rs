//! Reads themes: a palette, a style for each scope, and the theme that it inherits from.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::color::fit;
use super::theme::{ColorDepth, SCOPES, Scope, Theme, plain_style};

/// The themes that come with adit, by name.
const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("high-contrast-light", include_str!("../../themes/high-contrast-light.toml")),
    ("deuteranopia", include_str!("../../themes/deuteranopia.toml")),
    ("deuteranopia-light", include_str!("../../themes/deuteranopia-light.toml")),
    ("tritanopia", include_str!("../../themes/tritanopia.toml")),
    ("tritanopia-light", include_str!("../../themes/tritanopia-light.toml")),
    ("catppuccin-mocha", include_str!("../../themes/catppuccin-mocha.toml")),
    ("catppuccin-latte", include_str!("../../themes/catppuccin-latte.toml")),
    ("gruvbox-dark", include_str!("../../themes/gruvbox-dark.toml")),
    ("gruvbox-light", include_str!("../../themes/gruvbox-light.toml")),
    ("nord", include_str!("../../themes/nord.toml")),
    ("solarized-dark", include_str!("../../themes/solarized-dark.toml")),
    ("solarized-light", include_str!("../../themes/solarized-light.toml")),
    ("tokyo-night", include_str!("../../themes/tokyo-night.toml")),
    ("ansi", include_str!("../../themes/ansi.toml")),
];

/// A theme inherits at most through so many others; more is a circle.
const MAX_ANCESTORS: usize = 8;

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeFault {
    /// There is none of this name.
    #[error("no theme is called {name}; adit brings auto, {}", theme_names().collect::<Vec<_>>().join(", "))]
    Unknown {
        /// The name.
        name: String,
    },
    /// The file is not TOML, or has unknown keys.
    #[error("cannot read theme {name}: {reason}")]
    Unreadable {
        /// The name.
        name: String,
        /// Where and why.
        reason: String,
    },
    /// A scope is not one of adit's.
    #[error("theme {name} names an unknown scope: {scope}")]
    Scope {
        /// The theme.
        name: String,
        /// The word.
        scope: String,
    },
    /// A colour is neither in the palette nor a colour's name nor `#rrggbb`.
    #[error("theme {name} has an unknown colour or modifier in {scope}: {value}")]
    Value {
        /// The theme.
        name: String,
        /// Where.
        scope: String,
        /// The word.
        value: String,
    },
    /// Themes inherit from each other in a circle.
    #[error("theme {name} inherits from itself")]
    Circle {
        /// The theme.
        name: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    name: Option<String>,
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    #[serde(default)]
    scopes: BTreeMap<String, ScopeStyle>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum ScopeStyle {
    Foreground(String),
    Full(FullStyle),
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct FullStyle {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    modifiers: Vec<String>,
}

/// Returns the names of the themes that come with adit.
pub fn theme_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// Returns the theme of a name, fitted to the terminal's colours.
///
/// `own` are the names and texts of the user's themes, which come before those of adit and may inherit from both; one
/// that inherits from its own name means adit's. Without colours every theme is [`Theme::plain`].
pub fn load_theme(name: &str, own: &[(String, String)], depth: ColorDepth) -> Result<Theme, ThemeFault> {
    let merged = merge(name, own)?;
    if depth == ColorDepth::None {
        return Ok(Theme::plain());
    }
    let uses_true_colors = merged.palette.values().any(|color| color.starts_with('#'));
    if depth == ColorDepth::Ansi16 && uses_true_colors && !own.iter().any(|(known, _)| known == name) {
        return load_theme("ansi", &[], depth);
    }
    let mut styles = Vec::with_capacity(SCOPES.len());
    for (kind, scope) in SCOPES {
        styles.push(match merged.scopes.get(*scope) {
            Some(style) => resolve(name, scope, style, &merged.palette, depth)?,
            // A theme that was written before there was a search shows what was found all the same.
            None if matches!(kind, Scope::Match | Scope::MatchCurrent) => plain_style(*kind),
            None => Style::new(),
        });
    }
    Ok(Theme::from_styles(merged.name.unwrap_or_else(|| name.to_owned()), styles))
}

/// Reads a theme and lays it over those that it inherits from.
fn merge(name: &str, own: &[(String, String)]) -> Result<ThemeFile, ThemeFault> {
    let users = |wanted: &str| own.iter().find(|(known, _)| known == wanted).map(|(_, text)| text.as_str());
    let built_in = |wanted: &str| BUILT_IN.iter().find(|(known, _)| *known == wanted).map(|(_, text)| *text);
    let mut layers = Vec::new();
    let mut next = Some((name.to_owned(), users(name).or_else(|| built_in(name))));
    while let Some((layer, text)) = next {
        if layers.len() >= MAX_ANCESTORS {
            return Err(ThemeFault::Circle { name: name.to_owned() });
        }
        let text = text.ok_or_else(|| ThemeFault::Unknown { name: layer.clone() })?;
        let file: ThemeFile = toml::from_str(text)
            .map_err(|error| ThemeFault::Unreadable { name: layer.clone(), reason: error.to_string() })?;
        if let Some(scope) = file.scopes.keys().find(|scope| !SCOPES.iter().any(|(_, known)| known == scope)) {
            return Err(ThemeFault::Scope { name: layer, scope: scope.clone() });
        }
        next = file.inherits.clone().map(|parent| {
            let text = if parent == layer { None } else { users(&parent) };
            (parent.clone(), text.or_else(|| built_in(&parent)))
        });
        if file.inherits.as_ref() == Some(&layer) && built_in(&layer).is_none() {
            return Err(ThemeFault::Circle { name: layer });
        }
        layers.push(file);
    }
    let mut merged = ThemeFile::default();
    for layer in layers.into_iter().rev() {
        merged.name = layer.name.or(merged.name);
        merged.palette.extend(layer.palette);
        merged.scopes.extend(layer.scopes);
    }
    Ok(merged)
}

fn resolve(
    theme: &str,
    scope: &str,
    style: &ScopeStyle,
    palette: &BTreeMap<String, String>,
    depth: ColorDepth,
) -> Result<Style, ThemeFault> {
    let wrong =
        |value: &str| ThemeFault::Value { name: theme.to_owned(), scope: scope.to_owned(), value: value.to_owned() };
    let color = |value: &str| {
        let value = palette.get(value).map_or(value, String::as_str);
        parse_color(value).map(|color| fit(color, depth)).ok_or_else(|| wrong(value))
    };
    let full = match style {
        ScopeStyle::Foreground(fg) => FullStyle { fg: Some(fg.clone()), bg: None, modifiers: Vec::new() },
        ScopeStyle::Full(full) => full.clone(),
    };
    let mut out = Style::new();
    if let Some(fg) = &full.fg {
        out = out.fg(color(fg)?);
    }
    if let Some(bg) = &full.bg {
        out = out.bg(color(bg)?);
    }
    for modifier in &full.modifiers {
        out = out.add_modifier(parse_modifier(modifier).ok_or_else(|| wrong(modifier))?);
    }
    Ok(out)
}

fn parse_modifier(name: &str) -> Option<Modifier> {
    Some(match name {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underlined" => Modifier::UNDERLINED,
        "reversed" => Modifier::REVERSED,
        "crossed-out" => Modifier::CROSSED_OUT,
        _ => return None,
    })
}

fn parse_color(value: &str) -> Option<Color> {
    if let Some(hex) = value.strip_prefix('#') {
        if hex.len() != 6 || !hex.is_ascii() {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        return Some(Color::Rgb(part(0)?, part(2)?, part(4)?));
    }
    Some(match value {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    })
}
