//! Runs blocking work away from the async tasks, and stops it when nobody waits for it any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::ToolOutcome;

/// Tells work that its result is no longer wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Tells whether to stop.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Asks the work to stop when the future that waits for it is dropped.
struct AskOnDrop(Stop);

impl Drop for AskOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Runs the work on a thread for blocking calls. It must look at the flag between its steps.
pub(super) async fn offload(work: impl FnOnce(&Stop) -> ToolOutcome + Send + 'static) -> ToolOutcome {
    let stop = Stop::default();
    let _asked_at_the_end = AskOnDrop(stop.clone());
    match tokio::task::spawn_blocking(move || work(&stop)).await {
        Ok(outcome) => outcome,
        Err(error) => ToolOutcome::Fault(format!("the tool failed inside: {error}")),
    }
}
