//! Breaks inline text into rows of a width.

use unicode_linebreak::{BreakClass, break_property};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar;

use super::row::is_endless;
use super::{Ink, Joint, Piece};
use crate::tui::{Scope, safe};

/// A grapheme with more bytes than this carries stacked marks; only its first character is drawn.
const GRAPHEME_BYTES: usize = 64;

/// A row that was filled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowRow {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// How it goes on from the row before.
    pub joint: Joint,
}

/// Fills rows word by word. Words break at spaces, after a hyphen or slash, and between characters of scripts without
/// spaces, as the classes of Unicode's line breaking (UAX 14) allow; a word that is longer than a row is cut where the row
/// ends.
#[derive(Debug)]
pub struct Flow {
    width: usize,
    rows: Vec<FlowRow>,
    row: Vec<Piece>,
    /// How the open row goes on from the one before.
    joint: Joint,
    used: usize,
    /// Whether the row began by a break of ours, so that its leading spaces are dropped.
    is_wrapped: bool,
    spaces: Vec<Piece>,
    space_width: usize,
    word: Vec<Piece>,
    word_width: usize,
    /// Whether the word's last grapheme is written without blanks, so that a row may end behind it.
    is_broad: bool,
    /// Whether no row may end behind it.
    is_open: bool,
}

impl Flow {
    /// Returns an empty flow; a width of 0 counts as 1.
    pub fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            rows: Vec::new(),
            row: Vec::new(),
            joint: Joint::Apart,
            used: 0,
            is_wrapped: false,
            spaces: Vec::new(),
            space_width: 0,
            word: Vec::new(),
            word_width: 0,
            is_broad: false,
            is_open: false,
        }
    }

    /// Returns how many rows are full.
    pub fn full_rows(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.row.is_empty() && self.word.is_empty() && self.spaces.is_empty()
    }

    /// Adds text from outside; it is made safe here. Line ends count as spaces.
    pub fn push(&mut self, text: &str, ink: Ink) {
        if is_endless(self.width) {
            let line = text.replace("\r\n", " ").replace(['\t', '\n'], " ");
            return append(&mut self.row, &safe::shown(&line, 0), ink);
        }
        if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            for at in 0..text.len() {
                self.grapheme(&text[at..=at], 1, ink);
            }
            return;
        }
        for grapheme in text.graphemes(true) {
            if matches!(grapheme, "\t" | "\n" | "\r\n") {
                self.grapheme(" ", 1, ink);
            } else if !grapheme.chars().any(safe::is_hidden) {
                let drawn = bounded(grapheme);
                self.grapheme(drawn, safe::columns(drawn), ink);
            } else {
                let shown = safe::shown(grapheme, 0);
                if shown == grapheme {
                    let drawn = bounded(grapheme);
                    self.grapheme(drawn, safe::columns(drawn), ink);
                } else {
                    for part in shown.graphemes(true) {
                        self.grapheme(part, safe::columns(part), ink.scoped(Scope::Control));
                    }
                }
            }
        }
    }

    /// Ends the row; the text after it starts a new one.
    pub fn end_row(&mut self) {
        self.end_word();
        self.take_row(Joint::Apart);
        self.is_wrapped = false;
    }

    /// Returns the rows; an empty flow has one empty row.
    pub fn finish(mut self) -> Vec<FlowRow> {
        self.end_word();
        if !self.row.is_empty() || self.rows.is_empty() {
            self.take_row(Joint::Apart);
        }
        self.rows
    }

    /// Returns the pieces of the rows, where it does not matter how one goes on from the other.
    pub fn into_pieces(self) -> Vec<Vec<Piece>> {
        self.finish().into_iter().map(|row| row.pieces).collect()
    }

    fn grapheme(&mut self, grapheme: &str, width: usize, ink: Ink) {
        if grapheme == " " {
            self.end_word();
            append(&mut self.spaces, " ", ink);
            self.space_width += 1;
            return;
        }
        let is_broad = is_broad(grapheme);
        let may_break = !self.word.is_empty() && (is_broad || self.is_broad) && !self.is_open && !clings(grapheme);
        if may_break {
            self.end_word();
        }
        append(&mut self.word, grapheme, ink);
        self.word_width += width;
        self.is_broad = is_broad;
        self.is_open = opens(grapheme);
        if self.word_width > self.width {
            self.cut_word();
        }
        if matches!(grapheme, "-" | "/") && self.word_width > 2 {
            self.end_word();
        }
    }

    /// Puts the word into the row, or into the next one when it does not fit.
    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        if self.used + self.space_width + self.word_width > self.width {
            if self.used > 0 {
                self.take_row(self.break_here());
                self.is_wrapped = true;
            } else if self.space_width + self.word_width > self.width {
                // An indent that leaves no room for its word is dropped.
                self.is_wrapped = true;
            }
        }
        self.place_spaces();
        let word = std::mem::take(&mut self.word);
        for piece in word {
            append(&mut self.row, &piece.text, piece.ink);
        }
        self.used += self.word_width;
        self.word_width = 0;
        self.is_broad = false;
        self.is_open = false;
    }

    fn place_spaces(&mut self) {
        let spaces = std::mem::take(&mut self.spaces);
        if !(self.used == 0 && self.is_wrapped) {
            for piece in spaces {
                append(&mut self.row, &piece.text, piece.ink);
            }
            self.used += self.space_width;
        }
        self.space_width = 0;
    }

    /// Fills rows with a word that no row can hold.
    fn cut_word(&mut self) {
        if self.used > 0 {
            self.take_row(self.break_here());
        }
        self.is_wrapped = true;
        self.spaces.clear();
        self.space_width = 0;
        let word = std::mem::take(&mut self.word);
        self.word_width = 0;
        for piece in word {
            for grapheme in piece.text.graphemes(true) {
                let width = safe::columns(grapheme);
                // A wide character has no place in a single column.
                let (grapheme, width) = if width > self.width { ("…", 1) } else { (grapheme, width) };
                if self.used + width > self.width {
                    self.take_row(Joint::Close);
                }
                append(&mut self.row, grapheme, piece.ink);
                self.used += width;
            }
        }
        // The rest stays a word, so that what follows is joined to it.
        self.word = std::mem::take(&mut self.row);
        self.word_width = std::mem::take(&mut self.used);
    }

    /// Returns how the word goes on that is put into the next row.
    fn break_here(&self) -> Joint {
        if self.space_width > 0 { Joint::Blank } else { Joint::Close }
    }

    /// Ends the row; `next` tells how the one after it goes on.
    fn take_row(&mut self, next: Joint) {
        let joint = std::mem::replace(&mut self.joint, next);
        if is_endless(self.width)
            && let Some(last) = self.row.last_mut()
        {
            last.text.truncate(last.text.trim_end().len());
        }
        self.rows.push(FlowRow { pieces: std::mem::take(&mut self.row), joint });
        self.used = 0;
        self.spaces.clear();
        self.space_width = 0;
    }
}

