//! Cuts Markdown into chunks, line by line and without looking ahead.
//!
//! A chunk is a paragraph, heading, code block, list item, quote, table or the like at the top level. Whether
//! a chunk is over is decided by the line after it, never by later ones; so what is closed stays closed while
//! text streams in. Chunks that grow beyond a bound are closed in the middle, so that the part that is laid
//! out again with each delta is never large. Code blocks are exempt: their rows only ever grow at the end.

use std::borrow::Cow;
use std::ops::Range;

use super::line::{self, Fence, ListMarker, Start};
use super::table;

/// A longer line is taken in pieces, and judged by its first one.
const PIECE_BYTES: usize = 4096;
/// A chunk is closed in the middle when it grows beyond this.
const CHUNK_BYTES: usize = 8192;
/// What belongs to a note is indented by so many columns.
const NOTE_INDENT: usize = 4;

/// What a chunk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A fenced code block.
    Code(Fence),
    /// A list item; the number counts from the list's first one.
    Item {
        /// The number to show, for ordered lists.
        number: Option<u64>,
        /// The column at which its content starts.
        content: usize,
        /// The fence that is open inside.
        fence: Option<Fence>,
    },
    /// A note's definition, with all that is indented below it.
    Note {
        /// The fence that is open inside.
        fence: Option<Fence>,
    },
    /// A quote.
    Quote,
    /// A table; the range holds its header and the dashes below.
    Table(Range<usize>),
    /// HTML, up to a blank line or to this text.
    Html(Option<&'static str>),
    /// Code by indentation.
    Indented,
    /// A paragraph.
    Paragraph,
    /// A heading or rule: one line.
    Line,
}

/// A part of the text that is laid out by itself.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
    /// What it is, as it was when the chunk began.
    pub(super) kind: Kind,
    /// Whether an empty row stands before it.
    pub(super) gap: bool,
    /// Whether it goes on with the chunk before, which grew too large.
    pub(super) is_rest: bool,
    /// Whether it ends only because the text does: more of it may come.
    pub(super) is_open: bool,
}

/// The chunk that is open.
#[derive(Debug, Clone)]
struct Open {
    start: usize,
    /// What it was at its start, and what it is by now.
    began: Kind,
    kind: Kind,
    gap: bool,
    is_rest: bool,
    /// Where its last line begins.
    last_line: usize,
    /// Whether its last line was blank.
    is_blank: bool,
    /// Whether it ends with the line.
    ends_with_line: bool,
}

/// The state of the cutting: small, so that it can be cloned to see what the end of the text would give.
#[derive(Debug, Clone)]
pub(super) struct Splitter {
    /// How much of the text was taken.
    pub(super) taken: usize,
    at_line_start: bool,
    open: Option<Open>,
    /// Whether a blank line came since the last chunk.
    is_blank: bool,
    /// The list that the last chunk was an item of, and the number after it.
    list: Option<(u8, Option<u64>)>,
}

/// A piece of a code block's line, told as soon as it is taken.
pub(super) struct CodePiece {
    /// Where it stands in the text, without the line end.
    pub(super) range: Range<usize>,
    /// Whether it is the first of its line.
    pub(super) starts_line: bool,
    /// Whether it is the last.
    pub(super) ends_line: bool,
}

/// Whether a text that is taken ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// More of it comes: whole lines are taken, and pieces of long ones.
    None,
    /// It ends here, and more of it may come.
    Open,
    /// It ends here, whatever follows.
    Closed,
}

/// What the splitter tells.
pub(super) enum Told {
    /// A code block begins.
    CodeBegan(Chunk),
    /// A piece of the open code block.
    Code(CodePiece, usize),
    /// The code block is over.
    CodeEnded,
    /// Any other chunk is over.
    Closed(Chunk),
}

impl Splitter {
    /// Returns the state before a text.
    pub(super) fn new() -> Self {
        Self { taken: 0, at_line_start: true, open: None, is_blank: false, list: None }
    }

