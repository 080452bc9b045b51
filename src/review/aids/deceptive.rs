//! Characters that make a text look like another one: invisible, bidirectional, or letters of a second alphabet.
//!
//! The "Trojan Source" class (CVE-2021-42574 and CVE-2021-42694).

use std::ops::Range;

use crate::safe::{is_hidden, is_joined};

/// Tells whether a line has characters that are not seen, or that change the order in which it is read.
///
/// Joiners and selectors inside emoji, and joiners between letters of scripts that need them, are no cause for alarm.
pub fn has_hidden(line: &str) -> bool {
    let body = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    if body.bytes().all(|byte| (0x20..0x7f).contains(&byte) || byte == b'\t') {
        return false;
    }
    let mut before = ' ';
    for character in body.chars() {
        let hides = match character {
            '\t' => false,
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' => !is_joined(before),
            other => is_hidden(other),
        };
        if hides {
            return true;
        }
        before = character;
    }
    false
}

/// Returns the letters that look like those of the Latin alphabet, as byte ranges of the line: in identifiers that also
/// have Latin ones, and in identifiers made of nothing else where `is_known` says that the Latin one they look like
/// stands in the text as well.
pub fn look_alikes(line: &str, is_known: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if line.is_ascii() {
        return found;
    }
    let mut word = Word::default();
    // A blank behind the line ends its last word.
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        if !character.is_alphanumeric() && character != '_' {
            word.end(&mut found, &is_known);
            continue;
        }
        word.has_latin |= character.is_ascii_alphabetic();
        if is_look_alike(character) {
            word.look_alikes.push(at..at + character.len_utf8());
        }
        match latin(character) {
            Some(latin) => word.latin.push(latin),
            None => word.has_others = true,
        }
    }
    found
}

/// An identifier as far as it was read.
#[derive(Default)]
struct Word {
    has_latin: bool,
    look_alikes: Vec<Range<usize>>,
    /// The identifier as it looks, in Latin letters.
    latin: String,
    /// Whether a letter looks like no Latin one.
    has_others: bool,
}

impl Word {
    fn end(&mut self, found: &mut Vec<Range<usize>>, is_known: &impl Fn(&str) -> bool) {
        let word = std::mem::take(self);
        let passes_for = !word.has_others && word.look_alikes.len() > 1 && is_known(&word.latin);
        if word.has_latin || passes_for {
            found.extend(word.look_alikes);
        }
    }
}

/// Returns the Latin letter, digit or underscore that a character is or looks like.
fn latin(character: char) -> Option<char> {
    let alike = match character {
        other if other.is_ascii() => other,
        'а' | 'α' | 'ɑ' => 'a',
        'в' | 'В' | 'Β' => 'B',
        'с' | 'ϲ' => 'c',
        'С' => 'C',
        'ԁ' => 'd',
        'е' => 'e',
        'Е' | 'Ε' => 'E',
        'ɡ' | 'ց' => 'g',
        'һ' | 'հ' => 'h',
        'Н' | 'Η' => 'H',
        'і' | 'ι' | 'ı' | 'ɩ' => 'i',
        'І' | 'Ι' => 'I',
        'ј' | 'ϳ' => 'j',
        'Ј' => 'J',
        'к' | 'κ' => 'k',
        'К' | 'Κ' => 'K',
        'ӏ' => 'l',
        'Լ' => 'L',
        'м' | 'М' | 'Μ' => 'M',
        'ո' | 'п' => 'n',
        'Ν' => 'N',
        'о' | 'ο' | 'օ' => 'o',
        'О' | 'Ο' | 'Օ' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'Ѕ' | 'Տ' => 'S',
        'т' | 'Т' | 'Τ' => 'T',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ѡ' => 'w',
        'х' => 'x',
        'Х' | 'Χ' => 'X',
        'у' | 'γ' => 'y',
        'У' | 'Υ' | 'Ү' => 'Y',
        'Ζ' => 'Z',
        // The full-width forms stand in the order of the alphabet.
        wide @ ('\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}') => char::from_u32(u32::from(wide) - 0xfee0)?,
        _ => return None,
    };
    Some(alike)
}

/// Tells whether a letter of another alphabet can pass for a Latin one: those of Unicode's list of confusables
/// (UTS 39) that fonts draw alike, and the styled Latin letters.
fn is_look_alike(character: char) -> bool {
    matches!(
        character,
        'а' | 'в' | 'е' | 'к' | 'м' | 'н' | 'о' | 'р' | 'с' | 'т' | 'у' | 'х' | 'ѕ' | 'і' | 'ј' | 'һ' | 'ԁ' | 'ԛ' | 'ԝ'
            | 'ѵ' | 'ӏ' | 'ѡ' | 'г' | 'п' | 'ь'
            | 'А' | 'В' | 'Е' | 'З' | 'К' | 'М' | 'Н' | 'О' | 'Р' | 'С' | 'Т' | 'У' | 'Х' | 'Ѕ' | 'І' | 'Ј' | 'Ү' | 'Ԍ'
            | 'α' | 'ο' | 'ν' | 'ρ' | 'ι' | 'κ' | 'υ' | 'γ' | 'ϲ' | 'ϳ'
            | 'Α' | 'Β' | 'Ε' | 'Ζ' | 'Η' | 'Ι' | 'Κ' | 'Μ' | 'Ν' | 'Ο' | 'Ρ' | 'Τ' | 'Υ' | 'Χ'
            | 'օ' | 'ո' | 'ս' | 'հ' | 'ց' | 'ք' | 'Տ' | 'Լ' | 'Օ'
            | '\u{13a0}'..='\u{13f5}'
            | 'ı' | 'ɡ' | 'ɑ' | 'ɩ'
            | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}'
    )
}
