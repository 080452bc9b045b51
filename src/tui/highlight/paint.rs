//! Draws one line of a file, with syntax, marked words and whatever bytes it holds.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::{Scope, Theme};
use super::colors::Span;
use super::flow::{self, Glyph, Place};
use crate::safe::columns;
use crate::tui::text::write;

/// One line of a file as it is drawn.
#[derive(Clone, Copy)]
pub(in crate::tui) struct SourceLine<'a> {
    /// Its bytes, without `\n`.
    pub(in crate::tui) bytes: &'a [u8],
    /// Its syntax, by byte ranges in order.
    pub(in crate::tui) spans: &'a [Span],
    /// Words to stand out, by byte ranges in order.
    pub(in crate::tui) words: &'a [Range<usize>],
    /// Letters that deceive, by byte ranges in order.
    pub(in crate::tui) marks: &'a [Range<usize>],
    /// What a search found, by byte ranges in order, and which of them the user is at.
    pub(in crate::tui) found: &'a [Range<usize>],
    pub(in crate::tui) found_at: Option<usize>,
    /// How words stand out.
    pub(in crate::tui) word_scope: Scope,
    /// The ground of the whole line.
    pub(in crate::tui) ground: Style,
    /// What lies over the line because the cursor or a selection is there; what a search found stands out of it.
    pub(in crate::tui) over: Style,
    /// What is said behind the line, if anything.
    pub(in crate::tui) tail: Option<&'a str>,
    /// Columns scrolled to the right; not used when wrapped.
    pub(in crate::tui) scroll: usize,
    /// Whether the line is wrapped at the area's width.
    pub(in crate::tui) is_wrapped: bool,
}

impl<'a> SourceLine<'a> {
    /// Returns a plain line.
    pub(in crate::tui) fn plain(bytes: &'a [u8], ground: Style) -> Self {
        Self {
            bytes,
            spans: &[],
            words: &[],
            marks: &[],
            found: &[],
            found_at: None,
            word_scope: Scope::Text,
            ground,
            over: Style::new(),
            tail: None,
            scroll: 0,
            is_wrapped: false,
        }
    }

    /// Returns how many screen lines it takes at a width.
    pub(in crate::tui) fn height(&self, width: u16) -> usize {
        if self.is_wrapped { flow::height(self.bytes, columns(&self.said(0)), usize::from(width)) } else { 1 }
    }

    /// Returns the screen line of it, wrapped at a width, on which a byte is drawn; the last one for what is not drawn.
    pub(in crate::tui) fn row_of(&self, byte: usize, width: u16) -> usize {
        let width = usize::from(width).max(1);
        let mut place = Place::default();
        let mut row = 0;
        let start = flow::start(self.bytes, byte);
        place.next(columns(&lead(start)), width);
        flow::glyphs(&self.bytes[start..], |glyph| {
            if start + glyph.at > byte {
                return false;
            }
            row = place.next(glyph.width, width).0;
            true
        });
        row
    }

    /// Returns the byte from which it is drawn: its first, but where the user is at a match too far behind.
    fn start(&self) -> usize {
        let found = self.found_at.and_then(|at| self.found.get(at));
        found.map_or(0, |found| flow::start(self.bytes, found.start))
    }

