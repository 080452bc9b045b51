//! What a tool sees of the workspace.

use std::collections::HashSet;
use std::sync::Arc;

use super::{FileFault, Files, FolderEntry};
use crate::path::{EntryName, RelPath};
use crate::review::{FileChange, Mode, Snapshot};

/// A longer name is refused by every usual file system, in bytes.
const NAME_LIMIT: usize = 255;

/// A path of so many bytes, from the root of the file system, is refused by the system.
const PATH_LIMIT: usize = 4096;

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
        if let Some(target) = self.proposed(path) {
            return Ok(target);
        }
        match self.files.read(path) {
            // A folder whose files the proposal takes away leaves its path free.
            Err(FileFault::NotAFile { .. }) if self.takes_from(path) && self.is_emptied(path) => Ok(None),
            result => result,
        }
    }

    /// Returns what the proposal has for a path, if it has a say there.
    fn proposed(&self, path: &RelPath) -> Option<Option<Snapshot>> {
        if let Ok(index) = self.changes.binary_search_by(|change| change.path.cmp(path)) {
            return Some(self.changes[index].target.clone());
        }
        self.changes.iter().any(|change| change.from.as_ref() == Some(path)).then_some(None)
    }

    /// Tells whether the proposal takes a file out of a folder.
    fn takes_from(&self, folder: &RelPath) -> bool {
        let is_taken = |change: &Arc<FileChange>| {
            let from = change.from.as_ref().or(change.target.is_none().then_some(&change.path));
            from.is_some_and(|from| from.is_within(folder))
        };
        self.changes.iter().any(is_taken)
    }

    /// Tells whether the proposal leaves no file in a folder of the disk.
    pub(super) fn is_emptied(&self, folder: &RelPath) -> bool {
        let is_gone = |entry: &FolderEntry| match &entry.name {
            // No proposal can take it.
            EntryName::Odd(_) => false,
            EntryName::Path(path) if entry.is_folder && !entry.is_link => self.is_emptied(path),
            EntryName::Path(path) => self.proposed(path) == Some(None),
        };
        self.files.list(Some(folder)).is_ok_and(|entries| entries.iter().all(is_gone))
    }

    /// Checks that a file can be made at a path: that its names are not too long, that no file is on the way to it, and that
    /// it is no folder itself, all as the proposal would have it. The fault is in words for the model.
    pub(super) fn check_place(&self, path: &RelPath) -> Result<(), String> {
        if let Some(name) = path.parts().find(|name| name.len() > NAME_LIMIT) {
            return Err(format!(
                "a name in this path has {} bytes, and a file system takes at most {NAME_LIMIT}. Choose a shorter one.",
                name.len()
            ));
        }
        let bytes = self.files.root().len() + 1 + path.as_str().len();
        if bytes >= PATH_LIMIT {
            return Err(format!(
                "this path has {bytes} bytes with the workspace's folder, and the system takes fewer than {PATH_LIMIT}. \
                 Choose a shorter one."
            ));
        }
        let mut above = path.parent();
        while let Some(folder) = above {
            // A link may lead to a folder; the disk decides that.
            let is_file = |found: &Snapshot| found.mode != Mode::Symlink;
            if self.read(&folder).is_ok_and(|found| found.as_ref().is_some_and(is_file)) {
                return Err(format!(
                    "{path} cannot be made: {folder} is a file, not a folder. Choose another path, or delete or move \
                     {folder} first."
                ));
            }
            above = folder.parent();
        }
        let inside = |change: &&Arc<FileChange>| change.target.is_some() && change.path.is_within(path);
        match self.changes.iter().filter(|change| change.path != *path).find(inside) {
            Some(inside) => Err(format!("{path} is a folder in the proposal: {} lies in it.", inside.path)),
            None => Ok(()),
        }
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
