//! Reads themes: a palette, a style for each scope, and the theme that it inherits from.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::color::fit;
use super::theme::{ColorDepth, SCOPES, Theme, plain_style};

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
    ("ansi-light", include_str!("../../themes/ansi-light.toml")),
];

/// A theme inherits at most through so many others.
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
    /// A line of a theme's file is wrong.
    #[error("{file} line {line}: {reason}")]
    Line {
        /// The file, in the folder of the settings.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, with the key.
        reason: String,
    },
}

/// A theme's file as it was read.
struct Layer<'a> {
    name: String,
    text: &'a str,
    file: ThemeFile,
}

/// A word of a scope's style that means nothing.
struct Wrong {
    /// As the style has it.
    word: String,
    /// Its key in the style; none where the style is a word itself.
    key: Option<&'static str>,
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
    let layers = layers(name, own)?;
    let merged = merge(&layers);
    if depth == ColorDepth::None {
        return Ok(Theme::plain());
    }
    let is_own = own.iter().any(|(known, _)| known == name);
    let uses_true_colors = merged.palette.values().any(|color| color.starts_with('#'));
    if depth == ColorDepth::Ansi16 && uses_true_colors && !is_own {
        return load_theme(if is_light(&merged) { "ansi-light" } else { "ansi" }, &[], depth);
    }
    let mut styles = Vec::with_capacity(SCOPES.len());
    for (kind, scope) in SCOPES {
        styles.push(match merged.scopes.get(*scope) {
            Some(style) => {
                resolve(style, &merged.palette, depth).map_err(|wrong| told(&layers, scope, &wrong, &merged.palette))?
            }
            // What a theme leaves out, such as where the cursor is, is told apart without colours.
            None if is_own => plain_style(*kind),
            None => Style::new(),
        });
    }
    Ok(Theme::from_styles(merged.name.unwrap_or_else(|| name.to_owned()), styles))
}

/// Reads a theme and those that it inherits from, itself first.
fn layers<'a>(name: &str, own: &'a [(String, String)]) -> Result<Vec<Layer<'a>>, ThemeFault> {
    let users = |wanted: &str| own.iter().find(|(known, _)| known == wanted).map(|(_, text)| text.as_str());
    let built_in = |wanted: &str| BUILT_IN.iter().find(|(known, _)| *known == wanted).map(|(_, text)| *text);
    let mut layers: Vec<Layer<'a>> = Vec::new();
    let text = users(name).or_else(|| built_in(name)).ok_or_else(|| ThemeFault::Unknown { name: name.to_owned() })?;
    let mut next = Some((name.to_owned(), text));
    let mut is_own = users(name).is_some();
    while let Some((name, text)) = next {
        let layer = read(name, text)?;
        next = match &layer.file.inherits {
            Some(parent) => {
                // Adit's own themes inherit from adit's.
                let own = if *parent == layer.name || !is_own { None } else { users(parent) };
                is_own = own.is_some();
                let text = own.or_else(|| built_in(parent));
                let is_met = |met: &Layer<'_>| text.is_some_and(|text| std::ptr::eq(met.text, text));
                let is_circle = text.is_none() && *parent == layer.name || layers.iter().any(is_met);
                let reason = match text {
                    _ if is_circle => Some("inherits: the theme inherits from itself".to_owned()),
                    _ if layers.len() + 1 >= MAX_ANCESTORS => {
                        Some(format!("inherits: through more than {MAX_ANCESTORS} themes"))
                    }
                    None => Some(format!("inherits: {}", ThemeFault::Unknown { name: parent.clone() })),
                    Some(_) => None,
                };
                let fault = reason.map(|reason| layer.fault(&["inherits"], reason));
                if let Some(fault) = fault {
                    return Err(fault);
                }
                text.map(|text| (parent.clone(), text))
            }
            None => None,
        };
        layers.push(layer);
    }
    Ok(layers)
}

/// Tells whether a theme is made for a light ground: its text is dark.
fn is_light(theme: &ThemeFile) -> bool {
    // The palette's, because the scope may leave the text to the terminal.
    let text = ScopeStyle::Foreground("text".to_owned());
    match resolve(&text, &theme.palette, ColorDepth::True).ok().and_then(|style| style.fg) {
        Some(Color::Rgb(red, green, blue)) => [red, green, blue].into_iter().map(u32::from).sum::<u32>() < 3 * 128,
        _ => false,
    }
}