    /// Returns what is said behind the line, drawn from this byte on: how much of it is not shown, or its tail.
    fn said(&self, start: usize) -> Cow<'a, str> {
        let drawn = &self.bytes[start..];
        match drawn.len() - flow::cut(drawn) {
            0 => self.tail.unwrap_or_default().into(),
            hidden => format!(" … {hidden} bytes more").into(),
        }
    }

    /// Draws it into the area from its screen line `skip` on.
    pub(in crate::tui) fn paint(&self, area: Rect, skip: usize, buffer: &mut Buffer, theme: &Theme) {
        if area.width == 0 || area.height == 0 {
            return;
        }
        let width = usize::from(area.width);
        let mut pen = Pen { area, skip, buffer };
        let muted = self.ground.patch(theme.style(Scope::Muted)).patch(self.over);
        let mut place = Place::default();
        let start = self.start();
        let lead = lead(start);
        let scroll = if start > 0 { 0 } else { self.scroll };
        place.next(columns(&lead), width);
        pen.put(0, 0, &lead, muted);
        let mut end = columns(&lead);
        let mut last = 0..0;
        let mut looks = Looks { line: self, theme, span: 0, word: 0, mark: 0, found: 0 };
        let mut is_cut_off = false;
        flow::glyphs(&self.bytes[start..], |glyph| {
            let glyph = Glyph { at: start + glyph.at, ..glyph };
            let style = looks.of(&glyph);
            if self.is_wrapped {
                let (row, column) = place.next(glyph.width, width);
                if row < pen.skip + usize::from(area.height) {
                    pen.put(row, column, &glyph.text, style);
                    return true;
                }
                return false;
            }
            let from = end;
            end += glyph.width;
            // Where something is scrolled off, the first column tells it.
            if from >= scroll + usize::from(scroll > 0) && end <= scroll + width {
                pen.put(0, from - scroll, &glyph.text, style);
                last = from - scroll..end - scroll;
            } else if end > scroll + width {
                is_cut_off = true;
                return false;
            }
            true
        });
        if !self.is_wrapped && scroll > 0 && end > 0 {
            pen.put(0, 0, "‹", muted);
        }
        if is_cut_off {
            if last.len() > 1 && last.end == width {
                // Half of a wide glyph would be left.
                pen.put(0, last.start, " ", muted);
            }
            pen.put(0, width - 1, "›", muted);
            return;
        }
        let said = self.said(start);
        let (row, column) = match self.is_wrapped {
            true => place.next(columns(&said), width),
            false if scroll > 0 => (0, end.saturating_sub(scroll).max(1)),
            false => (0, end),
        };
        pen.put(row, column, &said, muted);
    }
}

/// Returns what is said before a line that is drawn from this byte on.
fn lead(start: usize) -> String {
    if start == 0 { String::new() } else { format!("… {start} bytes before ") }
}

/// Finds the style of glyph after glyph; each list is walked once.
struct Looks<'a, 'b> {
    line: &'b SourceLine<'a>,
    theme: &'b Theme,
    span: usize,
    word: usize,
    mark: usize,
    found: usize,
}

impl Looks<'_, '_> {
    fn of(&mut self, glyph: &Glyph<'_>) -> Style {
        let mut style = self.line.ground;
        while self.line.spans.get(self.span).is_some_and(|span| span.range().end <= glyph.at) {
            self.span += 1;
        }
        if let Some(span) = self.line.spans.get(self.span)
            && span.range().start <= glyph.at
        {
            style = style.patch(self.theme.style(span.scope));
        }
        while self.line.words.get(self.word).is_some_and(|range| range.end <= glyph.at) {
            self.word += 1;
        }
        if self.line.words.get(self.word).is_some_and(|range| range.start <= glyph.at) {
            style = style.patch(self.theme.style(self.line.word_scope));
        }
        style = style.patch(self.line.over);
        while self.line.found.get(self.found).is_some_and(|range| range.end <= glyph.at) {
            self.found += 1;
        }
        if self.line.found.get(self.found).is_some_and(|range| range.start <= glyph.at) {
            let is_here = self.line.found_at == Some(self.found);
            let found = self.theme.found(is_here);
            style = style.patch(found);
            // Reversed on a line that is reversed itself would be no sign.
            if found.add_modifier.intersection(self.line.over.add_modifier).contains(Modifier::REVERSED) {
                style = style.remove_modifier(Modifier::REVERSED);
            }
        }
        while self.line.marks.get(self.mark).is_some_and(|range| range.end <= glyph.at) {
            self.mark += 1;
        }
        let is_marked = self.line.marks.get(self.mark).is_some_and(|range| range.start <= glyph.at);
        if glyph.is_picture || is_marked {
            style = style.patch(self.theme.style(Scope::Control));
        }
        style
    }
}

/// Writes into an area whose first line is screen line `skip`.
struct Pen<'b> {
    area: Rect,
    skip: usize,
    buffer: &'b mut Buffer,
}

impl Pen<'_> {
    fn put(&mut self, row: usize, column: usize, text: &str, style: Style) {
        let Some(row) = row.checked_sub(self.skip) else { return };
        let (Ok(row), Ok(column)) = (u16::try_from(row), u16::try_from(column)) else { return };
        if row < self.area.height && column < self.area.width {
            let room = usize::from(self.area.width - column);
            write(self.buffer, (self.area.x + column, self.area.y + row), text, room, style);
        }
    }
}
