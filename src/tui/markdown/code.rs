//! Code blocks: lines cut into rows, coloured when they are painted.

use std::cell::RefCell;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::{CodeRow, Ink, Joint, Page, Piece, Room, Row};
use crate::tui::highlight::{Colors, Highlighter, Span};
use crate::tui::{Scope, safe};

/// Longer blocks are not coloured.
const COLORED_BYTES: usize = 512 * 1024;
/// So many lines beyond the one that is drawn are looked at soon.
const IN_SIGHT: usize = 100;
/// A line of common length, for the bound of what is shown of a long output.
const LINE_BYTES: usize = 100;
/// The bar before each row, and before a row that continues the line above.
const BAR: &str = "│ ";
const CONTINUED: &str = "↪ ";

/// A code block: its text, where it stands in the page, and its colours once they are known.
#[derive(Debug, Clone, Default)]
pub struct CodeBlock {
    /// The fence's first word, or nothing.
    pub language: String,
    /// The code, each line with its `\n`.
    pub text: String,
    /// The rows that show it, its label included.
    pub rows: Range<usize>,
    /// The columns that there are for code; what is drawn for one character is never wider.
    columns: usize,
    /// Where its lines start in the text.
    lines: Vec<usize>,
    /// Whether no line will be added.
    is_closed: bool,
    /// How many lines nothing will be added to, where the block is not closed.
    complete: usize,
    /// What was highlighted: a memo, so that a row is coloured without asking for the whole block again.
    colors: RefCell<Memo>,
}

/// Colours of the first `lines` lines; of what grows further on, as far as they are known.
#[derive(Debug, Clone, Default)]
struct Memo {
    lines: usize,
    is_whole: bool,
    colors: Colors,
}

impl CodeBlock {
    /// Returns the row's code in plain ink.
    pub fn plain(&self, row: CodeRow) -> Vec<Piece> {
        self.colored(row, &[], usize::MAX)
    }

    /// Adds the row's code to a text.
    pub(super) fn write_plain(&self, row: CodeRow, out: &mut String) {
        let code = &self.text[row.start..row.end];
        if code.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            out.push_str(code);
        } else {
            out.extend(self.plain(row).into_iter().map(|piece| piece.text));
        }
    }

    /// Returns the row's code in the colours that are known by now, so many columns of it and little more.
    pub fn pieces(&self, row: CodeRow, highlighter: &Highlighter, columns: usize) -> Vec<Piece> {
        let colors = self.colors(highlighter, row.line);
        self.colored(row, colors.line(row.line), columns)
    }

    fn colored(&self, row: CodeRow, colors: &[Span], columns: usize) -> Vec<Piece> {
        let line_start = self.lines.get(row.line).copied().unwrap_or(row.start);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut column = row.column;
        let mut next_color = colors.iter().peekable();
        for (at, grapheme) in self.text[row.start..row.end].grapheme_indices(true) {
            if column - row.column >= columns {
                break;
            }
            let at = row.start + at - line_start;
            while next_color.peek().is_some_and(|span| span.range().end <= at) {
                next_color.next();
            }
            let scope = match next_color.peek() {
                Some(span) if span.range().contains(&at) => span.scope,
                _ => Scope::Text,
            };
            let shown = shown(grapheme, column, self.columns);
            let ink = Ink::of(if grapheme != "\t" && shown != grapheme { Scope::Control } else { scope });
            column += super::cells(&shown);
            match pieces.last_mut() {
                Some(last) if last.ink == ink => last.text.push_str(&shown),
                _ => pieces.push(Piece { text: shown.into_owned(), ink }),
            }
        }
        pieces
    }

    /// Returns the colours as far as they are known, those of a line if they can be had.
    ///
    /// Of a block that still grows the whole lines are asked for: a line is coloured when it is complete, however it came.
    fn colors(&self, highlighter: &Highlighter, line: usize) -> Colors {
        if self.language.is_empty() || self.text.len() > COLORED_BYTES {
            return Colors::default();
        }
        let wanted = if self.is_closed { self.lines.len() } else { self.complete };
        let mut memo = self.colors.borrow_mut();
        // That a language is not known does not change with what is added below.
        let is_plain = memo.is_whole && memo.colors.lines() == 0;
        let is_known = is_plain || memo.lines == wanted && memo.is_whole || line < memo.colors.lines();
        if wanted > 0 && !is_known {
            let end = self.lines.get(wanted).copied().unwrap_or(self.text.len());
            let text = &self.text[..end];
            let colors = match self.is_closed {
                true => highlighter.get(&self.language, text, line + IN_SIGHT),
                false => highlighter.follow(&self.language, text),
            };
            let is_more = |colors: &Colors| colors.is_whole() || colors.lines() > memo.colors.lines();
            if let Some(colors) = colors.filter(is_more) {
                *memo = Memo { lines: wanted, is_whole: colors.is_whole(), colors };
            }
        }
        memo.colors.clone()
    }
}

/// Puts a text into the page as a code block without a label, each row after `lead`, and no more than `most` lines of
/// common length; returns how many lines were left out, one that is cut among them. What is shown does not depend on
/// the room.
pub fn put_code(page: &mut Page, lead: &[Piece], room: Room, text: &str, most: usize) -> usize {
    let mut writer = CodeWriter::begin(page, Vec::new(), lead.to_vec(), room, "");
    let mut bytes = most * LINE_BYTES;
    let mut lines = text.lines().peekable();
    let mut is_cut = false;
    for _ in 0..most {
        let Some(line) = lines.next_if(|_| bytes > 0) else { break };
        let shown = &line[..line.floor_char_boundary(line.len().min(bytes))];
        writer.push(page, shown, true);
        bytes = bytes.saturating_sub(line.len());
        is_cut = shown.len() < line.len();
    }
    writer.finish(page);
    lines.count() + usize::from(is_cut)
}

