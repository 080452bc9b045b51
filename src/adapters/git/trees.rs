//! The other working trees of a repository.

use std::fs;
use std::path::PathBuf;

use git2::Repository;

use super::open::Opened;

/// Returns where the workspace lies in each other working tree of the same repository, as far as it is there.
pub(super) fn elsewhere(opened: &Opened) -> Vec<PathBuf> {
    let repo = &opened.repo;
    let main = Repository::open(repo.commondir()).ok().and_then(|main| main.workdir().map(PathBuf::from));
    let names = repo.worktrees().ok();
    let names = names.iter().flat_map(|names| names.iter().filter_map(|name| name.ok().flatten()));
    let linked = names.filter_map(|name| repo.find_worktree(name).ok()).map(|tree| tree.path().to_path_buf());
    let mut found: Vec<PathBuf> = main
        .into_iter()
        .chain(linked)
        // A tree whose folder is gone has no workspace.
        .filter_map(|tree| fs::canonicalize(tree).ok())
        .filter(|tree| *tree != opened.workdir)
        .map(|tree| if opened.prefix.is_empty() { tree } else { tree.join(opened.prefix.trim_end_matches('/')) })
        .collect();
    found.sort();
    found.dedup();
    found
}
