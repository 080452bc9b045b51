//! What the model can do: read, list and search the workspace, and propose edits.
//!
//! Each tool sees the files as the proposal would have them, and none of them writes. What the model did wrong
//! goes back to it as a fault in words that help it to do better.

mod edit_file;
mod input;
mod list_files;
mod offload;
mod read_file;
mod search;
mod whole_file;

use std::sync::Arc;

use crate::engine::Tool;

/// Returns all tools, in the order in which the model sees them.
pub fn all() -> Vec<Arc<dyn Tool>> {
    vec![
        Arc::new(read_file::ReadFile),
        Arc::new(list_files::ListFiles),
        Arc::new(search::Search),
        Arc::new(edit_file::EditFile),
        Arc::new(whole_file::WriteFile),
        Arc::new(whole_file::DeleteFile),
        Arc::new(whole_file::MoveFile),
    ]
}
