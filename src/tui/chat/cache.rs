//! Entries laid out: a memo by part, width and fold.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Weak};

use super::drawn::DrawnRows;
use super::entry;
use super::prose::{Followed, Prose};
use crate::session::Entry;
use crate::tui::Place;
use crate::tui::highlight::Highlighter;
use crate::tui::markdown::{Page, Part, Room};

/// When more rows than this are kept, parts that no frame has needed for a while are dropped: a row takes several times
/// as much as its text, and a part is laid out in less time than a key takes to be felt.
const KEPT_ROWS: usize = 2_000;
/// That long, in frames: who goes back and forth between two long answers waits for neither.
const KEPT_FRAMES: u64 = 64;

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

/// One entry.
struct Item {
    /// Which entry it was made of. While this is held the allocation cannot be used for another entry, and
    /// a change of the entry moves it elsewhere; so the address tells whether it is still the same.
    of: Weak<Entry>,
    is_open: bool,
    /// Its parts, if it is Markdown; they do not depend on the room.
    followed: Option<Followed>,
    /// The parts that are laid out.
    laid: BTreeMap<usize, Laid>,
}

/// A part laid out.
struct Laid {
    body: Body,
    /// Whether it is to be laid out as the entry is now.
    is_stale: bool,
    used: u64,
}

enum Body {
    /// Markdown that may grow.
    Part(Box<Part>),
    /// Anything else.
    Page(Page),
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

    /// Returns the room of the frame.
    pub(super) fn room(&self) -> Room {
        self.room
    }

    /// Begins a frame in a room; another width, wrapping or way of links drops everything that was laid out.
    pub(super) fn begin_frame(&mut self, room: Room) {
        if room != self.room {
            self.retain(|_| false);
            self.room = room;
        }
        self.frame += 1;
    }

    /// Ends a frame: drops what was not needed when too much is kept.
    pub(super) fn end_frame(&mut self) {
        let kept: usize =
            self.items.values().flat_map(|item| item.laid.values()).map(|laid| laid.page().rows.len()).sum();
        if kept > KEPT_ROWS {
            let needed = self.frame.saturating_sub(KEPT_FRAMES);
            self.retain(|laid| laid.used >= needed);
        }
    }

    /// Drops parts, and with its last one an entry; where a long one is cut costs little and is kept.
    fn retain(&mut self, is_kept: impl Fn(&Laid) -> bool) {
        self.items.retain(|_, item| {
            item.laid.retain(|_, laid| is_kept(laid));
            !item.laid.is_empty() || item.followed.as_ref().is_some_and(|followed| followed.parts() > 1)
        });
    }

    /// Returns how many parts an entry has.
    pub(super) fn parts(&mut self, index: usize, entry: &Arc<Entry>, is_open: bool) -> usize {
        self.item(index, entry, is_open).followed.as_ref().map_or(1, Followed::parts)
    }

    /// Returns the rows of an entry's part, laid out now if they are not known.
    pub(super) fn page(&mut self, place: Place, entry: &Arc<Entry>, is_open: bool) -> &Page {
        let (room, frame) = (self.room, self.frame);
        self.item(place.item, entry, is_open);
        let item = self.items.entry(place.item).or_insert_with(Item::new);
        let (laid, rows) = item.page(place.part, entry, room);
        laid.used = frame;
        self.laid_rows += rows;
        laid.page()
    }

    /// Returns the rows of a part that was laid out in this frame.
    pub(super) fn laid(&self, place: Place) -> Option<&Page> {
        self.items.get(&place.item)?.laid.get(&place.part).map(Laid::page)
    }

    /// Returns an entry, followed to its end.
    fn item(&mut self, index: usize, entry: &Arc<Entry>, is_open: bool) -> &Item {
        let item = self.items.entry(index).or_insert_with(Item::new);
        if item.of.as_ptr() != Arc::as_ptr(entry) || item.is_open != is_open {
            item.follow(entry, is_open);
        }
        item
    }
}

/// Returns an entry's rows that are not Markdown's, or those of a part of its Markdown.
fn lay(entry: &Entry, is_open: bool, followed: Option<&Followed>, part: usize, room: Room) -> Body {
    match (Prose::of(entry, is_open), followed) {
        (Some(prose), Some(followed)) => {
            let mut part = Box::new(followed.part(part, prose, room));
            followed.lay(&mut part, prose);
            Body::Part(part)
        }
        _ => Body::Page(entry::lay(entry, is_open, room)),
    }
}

impl Item {
    fn new() -> Self {
        Self { of: Weak::new(), is_open: false, followed: None, laid: BTreeMap::new() }
    }

    /// Takes over another entry, or that it has grown.
    fn follow(&mut self, entry: &Arc<Entry>, is_open: bool) {
        let is_same_fold = self.is_open == is_open;
        self.of = Arc::downgrade(entry);
        self.is_open = is_open;
        let Some(prose) = Prose::of(entry, is_open) else {
            (self.followed, self.laid) = (None, BTreeMap::new());
            return;
        };
        let known = self.followed.as_mut().filter(|_| is_same_fold);
        let stale = known.and_then(|followed| followed.goes_on(prose));
        match stale {
            Some(stale) => self.laid.range_mut(stale..).for_each(|(_, laid)| laid.is_stale = true),
            None => (self.followed, self.laid) = (Some(Followed::new(prose)), BTreeMap::new()),
        }
        if let Some(followed) = &mut self.followed {
            followed.read(prose, usize::MAX);
        }
    }

    /// Returns a part, and how many rows were laid out for it.
    fn page(&mut self, part: usize, entry: &Entry, room: Room) -> (&mut Laid, usize) {
        let (is_open, followed) = (self.is_open, self.followed.as_ref());
        let mut rows = 0;
        let laid = self.laid.entry(part).or_insert_with(|| {
            let laid = Laid { body: lay(entry, is_open, followed, part, room), is_stale: false, used: 0 };
            rows = laid.page().rows.len();
            laid
        });
        if std::mem::take(&mut laid.is_stale)
            && let (Body::Part(part), Some(prose), Some(followed)) =
                (&mut laid.body, Prose::of(entry, is_open), followed)
        {
            // What a growing text keeps is not laid out again.
            let before = part.page().rows.len();
            followed.lay(part, prose);
            rows = part.page().rows.len().abs_diff(before);
        }
        (laid, rows)
    }
}

impl Laid {
    fn page(&self) -> &Page {
        match &self.body {
            Body::Part(part) => part.page(),
            Body::Page(page) => page,
        }
    }
}
