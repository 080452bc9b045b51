//! The port to the workspace's files, and why they cannot be read or written.

use crate::path::{EntryName, PathFault, RelPath};
use crate::review::Snapshot;

/// Why a file could not be read or written. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// The path leaves the workspace, by its text.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// The path leads out of the workspace by a link.
    #[error("{0} leads out of the workspace by a link")]
    LeadsOut(RelPath),
    /// Git's own folder is not touched.
    #[error("{0} is inside git's own folder, which adit does not touch")]
    GitInternal(RelPath),
    /// It is a folder, a socket, a device …
    #[error("{path} is {what}, not a file")]
    NotAFile {
        /// Which.
        path: RelPath,
        /// What it is, with its article.
        what: &'static str,
    },
    /// Larger than adit holds in memory.
    #[error("{path} has {bytes} bytes; adit reads files up to {limit}")]
    TooBig {
        /// Which.
        path: RelPath,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The disk has other text than expected.
    #[error("{0} changed on disk")]
    Moved(RelPath),
    /// The system refused.
    #[error("cannot {act} {path}: {source}")]
    Io {
        /// "read", "write", "remove" …
        act: &'static str,
        /// Which.
        path: RelPath,
        /// Why.
        source: std::io::Error,
    },
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// Its name.
    pub name: EntryName,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a link.
    pub is_link: bool,
    /// Whether git ignores it.
    pub is_ignored: bool,
}

/// What a look at a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It has what was known.
    AsKnown,
    /// Something else stands there, or nothing.
    Other(Option<Snapshot>),
}

impl Looked {
    /// Returns what to say of a file that has this.
    pub fn of(standing: Option<Snapshot>, known: Option<&Snapshot>) -> Self {
        if standing.as_ref() == known { Self::AsKnown } else { Self::Other(standing) }
    }
}

/// The workspace's files on disk. All calls block; the engine makes them where that is harmless.
pub trait Files: Send + Sync {
    /// Returns what stands at a path, or none where nothing does.
    fn read(&self, path: &RelPath) -> Result<Option<Snapshot>, FileFault>;

    /// Tells whether a path still has what is known of it. It need not be read where nothing about the file has changed,
    /// so a write is preceded by [`Files::read`] all the same.
    fn look(&self, path: &RelPath, known: Option<&Snapshot>) -> Result<Looked, FileFault> {
        Ok(Looked::of(self.read(path)?, known))
    }

    /// Puts `after` at a path (none removes it) if `before` stands there, atomically.
    fn write(&self, path: &RelPath, before: Option<&Snapshot>, after: Option<&Snapshot>) -> Result<(), FileFault>;

    /// Removes what a write of `after` over `before`, cut off by the end of the process, has left beside a path. What holds
    /// other text than a write of adit leaves is someone's: it stays, and its paths are returned.
    fn clear_leftovers(&self, _path: &RelPath, _before: Option<&Snapshot>, _after: Option<&Snapshot>) -> Vec<RelPath> {
        Vec::new()
    }

    /// Returns a folder's entries (none: the root's), folders first, then by name; ignored ones are marked.
    fn list(&self, folder: Option<&RelPath>) -> Result<Vec<FolderEntry>, FileFault>;

    /// Returns all files that are not ignored, in no promised order; stops early when `stop` says so.
    fn walk(&self, folder: Option<&RelPath>, found: &mut dyn FnMut(RelPath) -> std::ops::ControlFlow<()>);

    /// Returns the workspace's folder, for people.
    fn root(&self) -> String;
}
