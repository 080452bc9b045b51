//! Stand-in for the highlighter: it colours keywords of one language, at once.

use std::ops::Range;
use std::sync::Arc;

use super::Scope;

/// Colours code; see the real one.
pub struct Highlighter;

impl Highlighter {
    /// Returns a highlighter that works on its own thread.
    pub fn start(wake: impl Fn() + Send + 'static) -> Self {
        let _ = wake;
        Self
    }

    /// Returns a highlighter that answers at once.
    pub fn inline() -> Self {
        Self
    }

    /// Returns the coloured ranges of each line.
    pub fn get(&self, language: &str, text: &str) -> Option<Arc<Vec<Vec<(Range<usize>, Scope)>>>> {
        let _ = language;
        let color = |line: &str| {
            line.match_indices("fn ").map(|(at, _)| (at..at + 2, Scope::SyntaxKeyword)).collect::<Vec<_>>()
        };
        Some(Arc::new(text.lines().map(color).collect()))
    }
}