    /// Takes what the text has beyond what was taken, and what is open if it ends.
    pub(super) fn take(&mut self, text: &str, ending: Ending, tell: &mut dyn FnMut(Told)) {
        while self.step(text, ending, tell) {}
        match ending {
            Ending::None => {}
            Ending::Open => self.close_as(true, tell),
            Ending::Closed => self.close_as(false, tell),
        }
    }

    /// Takes a line, or a piece of a long one; false where there is none.
    pub(super) fn step(&mut self, text: &str, ending: Ending, tell: &mut dyn FnMut(Told)) -> bool {
        let Some((length, ends_line)) = self.next_piece(text, ending != Ending::None) else { return false };
        let range = self.taken..self.taken + length;
        let piece = text[range.clone()].trim_end_matches('\n');
        let piece = piece.strip_suffix('\r').filter(|_| ends_line).unwrap_or(piece);
        if self.at_line_start {
            self.line(text, range.start, piece, tell);
        } else {
            self.more(range.start, piece, tell);
        }
        self.taken = range.end;
        let starts_line = std::mem::replace(&mut self.at_line_start, ends_line);
        self.end_piece(range, starts_line, ends_line, piece.len(), tell);
        true
    }

    /// Tells whether nothing was taken of the chunk that is open: it goes on with one that grew too large.
    pub(super) fn is_between(&self) -> bool {
        self.began_at(self.taken)
    }

    /// Tells whether the chunk that is open began here.
    pub(super) fn began_at(&self, at: usize) -> bool {
        self.open.as_ref().is_some_and(|open| open.start == at)
    }

    /// Tells whether a code block is open.
    pub(super) fn is_in_code(&self) -> bool {
        self.open.as_ref().is_some_and(|open| matches!(open.kind, Kind::Code(_)))
    }

    /// Ends the chunk that is open.
    pub(super) fn close(&mut self) {
        self.close_as(false, &mut |_| ());
    }

    fn next_piece(&self, text: &str, is_end: bool) -> Option<(usize, bool)> {
        let rest = text.get(self.taken..).filter(|rest| !rest.is_empty())?;
        let head = &rest.as_bytes()[..rest.len().min(PIECE_BYTES)];
        if let Some(at) = head.iter().position(|byte| *byte == b'\n') {
            return Some((at + 1, true));
        }
        if rest.len() > PIECE_BYTES {
            return Some((rest.floor_char_boundary(PIECE_BYTES), false));
        }
        is_end.then_some((rest.len(), true))
    }

    /// Takes the first piece of a line.
    fn line(&mut self, text: &str, at: usize, piece: &str, tell: &mut dyn FnMut(Told)) {
        let Some(open) = &mut self.open else { return self.begin(at, piece, tell) };
        let stays = match &mut open.kind {
            Kind::Code(fence) => {
                open.ends_with_line = line::closes(piece, fence);
                true
            }
            Kind::Item { content, fence, .. } => holds(piece, *content, fence, open.is_blank),
            Kind::Note { fence } => holds(piece, NOTE_INDENT, fence, open.is_blank),
            Kind::Quote => matches!(line::start(piece), Start::Quote | Start::Text | Start::Indented),
            Kind::Table(_) => {
                matches!(line::start(piece), Start::Text | Start::Indented)
            }
            Kind::Html(None) => !matches!(line::start(piece), Start::Blank),
            Kind::Html(Some(close)) => {
                open.ends_with_line = contains_close(piece, close);
                true
            }
            Kind::Indented => matches!(line::start(piece), Start::Blank | Start::Indented),
            Kind::Paragraph => {
                let before = text.get(open.last_line..at).unwrap_or_default();
                if line::is_underline(piece) {
                    open.ends_with_line = true;
                    true
                } else if before.contains('|') && line::is_table_rule(piece) {
                    let end = at + piece.len();
                    open.kind = Kind::Table(open.last_line..end);
                    true
                } else {
                    match line::start(piece) {
                        Start::Text | Start::Indented => true,
                        Start::Item(marker) => marker.is_empty || marker.number.is_some_and(|number| number != 1),
                        Start::Blank
                        | Start::Heading
                        | Start::Rule
                        | Start::Fence(_)
                        | Start::Quote
                        | Start::Note(_)
                        | Start::Html(_) => false,
                    }
                }
            }
            Kind::Line => false,
        };
        if stays {
            open.last_line = at;
            open.is_blank = piece.trim().is_empty();
        } else {
            self.close_as(false, tell);
            self.begin(at, piece, tell);
        }
    }

