//! Lays out one chunk of Markdown: events in, rows out.

use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeWithOffset,
};
use ratatui::style::Modifier;

use super::code::CodeWriter;
use super::links::{OpenLink, Words};
use super::references::References;
use super::row::drawn;
use super::split::{Chunk, Kind};
use super::table::Table;
use super::{Flow, Ink, Page, Piece, Room, cells, clip};
use crate::tui::{LinkWay, Scope, safe};

/// What is read of Markdown.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// Where a chunk is laid out, and the ink of its plain text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) room: Room,
    pub(super) base: Ink,
}

/// Puts the rows of a chunk of `text` into the page; uses what others have defined.
pub(super) fn lay(page: &mut Page, text: &str, chunk: &Chunk, style: Style, references: &mut References<'_>) {
    let Style { room, base } = style;
    let source = chunk.source(text);
    let rows_before = page.rows.len();
    let references = RefCell::new(references);
    let elsewhere = |link: BrokenLink<'_>| {
        let address = references.borrow_mut().link(&link.reference)?;
        Some((CowStr::from(address), CowStr::from("")))
    };
    let parser = Parser::new_with_broken_link_callback(&source, OPTIONS, Some(elsewhere));
    let mut layout = Layout::new(page, &source, style, &references);
    match &chunk.kind {
        Kind::Item { content, .. } if chunk.is_rest => {
            let blank = " ".repeat((*content).min(8));
            layout.enter(blank.clone(), blank, base);
        }
        Kind::Note { .. } if chunk.is_rest => {
            let blank = " ".repeat(4);
            layout.enter(blank.clone(), blank, base);
        }
        Kind::Item { number, .. } => layout.first_number = *number,
        Kind::Table(_) => layout.hides_header = chunk.is_rest,
        Kind::Code(_)
        | Kind::Note { .. }
        | Kind::Quote
        | Kind::Html(_)
        | Kind::Indented
        | Kind::Paragraph
        | Kind::Line => {}
    }
    for (event, range) in TextMergeWithOffset::new(parser.into_offset_iter()) {
        layout.event(event, range);
    }
    layout.end_flow();
    if page.rows.len() == rows_before {
        // A definition of links: shown as it is written, since it may define links that are shown as text.
        for raw in source.lines().filter(|raw| !raw.trim().is_empty()) {
            let mut flow = Flow::new(room.width);
            flow.push(raw.trim(), Ink::of(Scope::Muted));
            for row in flow.finish() {
                page.push_text(Vec::new(), row);
            }
        }
    }
}

/// A list item, quote or note that rows stand in.
struct Container {
    first: String,
    rest: String,
    ink: Ink,
    is_begun: bool,
}

struct Layout<'a, 'd> {
    page: &'a mut Page,
    source: &'a str,
    references: &'a RefCell<&'a mut References<'d>>,
    width: usize,
    wraps: bool,
    link_way: LinkWay,
    inks: Vec<Ink>,
    containers: Vec<Container>,
    /// Whether each container that was entered is shown; those that leave no room are not.
    entered: Vec<bool>,
    lists: Vec<Option<u64>>,
    flow: Option<Flow>,
    code: Option<(String, String)>,
    table: Option<Table>,
    links: Vec<OpenLink>,
    is_html: bool,
    /// Whether a container has begun and nothing stands in it yet.
    is_fresh: bool,
    /// Where the last block ended in the source.
    last_end: usize,
    first_number: Option<u64>,
    hides_header: bool,
}

