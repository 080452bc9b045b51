//! A text that is being written, with its cursor and its chips.

use std::ops::Range;

use super::chip::{self, Chip};
use super::part::Part;
use super::reach::{self, Reach};
use super::undo::{Kind, Moment, Undo};
use crate::session::Image;

/// A paste with more lines or bytes is a chip.
const INLINE_LINES: usize = 8;
const INLINE_BYTES: usize = 1000;
/// A text put in whole (recalled, or from the editor) may be longer before it becomes a chip.
const WHOLE_BYTES: usize = 32 * 1024;

/// A text that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    text: String,
    /// Always at the edge of a grapheme.
    cursor: usize,
    /// In the order in which they were put in; those that were deleted stay, since undo may bring them back.
    chips: Vec<Chip>,
    killed: String,
    /// Whether the last edit was a kill, so that the next one adds to it.
    is_killing: bool,
    undo: Undo,
}

impl Draft {
    /// Returns a draft of a text, the cursor at its end.
    pub(super) fn of(text: &str) -> Self {
        let mut draft = Self::default();
        let text = normalized(text);
        if text.len() > WHOLE_BYTES || chip::could_be_confused(&text) {
            draft.insert_chip(Chip::pasted(&text));
        } else {
            draft.insert_raw(&text);
        }
        draft
    }

    /// Returns the text as it is shown and edited; chips are single characters.
    pub(super) fn raw(&self) -> &str {
        &self.text
    }

    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the text with its chips put in.
    pub(super) fn expanded(&self) -> String {
        let extra: usize = self.chips.iter().map(|chip| chip.text().len()).sum();
        let mut out = String::with_capacity(self.text.len() + extra);
        for character in self.text.chars() {
            match self.chip(character) {
                Some(chip) => out.push_str(chip.text()),
                None => out.push(character),
            }
        }
        out
    }

    /// Returns what is shown for a chip, if the character stands for one.
    pub(super) fn label(&self, grapheme: &str) -> Option<&str> {
        self.chip(grapheme.chars().next()?).map(Chip::label)
    }

    /// Types a text; line ends of all kinds become `\n`.
    pub(super) fn insert(&mut self, text: &str) {
        let kind = match text.chars().next() {
            Some(first) if text.len() == first.len_utf8() && first != '\n' => {
                if first.is_whitespace() {
                    Kind::Blank
                } else {
                    Kind::Letter
                }
            }
            _ => Kind::Whole,
        };
        self.begin_edit(kind);
        self.is_killing = false;
        self.put(&normalized(text));
    }

    fn put(&mut self, text: &str) {
        if chip::could_be_confused(text) {
            self.insert_chip(Chip::pasted(text));
        } else {
            self.insert_raw(text);
        }
    }

    /// Puts a paste in: as text when it is short, else as a chip.
    pub(super) fn paste(&mut self, text: &str) {
        let is_short = text.len() <= INLINE_BYTES && text.split(['\n', '\r']).nth(INLINE_LINES).is_none();
        if is_short {
            self.insert(text);
        } else {
            self.put_chip(Chip::pasted(&normalized(text)));
        }
    }

    fn put_chip(&mut self, chip: Chip) {
        self.begin_edit(Kind::Whole);
        self.is_killing = false;
        self.insert_chip(chip);
    }

    /// Puts an image in, as a chip.
    pub(super) fn attach(&mut self, image: Image) {
        self.put_chip(Chip::image(image));
    }

    /// Puts the path of an image in that is being read; it stands there until the image takes its place.
    pub(super) fn await_image(&mut self, path: &str) {
        self.put_chip(Chip::awaited(path));
    }

    /// Takes an image that was awaited, or none where it cannot be had: its path stays as text then. Tells whether it was
    /// awaited here.
    pub(super) fn take_awaited(&mut self, path: &str, image: Option<Image>) -> bool {
        let Some(number) = self.chips.iter().position(|chip| chip.awaits(path)) else { return false };
        if let Some(image) = image {
            self.chips[number] = Chip::image(image);
            return true;
        }
        self.chips[number] = Chip::pasted(path);
        let at = self.text.char_indices().find(|(_, character)| chip::number(*character) == Some(number));
        if let Some((start, character)) = at
            && !chip::could_be_confused(path)
        {
            let is_behind = self.cursor > start;
            self.text.replace_range(start..start + character.len_utf8(), path);
            if is_behind {
                self.cursor = self.cursor - character.len_utf8() + path.len();
            }
            self.snap();
        }
        true
    }