    /// Takes a later piece of a long line.
    fn more(&mut self, at: usize, piece: &str, tell: &mut dyn FnMut(Told)) {
        if self.open.is_none() {
            self.open(at, Kind::Paragraph, tell);
            self.is_blank = false;
        }
        if let Some(open) = &mut self.open {
            open.is_blank = open.is_blank && piece.trim().is_empty();
        }
    }

    /// Begins a chunk with a line.
    fn begin(&mut self, at: usize, piece: &str, tell: &mut dyn FnMut(Told)) {
        let start = line::start(piece);
        if !matches!(start, Start::Blank | Start::Item(_)) {
            self.list = None;
        }
        let kind = match start {
            Start::Blank => {
                self.is_blank = true;
                return;
            }
            Start::Heading | Start::Rule => Kind::Line,
            Start::Fence(fence) => Kind::Code(fence),
            Start::Item(marker) => self.item(piece, marker),
            Start::Quote => Kind::Quote,
            Start::Note(mark) => Kind::Note { fence: inner_fence(piece[mark..].trim_start()) },
            Start::Html(close) => Kind::Html(close),
            Start::Indented => Kind::Indented,
            Start::Text => Kind::Paragraph,
        };
        self.open(at, kind, tell);
        if let Some(open) = &mut self.open {
            open.ends_with_line = match &open.kind {
                Kind::Line => true,
                Kind::Html(Some(close)) => contains_close(piece, close),
                Kind::Code(_)
                | Kind::Item { .. }
                | Kind::Note { .. }
                | Kind::Quote
                | Kind::Table(_)
                | Kind::Html(None)
                | Kind::Indented
                | Kind::Paragraph => false,
            };
        }
    }

    fn item(&mut self, piece: &str, marker: ListMarker) -> Kind {
        let number = match (self.list, marker.number) {
            (Some((delimiter, Some(next))), Some(_)) if delimiter == marker.delimiter => Some(next),
            (_, number) => number,
        };
        self.list = Some((marker.delimiter, number.map(|number| number + 1)));
        let inner = line::dedent(piece, usize::MAX);
        let inner = inner.trim_start_matches(|first: char| first.is_ascii_digit());
        let inner = inner.get(1..).unwrap_or_default().trim_start();
        Kind::Item { number, content: marker.content, fence: inner_fence(inner) }
    }

    fn open(&mut self, start: usize, kind: Kind, tell: &mut dyn FnMut(Told)) {
        let gap = std::mem::take(&mut self.is_blank);
        let open = Open {
            start,
            began: kind.clone(),
            kind,
            gap,
            is_rest: false,
            last_line: start,
            is_blank: false,
            ends_with_line: false,
        };
        if matches!(open.kind, Kind::Code(_)) {
            tell(Told::CodeBegan(open.chunk(start)));
        }
        self.open = Some(open);
    }

