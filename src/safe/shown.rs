//! Makes hostile text safe for the terminal: control characters and invisible ones are shown, not sent.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;

use super::columns;

/// Tab stops stand at every multiple of this many columns.
pub const TAB_WIDTH: usize = 4;

/// Tells whether a character could steer the terminal or deceive the reader.
///
/// These are control characters, bidirectional controls and invisible format characters (the "Trojan
/// Source" class, CVE-2021-42574). A zero-width joiner or variation selector inside an emoji is harmless;
/// [`shown`] keeps it there.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns a hidden character as visible text: a control picture, or its number in angle brackets.
pub fn picture(character: char) -> String {
    match character {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + character as u32).map(String::from).unwrap_or_default(),
        '\u{7f}' => "\u{2421}".to_owned(),
        other => format!("<{:04X}>", other as u32),
    }
}

/// Returns one line's text as it can be drawn from a column on: tabs as spaces, hidden characters as pictures.
///
/// The line has no `\n`; one that is there is shown as a picture like any other control character.
pub fn shown(line: &str, column: usize) -> Cow<'_, str> {
    if line.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut at = column;
    for grapheme in line.graphemes(true) {
        if grapheme == "\t" {
            let spaces = TAB_WIDTH - at % TAB_WIDTH;
            out.extend(std::iter::repeat_n(' ', spaces));
            at += spaces;
        } else if keeps_hidden(grapheme) {
            out.push_str(grapheme);
            at += columns(grapheme);
        } else {
            let start = out.len();
            for character in grapheme.chars() {
                if is_hidden(character) { out.push_str(&picture(character)) } else { out.push(character) }
            }
            at += columns(&out[start..]);
        }
    }
    Cow::Owned(out)
}

/// Returns a text of many lines as it can be written to a terminal: its lines and tabs stay, hidden characters become
/// pictures.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte) || matches!(byte, b'\n' | b'\t')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        for (at, part) in line.strip_suffix('\r').unwrap_or(line).split('\t').enumerate() {
            if at > 0 {
                out.push('\t');
            }
            out.push_str(&shown(part, 0));
        }
    }
    Cow::Owned(out)
}

/// Returns a text as a command writes it to standard output or standard error: line ends and tabs stay, hidden characters
/// become pictures. `before` is the character written before it, so that a text can come in pieces.
///
/// Joiners and selectors stay in emoji and in the scripts that need them: what is written may be meant for a file.
pub fn written(text: &str, before: Option<char>) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte) || matches!(byte, b'\n' | b'\t')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = before.unwrap_or(' ');
    for character in text.chars() {
        let is_joiner = matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
        let stays = matches!(character, '\n' | '\t') || !is_hidden(character) || (is_joiner && is_joined(before));
        if stays {
            out.push(character)
        } else {
            out.push_str(&picture(character))
        }
        before = character;
    }
    Cow::Owned(out)
}

/// Returns JSON with its hidden characters as escapes, which say the same: none is written raw, and none is lost.
pub fn written_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hidden_in_json) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if is_hidden_in_json(character) {
            let mut units = [0; 2];
            // What is not ASCII stands in strings only.
            out.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

fn is_hidden_in_json(character: char) -> bool {
    !matches!(character, '\n' | '\t' | '\r') && is_hidden(character)
}

/// Returns a text as part of one line of output: its line ends and tabs are pictures too.
pub fn written_in_line(text: &str) -> String {
    written(text, None).replace('\n', &picture('\n')).replace('\t', &picture('\t'))
}

/// Tells whether a joiner or selector after this character has its proper place: in emoji, and in scripts with joiners.
pub fn is_joined(before: char) -> bool {
    matches!(before, '#' | '*' | '0'..='9' | '\u{a9}' | '\u{ae}' | '\u{600}'..='\u{dff}' | '\u{2000}'..)
}

/// Tells whether a grapheme may keep its joiners, selectors and tags, because they have their proper place in it: in an
/// emoji, in a symbol that is asked for as text, in a letter of a script with joiners, in the flag of a part of a country.
fn keeps_hidden(grapheme: &str) -> bool {
    let mut characters = grapheme.chars();
    let Some(first) = characters.next() else { return true };
    if is_hidden(first) {
        return false;
    }
    let hidden: Vec<char> = characters.clone().filter(|character| is_hidden(*character)).collect();
    match hidden.as_slice() {
        [] => true,
        // A letter and one joiner behind it or behind its signs, as in Persian and in Indic conjuncts.
        ['\u{200c}' | '\u{200d}'] if has_joiners(first) => true,
        ['\u{fe0e}'] => characters.as_str() == "\u{fe0e}" && is_symbol(first),
        _ if FLAGS.contains(&grapheme) => true,
        hidden => {
            let is_glue = |character: &char| matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
            hidden.iter().all(is_glue) && columns(grapheme) > 1
        }
    }
}

/// The flags that are spelt in tags and that emoji fonts have: of England, Scotland and Wales. Other tags are invisible
/// text.
const FLAGS: [&str; 3] = [
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// Tells whether a letter is of a script in which joiners change how letters are joined: Arabic, Syriac, N'Ko, Mandaic, and
/// those of India, Myanmar and Cambodia.
fn has_joiners(letter: char) -> bool {
    matches!(letter, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}')
}

/// Tells whether a symbol may be asked for as text or as emoji.
fn is_symbol(character: char) -> bool {
    matches!(character, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}
