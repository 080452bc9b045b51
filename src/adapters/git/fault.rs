//! Faults of git in words that say what to do.

use std::path::Path;

use git2::{Error, ErrorCode};

use crate::engine::CommitFault;

/// Returns a fault without a hint.
pub(super) fn fault(message: impl Into<String>) -> CommitFault {
    CommitFault { message: message.into(), hint: None }
}

/// Returns a fault with what to do.
pub(super) fn hinted(message: impl Into<String>, hint: impl Into<String>) -> CommitFault {
    CommitFault { message: message.into(), hint: Some(hint.into()) }
}

/// Returns a function that tells what failed when libgit2 gives an error.
pub(super) fn failed(what: &'static str) -> impl Fn(Error) -> CommitFault {
    move |error| match error.code() {
        ErrorCode::Locked => hinted(
            format!("cannot {what}: another git process holds a lock"),
            "Wait until it is done, or remove the .lock file that it left in git's folder, and commit again.",
        ),
        _ => fault(format!("cannot {what}: {}", plain(&error))),
    }
}

/// Returns the fault of a repository that libgit2 would not open.
pub(super) fn unopened(root: &Path, error: &Error) -> CommitFault {
    match error.code() {
        ErrorCode::Owner => hinted(
            "the git repository belongs to another user, and git does not trust it",
            format!(
                "If you do, run `git config --global --add safe.directory '{}'` and start adit again.",
                root.display()
            ),
        ),
        _ => fault(format!("cannot open the git repository: {}", plain(error))),
    }
}

/// Returns libgit2's words, with control characters shown.
fn plain(error: &Error) -> String {
    error
        .message()
        .chars()
        .flat_map(|character| {
            let shown: Box<dyn Iterator<Item = char>> = if character.is_control() {
                Box::new(character.escape_default())
            } else {
                Box::new(std::iter::once(character))
            };
            shown
        })
        .collect()
}
