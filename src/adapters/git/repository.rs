//! The repository port over libgit2.

use std::path::{Path, PathBuf};

use git2::{Repository as Git, RepositoryInitOptions};

use super::fault::{failed, fault};
use super::open::{self, open};
use super::plan::{committed_already, ignored, whole};
use super::{BlamedLine, blame, commit, state, trees};
use crate::engine::{CommitFault, CommitFile, CommitRequest, Repository};
use crate::path::RelPath;
use crate::review::Text;
use crate::session::{Head, RepoState};

/// The git repository around one workspace, if there is one; it may come and go.
#[derive(Debug, Clone)]
pub struct GitRepository {
    root: PathBuf,
}

impl GitRepository {
    /// Returns the repository around the workspace at `root`. Nothing is opened before it is asked something.
    pub fn discover(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// Returns the folder of the working tree around `folder`, or none outside a repository.
    pub fn root_around(folder: &Path) -> Option<PathBuf> {
        open::open(folder).ok().flatten().map(|opened| opened.workdir)
    }

    /// Returns git's own folder of this working tree, where HEAD and the index lie.
    pub fn git_folder(&self) -> Option<PathBuf> {
        open::open(&self.root).ok().flatten().map(|opened| opened.repo.path().to_path_buf())
    }

    /// Returns the same workspace in the other working trees of the repository.
    pub fn elsewhere(&self) -> Vec<PathBuf> {
        open(&self.root).ok().flatten().map(|opened| trees::elsewhere(&opened)).unwrap_or_default()
    }

    /// Refuses a workspace that has no files because its repository is bare; the error says why.
    pub fn check(root: &Path) -> Result<(), String> {
        open::check(root)
    }

    /// Returns why a repository that is there cannot be used, such as one that another user owns.
    ///
    /// [`Repository::state`] shows such a one as no repository.
    pub fn trouble(&self) -> Option<CommitFault> {
        open(&self.root).err()
    }

    /// Returns the lines of a file in the working tree, each with the commit that it came from.
    pub fn blame(&self, path: &RelPath) -> Result<Vec<BlamedLine>, CommitFault> {
        match open(&self.root)? {
            Some(opened) => blame::blame(&opened, path),
            None => Err(commit::no_repository()),
        }
    }

    /// Returns adit's note on a commit, where it has one.
    pub fn note(&self, commit: &str) -> Option<String> {
        blame::note(&open(&self.root).ok().flatten()?, commit)
    }

    /// Returns whose name a commit would bear, as `Name <mail>`, here or, without a repository, anywhere.
    pub fn author(&self) -> Result<String, CommitFault> {
        match open(&self.root)? {
            Some(opened) => commit::author(&opened),
            None => commit::author_anywhere(),
        }
    }

    /// Refuses where no commit could be made, whatever is accepted.
    pub fn check_commit(&self) -> Result<(), CommitFault> {
        match open(&self.root)? {
            Some(opened) => commit::check(&opened),
            None => Err(commit::no_repository()),
        }
    }
}

impl Repository for GitRepository {
    fn state(&self) -> RepoState {
        match open(&self.root) {
            Ok(Some(opened)) => state::state(&opened),
            Ok(None) | Err(_) => RepoState::default(),
        }
    }

    fn head(&self) -> (Option<Head>, Option<String>) {
        match open(&self.root) {
            Ok(Some(opened)) => (state::head(&opened.repo), state::tip(&opened.repo)),
            Ok(None) | Err(_) => (None, None),
        }
    }

    fn committed_already(&self, files: &[CommitFile]) -> Vec<RelPath> {
        match open(&self.root) {
            Ok(Some(opened)) => committed_already(&opened, files).unwrap_or_default(),
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    fn trouble(&self) -> Option<CommitFault> {
        Self::trouble(self)
    }

    fn whole(&self, files: &[CommitFile]) -> Vec<RelPath> {
        match open(&self.root) {
            Ok(Some(opened)) => whole(&opened, files).unwrap_or_default(),
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    fn ignored(&self, paths: &[RelPath]) -> Vec<RelPath> {
        match open(&self.root) {
            Ok(Some(opened)) => ignored(&opened, paths).unwrap_or_default(),
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    fn commit(&self, request: &CommitRequest) -> Result<String, CommitFault> {
        match open(&self.root)? {
            Some(opened) => commit::commit(&opened, request),
            None => Err(commit::no_repository()),
        }
    }

    fn committed_text(&self, commit: &str, path: &RelPath) -> Option<Text> {
        blame::committed_text(&open(&self.root).ok().flatten()?, commit, path)
    }

    fn annotate(&self, commit: &str, note: &str) -> Result<(), CommitFault> {
        match open(&self.root)? {
            Some(opened) => blame::annotate(&opened, commit, note),
            None => Err(commit::no_repository()),
        }
    }

    fn init(&self) -> Result<(), CommitFault> {
        if let Some(opened) = open(&self.root)? {
            return Err(fault(format!("there is a git repository already, at {}", opened.workdir.display())));
        }
        let mut options = RepositoryInitOptions::new();
        options.no_reinit(true).mkdir(false).mkpath(false).external_template(true);
        Git::init_opts(&self.root, &options).map_err(failed("make a git repository"))?;
        Ok(())
    }

    fn recent_subjects(&self, count: usize) -> Vec<String> {
        match open(&self.root) {
            Ok(Some(opened)) => state::recent_subjects(&opened, count).unwrap_or_default(),
            Ok(None) | Err(_) => Vec::new(),
        }
    }
}
