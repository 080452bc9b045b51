//! The files port over a folder of the disk.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::disk::{Disk, SystemDisk};
use super::looks::{Looks, Stamp};
use super::place::{self, place};
use super::read::read;
use super::{leftovers, tree, write};
use crate::engine::{FileFault, Files, FolderEntry, Looked};
use crate::path::RelPath;
use crate::review::Snapshot;

/// The files of one workspace.
pub struct DiskFiles {
    /// Canonical: what lies under it by text and by links lies under it on disk.
    root: PathBuf,
    disk: Box<dyn Disk>,
    looks: Mutex<Looks>,
}

/// Why a folder cannot be a workspace.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// It cannot be reached.
    #[error("cannot open {}: {source}", path.display())]
    Unreachable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// Which.
        path: PathBuf,
    },
}

impl DiskFiles {
    /// Opens the workspace at `root`, which must be a folder.
    pub fn open(root: &Path) -> Result<Self, OpenFault> {
        Self::open_on(root, Box::new(SystemDisk))
    }

    /// Opens the workspace at `root` with another way to change the disk.
    pub fn open_on(root: &Path, disk: Box<dyn Disk>) -> Result<Self, OpenFault> {
        let unreachable = |source| OpenFault::Unreachable { path: root.to_path_buf(), source };
        let canonical = fs::canonicalize(root).map_err(unreachable)?;
        if !fs::metadata(&canonical).map_err(unreachable)?.is_dir() {
            return Err(OpenFault::NotAFolder { path: root.to_path_buf() });
        }
        Ok(Self { root: canonical, disk, looks: Mutex::default() })
    }

    /// Returns where a path lies, or none where nothing can stand.
    fn reach(&self, path: &RelPath) -> Result<Option<PathBuf>, FileFault> {
        match place(&self.root, path) {
            Ok(place) => Ok(place.missing.is_empty().then(|| place.file())),
            // Below a file there is nothing.
            Err(FileFault::Io { source, .. }) if source.kind() == io::ErrorKind::NotADirectory => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Returns the workspace's folder, links resolved.
    pub fn folder(&self) -> &Path {
        &self.root
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &RelPath) -> Result<Option<Snapshot>, FileFault> {
        let Some(file) = self.reach(path)? else { return Ok(None) };
        Ok(read(path, &file)?.map(|standing| standing.snapshot))
    }

    fn look(&self, path: &RelPath, known: Option<&Snapshot>) -> Result<Looked, FileFault> {
        let Some(file) = self.reach(path)? else { return Ok(Looked::of(None, known)) };
        // Taken before the read, so that a change in between makes the next look differ.
        let stamp = fs::symlink_metadata(&file).ok().map(|metadata| Stamp::of(&metadata));
        let looks = || self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(stamp), Some(known)) = (stamp, known)
            && looks().is_as_known(&file, stamp, known)
        {
            return Ok(Looked::AsKnown);
        }
        let now = Instant::now();
        let standing = read(path, &file)?;
        let looked = Looked::of(standing.as_ref().map(|standing| standing.snapshot.clone()), known);
        if let (Some(stamp), Some(standing)) = (stamp, standing)
            && stamp == Stamp::of(&standing.metadata)
        {
            // The text that is known is kept in place of its equal, so that there are not two of them.
            let snapshot = known.filter(|known| **known == standing.snapshot).cloned();
            looks().note(&file, stamp, snapshot.unwrap_or(standing.snapshot), now);
        }
        Ok(looked)
    }

    fn write(&self, path: &RelPath, before: Option<&Snapshot>, after: Option<&Snapshot>) -> Result<(), FileFault> {
        write::write(self.disk.as_ref(), path, &place(&self.root, path)?, before, after)
    }

    fn clear_leftovers(&self, path: &RelPath, before: Option<&Snapshot>, after: Option<&Snapshot>) -> Vec<RelPath> {
        match self.reach(path) {
            Ok(Some(file)) => leftovers::clear(self.disk.as_ref(), path, &file, before, after),
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    fn list(&self, folder: Option<&RelPath>) -> Result<Vec<FolderEntry>, FileFault> {
        let at = match folder {
            Some(folder) => place::folder(&self.root, folder)?,
            None => self.root.clone(),
        };
        tree::list(&self.root, folder, &at)
    }

    fn walk(&self, folder: Option<&RelPath>, found: &mut dyn FnMut(RelPath) -> ControlFlow<()>) {
        let at = match folder.map(|folder| place::folder(&self.root, folder)) {
            Some(Ok(at)) => at,
            None => self.root.clone(),
            Some(Err(_)) => return,
        };
        tree::walk(folder, &at, found);
    }

    fn root(&self) -> String {
        self.root.display().to_string()
    }
}
