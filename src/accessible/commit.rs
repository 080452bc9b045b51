//! The talk about a commit: a message is drafted, read out, changed line by line or as a whole, and agreed to.

use super::words::{sentence, spoken};
use crate::session::{EventKind, Op, SessionState, reversal};

/// How far the talk is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum CommitTalk {
    /// There is none.
    #[default]
    None,
    /// A message is being drafted.
    Drafting,
    /// The message was read out and may be agreed to.
    Offered(Vec<String>),
    /// The commit is being made; the message is kept in case it fails.
    Committing(Vec<String>),
}

/// What a step of the talk says and asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Turn {
    /// What is said.
    pub(super) said: Vec<String>,
    /// What is asked of the engine.
    pub(super) op: Option<Op>,
}

impl CommitTalk {
    /// Begins: with a message of the user's own, or by having one drafted.
    pub(super) fn begin(&mut self, message: Option<String>, state: &SessionState) -> Turn {
        if state.lacks_repository() {
            return Turn::say("There is no git repository here, so commits are off. Say init to make one.");
        }
        if !state.review.files().any(|change| !change.written.is_empty()) {
            if !state.committed_elsewhere.is_empty() {
                return Turn::say("What you accepted was committed outside of adit; nothing of it is left to commit.");
            }
            return Turn::say("Nothing was accepted yet. Say next to hear a change and accept to accept it.");
        }
        let mut turn = Turn::default();
        let back = reversal(state).commits;
        turn.said.extend(back.iter().map(|commit| format!("This takes back {}.", spoken(&commit.words()))));
        if !state.repo.bypassed.is_empty() {
            let list = state.repo.bypassed.join(", ");
            turn.said.push(format!("This commit will bypass {}.", spoken(&list)));
        }
        match message {
            Some(message) => turn.said.extend(self.offer(message.lines().map(str::to_owned).collect())),
            None => {
                turn.said.push("Drafting a message.".to_owned());
                turn.op = Some(Op::DraftCommit);
                *self = Self::Drafting;
            }
        }
        turn
    }

    /// Offers a message: reads it out and says what can be done.
    pub(super) fn offer(&mut self, lines: Vec<String>) -> Vec<String> {
        let said = read_out(&lines);
        *self = Self::Offered(lines);
        said
    }

    /// Agrees, if something is offered.
    pub(super) fn agree(&mut self) -> Turn {
        match std::mem::take(self) {
            Self::Offered(lines) => {
                let message = lines.join("\n").trim().to_owned();
                if message.is_empty() {
                    *self = Self::Offered(lines);
                    return Turn::say("The message is empty. Say edit to write one.");
                }
                *self = Self::Committing(lines);
                Turn { said: vec!["Committing.".to_owned()], op: Some(Op::Commit { message }) }
            }
            other => {
                *self = other;
                Turn::say("There is nothing to agree to now.")
            }
        }
    }

    /// Leaves the talk; tells whether there was one.
    pub(super) fn leave(&mut self) -> bool {
        !matches!(std::mem::take(self), Self::None)
    }

    /// Replaces one line of the message, or adds one at its end.
    pub(super) fn replace(&mut self, number: usize, words: String) -> Vec<String> {
        let Self::Offered(lines) = self else { return vec!["No message is offered; say commit first.".to_owned()] };
        if number > lines.len() + 1 {
            return vec![format!("The message has {} lines.", lines.len())];
        }
        if number == lines.len() + 1 {
            lines.push(words);
        } else {
            lines[number - 1] = words;
        }
        read_out(&lines.clone())
    }

    /// Tells whether the engine has the word: it drafts, or commits.
    pub(super) fn is_at_work(&self) -> bool {
        matches!(self, Self::Drafting | Self::Committing(_))
    }

    /// Returns the message that is offered, to be written anew.
    pub(super) fn offered(&self) -> Option<&[String]> {
        match self {
            Self::Offered(lines) => Some(lines),
            Self::None | Self::Drafting | Self::Committing(_) => None,
        }
    }

    /// Takes over what happened; returns what is to be said.
    pub(super) fn event(&mut self, kind: &EventKind) -> Vec<String> {
        match (kind, &*self) {
            (EventKind::CommitDrafted { message, .. }, Self::Drafting) => {
                self.offer(message.lines().map(str::to_owned).collect())
            }
            (EventKind::Committed { .. }, _) => {
                *self = Self::None;
                Vec::new()
            }
            (EventKind::Refused { .. }, Self::Committing(lines)) => {
                *self = Self::Offered(lines.clone());
                vec!["Nothing was committed; the message is kept. Say yes to try again, no to leave.".to_owned()]
            }
            (EventKind::Refused { .. }, Self::Drafting) => {
                *self = Self::Offered(Vec::new());
                vec!["No message was drafted. Say edit to write one, no to leave.".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}

impl Turn {
    fn say(words: &str) -> Self {
        Self { said: vec![words.to_owned()], op: None }
    }
}

fn read_out(lines: &[String]) -> Vec<String> {
    let mut said = vec!["The message:".to_owned()];
    for (number, line) in (1..).zip(lines) {
        let shown = if line.trim().is_empty() { "(empty)".into() } else { spoken(line) };
        said.push(format!("{number}. {shown}"));
    }
    said.push(sentence(
        "Say yes to commit with it, edit to write it anew, write message to open it in your editor, edit 1 and words \
         to replace a line, no to leave",
    ));
    said
}
