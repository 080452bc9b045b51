//! Lays the bytes of a line out as glyphs: what stands in which column, wrapped or not.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

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
            let width = text.width();
            let is_picture = matches!(text, Cow::Owned(_)) && grapheme != "\t" && text != grapheme;
            column += width;
            let glyph = Glyph { text, width, at, is_picture };
            at += grapheme.len();
            if glyph.width > 0 && !each(glyph) {
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
