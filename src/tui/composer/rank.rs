//! Which of the files that match a query is meant: its name before its folders, and what was touched before the rest.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::session::{Entry, SessionState, ToolState};
use crate::tui::chat::touched_path;

/// So many entries of the conversation are looked through for the files that it is about.
const ENTRIES: usize = 200;

/// The files that the session is about, the one touched last first.
#[derive(Debug, Default)]
pub(super) struct Touched(HashMap<String, usize>);

impl Touched {
    /// Returns the files that are shown to the model, proposed to be changed, or read of late.
    pub(super) fn of(state: &SessionState) -> Self {
        let called = state.entries.iter().rev().take(ENTRIES).filter_map(|entry| match entry.as_ref() {
            Entry::Tool { name, input, state: ToolState::Finished(_), .. } => touched_path(name, input),
            _ => None,
        });
        let proposed = state.review.files().map(|file| file.path.clone());
        let mut ranks = HashMap::new();
        for path in called.chain(proposed).chain(state.context.iter().cloned()) {
            let next = ranks.len();
            ranks.entry(path.as_str().to_owned()).or_insert(next);
        }
        Self(ranks)
    }

    /// Returns the files, the one touched last first.
    pub(super) fn paths(&self) -> Vec<&str> {
        let mut paths: Vec<_> = self.0.iter().collect();
        paths.sort_by_key(|(_, rank)| **rank);
        paths.into_iter().map(|(path, _)| path.as_str()).collect()
    }
}

/// How well a path fits a query; the least one is the best.
///
/// First how the name (not its folders) begins with or has the query, then whether it was touched, files before folders,
/// then the fuzzy score, what was touched last, the shorter path, and by name.
pub(super) type Rank<'a> = (u8, bool, bool, Reverse<u16>, usize, usize, &'a str);

/// Returns the rank of a path that matches a query.
pub(super) fn rank<'a>(query: &str, path: &'a str, score: u16, touched: &Touched) -> Rank<'a> {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    let touched = touched.0.get(path).copied().unwrap_or(usize::MAX);
    // A query with a slash tells folders too: then the score alone knows best.
    let class = if query.contains('/') { 0 } else { fit(query, name) };
    (class, touched == usize::MAX, path.ends_with('/'), Reverse(score), touched, path.len(), path)
}

/// Tells how a name fits: it is the query (with or without its ending), begins with it, has it, or neither.
fn fit(query: &str, name: &str) -> u8 {
    let is_cased = query.chars().any(char::is_uppercase);
    let same = |part: &[u8]| {
        if is_cased { part == query.as_bytes() } else { part.eq_ignore_ascii_case(query.as_bytes()) }
    };
    let (bytes, length) = (name.as_bytes(), query.len());
    let Some(head) = bytes.get(..length) else { return 3 };
    let is_stem = length == bytes.len() || name.rfind('.').is_some_and(|dot| dot == length);
    match same(head) {
        true if is_stem => 0,
        true => 1,
        false if bytes.windows(length).any(same) => 2,
        false => 3,
    }
}
