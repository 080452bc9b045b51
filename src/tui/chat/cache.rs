//! Entries laid out: a memo by entry, width and fold.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use super::drawn::DrawnRows;
use super::entry;
use crate::session::Entry;
use crate::tui::highlight::Highlighter;
use crate::tui::markdown::{Document, ENDLESS, Ink, Page, Room};
use crate::tui::{LinkWay, Scope};

/// When more rows than this are kept, entries that no frame has needed for a while are dropped: a row takes several times
/// as much as its text, and an entry is laid out in less time than a key takes to be felt.
const KEPT_ROWS: usize = 2_000;
/// That long, in frames: who goes back and forth between two long answers waits for neither.
const KEPT_FRAMES: u64 = 64;
/// How much of a grown text's seams is compared when its buffer did not move.
const SEAM_BYTES: usize = 256;

/// What the pane has laid out. Without it everything is laid out again, and looks the same.
pub struct ChatCache {
    /// Colours code.
    pub(super) highlighter: Arc<Highlighter>,
    /// What the rows show since the last frame.
    pub(super) drawn: DrawnRows,
    room: Room,
    items: HashMap<usize, Item>,
    frame: u64,
    /// How many rows were laid out in all, to see that a key costs what is in view and no more.
    laid_rows: usize,
}

/// One entry laid out.
struct Item {
    /// Which entry it was made of. While this is held the allocation cannot be used for another entry, and
    /// a change of the entry moves it elsewhere; so the address tells whether it is still the same.
    of: Weak<Entry>,
    is_open: bool,
    body: Body,
    used: u64,
}

enum Body {
    /// Markdown that may grow.
    Grown { document: Box<Document>, seen: Seen },
    /// Anything else.
    Fixed(Page),
}

/// A text that was laid out, remembered without holding it.
#[derive(Clone, Copy)]
struct Seen {
    length: usize,
    address: usize,
    /// A digest of the whole text at the time when its buffer last moved, and how long it was.
    head: u64,
    head_length: usize,
    seam: u64,
}

impl ChatCache {
    /// Returns an empty cache.
    pub fn new(highlighter: Arc<Highlighter>) -> Self {
        let (drawn, room) = (DrawnRows::default(), Room::from(0));
        Self { highlighter, drawn, room, items: HashMap::new(), frame: 0, laid_rows: 0 }
    }

    /// Returns how many rows were laid out in all.
    pub fn laid_rows(&self) -> usize {
        self.laid_rows
    }

    /// Begins a frame in a room; another width, wrapping or way of links drops everything.
    pub(super) fn begin_frame(&mut self, room: Room) {
        if room != self.room {
            self.items.clear();
            self.room = room;
        }
        self.frame += 1;
    }

    /// Ends a frame: drops what was not needed when too much is kept.
    pub(super) fn end_frame(&mut self) {
        let kept: usize = self.items.values().map(|item| item.page().rows.len()).sum();
        if kept > KEPT_ROWS {
            let needed = self.frame.saturating_sub(KEPT_FRAMES);
            self.items.retain(|_, item| item.used >= needed);
        }
    }

    /// Returns the rows of an entry, laid out now if they are not known.
    pub(super) fn page(&mut self, index: usize, entry: &Arc<Entry>, is_open: bool) -> &Page {
        let (room, frame) = (self.room, self.frame);
        let item = self.items.entry(index).or_insert_with(|| Item {
            of: Weak::new(),
            is_open,
            body: Body::Fixed(Page::default()),
            used: frame,
        });
        item.used = frame;
        if item.of.as_ptr() != Arc::as_ptr(entry) || item.is_open != is_open {
            let before = item.page().rows.len();
            item.lay(entry, is_open, room);
            // What a growing text keeps is not laid out again.
            self.laid_rows += item.page().rows.len().abs_diff(before);
        }
        item.page()
    }

    /// Returns the rows of an entry that was laid out in this frame.
    pub(super) fn laid(&self, index: usize) -> Option<&Page> {
        self.items.get(&index).map(Item::page)
    }
}

