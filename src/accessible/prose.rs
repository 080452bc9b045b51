//! Turns a streamed answer into sentences as they become complete, and Markdown's marks into words.

use super::words::spoken;

/// Collects an answer; gives out what can be read.
#[derive(Debug, Default)]
pub(super) struct Prose {
    waiting: String,
    is_code: bool,
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
            && !self.is_code
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
        if std::mem::take(&mut self.is_code) {
            out.push("End of code.".to_owned());
        }
        self.is_begun = false;
        out
    }

    /// Reads a line, or what is left of one that was begun: there the blank is only what stood between two sentences.
    fn rest(&mut self, line: &str) -> Option<String> {
        self.line(if self.is_begun { line.trim() } else { line.trim_end() })
    }

    fn line(&mut self, line: &str) -> Option<String> {
        let body = line.trim_start();
        if let Some(language) = body.strip_prefix("```") {
            self.is_code = !self.is_code;
            let language = language.trim();
            return Some(match (self.is_code, language) {
                (false, _) => "End of code.".to_owned(),
                (true, "") => "Code:".to_owned(),
                (true, language) => format!("Code in {}:", spoken(language)),
            });
        }
        if self.is_code {
            return Some(spoken(line).into_owned());
        }
        if body.is_empty() {
            return None;
        }
        if let Some(heading) = body.strip_prefix('#') {
            return Some(format!("Heading: {}", unmarked(heading.trim_start_matches('#').trim())));
        }
        if body.starts_with('|') {
            let cells: Vec<String> = body.trim_matches('|').split('|').map(|cell| unmarked(cell.trim())).collect();
            let is_rule = cells.iter().all(|cell| cell.chars().all(|character| matches!(character, '-' | ':')));
            return (!is_rule).then(|| format!("Row: {}", cells.join(", ")));
        }
        Some(unmarked(line))
    }
}

/// Returns where the last complete sentence ends, if one does.
fn sentence_end(text: &str) -> Option<usize> {
    let ends = text.char_indices().zip(text.chars().skip(1));
    let end = ends.filter(|((_, mark), next)| matches!(mark, '.' | '!' | '?') && *next == ' ').last();
    end.map(|((at, _), _)| at + 1)
}

/// Returns a line without marks of emphasis and code, which a reader would spell out.
fn unmarked(line: &str) -> String {
    spoken(&line.replace("**", "").replace('`', "")).into_owned()
}
