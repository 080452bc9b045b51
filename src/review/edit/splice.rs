//! Puts new text in place of old, keeping the bytes and line endings of the lines that stay.

use std::borrow::Cow;
use std::ops::Range;

use super::align::unchanged;
use super::fold::{Folded, plainly, trimmed};

/// A place in the text and what shall stand there; both with LF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The bytes of the text with LF.
    pub(super) bytes: Range<usize>,
    /// What shall stand there.
    pub(super) new: String,
}

/// When a new line counts as a line that was there, which then keeps the file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameLine {
    /// The bytes are equal.
    Exactly,
    /// Equal but for spaces and tabs at the end.
    ButForItsEnd,
    /// Equal but for its end and typographic characters.
    InPlainType,
}

impl SameLine {
    /// Returns what is compared of a line.
    pub(super) fn key(self, line: &str) -> Cow<'_, str> {
        match self {
            Self::Exactly => Cow::Borrowed(line),
            Self::ButForItsEnd => Cow::Borrowed(trimmed(line)),
            Self::InPlainType => match plainly(line) {
                Cow::Borrowed(line) => Cow::Borrowed(trimmed(line)),
                Cow::Owned(line) => Cow::Owned(trimmed(&line).to_owned()),
            },
        }
    }
}

/// How the text's lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endings {
    Lf,
    Crlf,
    Mixed,
}

/// Returns the text with the places, which are in order and apart, filled with their new text.
pub(super) fn splice(text: &str, flat: &Folded, places: &[Place], same: SameLine) -> String {
    let endings = endings(text, flat);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for place in places {
        out.push_str(&text[done..flat.origin(place.bytes.start)]);
        match (endings, same) {
            (Endings::Lf, SameLine::Exactly) => out.push_str(&place.new),
            (Endings::Crlf, SameLine::Exactly) => out.push_str(&place.new.replace('\n', "\r\n")),
            _ => rebuild(&mut out, flat, place, same),
        }
        done = flat.origin(place.bytes.end);
    }
    out.push_str(&text[done..]);
    out
}

/// Writes the place's new lines; those that were there keep their bytes and their own ending.
fn rebuild(out: &mut String, flat: &Folded, place: &Place, same: SameLine) {
    let old: Vec<&str> = flat.text[place.bytes.clone()].split('\n').collect();
    let new: Vec<&str> = place.new.split('\n').collect();
    let keys = |lines: &[&str]| lines.iter().map(|line| same.key(line).into_owned()).collect::<Vec<String>>();
    let pairs = unchanged(&keys(&old), &keys(&new));
    let old_endings = line_endings(flat, place);
    let mut ending = ending_near(flat, place.bytes.start);
    for (at, line) in new.iter().enumerate() {
        let kept = pairs[at];
        out.push_str(kept.map_or(*line, |index| old[index]));
        if at + 1 < new.len() {
            ending = kept.and_then(|index| old_endings.get(index).copied()).unwrap_or(ending);
            out.push_str(ending);
        }
    }
}

fn line_endings(flat: &Folded, place: &Place) -> Vec<&'static str> {
    let region = &flat.text[place.bytes.clone()];
    region.match_indices('\n').map(|(at, _)| ending_at(flat, place.bytes.start + at)).collect()
}

fn ending_at(flat: &Folded, at: usize) -> &'static str {
    if flat.is_crlf(at) { "\r\n" } else { "\n" }
}

/// Returns the ending of the line that holds the byte, or of the line before it where that one has none.
fn ending_near(flat: &Folded, byte: usize) -> &'static str {
    let after = flat.text[byte..].find('\n').map(|at| byte + at);
    after.or_else(|| flat.text[..byte].rfind('\n')).map_or("\n", |at| ending_at(flat, at))
}

fn endings(text: &str, flat: &Folded) -> Endings {
    let crlf = text.len() - flat.text.len();
    if crlf == 0 {
        return Endings::Lf;
    }
    let all = flat.text.bytes().filter(|byte| *byte == b'\n').count();
    if crlf == all { Endings::Crlf } else { Endings::Mixed }
}
