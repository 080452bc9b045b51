//! The port of the ledger: every call of the model that was paid for, in a book that all sessions share.

use crate::session::{CallKind, Caps, Millis, Passed, Spent, StepId, TurnId, Usage};

/// One call as it stands in the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// When it was made.
    pub at: Millis,
    /// The workspace's folder.
    pub project: String,
    /// The session.
    pub session: String,
    /// The turn.
    pub turn: TurnId,
    /// The step of the turn.
    pub step: StepId,
    /// What for.
    pub kind: CallKind,
    /// The model's id as it was asked.
    pub model: String,
    /// The region, where known.
    pub region: Option<String>,
    /// Tokens by kind.
    pub usage: Usage,
    /// Whether adit estimated the tokens because the service did not tell them.
    pub is_estimate: bool,
    /// Millionths of a dollar, where the price is known.
    pub cost_micros: Option<u64>,
    /// The day from which on the price holds that was reckoned with.
    pub price_since: Option<String>,
}

/// The number of a ledger's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryId(pub i64);

/// What became of the wish to make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It is entered as estimated; [`Ledger::settle`] puts the truth there.
    Entered(EntryId),
    /// It would pass a cap; nothing was entered.
    Over(Passed),
}

/// Why the ledger could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LedgerFault {
    /// What failed, on what.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// Keeps what was spent. Several processes use one ledger at once. All calls block.
pub trait Ledger: Send + Sync {
    /// Enters a call that is about to be made, as estimated, unless that passes a cap.
    ///
    /// Looking and entering are one step: two sessions cannot both take the last cent. An entry is reserved, not
    /// spent, until it is settled; one that never is (the process was killed) counts as spent, as estimated, once the
    /// session is known to be over, since the call was made. `known` is what the session has spent as
    /// it knows itself; the larger figure counts.
    fn reserve(&self, bill: &Bill, caps: &Caps, known: u64) -> Result<Reserved, LedgerFault>;

    /// Replaces an entry by what the call really cost; none removes it, because it was not paid for.
    fn settle(&self, entry: EntryId, bill: Option<&Bill>) -> Result<(), LedgerFault>;

    /// Enters a call that is over.
    fn add(&self, bill: &Bill) -> Result<(), LedgerFault>;

    /// Returns what was spent by a session, by its project, today and this month.
    fn spent(&self, session: &str, project: &str, now: Millis) -> Result<Spent, LedgerFault>;
}
