//! Turns a streamed answer into sentences as they become complete, and Markdown's marks into words.

use super::marks::{line_in_words, unmarked};
use super::words::spoken;

/// Collects an answer; gives out what can be read.
#[derive(Debug, Default)]
pub(super) struct Prose {
    waiting: String,
    /// The mark of the fence that is open, and how long it is.
    code: Option<(char, usize)>,
    /// Whether the line that waits was begun to be read already.
    is_begun: bool,
}

impl Prose {
    /// Takes a piece in; returns the lines and sentences that are complete.
    pub(super) fn take(&mut self, piece: &str) -> Vec<String> {
        self.waiting.push_str(piece);
        let mut out = Vec::new();
        while let Some(end) = self.waiting.find('\n') {
            let line: String = self.waiting.drain(..=end).collect();
            out.extend(self.rest(&line));
            self.is_begun = false;
        }
        // A long paragraph is read sentence by sentence; marks need their whole line.
        let is_plain = self.is_begun || self.waiting.starts_with(|first: char| first.is_alphabetic());
        if is_plain
            && self.code.is_none()
            && let Some(end) = sentence_end(&self.waiting)
        {
            let sentences: String = self.waiting.drain(..end).collect();
            out.push(unmarked(sentences.trim()));
            self.is_begun = true;
        }
        out
    }

    /// Returns what is left at the end of a text.
    pub(super) fn finish(&mut self) -> Vec<String> {
        let rest = std::mem::take(&mut self.waiting);
        let mut out: Vec<String> = self.rest(&rest).into_iter().collect();
        if self.code.take().is_some() {
            out.push("End of code.".to_owned());
        }
        self.is_begun = false;
        out
    }

    /// Reads a line, or what is left of one that was begun: there the blank is only what stood between two sentences.
    fn rest(&mut self, line: &str) -> Option<String> {
        if self.is_begun {
            return Some(unmarked(line.trim())).filter(|words| !words.is_empty());
        }
        self.line(line.trim_end())
    }

    fn line(&mut self, line: &str) -> Option<String> {
        let body = line.trim_start();
        let mark = body.chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let length = mark.map_or(0, |mark| body.len() - body.trim_start_matches(mark).len());
        let language = body[length..].trim();
        match self.code {
            Some((opened, least)) => {
                let ends = mark == Some(opened) && length >= least && language.is_empty();
                if !ends {
                    return Some(spoken(line).into_owned());
                }
                self.code = None;
                Some("End of code.".to_owned())
            }
            // What stands on a line of its own between ticks is no fence.
            None if length > 2 && !language.contains('`') => {
                self.code = mark.map(|mark| (mark, length));
                Some(match language {
                    "" => "Code:".to_owned(),
                    language => format!("Code in {}:", spoken(language)),
                })
            }
            None => line_in_words(line),
        }
    }
}

/// Returns where the last complete sentence ends, if one does.
fn sentence_end(text: &str) -> Option<usize> {
    let ends = text.char_indices().zip(text.chars().skip(1));
    let end = ends.filter(|((_, mark), next)| matches!(mark, '.' | '!' | '?') && *next == ' ').last();
    end.map(|((at, _), _)| at + 1)
}
