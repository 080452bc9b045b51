//! The prompts of earlier sessions, read when they are first looked for.

use std::fmt;
use std::sync::Arc;

/// Reads the prompts, newest first. It blocks.
type Read = dyn Fn() -> Vec<String> + Send + Sync;

/// Where the prompts of earlier sessions come from, handed in by the composition root.
#[derive(Clone)]
pub struct EarlierPrompts(Arc<Read>);

impl fmt::Debug for EarlierPrompts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("EarlierPrompts").finish_non_exhaustive()
    }
}

impl EarlierPrompts {
    /// Returns what calls this when the prompts are looked for; the newest come first.
    pub fn new(read: impl Fn() -> Vec<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Reads them. It blocks.
    pub(super) fn read(&self) -> Vec<String> {
        (self.0)()
    }
}
