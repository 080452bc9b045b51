//! What git says of the workspace: HEAD, operations in progress, hooks, and marks by path.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use git2::{DiffDelta, Error, FileMode, Repository, RepositoryState, Status, StatusEntry, StatusOptions, StatusShow};

use super::open::Opened;
use crate::path::RelPath;
use crate::session::{FileMark, GitMark, Head, RepoState};

/// The hooks that `git commit` would run before it makes a commit.
const HOOKS: [&str; 3] = ["pre-commit", "prepare-commit-msg", "commit-msg"];

/// Returns what git says now; what cannot be read is left out.
pub(super) fn state(opened: &Opened) -> RepoState {
    RepoState {
        head: head(&opened.repo),
        tip: tip(&opened.repo),
        in_progress: in_progress(&opened.repo).map(|operation| operation.word.to_owned()),
        bypassed: bypassed(opened),
        marks: marks(opened).unwrap_or_default(),
    }
}

/// An operation in progress.
pub(super) struct Operation {
    /// Git's word.
    pub(super) word: &'static str,
    /// Whether a commit of its own may be made in between.
    pub(super) allows_commit: bool,
}

/// Returns the operation in progress.
pub(super) fn in_progress(repo: &Repository) -> Option<Operation> {
    let (word, allows_commit) = match repo.state() {
        RepositoryState::Clean => return None,
        RepositoryState::Merge => ("merge", false),
        RepositoryState::Revert | RepositoryState::RevertSequence => ("revert", false),
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence => ("cherry-pick", false),
        RepositoryState::Bisect => ("bisect", true),
        RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => {
            ("rebase", false)
        }
        RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => ("am", false),
    };
    Some(Operation { word, allows_commit })
}

/// Returns the id of HEAD's commit.
pub(super) fn tip(repo: &Repository) -> Option<String> {
    Some(repo.head().ok()?.peel_to_commit().ok()?.id().to_string())
}

pub(super) fn head(repo: &Repository) -> Option<Head> {
    match repo.head() {
        Ok(head) if head.is_branch() => {
            Some(Head::Branch(String::from_utf8_lossy(head.shorthand_bytes()).into_owned()))
        }
        Ok(head) => {
            let id = head.target()?;
            let short = repo.find_object(id, None).and_then(|object| object.short_id());
            let short = short.ok().and_then(|short| short.as_str().map(str::to_owned).ok());
            Some(Head::Detached(short.unwrap_or_else(|| id.to_string())))
        }
        Err(_) => {
            let head = repo.find_reference("HEAD").ok()?;
            let target = String::from_utf8_lossy(head.symbolic_target_bytes()?).into_owned();
            Some(Head::Unborn(target.strip_prefix("refs/heads/").unwrap_or(&target).to_owned()))
        }
    }
}

/// Returns the hooks and the signing that a commit by adit leaves out.
fn bypassed(opened: &Opened) -> Vec<String> {
    let repo = &opened.repo;
    let Ok(config) = repo.config().and_then(|mut config| config.snapshot()) else { return Vec::new() };
    // A relative folder counts from the working tree, where git runs the hooks.
    let folder: PathBuf = match config.get_path("core.hooksPath") {
        Ok(folder) => opened.workdir.join(folder),
        Err(_) => repo.commondir().join("hooks"),
    };
    let runs =
        |hook: &&str| fs::metadata(folder.join(hook)).is_ok_and(|file| file.is_file() && file.mode() & 0o111 != 0);
    let mut found: Vec<String> = HOOKS.iter().filter(|hook| runs(hook)).map(|hook| (*hook).to_owned()).collect();
    if config.get_bool("commit.gpgsign").unwrap_or(false) {
        found.push("commit.gpgsign".to_owned());
    }
    found
}

fn marks(opened: &Opened) -> Result<BTreeMap<RelPath, GitMark>, Error> {
    let mut options = StatusOptions::new();
    // The index is not refreshed on disk: a look must not take the lock that the user's git may need.
    options
        .show(StatusShow::IndexAndWorkdir)
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .disable_pathspec_match(true)
        .update_index(false);
    if !opened.prefix.is_empty() {
        options.pathspec(opened.prefix.as_str());
    }
    let statuses = opened.repo.statuses(Some(&mut options))?;
    let marked = |entry: StatusEntry<'_>| Some((opened.outside(entry.path_bytes())?, mark(&entry)));
    Ok(statuses.iter().filter_map(marked).collect())
}

fn mark(entry: &StatusEntry<'_>) -> GitMark {
    let status = entry.status();
    if status.contains(Status::CONFLICTED) {
        return GitMark { staged: FileMark::Conflicted, unstaged: FileMark::Conflicted };
    }
    let column = |pairs: &[(Status, FileMark)], delta: Option<DiffDelta<'_>>| {
        let is_submodule =
            delta.is_some_and(|delta| [delta.old_file().mode(), delta.new_file().mode()].contains(&FileMode::Commit));
        let found = pairs.iter().find(|(flag, _)| status.contains(*flag)).map(|(_, mark)| *mark);
        match found {
            Some(FileMark::Modified | FileMark::TypeChanged) if is_submodule => FileMark::Submodule,
            found => found.unwrap_or_default(),
        }
    };
    let staged = [
        (Status::INDEX_NEW, FileMark::Added),
        (Status::INDEX_DELETED, FileMark::Deleted),
        (Status::INDEX_RENAMED, FileMark::Renamed),
        (Status::INDEX_TYPECHANGE, FileMark::TypeChanged),
        (Status::INDEX_MODIFIED, FileMark::Modified),
    ];
    let unstaged = [
        (Status::WT_NEW, FileMark::Untracked),
        (Status::WT_DELETED, FileMark::Deleted),
        (Status::WT_RENAMED, FileMark::Renamed),
        (Status::WT_TYPECHANGE, FileMark::TypeChanged),
        (Status::WT_MODIFIED, FileMark::Modified),
    ];
    GitMark { staged: column(&staged, entry.head_to_index()), unstaged: column(&unstaged, entry.index_to_workdir()) }
}

/// Returns the subjects of the last commits, newest first.
pub(super) fn recent_subjects(opened: &Opened, count: usize) -> Result<Vec<String>, Error> {
    let mut commits = opened.repo.revwalk()?;
    commits.push_head()?;
    commits
        .take(count)
        .map(|id| {
            let commit = opened.repo.find_commit(id?)?;
            Ok(String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned())
        })
        .collect()
}
