//! A text with the places of its lines, found once.

use std::sync::Arc;

use crate::review::Text;

/// A text and where its lines end; cloning shares both.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Lines {
    text: Text,
    ends: Arc<[usize]>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { text: Text::from(""), ends: Arc::from([]) }
    }
}

impl Lines {
    /// Returns the lines of a text; those of `before` when it is the very same text.
    pub(in crate::tui) fn of(text: &Text, before: Option<&Lines>) -> Self {
        if let Some(before) = before
            && before.is_of(text)
        {
            return before.clone();
        }
        let mut end = 0;
        let ends = text
            .lines()
            .map(|line| {
                end += line.len();
                end
            })
            .collect();
        Self { text: text.clone(), ends }
    }

    /// Tells whether these are the lines of that very text, not of an equal one.
    pub(in crate::tui) fn is_of(&self, text: &Text) -> bool {
        std::ptr::eq(self.text.as_bytes(), text.as_bytes())
    }

    /// Returns how many lines there are.
    pub(in crate::tui) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns a line with its end; empty beyond the last.
    pub(in crate::tui) fn raw(&self, line: usize) -> &[u8] {
        let Some(end) = self.ends.get(line) else { return &[] };
        let start = line.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text.as_bytes()[start..*end]
    }

    /// Returns a line without its `\n`, and without a CR before it.
    pub(in crate::tui) fn get(&self, line: usize) -> &[u8] {
        without_end(self.raw(line))
    }

    /// Returns the text.
    pub(in crate::tui) fn text(&self) -> &Text {
        &self.text
    }
}

/// Returns a line without its `\n`, and without a CR before it.
pub(in crate::tui) fn without_end(line: &[u8]) -> &[u8] {
    let Some(line) = line.strip_suffix(b"\n") else { return line };
    line.strip_suffix(b"\r").unwrap_or(line)
}
