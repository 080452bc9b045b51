//! Keeps the message that is being written, so that quitting or a crash does not lose it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A changed draft is kept so long after the change, so that typing does not write at every key.
const DELAY: Duration = Duration::from_secs(1);

/// Keeps a text; the error says why it could not.
type Keep = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// Where drafts are kept, handed in by the composition root.
#[derive(Clone)]
pub struct DraftKeeper {
    keep: Arc<Keep>,
    /// One write after the other, in whatever order they come; the number tells the newest.
    newest: Arc<Mutex<u64>>,
}

impl fmt::Debug for DraftKeeper {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DraftKeeper").finish_non_exhaustive()
    }
}

impl DraftKeeper {
    /// Returns a keeper that calls this with each draft; an empty one is to be forgotten.
    pub fn new(keep: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { keep: Arc::new(keep), newest: Arc::default() }
    }

    /// Keeps a draft unless a newer one is kept. It blocks.
    fn keep(&self, number: u64, text: &str) -> Result<(), String> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if number < *newest {
            return Ok(());
        }
        *newest = number;
        (self.keep)(text)
    }
}

/// A draft to be kept.
pub(super) struct Keeping {
    keeper: DraftKeeper,
    number: u64,
    text: String,
}

impl Keeping {
    /// Keeps it. It blocks.
    pub(super) fn run(self) -> Result<(), String> {
        self.keeper.keep(self.number, &self.text)
    }
}

/// What of the draft is kept, and when the next keeping is due.
#[derive(Debug, Default)]
pub(super) struct Kept {
    keeper: Option<DraftKeeper>,
    number: u64,
    /// The draft as it was kept last, pastes folded.
    raw: String,
    due: Option<Instant>,
}

impl Kept {
    /// Returns the state at the start, when the composer holds what was left.
    pub(super) fn new(keeper: Option<DraftKeeper>, raw: &str) -> Self {
        Self { keeper, raw: raw.to_owned(), ..Self::default() }
    }

    /// Looks at the draft after a turn of the loop.
    pub(super) fn look(&mut self, raw: &str, now: Instant) {
        if self.keeper.is_some() && self.due.is_none() && self.raw != raw {
            self.due = Some(now + DELAY);
        }
    }

    /// Returns when the draft is to be kept.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Returns the draft to keep if that is due, or at the end at once; `text` gives it whole.
    pub(super) fn take(&mut self, now: Option<Instant>, raw: &str, text: impl FnOnce() -> String) -> Option<Keeping> {
        let is_due = match now {
            Some(now) => self.due.is_some_and(|due| due <= now),
            None => self.raw != raw,
        };
        let keeper = self.keeper.clone().filter(|_| is_due)?;
        self.due = None;
        raw.clone_into(&mut self.raw);
        self.number += 1;
        Some(Keeping { keeper, number: self.number, text: text() })
    }
}
