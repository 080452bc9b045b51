//! The links of a Markdown text: what they lead to, and whether their address is told beside their words.

use super::{Page, PageLink, clip};
use crate::tui::{LinkWay, bare_addresses, claims_an_address, safe_address};

/// A longer address is cut.
const COLUMNS: usize = 300;
/// No note has a longer label.
const LABEL_BYTES: usize = 200;

/// A link that has begun.
pub(super) struct OpenLink {
    address: String,
    /// Its place among the page's links; none where it is text.
    pub(super) link: Option<PageLink>,
    /// Its words so far.
    pub(super) seen: String,
}

impl OpenLink {
    /// Begins a link; the page keeps its address where the terminal takes it.
    pub(super) fn new(address: String, way: LinkWay, page: &mut Page) -> Self {
        let safe = match way {
            LinkWay::Text => None,
            LinkWay::Both | LinkWay::Link => safe_address(&address),
        };
        let link = safe.and_then(|safe| page.link(safe));
        Self { address, link, seen: String::new() }
    }

    /// Returns the address that is told behind the words: none where the words are the address, and where the terminal
    /// shows it, unless the words claim to be another one.
    pub(super) fn told(&self, way: LinkWay) -> Option<String> {
        let plain = self.address.trim_start_matches("mailto:").trim_end_matches('/');
        let is_said = plain.is_empty() || plain == self.seen.trim_start_matches("mailto:").trim_end_matches('/');
        let is_shown = way == LinkWay::Link && self.link.is_some() && !claims_an_address(&self.seen);
        (!is_said && !is_shown).then(|| clip(&self.address, COLUMNS))
    }
}

/// A part of a text: words, an address as it is, or what looks like the mark of a note, with its label before it.
pub(super) enum Words<'a> {
    Plain(&'a str),
    Address(&'a str),
    Note(&'a str, &'a str),
}

impl<'a> Words<'a> {
    /// Returns the parts of a text; addresses are told apart where they are wanted.
    pub(super) fn of(text: &'a str, addresses: bool) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        for range in if addresses { bare_addresses(text) } else { Vec::new() } {
            Self::plain(&text[from..range.start], &mut parts);
            from = range.end;
            parts.push(Self::Address(&text[range]));
        }
        Self::plain(&text[from..], &mut parts);
        parts
    }

    fn plain(text: &'a str, parts: &mut Vec<Self>) {
        let mut from = 0;
        while let Some(at) = text[from..].find("[^").map(|at| from + at) {
            let rest = &text[at + 2..];
            let head = &rest[..rest.floor_char_boundary(LABEL_BYTES)];
            let end = head.find(|character: char| matches!(character, '[' | ']' | '^') || character.is_whitespace());
            let label = &rest[..end.unwrap_or(0)];
            if label.is_empty() || !rest[label.len()..].starts_with(']') {
                let after = at + 2;
                parts.push(Self::Plain(&text[from..after]));
                from = after;
                continue;
            }
            if from < at {
                parts.push(Self::Plain(&text[from..at]));
            }
            from = at + label.len() + 3;
            parts.push(Self::Note(label, &text[at..from]));
        }
        if from < text.len() {
            parts.push(Self::Plain(&text[from..]));
        }
    }
}
