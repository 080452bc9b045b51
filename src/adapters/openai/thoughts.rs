//! Thoughts that a model writes into its text, as `<think>…</think>` at its beginning, told apart as they stream in.
//!
//! Only the beginning of an answer counts: further on such a tag is what the answer speaks of.

/// The tags that models write.
const TAGS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// A piece of an answer's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A thought.
    Thought(String),
    /// What the answer says.
    Said(String),
}

/// Reads an answer's text.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    place: Place,
    /// What came and cannot be told apart yet: perhaps the beginning of a tag.
    held: String,
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

    /// Takes the end of the text.
    pub(super) fn finish(&mut self) -> Vec<Piece> {
        let rest = std::mem::take(&mut self.held);
        match std::mem::replace(&mut self.place, Place::Saying) {
            Place::Start | Place::Saying => said(rest),
            Place::Thinking(_) => thought(rest),
            Place::Behind => Vec::new(),
        }
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
                self.place = Place::Saying;
            }
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
