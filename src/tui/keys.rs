//! A key with its modifiers: how it is written in a keymap, how it is shown, and when two are the same.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in one form for all the ways in which terminals report it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const NAMED: &[(&str, &str, KeyCode)] = &[
    ("esc", "Esc", KeyCode::Esc),
    ("enter", "Enter", KeyCode::Enter),
    ("tab", "Tab", KeyCode::Tab),
    ("space", "Space", KeyCode::Char(' ')),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Del", KeyCode::Delete),
    ("insert", "Ins", KeyCode::Insert),
    ("up", "Up", KeyCode::Up),
    ("down", "Down", KeyCode::Down),
    ("left", "Left", KeyCode::Left),
    ("right", "Right", KeyCode::Right),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
];

/// The modifiers as a keymap writes them and as they are shown, in the order in which they are shown.
const MODIFIERS: &[(&str, &str, KeyModifiers)] = &[
    ("ctrl-", "Ctrl-", KeyModifiers::CONTROL),
    ("alt-", "Alt-", KeyModifiers::ALT),
    ("shift-", "Shift-", KeyModifiers::SHIFT),
];

impl Chord {
    /// Returns the chord of a key event. Shift is part of a character, and kept only for other keys.
    pub fn of(event: KeyEvent) -> Self {
        let kept = KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT;
        let mut modifiers = event.modifiers & kept;
        let code = match event.code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(character) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(one_of_twins(character.to_ascii_lowercase()))
            }
            KeyCode::Char(character) => {
                let is_shifted = modifiers.contains(KeyModifiers::SHIFT);
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(if is_shifted { upper(character) } else { character })
            }
            other => other,
        };
        Self { code, modifiers }
    }

    /// Reads a chord as a keymap writes it (`ctrl-p`, `alt-1`, `shift-tab`, `G`, `pageup`, `f1`) or as it is shown
    /// (`Ctrl-P`, `Alt-Shift-X`, `PgUp`, `F1`): there a letter after a modifier is the plain one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut modifiers = KeyModifiers::empty();
        let (mut rest, mut is_as_shown) = (text, false);
        loop {
            let modifier = MODIFIERS
                .iter()
                .find_map(|(prefix, _, modifier)| {
                    let (head, after) = rest.split_at_checked(prefix.len())?;
                    is_as_shown |= head.eq_ignore_ascii_case(prefix) && head != *prefix;
                    head.eq_ignore_ascii_case(prefix).then_some((after, *modifier))
                })
                .filter(|(after, _)| !after.is_empty());
            let Some((after, modifier)) = modifier else { break };
            modifiers |= modifier;
            rest = after;
        }
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(single), None) if is_as_shown => KeyCode::Char(single.to_ascii_lowercase()),
            (Some(single), None) => KeyCode::Char(single),
            _ => match NAMED
                .iter()
                .find(|(name, shown, _)| [name, shown].iter().any(|known| known.eq_ignore_ascii_case(rest)))
            {
                Some((_, _, code)) => *code,
                None => {
                    let number = rest.strip_prefix(['f', 'F'])?.parse::<u8>().ok()?;
                    if !(1..=24).contains(&number) {
                        return None;
                    }
                    KeyCode::F(number)
                }
            },
        };
        // Shift is part of a character, and what it makes of one that is no letter depends on the keyboard.
        let is_lost = matches!(code, KeyCode::Char(character) if !character.is_alphabetic())
            && modifiers.contains(KeyModifiers::SHIFT)
            && !modifiers.contains(KeyModifiers::CONTROL);
        (!is_lost).then(|| Self::of(KeyEvent::new(code, modifiers)))
    }

    /// Returns the chord as a terminal would report it.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// Returns the key that a terminal reports for this one, where it is another: ASCII has one code for both.
    ///
    /// Some terminals tell them apart when asked to, but a keymap is read on all of them.
    pub(super) fn sent_as(self) -> Option<Self> {
        let code = match self.code {
            KeyCode::Char('i') => KeyCode::Tab,
            KeyCode::Char('m') => KeyCode::Enter,
            KeyCode::Char('[') => KeyCode::Esc,
            _ => return None,
        };
        let has_twin = self.modifiers.contains(KeyModifiers::CONTROL) && !self.modifiers.contains(KeyModifiers::SHIFT);
        has_twin.then(|| Self { code, modifiers: self.modifiers - KeyModifiers::CONTROL })
    }

    /// Tells whether a key is the window manager's or the terminal's own: with Super, Hyper or Meta held it means nothing here,
    /// and least of all the letter.
    pub(super) fn is_of_others(event: KeyEvent) -> bool {
        event.modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META)
    }

    /// Returns the digit that the key writes.
    pub(super) fn digit(self) -> Option<usize> {
        match self.code {
            KeyCode::Char(character) if self.modifiers.is_empty() => usize::try_from(character.to_digit(10)?).ok(),
            _ => None,
        }
    }

    /// Tells whether the key writes a character where text is typed.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }
}

impl fmt::Display for Chord {
    /// Writes the chord as help and hints show it: `Ctrl-P`, `PgUp`, `]`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_modified = self.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        for (_, name, modifier) in MODIFIERS {
            if self.modifiers.contains(*modifier) {
                out.write_str(name)?;
            }
        }
        if let Some((_, shown, _)) = NAMED.iter().find(|(_, _, code)| *code == self.code) {
            return out.write_str(shown);
        }
        match self.code {
            KeyCode::Char(character) if is_modified && character.is_uppercase() => write!(out, "Shift-{character}"),
            KeyCode::Char(character) if is_modified => write!(out, "{}", character.to_uppercase()),
            KeyCode::Char(character) => write!(out, "{character}"),
            KeyCode::F(number) => write!(out, "F{number}"),
            other => write!(out, "{other:?}"),
        }
    }
}

/// Returns the character that stands for all those for which terminals send one and the same control character, so that it
/// does not matter which of them a keymap writes or a terminal tells.
fn one_of_twins(character: char) -> char {
    match character {
        '2' | '@' => ' ',
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' | '/' => '_',
        other => other,
    }
}

/// Returns the capital of a letter, where that is one character.
fn upper(character: char) -> char {
    let mut capitals = character.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => character,
    }
}
