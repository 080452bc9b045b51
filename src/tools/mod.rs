//! What the model can do: read, list and search the workspace, and propose edits.
//!
//! Each tool sees the files as the proposal would have them, and none of them writes. What the model did wrong
//! goes back to it as a fault in words that help it to do better.

mod all;
mod edit_file;
mod input;
mod list_files;
mod offload;
mod read_file;
mod search;
mod whole_file;

pub use all::all;
