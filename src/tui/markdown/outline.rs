//! Where the parts of a Markdown text begin, and what it defines: known without laying anything out.

use super::layout::OPTIONS;
use super::references::Definitions;
use super::split::{Ending, Splitter, Told};

/// The parts of a text: stretches of whole chunks that are laid out each by itself.
///
/// Where a part ends is decided by the text up to there and the line after it, never by the width or by what follows; so
/// the parts of a text that grows stay as they are, all but the last. A code block is never cut.
#[derive(Debug, Clone)]
pub struct Outline {
    /// A part is no shorter, but for the last.
    part_bytes: usize,
    /// What was taken of the text, all that cannot change.
    splitter: Splitter,
    /// The state of the cutting where each part begins.
    starts: Vec<Splitter>,
    definitions: Definitions,
    /// How many definitions stand before the open end.
    closed: usize,
    is_complete: bool,
    /// Whether there is something before what is taken: a part has rows, so that what follows has a gap above it.
    is_begun: bool,
}

impl Outline {
    /// Returns the outline of an empty text, to be cut into parts that are no shorter than this.
    pub fn new(part_bytes: usize) -> Self {
        let splitter = Splitter::new();
        let starts = vec![splitter.clone()];
        let definitions = Definitions::default();
        Self { part_bytes, splitter, starts, definitions, closed: 0, is_complete: false, is_begun: false }
    }

    /// Reads so many bytes of what the text has gained; tells whether that was all. `text` is the whole text; its
    /// beginning must be what was given before. `is_complete` says that no more of it will come.
    pub fn read(&mut self, text: &str, is_complete: bool, bytes: usize) -> bool {
        self.is_complete = is_complete;
        self.definitions.rewind(self.closed);
        let until = self.splitter.taken.saturating_add(bytes);
        loop {
            if self.splitter.taken >= until {
                return false;
            }
            if !self.step(text) {
                break;
            }
        }
        // What the open end defines; the next call takes it back.
        let definitions = &mut self.definitions;
        self.splitter.clone().take(text, Ending::Open, &mut |told| {
            if let Told::Closed(chunk) = told {
                definitions.take(text, &chunk, OPTIONS);
            }
        });
        true
    }

    /// Takes a line; false where there is no whole one.
    fn step(&mut self, text: &str) -> bool {
        let at = self.splitter.taken;
        let is_full = self.is_begun && at - self.last_start() >= self.part_bytes;
        if is_full && self.splitter.is_between() {
            self.starts.push(self.splitter.clone());
        }
        // It can be seen only afterwards whether the line goes on with the chunk before.
        let before = (is_full && self.last_start() < at && !self.splitter.is_in_code()).then(|| self.splitter.clone());
        let definitions = &mut self.definitions;
        let mut begins = false;
        let mut is_begun = self.is_begun;
        let goes_on = self.splitter.step(text, Ending::None, &mut |told| match told {
            Told::Closed(chunk) => {
                begins |= chunk.range.start == at;
                is_begun = is_begun || !text[chunk.range.clone()].trim().is_empty();
                definitions.take(text, &chunk, OPTIONS);
            }
            Told::CodeBegan(chunk) => begins |= chunk.range.start == at,
            Told::Code(..) => is_begun = true,
            Told::CodeEnded => {}
        });
        self.closed = self.definitions.mark();
        self.is_begun = is_begun;
        if let Some(mut before) = before.filter(|_| begins || self.splitter.began_at(at)) {
            before.close();
            self.starts.push(before);
        }
        goes_on
    }

    fn last_start(&self) -> usize {
        self.starts.last().map_or(0, |start| start.taken)
    }

    /// Returns how many parts there are; an empty text has one.
    pub fn parts(&self) -> usize {
        self.starts.len()
    }

    /// Tells whether no more of the text will come.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub(super) fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Returns the state of the cutting at the start of a part.
    pub(super) fn start(&self, part: usize) -> Splitter {
        self.starts.get(part).cloned().unwrap_or_else(Splitter::new)
    }

    /// Returns where a part ends; none for the last, which ends with the text.
    pub(super) fn end(&self, part: usize) -> Option<usize> {
        self.starts.get(part + 1).map(|next| next.taken)
    }
}
