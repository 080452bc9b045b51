//! Lays the bytes of a line out as glyphs: what stands in which column, wrapped or not.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

use super::super::safe;

/// Longer lines are cut on the screen, and say so; their tail is seen in the editor.
pub(super) const MAX_SHOWN: usize = 10_000;

/// So many bytes are drawn before a byte that stands behind the cut.
const BEFORE: usize = 24;

/// One piece of a line as it is drawn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Glyph<'a> {
    /// What is drawn.
    pub(super) text: Cow<'a, str>,
    /// How many columns it takes.
    pub(super) width: usize,
    /// The byte of the line at which it stands.
    pub(super) at: usize,
    /// Whether it stands for something that is not drawn as itself.
    pub(super) is_picture: bool,
}

/// Calls `each` for every glyph of a line, without its line end; stops when it says so.
pub(super) fn glyphs<'a>(line: &'a [u8], mut each: impl FnMut(Glyph<'a>) -> bool) {
    let shown = &line[..cut(line)];
    let mut column = 0;
    let mut at = 0;
    for chunk in shown.utf8_chunks() {
        for grapheme in chunk.valid().graphemes(true) {
            let text = safe::shown(grapheme, column);
            let is_picture = matches!(text, Cow::Owned(_)) && grapheme != "\t" && text != grapheme;
            let start = at;
            at += grapheme.len();
            let mut goes_on = true;
            let mut piece = |text: Cow<'a, str>, at: usize, is_picture: bool| {
                let width = safe::columns(&text);
                column += width;
                goes_on = goes_on && (width == 0 || each(Glyph { text, width, at, is_picture }));
            };
            if is_picture {
                pieces(grapheme)
                    .into_iter()
                    .for_each(|(text, offset, is_hidden)| piece(text, start + offset, is_hidden));
            } else {
                piece(text, start, false);
            }
            if !goes_on {
                return;
            }
        }
        for byte in chunk.invalid() {
            let text = format!("<{byte:02X}>");
            column += 4;
            if !each(Glyph { text: text.into(), width: 4, at, is_picture: true }) {
                return;
            }
            at += 1;
        }
    }
}

/// Takes a grapheme with hidden characters apart, each with its place and whether it is one of them: a letter may have
/// many of them behind it, and where all of it has no room a part may have some.
fn pieces(grapheme: &str) -> Vec<(Cow<'static, str>, usize, bool)> {
    let mut pieces: Vec<(String, usize, bool)> = Vec::new();
    for (offset, character) in grapheme.char_indices() {
        let is_hidden = safe::is_hidden(character);
        match pieces.last_mut() {
            // A sign that takes no column stands with what is before it.
            Some((text, _, was_hidden)) if !is_hidden && (!*was_hidden || character.width() == Some(0)) => {
                text.push(character);
            }
            _ if is_hidden => pieces.push((safe::picture(character), offset, true)),
            _ => pieces.push((character.to_string(), offset, false)),
        }
    }
    pieces.into_iter().map(|(text, offset, is_hidden)| (Cow::Owned(text), offset, is_hidden)).collect()
}

/// Returns where a line is cut: at a character's border, and never inside a short line.
pub(super) fn cut(line: &[u8]) -> usize {
    if line.len() <= MAX_SHOWN {
        return line.len();
    }
    let is_inside = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
    (MAX_SHOWN - 3..=MAX_SHOWN).rev().find(|at| !is_inside(line[*at])).unwrap_or(MAX_SHOWN)
}

/// Returns from which byte on a line is drawn so that this byte is in sight: from its start, but where that is too far away.
pub(super) fn start(line: &[u8], byte: usize) -> usize {
    if byte < cut(line) {
        return 0;
    }
    let wanted = byte.saturating_sub(BEFORE).min(line.len());
    let is_inside = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
    (wanted.saturating_sub(3)..=wanted)
        .rev()
        .find(|at| !line.get(*at).copied().is_some_and(is_inside))
        .unwrap_or(wanted)
}

/// Returns how many screen lines a line takes when it is wrapped at a width, with words of `tail` columns behind it.
pub(super) fn height(line: &[u8], tail: usize, width: usize) -> usize {
    let width = width.max(1);
    if line.len() + tail <= width && line.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return 1;
    }
    let mut place = Place::default();
    glyphs(line, |glyph| {
        place.next(glyph.width, width);
        true
    });
    place.next(tail, width);
    place.row + 1
}

/// Where the next glyph of a wrapped line stands.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Place {
    /// The screen line, from 0.
    pub(super) row: usize,
    /// The column behind the last glyph.
    column: usize,
}

impl Place {
    /// Places a glyph: the row and column where it begins.
    pub(super) fn next(&mut self, glyph_width: usize, width: usize) -> (usize, usize) {
        if self.column > 0 && self.column + glyph_width > width {
            self.row += 1;
            self.column = 0;
        }
        let at = (self.row, self.column);
        self.column += glyph_width;
        at
    }
}
