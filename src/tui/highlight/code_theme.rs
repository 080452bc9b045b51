//! Colours for code from a tmTheme file, the form that most editors can read: its rules asked for each of our scopes.

use std::error::Error as _;
use std::io::Cursor;

use ratatui::style::{Color, Modifier, Style};
use syntect::highlighting::{FontStyle, Highlighter, ThemeSet};
use syntect::parsing::Scope as GrammarScope;

use super::super::color::fit;
use super::super::theme::{ColorDepth, SCOPES, Scope, Theme};

/// What is asked of the file for each of our scopes: grammars' scopes, the first that the file styles counts.
const PROBES: &[(Scope, &[&str])] = &[
    (Scope::SyntaxKeyword, &["keyword.control", "keyword", "storage.type", "storage"]),
    (Scope::SyntaxString, &["string.quoted.double", "string"]),
    (Scope::SyntaxConstant, &["constant.numeric", "constant.language", "constant"]),
    (Scope::SyntaxComment, &["comment.line", "comment"]),
    (Scope::SyntaxFunction, &["entity.name.function", "variable.function", "support.function"]),
    (Scope::SyntaxType, &["entity.name.type", "entity.name.class", "support.type", "entity.name"]),
    (Scope::SyntaxVariable, &["variable.parameter", "variable.other", "variable"]),
    (Scope::SyntaxPunctuation, &["keyword.operator", "punctuation"]),
    (Scope::SyntaxAttribute, &["entity.other.attribute-name", "entity.name.tag", "meta.annotation"]),
];

/// The lists and dictionaries of a theme lie four deep in each other. The reader goes down a list's stack as deep as the
/// file has it, so one that is deeper than this is not handed to it.
const DEEPEST: usize = 32;

/// Looks of code, by scope. The file's ground is left out: the screen has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeTheme {
    styles: Vec<(Scope, Style)>,
}

/// Why a tmTheme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeThemeFault {
    /// It is not a property list of the right form.
    #[error("line {line}: it is not a tmTheme: {reason}")]
    Unreadable {
        /// Where, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// It gives code no colours.
    #[error("it styles none of the parts of code")]
    Empty,
}

impl CodeTheme {
    /// Reads a tmTheme's text.
    pub fn parse(text: &str) -> Result<Self, CodeThemeFault> {
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') || deepest(text) > DEEPEST {
            let reason = "it is no property list in XML".to_owned();
            return Err(CodeThemeFault::Unreadable { line: 1, reason });
        }
        let read = ThemeSet::load_from_reader(&mut Cursor::new(text.as_bytes()));
        let theme = read.map_err(|failure| {
            // Only what lies below the reader's own words says what is wrong, and where.
            let below = failure.source().map_or_else(|| failure.to_string(), ToString::to_string);
            let reason: String = below.chars().filter(|character| !character.is_control()).take(200).collect();
            CodeThemeFault::Unreadable { line: line_of(text, &reason), reason }
        })?;
        let asked = Highlighter::new(&theme);
        let plain = asked.get_default();
        let mut styles = Vec::new();
        for (scope, probes) in PROBES {
            let found = probes.iter().filter_map(|probe| GrammarScope::new(probe).ok()).find_map(|probe| {
                let style = asked.style_mod_for_stack(&[probe]);
                (style.foreground.is_some() || style.font_style.is_some()).then_some(style)
            });
            let Some(found) = found else { continue };
            let color = found.foreground.unwrap_or(plain.foreground);
            let color = Color::Rgb(color.r, color.g, color.b);
            let font = found.font_style.unwrap_or(plain.font_style);
            let mut modifier = Modifier::empty();
            for (flag, wanted) in [
                (FontStyle::BOLD, Modifier::BOLD),
                (FontStyle::ITALIC, Modifier::ITALIC),
                (FontStyle::UNDERLINE, Modifier::UNDERLINED),
            ] {
                modifier.set(wanted, font.contains(flag));
            }
            styles.push((*scope, Style::new().fg(color).add_modifier(modifier)));
        }
        if styles.is_empty() { Err(CodeThemeFault::Empty) } else { Ok(Self { styles }) }
    }

    /// Returns a theme in which code looks as here.
    pub(in crate::tui) fn over(&self, theme: Theme, depth: ColorDepth) -> Theme {
        let style = |(scope, _): &(Scope, &str)| {
            let own = self.styles.iter().find(|(known, _)| known == scope).map(|(_, style)| *style);
            own.map_or(theme.style(*scope), |style| Style { fg: style.fg.map(|color| fit(color, depth)), ..style })
        };
        let styles = SCOPES.iter().map(style).collect();
        Theme::from_styles(theme.name, styles)
    }
}

/// Returns the line of a fault of the reader, which says where it is by the bytes before it, and only in words.
fn line_of(text: &str, reason: &str) -> usize {
    let offset = reason.rsplit_once("(offset ").and_then(|(_, rest)| rest.trim_end_matches(')').parse().ok());
    let before = &text.as_bytes()[..text.len().min(offset.unwrap_or(0))];
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Returns how deep lists and dictionaries lie in each other, at most.
fn deepest(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for tag in text.split('<').skip(1) {
        if tag.starts_with("dict") || tag.starts_with("array") {
            depth += 1;
            most = most.max(depth);
        } else if tag.starts_with("/dict") || tag.starts_with("/array") {
            depth = depth.saturating_sub(1);
        }
    }
    most
}