    /// Tells whether an image that stands in the text is still being read.
    pub(super) fn awaits_image(&self) -> bool {
        self.text.chars().any(|character| self.chip(character).is_some_and(Chip::is_awaited))
    }

    /// Returns the draft of a message that was sent with images: each stands where the text names it, else at the end.
    pub(super) fn with_images(text: &str, images: &[Image]) -> Self {
        let mut draft = Self::of("");
        draft.put_with_images(text, images, true);
        draft
    }

    /// Puts a text in with the images that it names; those that it does not name come behind it, or are left out.
    fn put_with_images(&mut self, text: &str, images: &[Image], keeps_all: bool) {
        let mut rest = text;
        for image in images {
            let chip = Chip::image(image.clone());
            match rest.split_once(chip.text()) {
                Some((before, after)) => {
                    self.put(before);
                    rest = after;
                }
                None if keeps_all => self.put(std::mem::take(&mut rest)),
                None => continue,
            }
            self.insert_chip(chip);
        }
        self.put(rest);
    }

    /// Returns its parts.
    pub(super) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for character in self.text.chars() {
            match (self.chip(character), parts.last_mut()) {
                (Some(chip), _) => parts.push(chip.part()),
                (None, Some(Part::Text(text))) => text.push(character),
                (None, _) => parts.push(Part::Text(character.to_string())),
            }
        }
        parts
    }

    /// Returns the draft of these parts, the cursor at its end.
    pub(super) fn of_parts(parts: Vec<Part>) -> Self {
        if let [Part::Text(text)] = parts.as_slice() {
            return Self::of(text);
        }
        let mut draft = Self::default();
        for part in parts {
            match part {
                Part::Text(text) => draft.put(&normalized(&text)),
                Part::Pasted(text) => draft.insert_chip(Chip::pasted(&normalized(&text))),
                Part::Image(image) => draft.insert_chip(Chip::image(image)),
            }
        }
        draft
    }

    /// Returns the images that stand in the text, in its order.
    pub(super) fn images(&self) -> Vec<Image> {
        self.text.chars().filter_map(|character| self.chip(character)?.shown_image().cloned()).collect()
    }

    /// Puts the chip at the cursor (before it, else after it) in as text; tells why that cannot be done.
    pub(super) fn expand(&mut self) -> Result<(), &'static str> {
        // An image is no text; it stays what it is.
        let is_chip = |character: &char| self.chip(*character).is_some_and(|chip| chip.shown_image().is_none());
        let before = self.text[..self.cursor].chars().next_back().filter(is_chip);
        let after = self.text[self.cursor..].chars().next().filter(is_chip);
        let (character, start) = match (before, after) {
            (Some(before), _) => (before, self.cursor - before.len_utf8()),
            (None, Some(after)) => (after, self.cursor),
            (None, None) => return Err("there is no folded paste at the cursor"),
        };
        let Some(text) = self.chip(character).map(|chip| chip.text().to_owned()) else { return Ok(()) };
        if text.len() > WHOLE_BYTES || chip::could_be_confused(&text) {
            return Err("this paste is too large to be edited here; your editor takes it");
        }
        self.begin_edit(Kind::Whole);
        self.text.replace_range(start..start + character.len_utf8(), &text);
        self.cursor = start + text.len();
        self.snap();
        Ok(())
    }

    /// Takes back the last edit; tells whether there was one.
    pub(super) fn undo(&mut self) -> bool {
        let now = self.moment();
        let before = self.undo.back(now);
        self.restore(before)
    }

    /// Does again what was taken back; tells whether there was anything.
    pub(super) fn redo(&mut self) -> bool {
        let now = self.moment();
        let after = self.undo.forward(now);
        self.restore(after)
    }

    fn moment(&self) -> Moment {
        Moment { text: self.text.clone(), cursor: self.cursor }
    }

    fn restore(&mut self, moment: Option<Moment>) -> bool {
        let Some(moment) = moment else { return false };
        self.text = moment.text;
        self.cursor = moment.cursor;
        self.is_killing = false;
        true
    }

    fn begin_edit(&mut self, kind: Kind) {
        let (text, cursor) = (&self.text, self.cursor);
        self.undo.before(kind, || Moment { text: text.clone(), cursor });
    }

    /// Replaces a range of the raw text; the cursor goes behind it.
    pub(super) fn replace(&mut self, range: Range<usize>, text: &str) {
        if !self.text.is_char_boundary(range.start) || !self.text.is_char_boundary(range.end) {
            return;
        }
        self.begin_edit(Kind::Whole);
        self.is_killing = false;
        self.text.replace_range(range.clone(), "");
        self.cursor = range.start;
        self.put(&normalized(text));
    }

    /// Replaces the whole text, so that it can be undone. Images whose names still stand in it stay.
    pub(super) fn replace_all(&mut self, text: &str) {
        let (text, images) = (normalized(text), self.images());
        self.begin_edit(Kind::Whole);
        self.is_killing = false;
        self.text.clear();
        self.cursor = 0;
        if text.len() > WHOLE_BYTES && images.is_empty() {
            self.insert_chip(Chip::pasted(&text));
        } else {
            self.put_with_images(&text, &images, false);
        }
    }

    /// Removes what lies before the cursor; kills are kept for [`Draft::yank`].
    pub(super) fn remove_back(&mut self, reach: Reach) {
        let start = reach.before(&self.text, self.cursor);
        let range = start..self.cursor;
        self.remove(range, reach, true);
    }

    /// Removes what lies after the cursor; at the end of a line, its end.
    pub(super) fn remove_forward(&mut self, reach: Reach) {
        let end = match reach.after(&self.text, self.cursor) {
            end if end == self.cursor => Reach::Grapheme.after(&self.text, self.cursor),
            end => end,
        };
        let range = self.cursor..end;
        self.remove(range, reach, false);
    }

    /// Puts back what was killed last.
    pub(super) fn yank(&mut self) {
        self.begin_edit(Kind::Whole);
        self.is_killing = false;
        let killed = self.killed.clone();
        self.insert_raw(&killed);
    }

    pub(super) fn move_back(&mut self, reach: Reach) {
        self.undo.moved();
        self.is_killing = false;
        self.cursor = reach.before(&self.text, self.cursor);
    }

    pub(super) fn move_forward(&mut self, reach: Reach) {
        self.undo.moved();
        self.is_killing = false;
        self.cursor = reach.after(&self.text, self.cursor);
    }

    /// Moves the cursor to a place, or to the next edge of a grapheme after it.
    pub(super) fn move_to(&mut self, at: usize) {
        self.undo.moved();
        self.is_killing = false;
        self.cursor = at.min(self.text.len());
        self.snap();
    }

    fn chip(&self, character: char) -> Option<&Chip> {
        self.chips.get(chip::number(character)?)
    }

    fn insert_raw(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.snap();
    }

    fn insert_chip(&mut self, chip: Chip) {
        match chip::character(self.chips.len()) {
            Some(character) => {
                self.chips.push(chip);
                self.insert_raw(character.encode_utf8(&mut [0; 4]));
            }
            // After 65,534 pastes in one message the next ones are typed in.
            None => self.insert_raw(chip.text().to_owned().as_str()),
        }
    }

    fn remove(&mut self, range: Range<usize>, reach: Reach, is_back: bool) {
        if range.is_empty() {
            return;
        }
        self.begin_edit(if reach == Reach::Grapheme { Kind::Deletion } else { Kind::Whole });
        let removed = self.text[range.clone()].to_owned();
        self.text.replace_range(range.clone(), "");
        self.cursor = range.start;
        if reach == Reach::Grapheme {
            self.is_killing = false;
        } else {
            if !self.is_killing {
                self.killed.clear();
            }
            self.killed = if is_back { removed + &self.killed } else { std::mem::take(&mut self.killed) + &removed };
            self.is_killing = true;
        }
        self.snap();
    }

    /// Moves the cursor on to the edge of the grapheme that an edit may have put it into.
    fn snap(&mut self) {
        self.cursor = reach::edge(&self.text, self.cursor);
    }
}

fn normalized(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}
