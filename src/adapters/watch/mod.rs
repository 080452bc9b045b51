//! Notices that files of the review, or git's own state, changed on disk.
//!
//! Only the folders of reviewed files are watched, not the whole workspace: a watch for each of 10,000 folders
//! costs seconds at the start, and nothing depends on the others.

mod folders;

pub use folders::FolderWatcher;
