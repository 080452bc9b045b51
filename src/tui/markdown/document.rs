//! A Markdown text laid out for a width in one piece, which grows at its end.

use super::{Ink, Outline, Page, Part, Room};

/// A text in one part: for what is short, or is wanted whole.
#[derive(Debug, Clone)]
pub struct Document {
    outline: Outline,
    part: Part,
}

impl Document {
    /// Returns an empty document for a room or a width in columns, its plain text in this ink.
    pub fn new(room: impl Into<Room>, base: Ink) -> Self {
        let outline = Outline::new(usize::MAX);
        let part = Part::new(&outline, 0, room, base);
        Self { outline, part }
    }

    /// Returns a complete text laid out.
    pub fn of(text: &str, room: impl Into<Room>, base: Ink) -> Self {
        let mut document = Self::new(room, base);
        document.complete(text);
        document
    }

    /// Returns the rows as they stand.
    pub fn page(&self) -> &Page {
        self.part.page()
    }

    /// Lays out what the text has gained. `text` is the whole text; its beginning must be what was given before.
    pub fn extend(&mut self, text: &str) {
        self.outline.read(text, false, usize::MAX);
        self.part.lay(text, &self.outline);
    }

    /// Lays out what the text has gained, and all of it again when a reference stands before its definition.
    pub fn complete(&mut self, text: &str) {
        self.outline.read(text, true, usize::MAX);
        self.part.lay(text, &self.outline);
    }
}