/// The Markdown of an entry.
struct Markdown<'a> {
    text: &'a str,
    ink: Ink,
    /// Whether more of it comes.
    grows: bool,
}

impl<'a> Markdown<'a> {
    /// Returns the Markdown that an entry shows, if it does.
    fn of(entry: &'a Entry, is_open: bool) -> Option<Self> {
        let (text, ink, grows) = match entry {
            Entry::Text { text, is_open: grows } => (&**text, Ink::of(Scope::Text), *grows),
            Entry::Reasoning { text, is_open: grows, .. } if is_open => (&**text, Ink::of(Scope::Muted), *grows),
            Entry::Compacted { summary, .. } if is_open => (summary.as_str(), Ink::of(Scope::Muted), false),
            _ => return None,
        };
        Some(Self { text, ink, grows })
    }

    fn document(&self, room: Room) -> Document {
        let mut document = Document::new(room, self.ink);
        if self.grows {
            document.extend(self.text)
        } else {
            document.complete(self.text)
        }
        document
    }
}

/// Returns the text of an opened entry as it is read on the screen, whatever its width: line by line, with this between
/// them.
pub(super) fn read(entry: &Entry, links: LinkWay, between: char) -> String {
    let room = Room { width: ENDLESS, wraps: true, links };
    let laid;
    let document;
    let page = match Markdown::of(entry, true) {
        Some(markdown) => {
            document = markdown.document(room);
            document.page()
        }
        None => {
            laid = entry::lay(entry, true, room);
            &laid
        }
    };
    let mut out = String::new();
    for line in page.all_lines() {
        out.push_str(&line.text);
        out.push(between);
    }
    out
}

impl Item {
    fn page(&self) -> &Page {
        match &self.body {
            Body::Grown { document, .. } => document.page(),
            Body::Fixed(page) => page,
        }
    }

    fn lay(&mut self, entry: &Arc<Entry>, is_open: bool, room: Room) {
        let is_same_fold = self.is_open == is_open;
        self.of = Arc::downgrade(entry);
        self.is_open = is_open;
        let Some(Markdown { text, ink, grows }) = Markdown::of(entry, is_open) else {
            self.body = Body::Fixed(entry::lay(entry, is_open, room));
            return;
        };
        match &mut self.body {
            Body::Grown { document, seen } if is_same_fold && seen.is_start_of(text) => {
                if grows {
                    document.extend(text)
                } else {
                    document.complete(text)
                }
                seen.moved_to(text);
            }
            Body::Grown { .. } | Body::Fixed(_) => {
                let document = Box::new(Markdown { text, ink, grows }.document(room));
                self.body = Body::Grown { document, seen: Seen::of(text) };
            }
        }
    }
}

impl Seen {
    fn of(text: &str) -> Self {
        Self {
            length: text.len(),
            address: text.as_ptr() as usize,
            head: digest(text.as_bytes()),
            head_length: text.len(),
            seam: digest(seam(text)),
        }
    }

    /// Tells whether the text begins with what was seen.
    ///
    /// A buffer that did not move is compared at its seam; one that moved, which happens a few times while a
    /// text grows, also from its start to where it was when it moved last, which is at least half. So a long
    /// answer costs linear time, and a step that is sent again, with another text in its place, is noticed.
    fn is_start_of(&self, text: &str) -> bool {
        let Some(start) = text.get(..self.length) else { return false };
        if digest(seam(start)) != self.seam {
            return false;
        }
        let has_moved = text.as_ptr() as usize != self.address;
        !has_moved || digest(&text.as_bytes()[..self.head_length]) == self.head
    }

    fn moved_to(&mut self, text: &str) {
        if text.as_ptr() as usize == self.address {
            self.length = text.len();
            self.seam = digest(seam(text));
        } else {
            *self = Self::of(text);
        }
    }
}

fn seam(text: &str) -> &[u8] {
    &text.as_bytes()[text.len().saturating_sub(SEAM_BYTES)..]
}

fn digest(bytes: &[u8]) -> u64 {
    use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes)
}
