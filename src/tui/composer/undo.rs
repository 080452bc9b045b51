//! Undo and redo of edits in a draft.

/// No more states are kept.
const MOST: usize = 200;
/// Nor more bytes of them, all together.
const MOST_BYTES: usize = 4 << 20;

/// A state of the text: chips are characters in it, and are never forgotten while the message is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) text: String,
    pub(super) cursor: usize,
}

/// What an edit is; edits of the same kind that follow each other are undone as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A letter typed.
    Letter,
    /// White space typed.
    Blank,
    /// A letter deleted.
    Deletion,
    /// Anything else stands by itself.
    Whole,
}

/// The states before the present one, and those that were undone.
#[derive(Debug, Clone, Default)]
pub(super) struct Undo {
    past: Vec<Moment>,
    future: Vec<Moment>,
    last: Option<Kind>,
}

impl Undo {
    /// Notes the state before an edit.
    pub(super) fn before(&mut self, kind: Kind, now: impl FnOnce() -> Moment) {
        let goes_on = match (self.last, kind) {
            (_, Kind::Whole) => false,
            // A word is typed with the blank before it.
            (Some(Kind::Blank), Kind::Letter) => true,
            (last, kind) => last == Some(kind),
        };
        self.last = Some(kind);
        self.future.clear();
        if goes_on && !self.past.is_empty() {
            return;
        }
        self.past.push(now());
        let mut bytes: usize = self.past.iter().map(|moment| moment.text.len()).sum();
        let mut extra = self.past.len().saturating_sub(MOST);
        while bytes > MOST_BYTES && extra + 1 < self.past.len() {
            bytes -= self.past[extra].text.len();
            extra += 1;
        }
        self.past.drain(..extra);
    }

    /// Notes that the cursor was moved: what is typed then is undone by itself.
    pub(super) fn moved(&mut self) {
        self.last = None;
    }

    /// Returns the state before; keeps the present one to go back to.
    pub(super) fn back(&mut self, now: Moment) -> Option<Moment> {
        self.last = None;
        let before = self.past.pop()?;
        self.future.push(now);
        Some(before)
    }

    /// Returns the state that was undone last.
    pub(super) fn forward(&mut self, now: Moment) -> Option<Moment> {
        self.last = None;
        let after = self.future.pop()?;
        self.past.push(now);
        Some(after)
    }
}
