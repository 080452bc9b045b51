//! Makes words of counts and of characters that cannot be heard, or that would steer the terminal.

use std::borrow::Cow;

use crate::review::has_hidden;

/// Of a longer line only so many characters are read out.
pub(super) const LONGEST: usize = 1_000;

/// Of a line that only names something, so many.
const SHORT: usize = 200;

/// Returns "no changes", "one change", "3 changes".
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("one {one}"),
        number => format!("{number} {many}"),
    }
}

/// Returns one line's text with what steers or hides put into words; tabs stay, they are heard as indentation.
pub(super) fn spoken(line: &str) -> Cow<'_, str> {
    let steers = |character: char| character.is_control() && character != '\t';
    if !line.contains(steers) && !has_hidden(line) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    let mut before = ' ';
    for character in line.chars() {
        // A joiner inside an emoji is heard with it; what is hidden elsewhere is named.
        let hides = has_hidden(&String::from_iter([before, character]));
        if steers(character) || hides {
            out.push_str(&format!("(hidden character {:04X})", u32::from(character)));
            before = ' ';
        } else {
            out.push(character);
            let is_joiner = matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
            before = if is_joiner { '\u{2764}' } else { character };
        }
    }
    Cow::Owned(out)
}

/// Returns bytes as a line that can be read out, without its line end.
pub(super) fn spoken_bytes(line: &[u8]) -> String {
    let body = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
    let text = String::from_utf8_lossy(body);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            format!(
                "{} (and {} more)",
                spoken(&text[..end]),
                count(text[end..].chars().count(), "character", "characters")
            )
        }
        None => spoken(&text).into_owned(),
    }
}

/// Returns the first line of a text that names it, cut where it is long.
pub(super) fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{} and so on", spoken(&line[..end])),
        None => spoken(line).into_owned(),
    }
}

/// Returns a phrase as a sentence: a capital first, a full stop last. A phrase that begins with the name of a file or a
/// model begins as that is written: whoever hears it may have to type it.
///
/// Not for what is quoted, such as a request or a commit's subject: that is heard as it is.
pub(super) fn sentence(phrase: &str) -> String {
    let phrase = phrase.trim();
    let first = phrase.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ':', ';', '.']);
    let mut characters = phrase.chars();
    let mut out = String::with_capacity(phrase.len() + 1);
    if first.chars().all(|character| character.is_alphabetic() || character == '\'') {
        out.extend(characters.next().into_iter().flat_map(char::to_uppercase));
    }
    out.push_str(characters.as_str());
    if !out.ends_with(['.', '!', '?', ':']) {
        out.push('.');
    }
    out
}
