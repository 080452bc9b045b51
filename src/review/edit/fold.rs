//! A text folded for comparison, with the way back to the bytes it came from.

use std::borrow::Cow;

/// A text in which some characters stand for longer ones of its origin.
///
/// Every fold here maps one or two characters to a single byte, so the way back is a list of places after
/// which the origin lies so many bytes further on.
#[derive(Debug, Clone)]
pub(super) struct Folded {
    /// The folded text.
    pub(super) text: String,
    breaks: Vec<(usize, usize)>,
}

impl Folded {
    /// Returns the text with each CRLF as one LF. A lone CR is a character like any other.
    pub(super) fn endings(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut breaks = Vec::new();
        let mut pieces = text.split("\r\n");
        folded.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            folded.push('\n');
            breaks.push((folded.len(), breaks.len() + 1));
            folded.push_str(piece);
        }
        Self { text: folded, breaks }
    }

    /// Returns the text with typographic quotes, dashes and spaces as their plain fellows.
    pub(super) fn typographic(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut breaks = Vec::new();
        let mut further = 0;
        for character in text.chars() {
            let plain = plain(character);
            folded.push(plain);
            if plain != character {
                further += character.len_utf8() - plain.len_utf8();
                breaks.push((folded.len(), further));
            }
        }
        Self { text: folded, breaks }
    }

    /// Returns the byte of the origin at which the byte `at` of the folded text stands.
    pub(super) fn origin(&self, at: usize) -> usize {
        let known = self.breaks.partition_point(|(after, _)| *after <= at);
        at + known.checked_sub(1).map_or(0, |last| self.breaks[last].1)
    }

    /// Tells whether the LF at byte `at` stands for a longer origin, that is for a CRLF.
    pub(super) fn is_crlf(&self, at: usize) -> bool {
        self.breaks.binary_search_by_key(&(at + 1), |(after, _)| *after).is_ok()
    }
}

/// Returns the text with each CRLF as one LF.
pub(super) fn with_lf(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Returns the text with typographic characters as plain ones.
pub(super) fn plainly(text: &str) -> Cow<'_, str> {
    if text.chars().any(|character| plain(character) != character) {
        Cow::Owned(text.chars().map(plain).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the plain fellow of a typographic character, or the character itself.
pub(super) fn plain(character: char) -> char {
    match character {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        '\u{2018}'..='\u{201b}' | '\u{2032}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// Returns the line without spaces and tabs at its end.
pub(super) fn trimmed(line: &str) -> &str {
    line.trim_end_matches([' ', '\t'])
}

/// Returns the spaces and tabs at the line's start, and what follows them, its end trimmed.
pub(super) fn indent_and_body(line: &str) -> (&str, &str) {
    let line = trimmed(line);
    line.split_at(line.len() - line.trim_start_matches([' ', '\t']).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_know_the_way_back() {
        let folded = Folded::endings("a\r\nb\nc\r\n");
        assert_eq!(folded.text, "a\nb\nc\n");
        let back: Vec<usize> = (0..=6).map(|at| folded.origin(at)).collect();
        assert_eq!(back, [0, 1, 3, 4, 5, 6, 8]);
        assert_eq!([1, 3, 5].map(|at| folded.is_crlf(at)), [true, false, true]);
    }

    #[test]
    fn typography_knows_the_way_back() {
        let text = "“a”—b";
        let folded = Folded::typographic(text);
        assert_eq!(folded.text, "\"a\"-b");
        let back: Vec<&str> = (0..folded.text.len()).map(|at| &text[folded.origin(at)..]).collect();
        assert_eq!(back, ["“a”—b", "a”—b", "”—b", "—b", "b"]);
        assert_eq!(folded.origin(folded.text.len()), text.len());
    }
}
