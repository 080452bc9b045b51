//! The links of a Markdown text: what they lead to, and whether their address is told beside their words.

use super::{Page, PageLink, clip};
use crate::tui::{LinkWay, bare_addresses, claims_an_address, safe_address};

/// A longer address is cut.
const COLUMNS: usize = 300;

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

/// A part of a text: words, or an address as it is.
pub(super) enum Words<'a> {
    Plain(&'a str),
    Address(&'a str),
}

impl<'a> Words<'a> {
    /// Returns the parts of a text.
    pub(super) fn of(text: &'a str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        for range in bare_addresses(text) {
            if from < range.start {
                parts.push(Self::Plain(&text[from..range.start]));
            }
            from = range.end;
            parts.push(Self::Address(&text[range]));
        }
        if from < text.len() {
            parts.push(Self::Plain(&text[from..]));
        }
        parts
    }
}