    fn end_piece(
        &mut self,
        range: Range<usize>,
        starts_line: bool,
        ends_line: bool,
        length: usize,
        tell: &mut dyn FnMut(Told),
    ) {
        let Some(open) = &mut self.open else { return };
        if let Kind::Code(fence) = &open.kind {
            let is_fence_line = open.last_line == open.start || open.ends_with_line;
            if !is_fence_line {
                let range = range.start..range.start + length;
                tell(Told::Code(CodePiece { range, starts_line, ends_line }, fence.indent));
            }
            if open.last_line == open.start && ends_line {
                // From the next line on the fence's own line is past.
                open.last_line = range.end;
                return;
            }
        }
        if open.ends_with_line && ends_line {
            self.close_as(false, tell);
        } else if range.end - open.start >= CHUNK_BYTES && !matches!(open.kind, Kind::Code(_)) {
            let chunk = open.chunk(range.end);
            open.start = range.end;
            open.began = open.kind.clone();
            open.is_rest = true;
            open.gap = open.is_blank;
            tell(Told::Closed(chunk));
        }
    }

    fn close_as(&mut self, is_open: bool, tell: &mut dyn FnMut(Told)) {
        let Some(open) = self.open.take() else { return };
        self.is_blank = open.is_blank;
        if open.start == self.taken {
            return;
        }
        if matches!(open.kind, Kind::Code(_)) {
            self.is_blank = false;
            tell(Told::CodeEnded);
        } else {
            tell(Told::Closed(Chunk { is_open, ..open.chunk(self.taken) }));
        }
    }
}

impl Chunk {
    /// Returns its text as the parser is to see it: a rest is completed by what it goes on with.
    pub(super) fn source<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let part = &text[self.range.clone()];
        if self.is_open && self.kind == Kind::Paragraph {
            return table::begun(part).map_or(Cow::Borrowed(part), Cow::Owned);
        }
        if !self.is_rest {
            return Cow::Borrowed(part);
        }
        match &self.kind {
            Kind::Item { fence, .. } | Kind::Note { fence } => {
                let content = if let Kind::Item { content, .. } = &self.kind { *content } else { NOTE_INDENT };
                let mut out = String::with_capacity(part.len() + 16);
                if let Some(fence) = fence {
                    out.extend(std::iter::repeat_n(char::from(fence.marker), fence.length));
                    out.push_str(&fence.language);
                    out.push('\n');
                }
                for line in part.split_inclusive('\n') {
                    let body = line.trim_end_matches('\n');
                    out.push_str(line::dedent(body, content.min(line::unindent(body).0)));
                    out.push_str(&line[body.len()..]);
                }
                Cow::Owned(out)
            }
            Kind::Table(header) => Cow::Owned(format!("{}\n{part}", &text[header.clone()])),
            Kind::Code(_) | Kind::Quote | Kind::Html(_) | Kind::Indented | Kind::Paragraph | Kind::Line => {
                Cow::Borrowed(part)
            }
        }
    }
}

impl Open {
    fn chunk(&self, end: usize) -> Chunk {
        // A table that was not cut is known only by its second line, a rest by what it goes on with.
        Chunk { range: self.start..end, kind: self.began.clone(), gap: self.gap, is_rest: self.is_rest, is_open: false }
    }
}

/// Tells whether a line belongs to what stands in an item or a note, and notes the fence that it opens or closes there.
fn holds(piece: &str, content: usize, fence: &mut Option<Fence>, after_blank: bool) -> bool {
    let (indent, rest) = line::unindent(piece);
    if rest.is_empty() {
        return true;
    }
    if indent < content {
        // A line that is not indented goes on with the paragraph, unless it begins something.
        return fence.is_none() && !after_blank && matches!(line::start(piece), Start::Text | Start::Indented);
    }
    let inner = line::dedent(piece, content);
    match fence {
        Some(open) if line::closes(inner, open) => *fence = None,
        Some(_) => {}
        None => *fence = inner_fence(inner),
    }
    true
}

fn inner_fence(inner: &str) -> Option<Fence> {
    match line::start(inner) {
        Start::Fence(fence) => Some(fence),
        _ => None,
    }
}

fn contains_close(piece: &str, close: &str) -> bool {
    piece.to_ascii_lowercase().contains(close)
}