/// Lays a theme over those that it inherits from.
fn merge(layers: &[Layer<'_>]) -> ThemeFile {
    let mut merged = ThemeFile::default();
    for Layer { file, .. } in layers.iter().rev() {
        merged.name = file.name.clone().or(merged.name);
        merged.palette.extend(file.palette.clone());
        merged.scopes.extend(file.scopes.clone());
    }
    merged
}

fn read(name: String, text: &str) -> Result<Layer<'_>, ThemeFault> {
    let file = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let reason = match scope_at(text, at).filter(|_| error.message().contains("ScopeStyle")) {
                Some(scope) => format!("{scope} is neither a colour nor a table of fg, bg and modifiers"),
                None => error.message().replace('\n', " "),
            };
            return Err(ThemeFault::Line { file: file_of(&name), line: line_of(text, at), reason });
        }
    };
    let layer = Layer { name, text, file };
    match layer.file.scopes.keys().find(|scope| !SCOPES.iter().any(|(_, known)| known == scope)) {
        Some(scope) => Err(layer.fault(&["scopes", scope], format!("unknown scope {scope}"))),
        None => Ok(layer),
    }
}

impl Layer<'_> {
    /// Returns a fault of what stands behind a key.
    fn fault(&self, keys: &[&str], reason: String) -> ThemeFault {
        let at = place_of(self.text, keys).unwrap_or(0);
        ThemeFault::Line { file: file_of(&self.name), line: line_of(self.text, at), reason }
    }
}

/// Tells where a word stands that means nothing: in a palette, or in the style of a scope.
fn told(layers: &[Layer<'_>], scope: &str, wrong: &Wrong, palette: &BTreeMap<String, String>) -> ThemeFault {
    let kind = if wrong.key == Some("modifiers") { "modifier" } else { "colour" };
    let of_palette = palette.get(&wrong.word).filter(|_| kind == "colour");
    let place = of_palette.and_then(|value| {
        let layer = layers.iter().find(|layer| layer.file.palette.contains_key(&wrong.word))?;
        Some((layer, vec!["palette", &wrong.word], format!("{} is an unknown colour: {value}", wrong.word)))
    });
    let place = place.or_else(|| {
        let layer = layers.iter().find(|layer| layer.file.scopes.contains_key(scope))?;
        let keys = ["scopes", scope].into_iter().chain(wrong.key).collect();
        let key = wrong.key.map(|key| format!(".{key}")).unwrap_or_default();
        Some((layer, keys, format!("{scope}{key} has an unknown {kind}: {}", wrong.word)))
    });
    match place {
        Some((layer, keys, reason)) => layer.fault(&keys, reason),
        None => ThemeFault::Unknown { name: wrong.word.clone() },
    }
}

/// Returns a theme's file as people know it.
fn file_of(name: &str) -> String {
    format!("themes/{name}.toml")
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Returns where the last of keys that lie in each other stands, or as much of them as there is.
fn place_of(text: &str, keys: &[&str]) -> Option<usize> {
    let parsed = DeTable::parse(text).ok()?;
    let mut table = parsed.get_ref();
    let mut at = None;
    for key in keys {
        let Some((found, value)) = table.iter().find(|(known, _)| known.get_ref() == key) else { break };
        at = Some(found.span().start);
        let DeValue::Table(inner) = value.get_ref() else { break };
        table = inner;
    }
    at
}

/// Returns the scope in whose style something stands.
fn scope_at(text: &str, at: usize) -> Option<String> {
    let parsed = DeTable::parse(text).ok()?;
    let DeValue::Table(scopes) = parsed.get_ref().get("scopes")?.get_ref() else { return None };
    let (scope, _) = scopes.iter().find(|(_, style)| style.span().contains(&at))?;
    Some(scope.get_ref().to_string())
}

fn resolve(style: &ScopeStyle, palette: &BTreeMap<String, String>, depth: ColorDepth) -> Result<Style, Wrong> {
    let color = |word: &str, key| {
        let value = palette.get(word).map_or(word, String::as_str);
        let color = parse_color(value).ok_or_else(|| Wrong { word: word.to_owned(), key });
        color.map(|color| fit(color, depth))
    };
    let full = match style {
        ScopeStyle::Foreground(fg) => return Ok(Style::new().fg(color(fg, None)?)),
        ScopeStyle::Full(full) => full,
    };
    let mut out = Style::new();
    if let Some(fg) = &full.fg {
        out = out.fg(color(fg, Some("fg"))?);
    }
    if let Some(bg) = &full.bg {
        out = out.bg(color(bg, Some("bg"))?);
    }
    for modifier in &full.modifiers {
        let wrong = || Wrong { word: modifier.clone(), key: Some("modifiers") };
        out = out.add_modifier(parse_modifier(modifier).ok_or_else(wrong)?);
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
