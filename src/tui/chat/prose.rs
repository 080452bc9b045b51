//! The Markdown of an entry, followed part by part as it grows.

use crate::session::Entry;
use crate::tui::Scope;
use crate::tui::markdown::{Ink, Outline, Part, Room};

/// A longer text is laid out and looked through in parts of some more bytes: some screens full, and in the time that one
/// takes nobody sees a key wait.
const PART_BYTES: usize = 32 * 1024;
/// How much of a grown text's seams is compared when its buffer did not move.
const SEAM_BYTES: usize = 256;

/// The Markdown of an entry.
#[derive(Clone, Copy)]
pub(super) struct Prose<'a> {
    pub(super) text: &'a str,
    pub(super) ink: Ink,
    /// Whether more of it comes.
    pub(super) grows: bool,
}

impl<'a> Prose<'a> {
    /// Returns the Markdown that an entry shows, if it does.
    pub(super) fn of(entry: &'a Entry, is_open: bool) -> Option<Self> {
        let (text, ink, grows) = match entry {
            Entry::Text { text, is_open: grows } => (&**text, Ink::of(Scope::Text), *grows),
            Entry::Reasoning { text, is_open: grows, .. } if is_open => (&**text, Ink::of(Scope::Muted), *grows),
            Entry::Compacted { summary, .. } if is_open => (summary.as_str(), Ink::of(Scope::Muted), false),
            _ => return None,
        };
        Some(Self { text, ink, grows })
    }
}

/// The parts of an entry's Markdown as far as it was read.
#[derive(Debug)]
pub(super) struct Followed {
    outline: Outline,
    /// What was read, if it may grow.
    seen: Option<Seen>,
    /// Whether all of it was read.
    is_read: bool,
}

impl Followed {
    /// Returns the outline of a text of which nothing was read.
    pub(super) fn new(prose: Prose<'_>) -> Self {
        let seen = prose.grows.then(|| Seen::of(prose.text));
        Self { outline: Outline::new(PART_BYTES), seen, is_read: false }
    }

    /// Reads so many bytes more; tells whether that was all.
    pub(super) fn read(&mut self, prose: Prose<'_>, bytes: usize) -> bool {
        self.is_read = self.is_read || self.outline.read(prose.text, !prose.grows, bytes);
        self.is_read
    }

    /// Takes over that the text is another. Returns the first part that is different; none if nothing of it is the same.
    pub(super) fn goes_on(&mut self, prose: Prose<'_>) -> Option<usize> {
        let seen = self.seen.as_mut().filter(|seen| seen.is_start_of(prose.text))?;
        if prose.grows {
            seen.moved_to(prose.text);
        } else {
            self.seen = None;
        }
        self.is_read = false;
        // What is complete has links where something was referred to before its definition.
        let may_have_links = !prose.grows && prose.text.contains("]:");
        Some(if may_have_links { 0 } else { self.outline.parts() - 1 })
    }

    /// Returns how many parts were read.
    pub(super) fn parts(&self) -> usize {
        self.outline.parts()
    }

    /// Returns a part, not laid out yet.
    pub(super) fn part(&self, number: usize, prose: Prose<'_>, room: Room) -> Part {
        Part::new(&self.outline, number, room, prose.ink)
    }

    /// Lays out a part, or what it has gained.
    pub(super) fn lay(&self, part: &mut Part, prose: Prose<'_>) {
        part.lay(prose.text, &self.outline);
    }
}

/// A text that was laid out, remembered without holding it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    length: usize,
    address: usize,
    /// A digest of the whole text at the time when its buffer last moved, and how long it was.
    head: u64,
    head_length: usize,
    seam: u64,
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
