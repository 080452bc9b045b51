//! What this session committed, to tell what of it is taken back by what was accepted since.

use super::SessionState;
use crate::path::RelPath;
use crate::review::{Review, Run, Snapshot, diff_texts};

/// So many of the newest commits are remembered.
const KEPT: usize = 20;

/// A commit of this session with what it changed.
#[derive(Debug, Clone)]
pub(super) struct CommitRecord {
    id: String,
    summary: String,
    files: Vec<Written>,
}

/// What a commit changed in a file, or what waits to be committed.
#[derive(Debug, Clone)]
struct Written {
    path: RelPath,
    before: Option<Snapshot>,
    after: Option<Snapshot>,
}

/// A commit of which something is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// The commit's id, shortened for people.
    pub id: String,
    /// The first line of its message.
    pub summary: String,
    /// Whether nothing of it is left.
    pub is_whole: bool,
}

/// What is taken back of this session's commits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reversal {
    /// The commits, newest first.
    pub commits: Vec<TakenBack>,
    /// Whether all that waits to be committed takes something back, so that the commit is nothing else.
    pub is_all: bool,
}

impl TakenBack {
    /// Returns the commit in words, after a verb: "part of 0123456 fix: a fare".
    pub fn words(&self) -> String {
        let part = if self.is_whole { "" } else { "part of " };
        format!("{part}{} {}", self.id, self.summary)
    }
}

/// Notes what a commit of these files changes, before they leave the review.
pub(super) fn note_commit(
    commits: &mut Vec<CommitRecord>,
    review: &Review,
    (id, summary): (&str, &str),
    paths: &[RelPath],
) {
    let files = written(review).into_iter().filter(|file| paths.contains(&file.path)).collect();
    commits.push(CommitRecord { id: id.to_owned(), summary: summary.to_owned(), files });
    if commits.len() > KEPT {
        commits.remove(0);
    }
}

/// Returns what the accepted changes take back of the session's commits.
///
/// A file that stands again as it did before a commit takes that commit back in this file. Else it is looked for by
/// runs: one that removes the very lines which a commit added in their place, and adds those which it removed.
pub fn reversal(state: &SessionState) -> Reversal {
    let waiting = written(&state.review);
    if state.commits.is_empty() || waiting.is_empty() {
        return Reversal::default();
    }
    // A file whose runs are not known is taken back as a whole or not at all.
    let mut left: Vec<(&Written, Option<Vec<Lines>>)> = waiting.iter().map(|file| (file, file.runs())).collect();
    let mut commits = Vec::new();
    for commit in state.commits.iter().rev() {
        let (mut found, mut is_whole) = (false, true);
        for file in &commit.files {
            let is_back = |(other, _): &(&Written, Option<Vec<Lines>>)| {
                other.path == file.path && other.before == file.after && other.after == file.before
            };
            if let Some(at) = left.iter().position(is_back) {
                left.remove(at);
                found = true;
                continue;
            }
            let Some(runs) = file.runs() else {
                is_whole = false;
                continue;
            };
            for run in runs {
                let here = left.iter_mut().filter(|(other, _)| other.path == file.path);
                let met = here.filter_map(|(_, runs)| runs.as_mut()).find_map(|runs| {
                    let at = runs.iter().position(|other| other.takes_back(&run))?;
                    Some(runs.remove(at))
                });
                found |= met.is_some();
                is_whole &= met.is_some();
            }
            left.retain(|(_, runs)| runs.as_ref().is_none_or(|runs| !runs.is_empty()));
        }
        if found {
            let id = commit.id.chars().take(7).collect();
            commits.push(TakenBack { id, summary: commit.summary.clone(), is_whole });
        }
    }
    Reversal { is_all: !commits.is_empty() && left.is_empty(), commits }
}

/// The lines that a run removes and adds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lines {
    removed: Vec<u8>,
    added: Vec<u8>,
}

impl Lines {
    /// Tells whether it takes another back; blank lines alone prove nothing.
    fn takes_back(&self, other: &Self) -> bool {
        let is_telling = |bytes: &[u8]| bytes.iter().any(u8::is_ascii_alphanumeric);
        self.removed == other.added
            && self.added == other.removed
            && (is_telling(&self.removed) || is_telling(&self.added))
    }
}

impl Written {
    /// Returns the runs, if it is a change of lines of a file that takes no long time to compare.
    fn runs(&self) -> Option<Vec<Lines>> {
        let (Some(before), Some(after)) = (&self.before, &self.after) else { return None };
        if before.text.takes_long() || after.text.takes_long() {
            return None;
        }
        let diff = diff_texts(Some(before), Some(after), false);
        if !diff.units.is_empty() {
            return None;
        }
        let (old, new): (Vec<&[u8]>, Vec<&[u8]>) = (before.text.lines().collect(), after.text.lines().collect());
        let lines = |run: &Run| Lines { removed: old[run.old.clone()].concat(), added: new[run.new.clone()].concat() };
        Some(diff.runs.iter().map(lines).collect())
    }
}

/// Returns what was written since the last commit.
fn written(review: &Review) -> Vec<Written> {
    let files = review.files().flat_map(|change| {
        let path = change.disk_path();
        change.written.iter().map(move |(before, after)| (path.clone(), before.clone(), after.clone()))
    });
    files.map(|(path, before, after)| Written { path, before, after }).collect()
}
