//! What a commit would hold and what would stay: the list in the commit sheet.

use crate::path::RelPath;
use crate::session::SessionState;

/// One file of the review, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileSummary {
    /// Which.
    pub(super) path: RelPath,
    /// Whether something of it will be committed.
    pub(super) is_in: bool,
    /// Accepted changes.
    pub(super) accepted: usize,
    /// Pending ones.
    pub(super) pending: usize,
    /// Rejected ones.
    pub(super) rejected: usize,
    /// Whether a conflict is open.
    pub(super) conflicts: bool,
    /// Notes on it that the model has not been told.
    pub(super) notes: usize,
}

/// Returns the files, those that will be committed first.
pub(super) fn summarize(state: &SessionState) -> Vec<FileSummary> {
    let mut files: Vec<FileSummary> = state
        .review
        .files()
        .map(|change| {
            let progress = change.progress();
            FileSummary {
                path: change.path.clone(),
                is_in: change.written.iter().any(|(before, after)| before != after),
                accepted: progress.accepted,
                pending: progress.pending,
                rejected: progress.rejected,
                conflicts: progress.conflicts > 0,
                notes: state
                    .review
                    .feedback()
                    .iter()
                    .filter(|told| told.note.is_some() && told.path == change.path)
                    .count(),
            }
        })
        .collect();
    files.sort_by_key(|file| !file.is_in);
    files
}

/// Returns the counts of all files in words: what is decided, what is left, what is not sent.
pub(super) fn totals(files: &[FileSummary]) -> String {
    let sum = |count: fn(&FileSummary) -> usize| files.iter().map(count).sum::<usize>();
    let mut parts = vec![
        format!("{} accepted", sum(|file| file.accepted)),
        format!("{} pending", sum(|file| file.pending)),
        format!("{} rejected", sum(|file| file.rejected)),
    ];
    let conflicts = sum(|file| usize::from(file.conflicts));
    if conflicts > 0 {
        parts.push(format!("{conflicts} conflict{} to settle", if conflicts == 1 { "" } else { "s" }));
    }
    let notes = sum(|file| file.notes);
    if notes > 0 {
        parts.push(format!("{notes} note{} not sent", if notes == 1 { "" } else { "s" }));
    }
    parts.join(" · ")
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
        if self.notes > 0 {
            parts.push(format!("{} note{}", self.notes, if self.notes == 1 { "" } else { "s" }));
        }
        parts.join(", ")
    }
}
