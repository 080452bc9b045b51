//! A part of a Markdown text laid out for a width, which grows at its end if it is the last.

use super::code::CodeWriter;
use super::layout::{self, Style};
use super::line;
use super::references::{References, Referred};
use super::row::Row;
use super::split::{Ending, Splitter, Told};
use super::{Ink, Outline, Page, Room};

/// A part of a text laid out for a width. Closed chunks keep their rows; only what is open is laid out again.
///
/// A reference is a link from its definition on, since what is closed does not wait for what may come. When the text is
/// complete and something was referred to before it was defined, the part is laid out once more. So the rows are always
/// those of the text and of whether it is complete, however it came.
#[derive(Debug, Clone)]
pub struct Part {
    number: usize,
    room: Room,
    base: Ink,
    page: Page,
    splitter: Splitter,
    /// The code block that is open.
    code: Option<CodeWriter>,
    /// What is final: all but the open end.
    closed: Closed,
    referred: Referred,
    /// Whether each reference was laid out with all definitions known.
    knows_all: bool,
}

/// How many rows, code blocks and links are final, how much of the open code block, and what was added until then.
#[derive(Debug, Clone, Copy, Default)]
struct Closed {
    rows: usize,
    codes: usize,
    links: usize,
    code: (usize, usize),
    added: usize,
}

impl Part {
    /// Returns a part of a text, not laid out yet, for a room or a width in columns, its plain text in this ink.
    pub fn new(outline: &Outline, number: usize, room: impl Into<Room>, base: Ink) -> Self {
        let room = room.into();
        Self {
            number,
            room: Room { width: room.width.max(1), ..room },
            base,
            page: Page::default(),
            splitter: outline.start(number),
            code: None,
            closed: Closed::default(),
            referred: Referred::default(),
            knows_all: outline.is_complete(),
        }
    }

    /// Returns the rows as they stand.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Lays out what the part has gained. `text` is the whole text, of which the outline was read.
    pub fn lay(&mut self, text: &str, outline: &Outline) {
        let is_complete = outline.is_complete();
        if self.knows_all != is_complete && (self.knows_all || self.page.rows.is_empty()) {
            self.begin_again(outline);
        }
        self.lay_gained(text, outline);
        if is_complete && !self.knows_all && self.referred.is_late(outline.definitions()) {
            self.begin_again(outline);
            self.lay_gained(text, outline);
        }
    }

    fn begin_again(&mut self, outline: &Outline) {
        *self = Self::new(outline, self.number, self.room, self.base);
    }

    fn lay_gained(&mut self, text: &str, outline: &Outline) {
        let end = outline.end(self.number);
        let text = end.map_or(text, |end| &text[..end]);
        self.rewind();
        let mut splitter = self.splitter.clone();
        splitter.take(text, Ending::None, &mut |told| self.told(text, told, outline));
        self.page.rows.iter_mut().skip(self.closed.rows).for_each(Row::shrink);
        self.closed = Closed {
            rows: self.page.rows.len(),
            codes: self.page.codes.len(),
            links: self.page.links.len(),
            code: self.code.as_ref().map_or((0, 0), |code| code.mark(&self.page)),
            added: self.referred.mark(),
        };
        self.splitter = splitter.clone();
        // The open end is laid out as if the text were complete; the next call takes it back.
        let code = self.code.clone();
        let ending = if end.is_some() { Ending::Closed } else { Ending::Open };
        splitter.take(text, ending, &mut |told| self.told(text, told, outline));
        self.code = code;
        if let Some(code) = self.code.as_ref().filter(|_| ending == Ending::Open && !outline.is_complete()) {
            code.stay_open(&mut self.page, self.closed.code);
        }
        if outline.is_complete() || end.is_some() {
            self.page.rows.shrink_to_fit();
        }
    }

    /// Takes back the rows of the open end.
    fn rewind(&mut self) {
        self.page.rows.truncate(self.closed.rows);
        self.page.codes.truncate(self.closed.codes);
        self.page.links.truncate(self.closed.links);
        self.referred.rewind(self.closed.added);
        if let Some(code) = &self.code {
            code.rewind(&mut self.page, self.closed.code);
        }
    }

    fn told(&mut self, text: &str, told: Told, outline: &Outline) {
        match told {
            Told::CodeBegan(chunk) => {
                self.gap(chunk.gap);
                let language = match &chunk.kind {
                    super::split::Kind::Code(fence) => fence.language.as_str(),
                    _ => "",
                };
                self.code = Some(CodeWriter::begin(&mut self.page, Vec::new(), Vec::new(), self.room, language));
            }
            Told::Code(piece, indent) => {
                if let Some(code) = &mut self.code {
                    let part = &text[piece.range];
                    let part = if piece.starts_line { line::dedent(part, indent.min(indent_of(part))) } else { part };
                    code.push(&mut self.page, part, piece.ends_line);
                }
            }
            Told::CodeEnded => {
                if let Some(code) = self.code.take() {
                    code.finish(&mut self.page);
                }
            }
            Told::Closed(chunk) => {
                self.gap(chunk.gap);
                let style = Style { room: self.room, base: self.base };
                let before = if self.knows_all { usize::MAX } else { chunk.range.start };
                let definitions = outline.definitions();
                let mut references = References { definitions, before, referred: &mut self.referred };
                layout::lay(&mut self.page, text, &chunk, style, &mut references);
            }
        }
    }

    /// Puts the empty row before a chunk; the first of all has none.
    fn gap(&mut self, is_wanted: bool) {
        if is_wanted && (self.number > 0 || !self.page.rows.is_empty()) {
            self.page.push(Vec::new());
        }
    }
}

fn indent_of(line: &str) -> usize {
    line::unindent(line).0
}
