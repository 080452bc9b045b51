//! Where a checked path lies on disk, links taken into account.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::engine::FileFault;
use crate::path::RelPath;

/// A path's place: its folder with all links resolved, which is inside the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The deepest folder above it that exists.
    pub(super) folder: PathBuf,
    /// The folders between that one and the file, which do not exist.
    pub(super) missing: Vec<String>,
    /// The last component.
    pub(super) name: String,
}

impl Place {
    /// Returns the folder that holds the file or would hold it.
    pub(super) fn parent(&self) -> PathBuf {
        self.missing.iter().fold(self.folder.clone(), |folder, name| folder.join(name))
    }

    /// Returns the file's place; its last component may be a link, which is not followed.
    pub(super) fn file(&self) -> PathBuf {
        self.parent().join(&self.name)
    }
}

/// Returns where `path` lies under `root`, which is canonical.
///
/// Folders on the way may be links as long as they stay inside. A way that leads through something that is
/// no folder gives `NotADirectory`.
pub(super) fn place(root: &Path, path: &RelPath) -> Result<Place, FileFault> {
    if path.is_git_internal() {
        return Err(FileFault::GitInternal(path.clone()));
    }
    let mut folder = root.to_path_buf();
    let mut missing: Vec<String> = Vec::new();
    let mut parts = path.parts().peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return Ok(Place { folder, missing, name: part.to_owned() });
        }
        if !missing.is_empty() {
            missing.push(part.to_owned());
            continue;
        }
        match enter(root, path, &folder.join(part))? {
            Some(next) => folder = next,
            None => missing.push(part.to_owned()),
        }
    }
    // A checked path has at least one component, so the loop has returned; the root itself is no file.
    Err(FileFault::NotAFile { path: path.clone(), what: "a folder" })
}

/// Returns the folder at `path` under `root` with all links resolved.
pub(super) fn folder(root: &Path, path: &RelPath) -> Result<PathBuf, FileFault> {
    let place = place(root, path)?;
    let absent = || io_fault("list", path, io::ErrorKind::NotFound.into());
    if !place.missing.is_empty() {
        return Err(absent());
    }
    enter(root, path, &place.file())?.ok_or_else(absent)
}

/// Returns the folder at `next`, through a link if it stays inside, or none where nothing stands.
fn enter(root: &Path, path: &RelPath, next: &Path) -> Result<Option<PathBuf>, FileFault> {
    let found = match fs::symlink_metadata(next) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_fault("reach", path, error)),
    };
    if found.is_dir() {
        return Ok(Some(next.to_path_buf()));
    }
    if !found.is_symlink() {
        return Err(io_fault("reach", path, io::ErrorKind::NotADirectory.into()));
    }
    // A link that leads nowhere may lead out once its target is made, so it counts as leading out.
    let target = fs::canonicalize(next).map_err(|_| FileFault::LeadsOut(path.clone()))?;
    let Ok(inside) = target.strip_prefix(root) else {
        return Err(FileFault::LeadsOut(path.clone()));
    };
    let through_git = inside.components().any(|part| {
        part.as_os_str().to_str().is_some_and(|part| RelPath::new(part).is_ok_and(|part| part.is_git_internal()))
    });
    if through_git {
        return Err(FileFault::GitInternal(path.clone()));
    }
    if !target.is_dir() {
        return Err(io_fault("reach", path, io::ErrorKind::NotADirectory.into()));
    }
    Ok(Some(target))
}

/// Returns the fault of a refused call.
pub(super) fn io_fault(act: &'static str, path: &RelPath, source: io::Error) -> FileFault {
    FileFault::Io { act, path: path.clone(), source }
}