impl<'a, 'd> Layout<'a, 'd> {
    fn new(
        page: &'a mut Page,
        source: &'a str,
        Style { room, base }: Style,
        references: &'a RefCell<&'a mut References<'d>>,
    ) -> Self {
        Self {
            page,
            source,
            references,
            width: room.width,
            wraps: room.wraps,
            link_way: room.links,
            inks: vec![base],
            containers: Vec::new(),
            entered: Vec::new(),
            lists: Vec::new(),
            flow: None,
            code: None,
            table: None,
            links: Vec::new(),
            is_html: false,
            is_fresh: true,
            last_end: 0,
            first_number: None,
            hides_header: false,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => {
                match &mut self.code {
                    Some((_, code)) => code.push_str(&text),
                    None => self.words(&text),
                }
                self.last_end = range.end;
            }
            Event::Code(text) => {
                self.text(&text, self.ink().scoped(Scope::Code));
                self.last_end = range.end;
            }
            Event::Html(text) => {
                for line in text.lines() {
                    self.text(line, Ink::of(Scope::Muted));
                    self.with_flow(Flow::end_row);
                }
                self.last_end = range.end;
            }
            Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text, Ink::of(Scope::Muted));
                self.last_end = range.end;
            }
            Event::FootnoteReference(label) => self.text(&format!("[^{label}]"), Ink::of(Scope::Muted)),
            Event::SoftBreak => self.text(" ", self.ink()),
            Event::HardBreak => {
                if self.table.is_some() {
                    self.text(" ", self.ink());
                } else {
                    self.with_flow(Flow::end_row);
                }
            }
            Event::Rule => {
                self.block(range.start);
                let rule = "─".repeat(drawn(self.room()));
                let mut pieces = self.lead();
                pieces.push(Piece { text: rule, ink: Ink::of(Scope::Muted) });
                self.page.push(pieces);
                self.last_end = range.end;
            }
            Event::TaskListMarker(is_done) => {
                self.text(if is_done { "[x] " } else { "[ ] " }, Ink::of(Scope::Accent));
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.block(range.start),
            Tag::Heading { level, .. } => {
                self.block(range.start);
                let modifier = match level {
                    HeadingLevel::H1 => Modifier::BOLD.union(Modifier::UNDERLINED),
                    HeadingLevel::H2 => Modifier::BOLD,
                    HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => {
                        Modifier::BOLD.union(Modifier::ITALIC)
                    }
                };
                self.inks.push(self.ink().scoped(Scope::Heading).with(modifier));
            }
            Tag::BlockQuote(_) => {
                self.block(range.start);
                self.enter("▎ ".to_owned(), "▎ ".to_owned(), Ink::of(Scope::Quote));
                self.inks.push(self.ink().scoped(Scope::Quote));
            }
            Tag::CodeBlock(kind) => {
                self.block(range.start);
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        let language = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
                        language[..language.floor_char_boundary(64)].to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => {
                self.block(range.start);
                self.is_html = true;
            }
            Tag::List(first) => {
                self.end_flow();
                self.lists.push(self.first_number.take().or(first));
            }
            Tag::Item => {
                self.block(range.start);
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number += 1;
                        marker
                    }
                    Some(None) | None => match self.lists.len() {
                        0 | 1 => "• ".to_owned(),
                        2 => "◦ ".to_owned(),
                        _ => "▪ ".to_owned(),
                    },
                };
                let rest = " ".repeat(cells(&marker));
                self.enter(marker, rest, Ink::of(Scope::Accent));
            }
            Tag::FootnoteDefinition(label) => {
                self.block(range.start);
                let marker = format!("[^{}] ", clip(&label, 12));
                let rest = " ".repeat(cells(&marker));
                self.enter(marker, rest, Ink::of(Scope::Muted));
            }
            Tag::Table(alignments) => {
                self.block(range.start);
                self.table = Some(Table::new(alignments));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            Tag::TableCell => {
                if let Some(table) = &mut self.table {
                    table.begin_cell();
                }
            }
            Tag::Emphasis => self.inks.push(self.ink().with(Modifier::ITALIC)),
            Tag::Strong => self.inks.push(self.ink().with(Modifier::BOLD)),
            Tag::Strikethrough => self.inks.push(self.ink().with(Modifier::CROSSED_OUT)),
            Tag::Link { link_type, dest_url, .. } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                let link = OpenLink::new(address, self.link_way, self.page);
                self.inks.push(self.ink().scoped(Scope::Accent).with(Modifier::UNDERLINED).linked(link.link));
                self.links.push(link);
            }
            Tag::Image { dest_url, .. } => {
                self.text("image: ", Ink::of(Scope::Muted));
                let link = OpenLink::new(dest_url.into_string(), self.link_way, self.page);
                self.inks.push(self.ink().scoped(Scope::Accent).linked(link.link));
                self.links.push(link);
            }
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.end_flow(),
            TagEnd::HtmlBlock => {
                self.end_flow();
                self.is_html = false;
            }
            TagEnd::Heading(_) => {
                self.end_flow();
                self.inks.pop();
                self.last_end = range.end;
            }
            TagEnd::BlockQuote(_) => {
                self.end_flow();
                self.inks.pop();
                self.leave();
            }
            TagEnd::CodeBlock => {
                self.end_code();
                self.last_end = range.end;
            }
            TagEnd::List(_) => {
                self.end_flow();
                self.lists.pop();
            }
            TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.end_flow();
                self.leave();
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    for row in table.rows(self.room(), self.hides_header) {
                        let lead = self.lead();
                        self.page.push_table(lead, row);
                    }
                }
                self.last_end = range.end;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.inks.pop();
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn ink(&self) -> Ink {
        self.inks.last().copied().unwrap_or(Ink::of(Scope::Text))
    }

    /// Returns the columns that the containers leave.
    fn room(&self) -> usize {
        let taken: usize = self.containers.iter().map(|container| cells(&container.rest)).sum();
        self.width.saturating_sub(taken).max(1)
    }

    /// Enters a container; it is not shown when it would leave less than a third of the width.
    fn enter(&mut self, first: String, rest: String, ink: Ink) {
        let is_shown = self.room().saturating_sub(cells(&rest)) >= (self.width / 3).max(4);
        self.entered.push(is_shown);
        if is_shown {
            let first = safe::shown(&first, 0).into_owned();
            self.containers.push(Container { first, rest, ink, is_begun: false });
        }
        self.is_fresh = true;
    }

    fn leave(&mut self) {
        if self.entered.pop() == Some(true) {
            if self.containers.last().is_some_and(|container| !container.is_begun) {
                let pieces = self.lead();
                self.page.push(pieces);
            }
            self.containers.pop();
        }
        self.is_fresh = false;
    }

    /// Returns what stands before the next row.
    fn lead(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(self.containers.len() + 2);
        for container in &mut self.containers {
            let text = if container.is_begun { &container.rest } else { &container.first };
            pieces.push(Piece { text: text.clone(), ink: container.ink });
            container.is_begun = true;
        }
        pieces
    }

    /// Begins a block: ends the text before it, and keeps the blank line that the source has there.
    fn block(&mut self, start: usize) {
        self.end_flow();
        if !self.is_fresh {
            let between = self.source.get(self.last_end.min(start)..start).unwrap_or_default();
            let before = self.source.get(..self.last_end.min(start)).unwrap_or_default();
            let ended = before.len() - before.trim_end_matches(['\n', ' ', '\t', '\r', '>']).len();
            let tail = &before[before.len() - ended..];
            let ends = tail.bytes().chain(between.bytes()).filter(|byte| *byte == b'\n').count();
            if ends >= 2 {
                let pieces = self.lead();
                self.page.push(pieces);
            }
        }
        self.is_fresh = false;
    }

    fn text(&mut self, text: &str, ink: Ink) {
        if let Some(link) = self.links.last_mut() {
            link.seen.push_str(text);
        }
        match &mut self.table {
            Some(table) => table.push(text, ink),
            None => self.with_flow(|flow| flow.push(text, ink)),
        }
        self.is_fresh = false;
    }

    fn with_flow(&mut self, act: impl FnOnce(&mut Flow)) {
        let room = self.room();
        act(self.flow.get_or_insert_with(|| Flow::new(room)));
    }

    fn end_flow(&mut self) {
        let Some(flow) = self.flow.take() else { return };
        if flow.is_empty() {
            return;
        }
        for row in flow.finish() {
            let lead = self.lead();
            self.page.push_text(lead, row);
        }
    }

    fn end_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        let room = self.room();
        let is_marked = self.containers.iter().all(|container| container.is_begun);
        let first = if language.is_empty() && !is_marked {
            let pieces = self.lead();
            self.page.push(pieces);
            Vec::new()
        } else {
            self.lead()
        };
        let lead = self.lead();
        let mut writer = CodeWriter::begin(
            self.page,
            first,
            lead,
            Room { width: room, wraps: self.wraps, links: self.link_way },
            &language,
        );
        for line in code.lines() {
            writer.push(self.page, line, true);
        }
        writer.finish(self.page);
    }

    /// Adds text in which addresses of the web are links, where the terminal takes them, and in which the marks of notes
    /// that stand elsewhere look like those of the chunk's own.
    fn words(&mut self, text: &str) {
        let ink = self.ink();
        let links = self.link_way != LinkWay::Text && self.links.is_empty();
        for words in Words::of(text, links) {
            match words {
                Words::Note(label, text) if self.references.borrow_mut().has_note(label) => {
                    self.text(text, Ink::of(Scope::Muted));
                }
                Words::Plain(text) | Words::Note(_, text) => self.text(text, ink),
                Words::Address(text) => {
                    let link = OpenLink::new(text.to_owned(), self.link_way, self.page).link;
                    let looks = ink.scoped(Scope::Accent).with(Modifier::UNDERLINED).linked(link);
                    self.text(text, if link.is_some() { looks } else { ink });
                }
            }
        }
    }

    /// Shows a link's address after its text, unless the text says it or the terminal does.
    fn end_link(&mut self) {
        self.inks.pop();
        let Some(link) = self.links.pop() else { return };
        if let Some(address) = link.told(self.link_way) {
            self.text(&format!(" ({address})"), Ink::of(Scope::Muted));
        }
    }
}
