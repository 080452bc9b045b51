//! Stand-in for the highlighter.

use std::ops::Range;
use std::sync::Arc;

use super::Scope;

/// Lines of scoped ranges.
pub type Lines = Arc<Vec<Vec<(Range<usize>, Scope)>>>;

/// Stand-in.
pub struct Highlighter;

impl Highlighter {
    /// Stand-in.
    pub fn start(_wake: impl Fn() + Send + 'static) -> Self {
        Self
    }
    /// Stand-in.
    pub fn inline() -> Self {
        Self
    }
    /// Stand-in.
    pub fn get(&self, _language: &str, _text: &str) -> Option<Lines> {
        None
    }
}
