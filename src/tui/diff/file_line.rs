//! Draws the lines of a file in the review: numbers, sign and text, unified or side by side.

use std::ops::Range;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::highlight::{Colors, SourceLine, Span};
use super::super::{Scope, Theme};
use super::cache::{DiffCache, Moved};
use super::geometry::{Columns, Geometry};
use super::rows::{FileRows, Row, Side, wide};
use super::search::{Marked, Shown};
use crate::review::{Decision, Run, look_alikes};
use crate::session::SessionState;
use crate::tui::text::write;

/// Longer lines are not looked through for letters that deceive.
const MAX_MARKED: usize = 10_000;

/// What is needed to draw lines of one file.
pub(super) struct LinePainter<'a> {
    pub(super) file: &'a FileRows,
    pub(super) geometry: Geometry,
    pub(super) theme: &'a Theme,
    pub(super) scroll: usize,
    old_syntax: Colors,
    new_syntax: Colors,
    moved: Arc<Moved>,
    marked: Option<Marked<'a>>,
}

/// One line to draw in its place.
struct Piece<'a> {
    bytes: &'a [u8],
    spans: &'a [Span],
    words: &'a [Range<usize>],
    word_scope: Scope,
    ground: Style,
    over: Style,
    marks: Vec<Range<usize>>,
    found: Vec<Range<usize>>,
    found_at: Option<usize>,
    tail: Option<&'static str>,
}

impl<'a> LinePainter<'a> {
    /// Returns the painter of a file's lines, of which these rows are in sight.
    pub(super) fn new(
        file: &'a FileRows,
        rows: Range<usize>,
        geometry: Geometry,
        theme: &'a Theme,
        scroll: usize,
        cache: &mut DiffCache,
        state: &SessionState,
    ) -> Self {
        let name = file.change.path.name();
        let mut until = [0, 0];
        for row in file.rows.iter().take(rows.end).skip(rows.start) {
            if let Row::Line { old, new, .. } = row {
                let lines = [*old, *new].map(|line| line.map_or(0, |line| wide(line) + 1));
                until = [until[0].max(lines[0]), until[1].max(lines[1])];
            }
        }
        let old_syntax = cache.syntax(file.change.disk_path().name(), &file.old, until[0]);
        let new_syntax = cache.syntax(name, &file.new, until[1]);
        let moved = cache.moved(state);
        Self { file, geometry, theme, scroll, old_syntax, new_syntax, moved, marked: None }
    }

    /// Marks what a search found in the lines.
    pub(super) fn marked(self, marked: Option<Marked<'a>>) -> Self {
        Self { marked, ..self }
    }

    /// Draws a row's lines into its area, which begins behind the bar at the pane's left.
    ///
    /// `over` lies over them where the cursor or a selection is.
    pub(super) fn paint(
        &self,
        (row, over): (Row, Style),
        area: Rect,
        skip: usize,
        buffer: &mut Buffer,
        cache: &mut DiffCache,
    ) {
        buffer.set_style(area, over);
        match row {
            Row::Line { old, new, run } => {
                let run_number = run.map(wide);
                let words = run_number.and_then(|run| cache.words(self.file, run));
                let run = run_number.and_then(|run| self.file.run(run));
                let word = |side: Side, line: usize| -> &[Range<usize>] {
                    let (Some(words), Some(run)) = (&words, run) else { return &[] };
                    let (ranges, start) = match side {
                        Side::Old => (&words.old, run.old.start),
                        Side::New => (&words.new, run.new.start),
                    };
                    ranges.get(line - start).map_or(&[], Vec::as_slice)
                };
                let (old, new) = (old.map(wide), new.map(wide));
                if self.geometry.is_paired {
                    let Some((old, new)) = self.file.side_by_side(row) else { return };
                    let is_context = run.is_none() && old.is_some() && new.is_some();
                    let piece =
                        |side, line| Piece { over, ..self.piece(side, line, run, is_context, word(side, line)) };
                    let left = old.map(|line| piece(Side::Old, line));
                    let right = new.map(|line| piece(Side::New, line));
                    let signs = if is_context { [' ', ' '] } else { ['-', '+'] };
                    self.halves([(left, old, signs[0]), (right, new, signs[1])], area, skip, buffer);
                    return;
                }
                let (side, line, sign) = match (old, new) {
                    (Some(_), Some(new)) => (Side::New, new, ' '),
                    (Some(old), None) => (Side::Old, old, '-'),
                    (None, Some(new)) => (Side::New, new, '+'),
                    (None, None) => return,
                };
                let piece = Piece { over, ..self.piece(side, line, run, sign == ' ', word(side, line)) };
                self.unified(&piece, [old, new], sign, area, skip, buffer);
            }
            Row::DecidedLine { decided, line } => self.decided((decided, line), over, area, skip, buffer),
            Row::File
            | Row::Conflict
            | Row::Unit(_)
            | Row::Hunk(_)
            | Row::Run(_)
            | Row::Decided(_)
            | Row::Note(_)
            | Row::Gap { .. } => {}
        }
    }

