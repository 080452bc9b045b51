//! What runs beside the loop and tells it one thing when it is done. Dropping the set ends them all.

use tokio::task::{JoinError, JoinSet};

use super::update::Msg;
use crate::engine::Subscription;

/// The jobs under way.
pub(super) type Jobs = JoinSet<Job>;

/// What a job comes to.
pub(super) enum Job {
    /// The engine's answer to the subscription; none when it has ended.
    Subscribed(Option<Box<Subscription>>),
    /// Something for the model.
    Told(Msg),
    /// A clipboard's program failed: what is said, and what is sent to the terminal instead.
    NotCopied {
        /// What failed.
        reason: String,
        /// The sequence.
        otherwise: Vec<u8>,
    },
    /// The engine takes no more operations.
    EngineGone,
    /// Nothing.
    Nothing,
}

impl Job {
    /// Returns what a joined task came to. One that panicked has told so itself.
    pub(super) fn of(joined: Result<Job, JoinError>) -> Self {
        joined.unwrap_or(Self::Nothing)
    }
}
