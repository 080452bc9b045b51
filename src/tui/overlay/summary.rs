//! What a commit would hold and what would stay: the list in the commit sheet.

use crate::path::RelPath;
use crate::review::Decision;
use crate::session::SessionState;

/// One file of the review, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileSummary {
    /// Which.
    pub(super) path: RelPath,
    /// Whether something of it will be committed.
    pub(super) is_in: bool,
    /// Accepted runs and units.
    pub(super) accepted: usize,
    /// Pending ones.
    pub(super) pending: usize,
    /// Rejected ones.
    pub(super) rejected: usize,
    /// Whether a conflict is open.
    pub(super) conflicts: bool,
}

/// Returns the files, those that will be committed first.
pub(super) fn summarize(state: &SessionState) -> Vec<FileSummary> {
    let mut files: Vec<FileSummary> = state
        .review
        .files()
        .map(|change| {
            let decided = |wanted| change.decided.iter().filter(|decided| decided.decision == wanted).count();
            FileSummary {
                path: change.path.clone(),
                is_in: change.written.iter().any(|(before, after)| before != after),
                accepted: decided(Decision::Accepted),
                pending: change.diff.units.len() + change.diff.runs.len(),
                rejected: decided(Decision::Rejected),
                conflicts: change.conflict.is_some(),
            }
        })
        .collect();
    files.sort_by_key(|file| !file.is_in);
    files
}

impl FileSummary {
    /// Returns the counts in words.
    pub(super) fn words(&self) -> String {
        let mut parts = Vec::new();
        if self.is_in {
            parts.push(format!("{} accepted", self.accepted.max(1)));
        }
        if self.pending > 0 {
            parts.push(format!("{} pending", self.pending));
        }
        if self.rejected > 0 {
            parts.push(format!("{} rejected", self.rejected));
        }
        if self.conflicts {
            parts.push("a conflict".to_owned());
        }
        parts.join(", ")
    }
}