    fn piece<'p>(
        &'p self,
        side: Side,
        line: usize,
        run: Option<&Run>,
        is_context: bool,
        words: &'p [Range<usize>],
    ) -> Piece<'p> {
        let (lines, syntax) = match side {
            Side::Old => (&self.file.old, &self.old_syntax),
            Side::New => (&self.file.new, &self.new_syntax),
        };
        let (scope, word_scope) = match side {
            _ if is_context => (Scope::Text, Scope::Text),
            Side::Old => (Scope::Removed, Scope::RemovedWord),
            Side::New => (Scope::Added, Scope::AddedWord),
        };
        let moved = self.moved.get(&self.file.change.path);
        let scope = match (side, moved) {
            (Side::Old, Some(moved)) if !is_context && moved.from.contains(&line) => Scope::MovedFrom,
            (Side::New, Some(moved)) if !is_context && moved.to.contains(&line) => Scope::MovedTo,
            _ => scope,
        };
        let bytes = lines.get(line);
        let marks = match std::str::from_utf8(&bytes[..bytes.len().min(MAX_MARKED)]) {
            Ok(text) if side == Side::New && !is_context => look_alikes(text, |word| self.file.has_word(word)),
            _ => Vec::new(),
        };
        let (found, found_at) =
            self.marked.map(|marked| marked.within(Shown::Line(side, line), bytes)).unwrap_or_default();
        Piece {
            bytes,
            marks,
            found,
            found_at,
            spans: syntax.line(line),
            words: if is_context { &[] } else { words },
            word_scope,
            ground: self.theme.style(scope),
            over: Style::new(),
            tail: self.file.tail(side, line, run),
        }
    }

    fn unified(
        &self,
        piece: &Piece<'_>,
        numbers: [Option<usize>; 2],
        sign: char,
        area: Rect,
        skip: usize,
        buffer: &mut Buffer,
    ) {
        let Columns { digits, .. } = self.geometry.columns(self.file);
        buffer.set_style(area, piece.ground.patch(piece.over));
        let mut x = area.x;
        for number in numbers {
            self.number(number.filter(|_| skip == 0), x, area, digits, piece, buffer);
            x += digits + 1;
        }
        self.sign_and_text(piece, sign, Rect { x, width: area.right().saturating_sub(x), ..area }, skip, buffer);
    }

    fn halves(
        &self,
        halves: [(Option<Piece<'_>>, Option<usize>, char); 2],
        area: Rect,
        skip: usize,
        buffer: &mut Buffer,
    ) {
        let Columns { digits, half, .. } = self.geometry.columns(self.file);
        let divider = area.x + half;
        for (at, (piece, number, sign)) in halves.into_iter().enumerate() {
            let x = if at == 0 { area.x } else { divider + 1 };
            let area = Rect { x, width: half.min(area.right().saturating_sub(x)), ..area };
            let Some(piece) = piece else { continue };
            buffer.set_style(area, piece.ground.patch(piece.over));
            self.number(number.filter(|_| skip == 0), x, area, digits, &piece, buffer);
            let x = x + digits + 1;
            self.sign_and_text(&piece, sign, Rect { x, width: area.right().saturating_sub(x), ..area }, skip, buffer);
        }
        for y in area.top()..area.bottom() {
            buffer.set_stringn(divider, y, "│", 1, self.theme.style(Scope::Border));
        }
    }

    fn number(&self, number: Option<usize>, x: u16, area: Rect, digits: u16, piece: &Piece<'_>, buffer: &mut Buffer) {
        let Some(number) = number else { return };
        let text = format!("{:>1$}", number + 1, usize::from(digits));
        let style = piece.ground.patch(self.theme.style(Scope::LineNumber)).patch(piece.over);
        let room = area.right().saturating_sub(x).min(digits);
        write(buffer, (x, area.y), &text, usize::from(room), style);
    }

    fn sign_and_text(&self, piece: &Piece<'_>, sign: char, area: Rect, skip: usize, buffer: &mut Buffer) {
        if area.width == 0 {
            return;
        }
        if skip == 0 {
            buffer.set_stringn(area.x, area.y, sign.to_string(), 1, piece.ground.patch(piece.over));
        }
        let text = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..area };
        let line = SourceLine {
            spans: piece.spans,
            words: piece.words,
            marks: &piece.marks,
            found: &piece.found,
            found_at: piece.found_at,
            word_scope: piece.word_scope,
            over: piece.over,
            tail: piece.tail,
            scroll: self.scroll,
            is_wrapped: self.geometry.is_wrapped,
            ..SourceLine::plain(piece.bytes, piece.ground)
        };
        line.paint(text, skip, buffer, self.theme);
    }

    fn decided(&self, at: (u32, u32), over: Style, area: Rect, skip: usize, buffer: &mut Buffer) {
        let Some(line) = self.file.decided_line(at.0, at.1) else { return };
        let scope = match line.decision {
            Decision::Accepted => Scope::Accepted,
            Decision::Rejected | Decision::Pending => Scope::Rejected,
        };
        let ground = self.theme.style(scope).add_modifier(Modifier::DIM);
        let marked = self.marked.map(|marked| marked.within(Shown::Decided(at.0, at.1), line.bytes));
        let (found, found_at) = marked.unwrap_or_default();
        let piece = Piece {
            bytes: line.bytes,
            spans: &[],
            words: &[],
            word_scope: Scope::Text,
            ground,
            over,
            marks: Vec::new(),
            found,
            found_at,
            tail: None,
        };
        let sign = if line.is_added { '+' } else { '-' };
        if self.geometry.is_paired {
            let one = (Some(piece), line.at, sign);
            let none = (None, None, ' ');
            let halves = if line.is_added { [none, one] } else { [one, none] };
            self.halves(halves, area, skip, buffer);
        } else {
            self.unified(&piece, [line.at, None], sign, area, skip, buffer);
        }
    }
}
