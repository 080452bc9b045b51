//! Finding and opening the repository, and where the workspace lies in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::fault::{fault, hinted, unopened};
use crate::engine::CommitFault;
use crate::path::RelPath;

/// A repository that the workspace lies in.
pub(super) struct Opened {
    pub(super) repo: Repository,
    /// The folder of the working tree, canonical.
    pub(super) workdir: PathBuf,
    /// The workspace in the working tree: empty, or `sub/folder/`.
    pub(super) prefix: String,
}

impl Opened {
    /// Returns a workspace's path as the repository names it.
    pub(super) fn inside(&self, path: &RelPath) -> String {
        format!("{}{}", self.prefix, path.as_str())
    }

    /// Returns a repository's path as the workspace names it, or none outside or where it is not UTF-8.
    pub(super) fn outside(&self, path: &[u8]) -> Option<RelPath> {
        let text = std::str::from_utf8(path).ok()?;
        RelPath::new(text.strip_prefix(self.prefix.as_str())?).ok()
    }
}

/// Opens the repository around `root`; none where there is none.
///
/// It is opened anew for each call: that takes well under a millisecond, and configuration, worktrees and
/// repositories that come and go are seen as they are.
pub(super) fn open(root: &Path) -> Result<Option<Opened>, CommitFault> {
    let none: [&OsStr; 0] = [];
    let repo = match Repository::open_ext(root, RepositoryOpenFlags::empty(), none) {
        Ok(repo) => repo,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(unopened(root, &error)),
    };
    let Some(workdir) = repo.workdir().filter(|_| !repo.is_bare()) else {
        return Err(bare(root));
    };
    let canonical = |path: &Path| {
        fs::canonicalize(path).map_err(|error| fault(format!("cannot reach {}: {error}", path.display())))
    };
    let (workdir, root) = (canonical(workdir)?, canonical(root)?);
    if let Ok(git) = canonical(repo.path())
        && root.starts_with(&git)
    {
        return Err(hinted(
            format!("{} is git's own folder", root.display()),
            "Start adit in the folder that holds the files.",
        ));
    }
    let Ok(below) = root.strip_prefix(&workdir) else {
        return Err(fault(format!("the repository's working tree is {}, elsewhere", workdir.display())));
    };
    let Some(below) = below.to_str() else {
        return Err(fault("the workspace's path in the repository is not UTF-8"));
    };
    let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
    Ok(Some(Opened { repo, workdir, prefix }))
}

/// Returns the reason why a workspace in a bare repository is refused, if it is one.
pub(super) fn check(root: &Path) -> Result<(), String> {
    let none: [&OsStr; 0] = [];
    match Repository::open_ext(root, RepositoryOpenFlags::empty(), none) {
        Ok(repo) if repo.is_bare() => Err(bare(root).message),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn bare(root: &Path) -> CommitFault {
    hinted(
        format!("{} is in a bare git repository, which has no files to work on", root.display()),
        "Clone it, or add a worktree with `git worktree add`, and start adit there.",
    )
}
