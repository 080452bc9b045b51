//! How far an edit or a move of the cursor goes in a text with chips.

use unicode_segmentation::UnicodeSegmentation as _;

use super::chip;

/// How far an edit or a move goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A grapheme or chip.
    Grapheme,
    /// To the edge of a word of letters and digits.
    Word,
    /// To white space.
    Blank,
    /// To the edge of the line.
    Line,
    /// To the edge of the text.
    Text,
}

impl Reach {
    /// Returns where it goes to from a place of a text, toward its start.
    pub(super) fn before(self, text: &str, at: usize) -> usize {
        let start = line_start(text, at);
        match self {
            Self::Text => 0,
            Self::Line => start,
            Self::Grapheme => {
                if at == start {
                    return at.saturating_sub(1);
                }
                let last = graphemes(&text[start..at]).last();
                last.map_or(start, |(last, _)| start + last)
            }
            Self::Word | Self::Blank => {
                let head = text[..at].trim_end_matches(|character| !self.is_inside(character));
                head.trim_end_matches(|character| self.is_inside(character)).len()
            }
        }
    }

    /// Returns where it goes to from a place of a text, toward its end.
    pub(super) fn after(self, text: &str, at: usize) -> usize {
        let end = line_end(text, at);
        match self {
            Self::Text => text.len(),
            Self::Line => end,
            Self::Grapheme => {
                if at == end {
                    return (at + 1).min(text.len());
                }
                let first = graphemes(&text[at..end]).next();
                first.map_or(end, |(_, grapheme)| at + grapheme.len())
            }
            Self::Word | Self::Blank => {
                let tail = text[at..].trim_start_matches(|character| !self.is_inside(character));
                let tail = tail.trim_start_matches(|character| self.is_inside(character));
                text.len() - tail.len()
            }
        }
    }

    fn is_inside(self, character: char) -> bool {
        match self {
            Self::Word => character.is_alphanumeric() || character == '_',
            Self::Grapheme | Self::Blank | Self::Line | Self::Text => !character.is_whitespace(),
        }
    }
}

/// Returns the edge of the grapheme that a place may be inside of, at the place or after it.
pub(super) fn edge(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    let (start, end) = (line_start(text, at), line_end(text, at));
    for (first, grapheme) in graphemes(&text[start..end]) {
        let (first, last) = (start + first, start + first + grapheme.len());
        if first >= at {
            break;
        }
        if last > at {
            return last;
        }
    }
    at
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |after| at + after)
}

/// Returns the graphemes of a line with their places; a chip is one by itself, whatever marks follow it.
pub(super) fn graphemes(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.grapheme_indices(true).flat_map(|(at, grapheme)| {
        let first = grapheme.chars().next().filter(|first| chip::number(*first).is_some());
        let cut = first.map_or(grapheme.len(), char::len_utf8);
        let rest = (cut < grapheme.len()).then(|| (at + cut, &grapheme[cut..]));
        std::iter::once((at, &grapheme[..cut])).chain(rest)
    })
}
