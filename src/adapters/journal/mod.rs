//! The journal on disk: one file a session, one event a line, and finding the sessions of a workspace.
//!
//! The files hold prompts and code, so folders are 0700 and files 0600. A line is complete when its line end
//! stands; what a crash left without one never happened.

mod fault;
mod file;
mod folder;
mod outputs;
mod prompts;
mod read;

pub use fault::JournalFault;
pub use file::FileJournal;
pub use folder::{JournalEntry, is_in_use, latest, list};
pub use prompts::prompts;
pub use read::{Events, read};
