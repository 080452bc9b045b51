//! Links that the terminal itself opens (OSC 8): where they are sent, which addresses may be one, how a cell carries one.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

use super::environment::TerminalEnvironment;
use crate::config::Links;

/// A longer address is no link; terminals cut or drop what is longer.
const MOST_BYTES: usize = 2048;
/// More addresses than this are not told apart in one session; what is beyond them is text.
const MOST_LINKS: usize = 1 << 16;
/// What a link may lead to. Not files: what a click opens must not be the model's choice of a path.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// How a link of the conversation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkWay {
    /// As text: the address stands behind the words.
    #[default]
    Text,
    /// As a link of the terminal's, and as text for who cannot open it.
    Both,
    /// As a link of the terminal's; the address stands behind the words only where they claim to be another one.
    Link,
}

impl LinkWay {
    /// Returns the way that was set; "auto" is by what the terminal says that it is.
    pub fn of(setting: Links, environment: &TerminalEnvironment) -> Self {
        match setting {
            Links::Off => Self::Text,
            Links::On => Self::Link,
            Links::Auto if !environment.takes_links() => Self::Text,
            // What stands behind a multiplexer or an ssh that does not tell is not known; the sequence is harmless there.
            Links::Auto if environment.is_multiplexed() || !environment.shows_links() => Self::Both,
            Links::Auto => Self::Link,
        }
    }
}

/// Returns an address as it may be sent to the terminal, with what is not plain ASCII as percents; none for a scheme that
/// is not opened, for control characters and for what is too long.
pub fn safe_address(address: &str) -> Option<String> {
    let address = address.trim();
    let begins = |scheme: &&str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = SCHEMES.iter().find(|scheme| begins(scheme))?;
    if address.len() > MOST_BYTES || address.len() == scheme.len() || address.chars().any(char::is_control) {
        return None;
    }
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        // A mark that hides or turns text around is a percent here like every other character beyond ASCII.
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    (out.len() <= MOST_BYTES).then_some(out)
}

/// Returns where addresses stand in a text as it is: from a scheme of the web to what ends it, without the punctuation
/// that belongs to the sentence.
pub fn bare_addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|at| from + at) {
        let rest = &text[at..];
        let is_scheme = rest.starts_with("http://") || rest.starts_with("https://");
        let is_inside = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let ends = |character: char| {
            character.is_whitespace() || character.is_control() || matches!(character, '<' | '>' | '"' | '`' | '|')
        };
        let whole = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let length = without_punctuation(whole).len();
        if is_scheme && !is_inside && length > "https://".len() {
            found.push(at..at + length);
            from = at + length;
        } else {
            from = at + "http".len();
        }
    }
    found
}

/// Returns an address without the sentence's punctuation at its end; a bracket stays that was opened in it.
fn without_punctuation(mut address: &str) -> &str {
    while let Some(last) = address.chars().next_back() {
        let count = |wanted: char| address.chars().filter(|character| *character == wanted).count();
        let is_foreign = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' => true,
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            '}' => count('}') > count('{'),
            _ => false,
        };
        if !is_foreign {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// Tells whether words look like an address, so that a reader takes them for where the link leads.
pub(super) fn claims_an_address(words: &str) -> bool {
    let words = words.trim();
    let has_dot = words.split('.').skip(1).any(|part| part.starts_with(|first: char| first.is_alphanumeric()));
    words.contains("://") || words.contains('@') || has_dot && !words.contains(char::is_whitespace)
}

/// A link on the screen: its number in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkId(u32);

/// The addresses that were shown so far, each with a number that a cell can carry.
#[derive(Debug, Default)]
pub struct LinkTable(Mutex<Addresses>);

#[derive(Debug, Default)]
struct Addresses {
    known: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl LinkTable {
    /// Makes cells of a row a link to an address that was made safe, after they were drawn.
    ///
    /// Ratatui's cells have no place for a link. They carry its number as the colour of their underline, which adit never
    /// sets: so every comparison of cells, ratatui's and the encoder's, sees a link as it sees a colour, and cells
    /// without one cost nothing.
    pub fn put(&self, buffer: &mut Buffer, columns: Range<u16>, row: u16, address: &Arc<str>) {
        let Some(LinkId(number)) = self.number(address) else { return };
        let [_, high, middle, low] = number.to_be_bytes();
        paint(buffer, columns, row, Color::Rgb(high, middle, low));
    }

    /// Returns the number of an address; none when the table is full.
    fn number(&self, address: &Arc<str>) -> Option<LinkId> {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = addresses.numbers.get(address) {
            return Some(LinkId(*number));
        }
        let number = u32::try_from(addresses.known.len()).ok().filter(|_| addresses.known.len() < MOST_LINKS)?;
        addresses.known.push(Arc::clone(address));
        addresses.numbers.insert(Arc::clone(address), number);
        Some(LinkId(number))
    }

    /// Writes the sequence that begins a link. What has the same number is one link, also over several rows.
    pub(super) fn begin(&self, link: LinkId, out: &mut Vec<u8>) {
        let addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = addresses.known.get(link.0 as usize) {
            out.extend_from_slice(format!("\x1b]8;id=adit{};{address}\x1b\\", link.0).as_bytes());
        }
    }
}

/// Ends a link.
pub(super) const END: &[u8] = b"\x1b]8;;\x1b\\";

/// Takes the link away from cells that something else is drawn over.
pub(super) fn drop_links(buffer: &mut Buffer, columns: Range<u16>, row: u16) {
    paint(buffer, columns, row, Color::Reset);
}

fn paint(buffer: &mut Buffer, columns: Range<u16>, row: u16, color: Color) {
    for column in columns {
        if let Some(cell) = buffer.cell_mut((column, row)) {
            cell.underline_color = color;
        }
    }
}

/// Returns the link that a cell is part of.
pub(super) fn link_of(cell: &Cell) -> Option<LinkId> {
    match cell.underline_color {
        Color::Rgb(high, middle, low) => Some(LinkId(u32::from_be_bytes([0, high, middle, low]))),
        _ => None,
    }
}
