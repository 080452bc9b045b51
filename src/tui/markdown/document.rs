//! A Markdown text laid out for a width, which grows at its end.

use super::code::CodeWriter;
use super::layout::{self, Style};
use super::line;
use super::references::{Mark, References};
use super::row::Row;
use super::split::{Splitter, Told};
use super::{Ink, Page, Room};

/// A text laid out for a width. Closed chunks keep their rows; only what is open is laid out again.
///
/// A reference is a link from its definition on, since what is closed does not wait for what may come. When the text is
/// complete and something was referred to before it was defined, all of it is laid out once more. So the rows are always
/// those of the text and of whether it is complete, however it came.
#[derive(Debug, Clone)]
pub struct Document {
    room: Room,
    base: Ink,
    page: Page,
    splitter: Splitter,
    /// The code block that is open.
    code: Option<CodeWriter>,
    /// How many rows, code blocks and links are final, and how much of the open code block.
    rows: usize,
    codes: usize,
    links: usize,
    code_mark: (usize, usize),
    references: References,
    reference_mark: Mark,
    /// Whether each reference was laid out with all definitions known.
    knows_all: bool,
}

impl Document {
    /// Returns an empty document for a room or a width in columns, its plain text in this ink.
    pub fn new(room: impl Into<Room>, base: Ink) -> Self {
        let room = room.into();
        Self {
            room: Room { width: room.width.max(1), ..room },
            base,
            page: Page::default(),
            splitter: Splitter::new(),
            code: None,
            rows: 0,
            codes: 0,
            links: 0,
            code_mark: (0, 0),
            references: References::default(),
            reference_mark: Mark::default(),
            knows_all: false,
        }
    }

    /// Returns a complete text laid out.
    pub fn of(text: &str, room: impl Into<Room>, base: Ink) -> Self {
        let mut document = Self::new(room, base);
        document.complete(text);
        document
    }

    /// Returns the rows as they stand.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Lays out what the text has gained. `text` is the whole text; its beginning must be what was given before.
    pub fn extend(&mut self, text: &str) {
        if self.knows_all {
            *self = Self::new(self.room, self.base);
        }
        self.rewind();
        let mut splitter = self.splitter.clone();
        splitter.take(text, false, &mut |told| self.told(text, told));
        let closed = self.page.rows.iter_mut().skip(self.rows);
        closed.for_each(Row::shrink);
        self.rows = self.page.rows.len();
        self.codes = self.page.codes.len();
        self.links = self.page.links.len();
        self.code_mark = self.code.as_ref().map_or((0, 0), |code| code.mark(&self.page));
        self.splitter = splitter.clone();
        self.reference_mark = self.references.mark();
        // The open end is laid out as if the text were complete; the next call takes it back.
        let code = self.code.clone();
        splitter.take(text, true, &mut |told| self.told(text, told));
        self.code = code;
    }

    /// Lays out what the text has gained, and all of it again when a reference stands before its definition.
    pub fn complete(&mut self, text: &str) {
        self.extend(text);
        if self.references.is_late() {
            let references = std::mem::take(&mut self.references).for_all();
            *self = Self { references, ..Self::new(self.room, self.base) };
            self.reference_mark = self.references.mark();
            self.extend(text);
            self.knows_all = true;
        }
        self.page.rows.shrink_to_fit();
    }

    /// Takes back the rows of the open end.
    fn rewind(&mut self) {
        self.page.rows.truncate(self.rows);
        self.page.codes.truncate(self.codes);
        self.page.links.truncate(self.links);
        self.references.rewind(self.reference_mark);
        if let Some(code) = &self.code {
            code.rewind(&mut self.page, self.code_mark);
        }
    }

    fn told(&mut self, text: &str, told: Told) {
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
                layout::lay(&mut self.page, text, &chunk, style, &mut self.references);
            }
        }
    }

    fn gap(&mut self, is_wanted: bool) {
        if is_wanted && !self.page.rows.is_empty() {
            self.page.push(Vec::new());
        }
    }
}

fn indent_of(line: &str) -> usize {
    line::unindent(line).0
}
