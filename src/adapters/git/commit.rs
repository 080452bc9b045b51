//! One commit of what was accepted, from the checks to the moved branch.

use git2::{Commit, ErrorCode, Oid, Repository, Signature, Transaction, Tree};

use super::fault::{failed, fault, hinted};
use super::index::{self, Kept};
use super::open::Opened;
use super::plan::plan;
use super::state::in_progress;
use crate::engine::{CommitFault, CommitRequest};

/// Commits what was accepted, and only that; returns the commit's id.
///
/// The branch and HEAD are locked before the index is written, and the index is put back if the branch cannot
/// be moved, so that a fault leaves both as they were.
pub(super) fn commit(opened: &Opened, request: &CommitRequest) -> Result<String, CommitFault> {
    let repo = &opened.repo;
    check_operation(repo)?;
    let message = clean(&request.message)?;
    let (author, committer) = identity(repo)?;
    let tip = Tip::read(repo)?;
    let kept = Kept::read(repo)?;
    let mut staged = repo.index().map_err(failed("read git's index"))?;
    staged.read(true).map_err(failed("read git's index"))?;
    if staged.has_conflicts() {
        return Err(hinted("the index has unresolved conflicts", "Resolve them with git, then commit again."));
    }
    let head = tip.tree()?;
    let planned = plan(opened, head.as_ref(), &staged, request)?;
    let tree = index::tree(repo, head.as_ref(), &planned)?;
    if head.as_ref().map(Tree::id) == Some(tree) || (head.is_none() && planned.is_empty()) {
        return Err(fault("nothing to commit: HEAD has all that was accepted, or git ignores it"));
    }
    let id = write(repo, &author, &committer, &message, tree, &tip)?;
    let mut transaction = tip.lock(repo)?;
    kept.update(&mut staged, &planned)?;
    let subject = message.lines().next().unwrap_or_default();
    let note = if tip.commit.is_some() { format!("commit: {subject}") } else { format!("commit (initial): {subject}") };
    let moved = transaction.set_target(&tip.name, id, Some(&committer), &note).and_then(|()| transaction.commit());
    if let Err(error) = moved {
        let lost = kept.restore().err().map(|error| format!("; the index could not be put back: {error}"));
        let mut fault = failed("move the branch")(error);
        fault.message.push_str(&lost.unwrap_or_default());
        return Err(fault);
    }
    Ok(id.to_string())
}

/// Refuses where no commit could be made whatever is accepted: an operation in progress, an unknown author.
pub(super) fn check(opened: &Opened) -> Result<(), CommitFault> {
    check_operation(&opened.repo)?;
    identity(&opened.repo).map(drop)
}

/// Returns the author of a commit, as `Name <mail>`.
pub(super) fn author(opened: &Opened) -> Result<String, CommitFault> {
    identity(&opened.repo).map(|(author, _)| author.to_string())
}

/// Returns the author that git's own configuration names outside repositories.
pub(super) fn author_anywhere() -> Result<String, CommitFault> {
    let config = git2::Config::open_default()
        .and_then(|mut config| config.snapshot())
        .map_err(failed("read git's configuration"))?;
    match (config.get_str("user.name"), config.get_str("user.email")) {
        (Ok(name), Ok(mail)) => Ok(format!("{name} <{mail}>")),
        _ => Err(unknown_author()),
    }
}

fn check_operation(repo: &Repository) -> Result<(), CommitFault> {
    match in_progress(repo) {
        Some(operation) if !operation.allows_commit => {
            let word = operation.word;
            Err(hinted(
                format!("a {word} is in progress; a commit now would become part of it"),
                format!("Finish it, or leave it with `git {word} --abort`; then commit again."),
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// Returns the fault of a workspace without a repository.
pub(super) fn no_repository() -> CommitFault {
    hinted("there is no git repository here", "Make one, then commit again; what was accepted is on disk.")
}

/// Where HEAD stands.
struct Tip<'r> {
    /// What is moved: the branch, or HEAD itself.
    name: String,
    /// The last commit; none before the first.
    commit: Option<Commit<'r>>,
}

impl<'r> Tip<'r> {
    fn read(repo: &'r Repository) -> Result<Self, CommitFault> {
        let refused = failed("read HEAD");
        let head = repo.find_reference("HEAD").map_err(&refused)?;
        let name = match head.symbolic_target().map_err(&refused)? {
            Some(branch) => branch.to_owned(),
            None => "HEAD".to_owned(),
        };
        let commit = match repo.head() {
            Ok(head) => Some(head.peel_to_commit().map_err(&refused)?),
            Err(error) if error.code() == ErrorCode::UnbornBranch => None,
            Err(error) => return Err(refused(error)),
        };
        Ok(Self { name, commit })
    }

    fn tree(&self) -> Result<Option<Tree<'r>>, CommitFault> {
        self.commit.as_ref().map(|commit| commit.tree().map_err(failed("read HEAD"))).transpose()
    }

    /// Locks HEAD and the branch, and makes sure that neither has moved since they were read.
    ///
    /// HEAD is locked too so that nobody switches branches between the index and the branch.
    fn lock(&self, repo: &'r Repository) -> Result<Transaction<'r>, CommitFault> {
        let refused = failed("lock the branch");
        let mut transaction = repo.transaction().map_err(&refused)?;
        transaction.lock_ref("HEAD").map_err(&refused)?;
        if self.name != "HEAD" {
            transaction.lock_ref(&self.name).map_err(&refused)?;
        }
        let now = Self::read(repo)?;
        if now.name != self.name || now.commit.map(|commit| commit.id()) != self.commit.as_ref().map(Commit::id) {
            return Err(hinted("HEAD moved meanwhile; nothing was committed", "Look at the log, then commit again."));
        }
        Ok(transaction)
    }
}

fn write(
    repo: &Repository,
    author: &Signature<'_>,
    committer: &Signature<'_>,
    message: &str,
    tree: Oid,
    tip: &Tip<'_>,
) -> Result<Oid, CommitFault> {
    let tree = repo.find_tree(tree).map_err(failed("read the commit's tree"))?;
    let parents: Vec<&Commit<'_>> = tip.commit.iter().collect();
    repo.commit(None, author, committer, message, &tree, &parents).map_err(failed("write the commit"))
}

/// Returns the message as git's `--cleanup=whitespace` leaves it; lines that begin with `#` stay.
fn clean(message: &str) -> Result<String, CommitFault> {
    let cleaned = git2::message_prettify(message, None).map_err(|_| fault("the message holds a NUL byte"))?;
    if cleaned.trim().is_empty() {
        return Err(fault("the message is empty"));
    }
    Ok(cleaned)
}

/// Returns author and committer, from git's variables and configuration.
fn identity(repo: &Repository) -> Result<(Signature<'static>, Signature<'static>), CommitFault> {
    let unknown = |error: git2::Error| match error.code() {
        ErrorCode::NotFound => unknown_author(),
        _ => failed("read your name from git")(error),
    };
    Ok((repo.author_from_env().map_err(unknown)?, repo.committer_from_env().map_err(unknown)?))
}

fn unknown_author() -> CommitFault {
    hinted(
        "git does not know who you are",
        "Run `git config --global user.name \"Your Name\"` and `git config --global user.email \"you@example.com\"`, then commit again.",
    )
}