/// Fills a code block's rows as its text comes in.
#[derive(Debug, Clone)]
pub(super) struct CodeWriter {
    block: usize,
    lead: Vec<Piece>,
    /// The columns left for code.
    width: usize,
    has_bar: bool,
    /// Where the row that is still open begins, and its column.
    row_start: usize,
    column: usize,
    at_line_start: bool,
}

impl CodeWriter {
    /// Begins a block: its label row, when it has a language, is put into the page, after `first`.
    pub(super) fn begin(page: &mut Page, first: Vec<Piece>, lead: Vec<Piece>, room: Room, language: &str) -> Self {
        let block = page.codes.len();
        let first_row = page.rows.len();
        let width = room.width;
        let has_bar = width > 4;
        let bar_width = if has_bar { 2 } else { 0 };
        if !language.is_empty() {
            let mut pieces = first;
            let label = super::clip(language, width.saturating_sub(bar_width));
            let corner = if has_bar { "╭ " } else { "" };
            pieces.push(Piece { text: format!("{corner}{label}"), ink: Ink::of(Scope::Muted) });
            page.push(pieces);
        }
        let columns = if room.wraps { width.saturating_sub(bar_width).max(1) } else { usize::MAX };
        page.codes.push(CodeBlock {
            language: language.to_owned(),
            rows: first_row..page.rows.len(),
            columns,
            ..CodeBlock::default()
        });
        Self { block, lead, width: columns, has_bar, row_start: 0, column: 0, at_line_start: true }
    }

    /// Adds a line, or a piece of one when `ends_line` is false. Rows that cannot change are put into the page.
    pub(super) fn push(&mut self, page: &mut Page, piece: &str, ends_line: bool) {
        let Some(block) = page.codes.get_mut(self.block) else { return };
        if self.at_line_start {
            block.lines.push(block.text.len());
            self.row_start = block.text.len();
            self.column = 0;
        }
        block.text.push_str(piece);
        self.at_line_start = ends_line;
        self.fill(page, ends_line);
        if ends_line && let Some(block) = page.codes.get_mut(self.block) {
            block.text.push('\n');
        }
    }

    /// Returns what [`CodeWriter::rewind`] needs to take back what is pushed from now on.
    pub(super) fn mark(&self, page: &Page) -> (usize, usize) {
        page.codes.get(self.block).map_or((0, 0), |block| (block.text.len(), block.lines.len()))
    }

    /// Takes back what was pushed since the mark; the rows are the page's to take back.
    pub(super) fn rewind(&self, page: &mut Page, mark: (usize, usize)) {
        let rows = page.rows.len();
        if let Some(block) = page.codes.get_mut(self.block) {
            block.text.truncate(mark.0);
            block.lines.truncate(mark.1);
            block.is_closed = false;
            block.rows.end = rows;
        }
    }

    /// Ends the block.
    pub(super) fn finish(self, page: &mut Page) {
        if let Some(block) = page.codes.get_mut(self.block) {
            block.is_closed = true;
        }
    }

    /// Keeps the block open that was ended as if the text were complete: more is to come after the mark.
    pub(super) fn stay_open(&self, page: &mut Page, mark: (usize, usize)) {
        if let Some(block) = page.codes.get_mut(self.block) {
            block.is_closed = false;
            let is_between = block.text.as_bytes()[..mark.0].last().is_none_or(|last| *last == b'\n');
            block.complete = if is_between { mark.1 } else { mark.1.saturating_sub(1) };
        }
    }

    /// Cuts the text from the open row on into rows; the last one stays open unless the line has ended.
    fn fill(&mut self, page: &mut Page, ends_line: bool) {
        let Some(block) = page.codes.get_mut(self.block) else { return };
        let line = block.lines.len() - 1;
        let row_of = |start: usize, end: usize, column: usize| {
            let mut pieces = self.lead.clone();
            if self.has_bar {
                let text = if column == 0 { BAR } else { CONTINUED };
                pieces.push(Piece { text: text.to_owned(), ink: Ink::of(Scope::Muted) });
            }
            let joint = if column == 0 { Joint::Apart } else { Joint::Close };
            Row {
                lead: pieces.len(),
                pieces,
                code: Some(Box::new(CodeRow { block: self.block, line, start, end, column })),
                joint,
                ..Row::default()
            }
        };
        let mut start = self.row_start;
        let mut start_column = self.column;
        let mut column = self.column;
        let rest_start = start;
        // Where no row ends for lack of room there is nothing to measure.
        let measured = if super::row::is_endless(self.width) { "" } else { &block.text[rest_start..] };
        for (at, grapheme) in measured.grapheme_indices(true) {
            let next = column + super::cells(&shown(grapheme, column, self.width));
            if next - start_column > self.width && column > start_column {
                page.rows.push(row_of(start, rest_start + at, start_column));
                start = rest_start + at;
                start_column = column;
            }
            column = next;
        }
        if ends_line {
            page.rows.push(row_of(start, block.text.len(), start_column));
        }
        block.rows.end = page.rows.len();
        self.row_start = start;
        self.column = start_column;
    }
}

/// Returns a grapheme as it is drawn at a column; where that is wider than the row, a mark stands for it.
fn shown(grapheme: &str, column: usize, width: usize) -> std::borrow::Cow<'_, str> {
    let first = if grapheme.len() > 64 { grapheme.chars().next().map_or(0, char::len_utf8) } else { grapheme.len() };
    let shown = safe::shown(&grapheme[..first], column);
    if grapheme != "\t" && super::cells(&shown) > width { "…".into() } else { shown }
}