/// Returns the grapheme, or its first character when marks are stacked on it without end.
fn bounded(grapheme: &str) -> &str {
    if grapheme.len() <= GRAPHEME_BYTES {
        return grapheme;
    }
    let first = grapheme.chars().next().map_or(0, char::len_utf8);
    &grapheme[..first]
}

/// Tells whether a grapheme is written without blanks around it, as ideographs, kana, Hangul and emoji are.
fn is_broad(grapheme: &str) -> bool {
    grapheme.chars().next().and_then(UnicodeWidthChar::width).is_some_and(|columns| columns > 1)
}

/// Tells whether a row may not begin with this grapheme: closing brackets, stops, small kana and their like.
fn clings(grapheme: &str) -> bool {
    use BreakClass as Class;
    let class = grapheme.chars().next().map(|first| break_property(u32::from(first)));
    matches!(
        class,
        Some(
            Class::ClosePunctuation
                | Class::CloseParenthesis
                | Class::Exclamation
                | Class::InfixSeparator
                | Class::NonStarter
                | Class::ConditionalJapaneseStarter
                | Class::Symbol
                | Class::Postfix
                | Class::Inseparable
                | Class::Quotation
                | Class::NonBreakingGlue
                | Class::WordJoiner
        )
    ) && !matches!(grapheme, "“" | "‘")
}

/// Tells whether a row may not end with this grapheme: opening brackets and quotes, signs of money.
fn opens(grapheme: &str) -> bool {
    use BreakClass as Class;
    let class = grapheme.chars().next().map(|first| break_property(u32::from(first)));
    matches!(class, Some(Class::OpenPunctuation | Class::Prefix | Class::NonBreakingGlue | Class::WordJoiner))
        || matches!(grapheme, "“" | "‘")
}

fn append(pieces: &mut Vec<Piece>, text: &str, ink: Ink) {
    match pieces.last_mut() {
        Some(last) if last.ink == ink => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), ink }),
    }
}
