//! Looks at git, the repository and the state folder.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use adit::adapters::git::GitRepository;
use adit::doctor::Check;
use adit::engine::Repository as _;
use adit::session::{Head, RepoState};

use super::terminal::said;

/// Returns the checks of git and of the repository.
pub(super) async fn git(root: &Path) -> Vec<Check> {
    let mut checks = vec![match said("git", &["--version"]).await {
        Some(version) => Check::ok("git", version.trim().trim_start_matches("git version ")),
        None => Check::warn(
            "git",
            "there is no git on PATH; adit itself works without",
            "Install git, to look at commits and to undo them.",
        ),
    }];
    let repository = GitRepository::discover(root);
    checks.push(match repository.author() {
        Ok(author) => Check::ok("git identity", author),
        Err(fault) => {
            let fix = fault.hint.unwrap_or_else(|| "Set user.name and user.email in git's configuration.".to_owned());
            Check::fail("git identity", fault.message, fix)
        }
    });
    checks.extend(repository_checks(root, &repository));
    checks
}

fn repository_checks(root: &Path, repository: &GitRepository) -> Vec<Check> {
    if let Some(fault) = repository.trouble() {
        let fix = fault.hint.unwrap_or_else(|| "Mend it with git; until then commits are off.".to_owned());
        return vec![Check::fail("repository", fault.message, fix)];
    }
    let state = repository.state();
    let RepoState { head, in_progress, bypassed, marks: _, tip: _ } = &state;
    let words = match head {
        None => {
            let finding = format!("there is none around {}, so commits are off", root.display());
            return vec![Check::warn(
                "repository",
                finding,
                "Run `git init` if you want commits; all else works without.",
            )];
        }
        Some(Head::Branch(name)) => format!("on {name}"),
        Some(Head::Unborn(name)) => format!("on {name}, without a commit yet"),
        Some(Head::Detached(id)) => format!("at {id}, on no branch"),
    };
    let mut checks = vec![match in_progress {
        Some(operation) => Check::warn(
            "repository",
            format!("{words}; a {operation} is in progress"),
            format!("Finish it, or leave it with `git {operation} --abort`: adit makes no commit in between."),
        ),
        None => Check::ok("repository", words),
    }];
    if !bypassed.is_empty() {
        checks.push(Check::warn(
            "git hooks",
            format!("this repository has {}, which a commit by adit leaves out", bypassed.join(", ")),
            "Commit by `git commit` where they must run: what you accepted is in the files.",
        ));
    }
    checks
}

/// Checks that journals can be written, and that nobody else can read them.
pub(super) fn state_folder(state: &Path) -> Check {
    let name = "state folder";
    let shown = state.display();
    let elsewhere = "Make the folder writable, or set XDG_STATE_HOME to another.";
    if let Err(failure) = crate::places::private_folder(state) {
        return Check::fail(name, format!("cannot make {shown}: {failure}"), elsewhere);
    }
    let written = tempfile::NamedTempFile::new_in(state).and_then(|mut file| file.write_all(b"adit"));
    if let Err(failure) = written {
        return Check::fail(name, format!("cannot write to {shown}: {failure}"), elsewhere);
    }
    match std::fs::metadata(state) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => Check::warn(
            name,
            format!("{shown} can be entered by others; the journals in it are yours alone all the same"),
            format!("Run `chmod 700 {shown}`."),
        ),
        Ok(_) | Err(_) => Check::ok(name, format!("{shown}, yours alone")),
    }
}
