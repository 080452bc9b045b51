//! The engine: the sole writer of a session, and the ports through which it reaches the world.
//!
//! Architecture invariant: clients send [`crate::session::Op`]s through a [`Handle`] and read numbered
//! events; the actor alone changes the state, writes the journal and broadcasts. No SDK is known here.

mod account;
mod actor;
mod commit;
mod compact;
mod comparing;
mod conversation;
mod decisions;
mod disk;
mod edits;
mod handle;
mod ledger;
mod listener;
mod metering;
mod pending;
mod policy;
mod ports;
mod prompt;
mod provenance;
mod recording;
mod settle;
mod side_call;
mod surroundings;
mod too_long;
mod turn;
mod turns;
mod view;
mod writing;

pub use actor::{DiskNews, Parts, Running, start};
pub use disk::{FileFault, Files, FolderEntry, Looked};
pub use handle::{Handle, Subscription};
pub use ledger::{Bill, EntryId, Ledger, LedgerFault, Reserved};
pub use listener::Listener;
pub use policy::Policy;
pub use ports::{
    AccountChoice, Clock, CommitFault, CommitFile, CommitRequest, Delta, ImageFault, Images, Journal, Provider,
    Repository, Request, Terms, Tool, ToolOutcome, ToolSpec, Watcher,
};
pub use too_long::OUTPUTS;
pub use view::WorkspaceView;
