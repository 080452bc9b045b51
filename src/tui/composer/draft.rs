//! A text that is being written, with its cursor and its folded pastes.

use std::ops::Range;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::session::Image;

/// A paste with more lines or bytes is one piece.
const INLINE_LINES: usize = 8;
const INLINE_BYTES: usize = 1000;
/// A text put in whole (recalled, or from the editor) may be longer before it becomes one piece.
const WHOLE_BYTES: usize = 32 * 1024;
/// Pieces stand in the text as characters of the last private plane. Text that has such characters of its
/// own is always kept as a piece, so the two cannot be confused.
const PIECES: Range<u32> = 0x10_0000..0x10_fffe;

/// A text that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    text: String,
    /// Always at the edge of a grapheme.
    cursor: usize,
    pieces: Vec<Piece>,
    killed: String,
    /// Whether the last edit was a kill, so that the next one adds to it.
    is_killing: bool,
}

/// A paste that is shown as one piece.
#[derive(Debug, Clone)]
struct Piece {
    text: Arc<str>,
    label: String,
    image: Option<Image>,
}

/// How far an edit or a move goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A grapheme or piece.
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

impl Draft {
    /// Returns a draft of a text, the cursor at its end.
    pub(super) fn of(text: &str) -> Self {
        let mut draft = Self::default();
        let text = normalized(text);
        if text.len() > WHOLE_BYTES || has_piece_characters(&text) {
            draft.insert_piece(&text);
        } else {
            draft.insert_raw(&text);
        }
        draft
    }

    /// Returns the text as it is shown and edited; pieces are single characters.
    pub(super) fn raw(&self) -> &str {
        &self.text
    }

    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the text with its pieces put in.
    pub(super) fn expanded(&self) -> String {
        let extra: usize = self.pieces.iter().map(|piece| piece.text.len()).sum();
        let mut out = String::with_capacity(self.text.len() + extra);
        for character in self.text.chars() {
            match self.piece(character) {
                Some(piece) => out.push_str(&piece.text),
                None => out.push(character),
            }
        }
        out
    }

    /// Returns what is shown for a piece, if the character stands for one.
    pub(super) fn label(&self, grapheme: &str) -> Option<&str> {
        self.piece(grapheme.chars().next()?).map(|piece| piece.label.as_str())
    }

    /// Types a text; line ends of all kinds become `\n`.
    pub(super) fn insert(&mut self, text: &str) {
        self.is_killing = false;
        let text = normalized(text);
        if has_piece_characters(&text) {
            self.insert_piece(&text);
        } else {
            self.insert_raw(&text);
        }
    }

    /// Puts a paste in: as text when it is short, else as one piece.
    pub(super) fn paste(&mut self, text: &str) {
        let is_short = text.len() <= INLINE_BYTES && text.split(['\n', '\r']).nth(INLINE_LINES).is_none();
        if is_short {
            self.insert(text);
        } else {
            self.is_killing = false;
            self.insert_piece(&normalized(text));
        }
    }

    /// Puts an image in, as one piece.
    pub(super) fn attach(&mut self, image: Image) {
        self.is_killing = false;
        let text: Arc<str> = Arc::from(format!("[image {}]", image.name));
        let label = format!("[image {}]", image.label());
        if !self.insert_labelled(Piece { text: Arc::clone(&text), label, image: Some(image) }) {
            self.insert_raw(&text);
        }
    }

    /// Returns the images that stand in the text, in its order.
    pub(super) fn images(&self) -> Vec<Image> {
        self.text.chars().filter_map(|character| self.piece(character)?.image.clone()).collect()
    }

    /// Replaces a range of the raw text; the cursor goes behind it.
    pub(super) fn replace(&mut self, range: Range<usize>, text: &str) {
        if !self.text.is_char_boundary(range.start) || !self.text.is_char_boundary(range.end) {
            return;
        }
        self.text.replace_range(range.clone(), "");
        self.cursor = range.start;
        self.insert(text);
    }

    /// Removes what lies before the cursor; kills are kept for [`Draft::yank`].
    pub(super) fn remove_back(&mut self, reach: Reach) {
        let start = self.before(reach);
        let range = start..self.cursor;
        self.remove(range, reach, true);
    }

    /// Removes what lies after the cursor; at the end of a line, its end.
    pub(super) fn remove_forward(&mut self, reach: Reach) {
        let end = match self.after(reach) {
            end if end == self.cursor => self.after(Reach::Grapheme),
            end => end,
        };
        let range = self.cursor..end;
        self.remove(range, reach, false);
    }

    /// Puts back what was killed last.
    pub(super) fn yank(&mut self) {
        self.is_killing = false;
        let killed = self.killed.clone();
        self.insert_raw(&killed);
    }

    pub(super) fn move_back(&mut self, reach: Reach) {
        self.is_killing = false;
        self.cursor = self.before(reach);
    }

    pub(super) fn move_forward(&mut self, reach: Reach) {
        self.is_killing = false;
        self.cursor = self.after(reach);
    }

