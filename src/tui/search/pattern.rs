//! What is looked for: words as typed, with the case only where the user typed a capital.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

/// A query as it is looked for: literal, blanks of any kind and number for a blank.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Pattern(Regex);

impl Pattern {
    /// Returns the pattern of a query; none for an empty one.
    pub(in crate::tui) fn new(query: &str) -> Option<Self> {
        if query.is_empty() {
            return None;
        }
        let mut source = String::with_capacity(query.len() * 2);
        let mut was_blank = false;
        for part in query.split_inclusive(char::is_whitespace) {
            let word = part.trim_end_matches(char::is_whitespace);
            if !word.is_empty() {
                source.push_str(&regex::escape(word));
                was_blank = false;
            }
            if word.len() < part.len() && !was_blank {
                source.push_str(r"\s+");
                was_blank = true;
            }
        }
        let is_cased = query.chars().any(char::is_uppercase);
        // A query that is too long to be compiled finds nothing.
        RegexBuilder::new(&source).case_insensitive(!is_cased).build().ok().map(Self)
    }

    /// Returns where it stands in a text, from the beginning on, none overlapping.
    pub(in crate::tui) fn all<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        self.0.find_iter(text).map(|found| found.range())
    }
}
