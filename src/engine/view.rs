//! What a tool sees of the workspace.

use std::collections::HashSet;
use std::sync::Arc;

use super::{FileFault, Files};
use crate::path::RelPath;
use crate::review::{FileChange, Snapshot};

/// What a tool sees: the disk with the proposal laid over it.
#[derive(Clone)]
pub struct WorkspaceView {
    /// The disk.
    pub files: Arc<dyn Files>,
    /// The files of the proposal, sorted by path.
    pub changes: Vec<Arc<FileChange>>,
    /// Results are cut at so many bytes.
    pub output_limit: usize,
    /// Earlier results that were too long, each whole under the path that stands for it.
    pub outputs: Vec<(RelPath, Arc<str>)>,
}

impl WorkspaceView {
    /// Returns the text that the model may see at a path: the target where there is one, else the disk's.
    pub fn read(&self, path: &RelPath) -> Result<Option<Snapshot>, FileFault> {
        if let Ok(index) = self.changes.binary_search_by(|change| change.path.cmp(path)) {
            return Ok(self.changes[index].target.clone());
        }
        if self.changes.iter().any(|change| change.from.as_ref() == Some(path)) {
            return Ok(None);
        }
        self.files.read(path)
    }

    /// Returns a whole result that was cut, where the path stands for one that is still kept.
    pub fn output(&self, path: &RelPath) -> Option<&str> {
        self.outputs.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_ref())
    }

    /// Calls `found` for every file as the proposal would have it, until it says stop.
    pub fn walk(&self, folder: Option<&RelPath>, found: &mut dyn FnMut(RelPath) -> std::ops::ControlFlow<()>) {
        let inside = |path: &RelPath| folder.is_none_or(|folder| path.is_within(folder));
        for change in &self.changes {
            if change.target.is_some() && inside(&change.path) && found(change.path.clone()).is_break() {
                return;
            }
        }
        let known: HashSet<&RelPath> =
            self.changes.iter().flat_map(|change| change.from.iter().chain([&change.path])).collect();
        self.files.walk(folder, &mut |path| {
            if known.contains(&path) { std::ops::ControlFlow::Continue(()) } else { found(path) }
        });
    }
}
