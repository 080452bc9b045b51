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
    /// What was sent for it, indented as new is.
    pub(super) sent: String,
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
///
/// Where a line was sent just as it stands, though, another end or type of it in new is a change that was meant.
fn rebuild(out: &mut String, flat: &Folded, place: &Place, same: SameLine) {
    let old: Vec<&str> = flat.text[place.bytes.clone()].split('\n').collect();
    let new: Vec<&str> = place.new.split('\n').collect();
    let sent: Vec<&str> = place.sent.split('\n').collect();
    let pairs = pairs(&old, &new, same);
    let old_endings = line_endings(flat, place);
    let mut ending = ending_near(flat, place.bytes.start);
    for (at, line) in new.iter().enumerate() {
        let kept = pairs[at];
        let differently_sent = kept.filter(|index| sent.get(*index) != Some(&old[*index]));
        out.push_str(differently_sent.map_or(*line, |index| old[index]));
        if at + 1 < new.len() {
            ending = kept.and_then(|index| old_endings.get(index).copied()).unwrap_or(ending);
            out.push_str(ending);
        }
    }
}

/// Returns for each new line the old one that it is. What follows a final newline is no line.
fn pairs(old: &[&str], new: &[&str], same: SameLine) -> Vec<Option<usize>> {
    let lines = |pieces: &[&str]| pieces.len() - usize::from(pieces.len() > 1 && pieces.last() == Some(&""));
    let keys = |lines: &[&str]| lines.iter().map(|line| same.key(line).into_owned()).collect::<Vec<String>>();
    let (old_keys, new_keys) = (keys(&old[..lines(old)]), keys(&new[..lines(new)]));
    let mut pairs = unchanged(&old_keys, &new_keys);
    let is_same = |old_at: usize, new_at: usize| old[old_at] == new[new_at];
    slide(&mut pairs, &new_keys, is_same);
    pairs.resize(new.len(), None);
    pairs
}

/// Moves added lines among lines with equal keys to where most of the others are the very lines that were there.
fn slide(pairs: &mut [Option<usize>], keys: &[String], is_same: impl Fn(usize, usize) -> bool) {
    let mut at = 0;
    while at < pairs.len() {
        let length = pairs[at..].iter().take_while(|pair| pair.is_none()).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let mut start = at;
        // As far up as it goes, then down, one line at a time: the best place is kept, the lowest of equals.
        while start > 0 && pairs[start - 1].is_some() && keys[start - 1] == keys[start + length - 1] {
            pairs.swap(start - 1, start + length - 1);
            start -= 1;
        }
        let (mut gain, mut best, mut place) = (0_isize, 0_isize, start);
        let top = start;
        while start + length < pairs.len() && pairs[start + length].is_some() && keys[start] == keys[start + length] {
            let Some(old) = pairs[start + length] else { break };
            gain += isize::from(is_same(old, start)) - isize::from(is_same(old, start + length));
            pairs.swap(start, start + length);
            start += 1;
            if gain > best || (gain == best && start <= at) {
                (best, place) = (gain, start);
            }
        }
        while start > place.max(top) {
            pairs.swap(start - 1, start + length - 1);
            start -= 1;
        }
        at = start + length;
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
