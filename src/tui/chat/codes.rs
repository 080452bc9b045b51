//! The code blocks of an answer, to be gone through and copied.

use super::prose::{Followed, Prose};
use crate::session::{Entry, SessionState};
use crate::tui::markdown::Part;

/// Code blocks are counted at this width; their number does not depend on it.
const COUNTING_WIDTH: usize = 80;

/// A code block of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CodePlace {
    /// The entry's part that it stands in.
    pub(super) part: usize,
    /// Its number there.
    pub(super) code: usize,
}

/// An answer whose code blocks are looked for. Only parts that are come to are laid out.
pub(super) struct Codes<'a> {
    prose: Prose<'a>,
    followed: Followed,
}

impl<'a> Codes<'a> {
    /// Returns those of an entry, if it is an answer.
    pub(super) fn of(state: &'a SessionState, item: usize) -> Option<Self> {
        let entry = state.entries.get(item)?;
        let prose = Prose::of(entry, false).filter(|_| matches!(entry.as_ref(), Entry::Text { .. }))?;
        let mut followed = Followed::new(prose);
        followed.read(prose, usize::MAX);
        Some(Self { prose, followed })
    }

    /// Returns the block after another, or the first.
    pub(super) fn after(&self, place: Option<CodePlace>) -> Option<CodePlace> {
        let (first, code) = place.map_or((0, 0), |place| (place.part, place.code + 1));
        (first..self.followed.parts()).find_map(|part| {
            let code = if part == first { code } else { 0 };
            (code < self.part(part).page().codes.len()).then_some(CodePlace { part, code })
        })
    }

    /// Returns the block before another, or the last.
    pub(super) fn before(&self, place: Option<CodePlace>) -> Option<CodePlace> {
        if let Some(CodePlace { part, code: 1.. }) = place {
            return place.map(|place| CodePlace { part, code: place.code - 1 });
        }
        let end = place.map_or(self.followed.parts(), |place| place.part);
        (0..end).rev().find_map(|part| {
            let code = self.part(part).page().codes.len().checked_sub(1)?;
            Some(CodePlace { part, code })
        })
    }

    /// Returns a block's text.
    pub(super) fn text(&self, place: CodePlace) -> Option<String> {
        Some(self.part(place.part).page().codes.get(place.code)?.text.clone())
    }

    fn part(&self, number: usize) -> Part {
        let mut part = self.followed.part(number, self.prose, COUNTING_WIDTH.into());
        self.followed.lay(&mut part, self.prose);
        part
    }
}
