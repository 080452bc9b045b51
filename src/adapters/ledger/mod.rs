//! The ledger on disk: one SQLite file for all sessions of a user, one row a call of the model.
//!
//! Several adits write it at once: the file is in write-ahead mode, a writer waits for another, and a call is
//! entered before it is made, in the same transaction that looks at the caps. The file is 0600: it names
//! projects, but holds no prompt and no code.
//!
//! While a call runs its row is open: reserved, which the caps count, but not spent. What a killed process left open
//! is settled as estimated by the next adit that finds the session's journal free.

mod report;
mod store;

pub use report::{Key, Line};
pub use store::SqliteLedger;
