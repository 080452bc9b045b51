//! Faults of git in words that say what to do.

use std::path::Path;

use git2::{Error, ErrorCode};

use crate::engine::CommitFault;
use crate::safe::written_in_line;

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

/// Returns libgit2's words, with hidden characters shown.
fn plain(error: &Error) -> String {
    written_in_line(error.message())
}
