//! The tools, in the order in which the model sees them.

use std::sync::Arc;

use super::{edit_file, list_files, read_file, search, whole_file};
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
