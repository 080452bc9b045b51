//! The filter of the tree: fuzzy over all files, narrowed with each character.

use std::sync::Arc;

use nucleo::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo::{Config, Matcher, Utf32Str};

use crate::path::RelPath;

/// A filter and what matches it, best first.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// What is searched for.
    pub(super) query: String,
    /// Whether keys go into the query.
    pub(super) is_typing: bool,
    /// The files that match, best first.
    pub(super) matches: Vec<RelPath>,
}

impl Filter {
    /// Searches all files anew.
    pub(super) fn search(&mut self, files: &Arc<Vec<RelPath>>, proposed: Vec<RelPath>) {
        let mut all: Vec<&RelPath> = files.iter().collect();
        all.extend(proposed.iter().filter(|path| files.binary_search(path).is_err()));
        self.matches = best(&self.query, all.into_iter());
    }

    /// Searches what matched before, after a character was added.
    pub(super) fn narrow(&mut self) {
        self.matches = best(&self.query, self.matches.iter());
    }
}

/// Returns the paths that match, best first; all of them, in their order, for an empty query.
fn best<'a>(query: &str, paths: impl Iterator<Item = &'a RelPath>) -> Vec<RelPath> {
    if query.trim().is_empty() {
        return paths.cloned().collect();
    }
    let pattern = Pattern::new(query, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT.match_paths());
    let mut characters = Vec::new();
    let mut scored: Vec<(u32, &RelPath)> = paths
        .filter_map(|path| {
            let score = pattern.score(Utf32Str::new(path.as_str(), &mut characters), &mut matcher)?;
            Some((score, path))
        })
        .collect();
    scored.sort_by(|left, right| {
        let by_length = || left.1.as_str().len().cmp(&right.1.as_str().len());
        right.0.cmp(&left.0).then_with(by_length).then_with(|| left.1.cmp(right.1))
    });
    scored.into_iter().map(|(_, path)| path.clone()).collect()
}
