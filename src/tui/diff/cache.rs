//! What drawing remembers: syntax by text, words by run. A memo only; an empty one draws the same cells.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::highlight::{Colors, Highlighter, Lines};
use super::rows::FileRows;
use super::words::{self, Words};
use crate::path::RelPath;
use crate::review::{FileChange, MovedLines, Revision, Text, moved_blocks};
use crate::session::SessionState;

/// So many texts in sight keep their syntax at hand; the highlighter keeps more.
const TEXTS: usize = 12;

/// Larger texts stay plain and are not even looked at.
const MAX_SYNTAX: usize = 1 << 20;

/// So many runs keep their words.
const RUNS: usize = 1_000;

/// Moved lines by file.
pub(super) type Moved = HashMap<RelPath, MovedLines>;

/// What drawing the review remembers.
#[derive(Debug)]
pub struct DiffCache {
    highlighter: Arc<Highlighter>,
    /// Texts with their syntax, the last used one last. The text is kept so that its address stays its own.
    texts: Vec<(Text, Colors)>,
    /// Words by the address of the file's state and the run. The state is kept for the same reason.
    words: HashMap<(usize, usize), (Arc<FileChange>, Arc<Words>)>,
    /// The moved lines of a proposal.
    moved: Option<(Revision, Arc<Moved>)>,
}

impl DiffCache {
    /// Returns an empty memo.
    pub fn new(highlighter: Arc<Highlighter>) -> Self {
        Self { highlighter, texts: Vec::new(), words: HashMap::new(), moved: None }
    }

    /// Returns the syntax of a text as far as it is known; `until` lines of it are looked at.
    pub(in crate::tui) fn syntax(&mut self, language: &str, lines: &Lines, until: usize) -> Colors {
        if lines.len() == 0 {
            return Colors::default();
        }
        if let Some(at) = self.texts.iter().position(|(text, _)| lines.is_of(text)) {
            let known = self.texts.remove(at);
            let colors = known.1.clone();
            self.texts.push(known);
            return colors;
        }
        let is_large = lines.text().as_bytes().len() > MAX_SYNTAX;
        let colors = match (!is_large).then(|| lines.text().as_str()).flatten() {
            Some(text) => self.highlighter.get(language, text, until).unwrap_or_default(),
            None => Colors::plain(),
        };
        if colors.is_whole() {
            if self.texts.len() >= TEXTS {
                self.texts.remove(0);
            }
            self.texts.push((lines.text().clone(), colors.clone()));
        }
        colors
    }

    /// Returns the lines of the proposal that are removed in one place and added in another.
    pub(super) fn moved(&mut self, state: &SessionState) -> Arc<Moved> {
        let revision = state.review.revision();
        match &self.moved {
            Some((known, moved)) if *known == revision => Arc::clone(moved),
            _ => {
                let moved = Arc::new(moved_blocks(state.review.files().map(Arc::as_ref)));
                self.moved = Some((revision, Arc::clone(&moved)));
                moved
            }
        }
    }

    /// Returns the words in which the two sides of a run differ.
    pub(super) fn words(&mut self, file: &FileRows, run: usize) -> Option<Arc<Words>> {
        let key = (Arc::as_ptr(&file.change) as usize, run);
        if let Some((_, words)) = self.words.get(&key) {
            return Some(Arc::clone(words));
        }
        let words = Arc::new(words::compare(&file.old, &file.new, file.run(run)?));
        if self.words.len() >= RUNS {
            self.words.clear();
        }
        self.words.insert(key, (Arc::clone(&file.change), Arc::clone(&words)));
        Some(words)
    }
}