    /// Moves the cursor to a place, or to the next edge of a grapheme after it.
    pub(super) fn move_to(&mut self, at: usize) {
        self.is_killing = false;
        self.cursor = at.min(self.text.len());
        self.snap();
    }

    fn piece(&self, character: char) -> Option<&Piece> {
        let number = u32::from(character);
        if !PIECES.contains(&number) {
            return None;
        }
        self.pieces.get(usize::try_from(number - PIECES.start).ok()?)
    }

    fn insert_raw(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.snap();
    }

    fn insert_piece(&mut self, text: &str) {
        let lines = text.lines().count();
        let label = if lines > 1 {
            format!("[pasted {} lines]", grouped(lines))
        } else {
            format!("[pasted {} characters]", grouped(text.chars().count()))
        };
        if !self.insert_labelled(Piece { text: Arc::from(text), label, image: None }) {
            self.insert_raw(text);
        }
    }

    /// Puts a piece in; false after 65,534 pieces in one message: the next ones are typed in.
    fn insert_labelled(&mut self, piece: Piece) -> bool {
        let number = PIECES.start + u32::try_from(self.pieces.len()).unwrap_or(u32::MAX - PIECES.start);
        let Some(character) = char::from_u32(number).filter(|_| PIECES.contains(&number)) else { return false };
        self.pieces.push(piece);
        self.insert_raw(character.encode_utf8(&mut [0; 4]));
        true
    }

    fn remove(&mut self, range: Range<usize>, reach: Reach, is_back: bool) {
        if range.is_empty() {
            return;
        }
        let removed = self.text[range.clone()].to_owned();
        self.text.replace_range(range.clone(), "");
        self.cursor = range.start;
        if reach == Reach::Grapheme {
            self.is_killing = false;
        } else {
            if !self.is_killing {
                self.killed.clear();
            }
            self.killed = if is_back { removed + &self.killed } else { std::mem::take(&mut self.killed) + &removed };
            self.is_killing = true;
        }
        self.snap();
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    fn before(&self, reach: Reach) -> usize {
        let start = self.line_start();
        match reach {
            Reach::Text => 0,
            Reach::Line => start,
            Reach::Grapheme => {
                if self.cursor == start {
                    return self.cursor.saturating_sub(1);
                }
                let last = graphemes(&self.text[start..self.cursor]).last();
                last.map_or(start, |(at, _)| start + at)
            }
            Reach::Word | Reach::Blank => {
                let head = self.text[..self.cursor].trim_end_matches(|character| !is_inside(character, reach));
                head.trim_end_matches(|character| is_inside(character, reach)).len()
            }
        }
    }

    fn after(&self, reach: Reach) -> usize {
        let end = self.line_end();
        match reach {
            Reach::Text => self.text.len(),
            Reach::Line => end,
            Reach::Grapheme => {
                if self.cursor == end {
                    return (self.cursor + 1).min(self.text.len());
                }
                let first = graphemes(&self.text[self.cursor..end]).next();
                first.map_or(end, |(_, grapheme)| self.cursor + grapheme.len())
            }
            Reach::Word | Reach::Blank => {
                let tail = self.text[self.cursor..].trim_start_matches(|character| !is_inside(character, reach));
                let tail = tail.trim_start_matches(|character| is_inside(character, reach));
                self.text.len() - tail.len()
            }
        }
    }

    /// Moves the cursor on to the edge of the grapheme that an edit may have put it into.
    fn snap(&mut self) {
        while !self.text.is_char_boundary(self.cursor) {
            self.cursor += 1;
        }
        let start = self.line_start();
        let end = self.line_end();
        for (at, grapheme) in graphemes(&self.text[start..end]) {
            if start + at >= self.cursor {
                return;
            }
            if start + at + grapheme.len() > self.cursor {
                self.cursor = start + at + grapheme.len();
                return;
            }
        }
    }
}

/// Returns the graphemes of a line with their places; a piece is one by itself, whatever marks follow it.
pub(super) fn graphemes(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.grapheme_indices(true).flat_map(|(at, grapheme)| {
        let first = grapheme.chars().next().filter(|first| PIECES.contains(&u32::from(*first)));
        let cut = first.map_or(grapheme.len(), char::len_utf8);
        let rest = (cut < grapheme.len()).then(|| (at + cut, &grapheme[cut..]));
        std::iter::once((at, &grapheme[..cut])).chain(rest)
    })
}

/// Returns a number with its thousands set apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn is_inside(character: char, reach: Reach) -> bool {
    match reach {
        Reach::Word => character.is_alphanumeric() || character == '_',
        Reach::Grapheme | Reach::Blank | Reach::Line | Reach::Text => !character.is_whitespace(),
    }
}

fn has_piece_characters(text: &str) -> bool {
    // Characters of that plane begin with this byte, and no others do.
    text.as_bytes().contains(&0xf4) && text.chars().any(|character| u32::from(character) >= PIECES.start)
}

fn normalized(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}
