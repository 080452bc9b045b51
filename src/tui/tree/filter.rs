//! The filter of the tree: fuzzy over all files, narrowed with each character.

use nucleo::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo::{Config, Matcher, Utf32Str};

use crate::path::{PathList, PathRef, RelPath};

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
    /// Searches all files anew, which are sorted, and those that are only proposed.
    pub(super) fn search<'a>(&mut self, files: &'a PathList, proposed: impl Iterator<Item = &'a RelPath>) {
        let proposed = proposed.map(RelPath::as_path_ref).filter(|path| !files.has(*path));
        self.matches = best(&self.query, files.iter().chain(proposed));
    }

    /// Searches what matched before, after a character was added.
    pub(super) fn narrow(&mut self) {
        self.matches = best(&self.query, self.matches.iter().map(RelPath::as_path_ref));
    }
}

/// Returns the paths that match, best first; all of them, in their order, for an empty query.
fn best<'a>(query: &str, paths: impl Iterator<Item = PathRef<'a>>) -> Vec<RelPath> {
    if query.trim().is_empty() {
        return paths.map(PathRef::to_path).collect();
    }
    let pattern = Pattern::new(query, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT.match_paths());
    let mut characters = Vec::new();
    let mut scored: Vec<(u32, PathRef<'_>)> = paths
        .filter_map(|path| {
            let score = pattern.score(Utf32Str::new(path.as_str(), &mut characters), &mut matcher)?;
            Some((score, path))
        })
        .collect();
    scored.sort_by(|left, right| {
        let by_length = || left.1.as_str().len().cmp(&right.1.as_str().len());
        right.0.cmp(&left.0).then_with(by_length).then_with(|| left.1.cmp(&right.1))
    });
    scored.into_iter().map(|(_, path)| path.to_path()).collect()
}
