//! Thoughts that a model writes into its text, as `<think>…</think>` at its beginning, told apart as they stream in.
//!
//! Only the beginning of an answer counts: further on such a tag is what the answer speaks of. But where the server's
//! template opens the thoughts itself, the model only ends them: a closing tag alone, at the end of its line and outside
//! of code, says that all before it was thought.

/// The tags that models write.
const TAGS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// A piece of an answer's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A thought.
    Thought(String),
    /// What the answer says.
    Said(String),
    /// What was said so far was thought.
    WasThought,
}

/// Reads an answer's text.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    place: Place,
    /// What came and cannot be told apart yet: perhaps the beginning of a tag.
    held: String,
    /// What was said while a closing tag may still come, to know what is code.
    so_far: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    /// Nothing but blanks has come.
    #[default]
    Start,
    /// Inside the thoughts, which end with this tag.
    Thinking(&'static str),
    /// Behind the thoughts: the blanks before the answer are left out.
    Behind,
    /// In what may be the answer, or thoughts that were not opened.
    Open,
    /// In the answer.
    Saying,
}

impl Thoughts {
    /// Takes a piece of text.
    pub(super) fn push(&mut self, text: &str) -> Vec<Piece> {
        if self.place == Place::Saying {
            return said(text.to_owned());
        }
        self.held.push_str(text);
        let mut out = Vec::new();
        while self.goes_on(&mut out) {}
        out
    }

    /// Takes note that the server tells thoughts and text apart by itself.
    pub(super) fn are_told(&mut self) {
        if matches!(self.place, Place::Start | Place::Open) && self.held.is_empty() {
            self.place = Place::Saying;
        }
    }

    /// Takes the end of the text.
    pub(super) fn finish(&mut self) -> Vec<Piece> {
        let rest = std::mem::take(&mut self.held);
        match std::mem::replace(&mut self.place, Place::Saying) {
            Place::Start | Place::Saying => said(rest),
            Place::Thinking(_) => thought(rest),
            Place::Behind => Vec::new(),
            // Nothing but blanks follows the tag.
            Place::Open if self.is_code() => said(rest),
            Place::Open if TAGS.iter().any(|(_, close)| rest.trim_end() == *close) => vec![Piece::WasThought],
            Place::Open => said(rest),
        }
    }

    /// Tells whether what was said so far has begun code and not ended it.
    fn is_code(&self) -> bool {
        let line = self.so_far.rsplit('\n').next().unwrap_or_default();
        self.so_far.matches("```").count() % 2 == 1 || line.matches('`').count() % 2 == 1
    }

    /// Looks for a tag that ends thoughts which were not opened; true when there may be more to read.
    fn seek_end(&mut self, out: &mut Vec<Piece>) -> bool {
        let found = TAGS.iter().filter_map(|(_, close)| Some((self.held.find(close)?, *close))).min();
        let Some((at, close)) = found else {
            let kept = TAGS.iter().map(|(_, close)| partial(&self.held, close)).max().unwrap_or(0);
            let rest = self.held.split_off(self.held.len() - kept);
            self.say(rest, out);
            return false;
        };
        if at > 0 {
            let rest = self.held.split_off(at);
            self.say(rest, out);
        }
        match self.held[close.len()..].trim_start_matches([' ', '\t', '\r']).chars().next() {
            None => return false,
            Some('\n') if !self.is_code() => {
                out.push(Piece::WasThought);
                self.held.drain(..close.len());
                self.place = Place::Behind;
            }
            Some(_) => {
                let rest = self.held.split_off(close.len());
                self.say(rest, out);
            }
        }
        true
    }

    /// Says what is held, and holds the rest.
    fn say(&mut self, rest: String, out: &mut Vec<Piece>) {
        let text = std::mem::replace(&mut self.held, rest);
        self.so_far.push_str(&text);
        out.extend(said(text));
    }

    /// Reads what is held as far as it can be told apart; true when there may be more to read.
    fn goes_on(&mut self, out: &mut Vec<Piece>) -> bool {
        match self.place {
            Place::Start => {
                let begun = self.held.trim_start();
                if let Some((open, close)) = TAGS.into_iter().find(|(open, _)| begun.starts_with(open)) {
                    self.held = begun[open.len()..].to_owned();
                    self.place = Place::Thinking(close);
                    return true;
                }
                if TAGS.iter().any(|(open, _)| open.starts_with(begun)) {
                    return false;
                }
                self.place = Place::Open;
                return true;
            }
            Place::Open => return self.seek_end(out),
            Place::Thinking(close) => {
                if let Some((before, after)) = self.held.split_once(close) {
                    out.extend(thought(before.to_owned()));
                    self.held = after.to_owned();
                    self.place = Place::Behind;
                    return true;
                }
                let kept = partial(&self.held, close);
                let rest = self.held.split_off(self.held.len() - kept);
                out.extend(thought(std::mem::replace(&mut self.held, rest)));
                return false;
            }
            Place::Behind => {
                self.held = self.held.trim_start().to_owned();
                if self.held.is_empty() {
                    return false;
                }
                self.place = Place::Saying;
            }
            Place::Saying => {}
        }
        out.extend(said(std::mem::take(&mut self.held)));
        false
    }
}

/// Returns how many bytes at the end of a text may be the beginning of a tag.
fn partial(text: &str, tag: &str) -> usize {
    (1..tag.len()).rev().find(|length| text.ends_with(&tag[..*length])).unwrap_or(0)
}

fn said(text: String) -> Vec<Piece> {
    if text.is_empty() { Vec::new() } else { vec![Piece::Said(text)] }
}

fn thought(text: String) -> Vec<Piece> {
    if text.is_empty() { Vec::new() } else { vec![Piece::Thought(text)] }
}
