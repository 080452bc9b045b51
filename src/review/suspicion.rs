//! Characters that hide what a line says: bidirectional controls, invisible ones, letters that look like others.

use std::ops::Range;

/// What is wrong with a piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suspicion {
    /// A control of the writing direction: the line may read otherwise than it runs.
    Bidirectional,
    /// Takes no room on the screen.
    Invisible,
    /// A control character other than tab and line end.
    Control,
    /// A name with letters of another script that look like Latin ones.
    Homoglyph,
}

/// Returns the suspicious pieces of a line as byte ranges, in order.
///
/// Joiners are let be where no ASCII character stands beside them, as in emoji and in scripts that need them; so is
/// a byte order mark at the start, which `is_first_line` allows.
pub fn suspicions(line: &str, is_first_line: bool) -> Vec<(Range<usize>, Suspicion)> {
    if line.trim_end_matches(['\r', '\n']).bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut before: Option<char> = None;
    let mut characters = line.char_indices().peekable();
    let mut name = Name::default();
    while let Some((at, character)) = characters.next() {
        let range = at..at + character.len_utf8();
        let after = characters.peek().map(|(_, after)| *after);
        if character.is_alphanumeric() || character == '_' {
            name.add(&range, character);
        } else {
            name.end(&mut found);
            let suspicion = match character {
                '\u{feff}' if at == 0 && is_first_line => None,
                '\u{200c}' | '\u{200d}' => {
                    let is_ascii = |side: Option<char>| side.is_none_or(|side| side.is_ascii());
                    (is_ascii(before) || is_ascii(after)).then_some(Suspicion::Invisible)
                }
                '\r' if matches!(after, None | Some('\n')) => None,
                '\t' | '\n' => None,
                _ => of_character(character),
            };
            found.extend(suspicion.map(|suspicion| (range, suspicion)));
        }
        before = Some(character);
    }
    name.end(&mut found);
    found
}

fn of_character(character: char) -> Option<Suspicion> {
    match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => {
            Some(Suspicion::Bidirectional)
        }
        '\u{00ad}'
        | '\u{034f}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}'
        | '\u{2800}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e01ef}' => Some(Suspicion::Invisible),
        _ if character.is_control() => Some(Suspicion::Control),
        _ => None,
    }
}

/// A name that is being read.
#[derive(Default)]
struct Name {
    range: Option<Range<usize>>,
    has_latin: bool,
    lookalikes: usize,
    others: usize,
    has_filler: bool,
}

impl Name {
    fn add(&mut self, range: &Range<usize>, character: char) {
        self.range = Some(self.range.as_ref().map_or(range.start, |so_far| so_far.start)..range.end);
        self.has_latin |= character.is_ascii_alphabetic();
        // Letters by Unicode's word, but nothing to see.
        self.has_filler |= matches!(character, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
        if looks_latin(character) {
            self.lookalikes += 1;
        } else if !character.is_ascii() {
            self.others += 1;
        }
    }

    fn end(&mut self, found: &mut Vec<(Range<usize>, Suspicion)>) {
        let name = std::mem::take(self);
        let Some(range) = name.range else { return };
        if name.has_filler {
            found.push((range, Suspicion::Invisible));
        } else if name.lookalikes > 0 && (name.has_latin || (name.others == 0 && name.lookalikes > 1)) {
            found.push((range, Suspicion::Homoglyph));
        }
    }
}

/// Tells whether a letter of another script is drawn like a Latin one: Cyrillic, Greek, Armenian and full-width forms.
fn looks_latin(character: char) -> bool {
    matches!(
        character,
        'а' | 'с' | 'ԁ' | 'е' | 'һ' | 'і' | 'ј' | 'ӏ' | 'о' | 'р' | 'ԛ' | 'ѕ' | 'ԝ' | 'х' | 'у' | 'ү'
            | 'А' | 'В' | 'С' | 'Е' | 'Н' | 'І' | 'Ј' | 'К' | 'М' | 'О' | 'Р' | 'Ѕ' | 'Т' | 'Х' | 'У'
            | 'Α' | 'Β' | 'Ε' | 'Ζ' | 'Η' | 'Ι' | 'Κ' | 'Μ' | 'Ν' | 'Ο' | 'Ρ' | 'Τ' | 'Υ' | 'Χ' | 'ο' | 'ν' | 'ι'
            | 'օ' | 'ո' | 'ս' | 'ց'
            | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}'
    )
}
