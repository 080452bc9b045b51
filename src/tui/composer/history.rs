//! What was sent before, and what was being written meanwhile.

use std::collections::BTreeMap;

use super::draft::Draft;
use crate::session::Image;

/// More messages are not kept.
const MOST: usize = 1000;

/// A message that was sent.
#[derive(Debug, PartialEq, Eq)]
struct Sent {
    text: String,
    images: Vec<Image>,
}

/// The messages sent, oldest first, and where in them the user is.
#[derive(Debug, Default)]
pub(super) struct History {
    sent: Vec<Sent>,
    /// Those of earlier sessions, newest first; none before they were read.
    earlier: Option<Vec<String>>,
    /// The message that is shown; as many as there are means the draft.
    at: usize,
    /// What the user left behind while going through them, the draft included.
    left: BTreeMap<usize, Draft>,
}

impl History {
    /// Replaces the messages; those that were sent from here keep their images.
    pub(super) fn set(&mut self, sent: Vec<String>) {
        let mut known = std::mem::take(&mut self.sent);
        let mut images = |text: &str| {
            let at = known.iter().position(|sent| sent.text == text);
            at.map(|at| known.swap_remove(at).images).unwrap_or_default()
        };
        self.sent = sent.into_iter().map(|text| Sent { images: images(&text), text }).collect();
        self.trim();
        self.rest();
    }

    /// Adds a message, unless it is the last one again.
    pub(super) fn push(&mut self, text: String, images: Vec<Image>) {
        let sent = Sent { text, images };
        if self.sent.last() != Some(&sent) {
            self.sent.push(sent);
        }
        self.trim();
        self.rest();
    }

    /// Takes the messages of earlier sessions, newest first.
    pub(super) fn set_earlier(&mut self, earlier: Vec<String>) {
        self.earlier = Some(earlier);
    }

    /// Tells whether the messages of earlier sessions were read.
    pub(super) fn knows_earlier(&self) -> bool {
        self.earlier.is_some()
    }

    /// Returns all messages, those of earlier sessions behind the others, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &String> {
        self.sent.iter().rev().map(|sent| &sent.text).chain(self.earlier.iter().flatten())
    }

    /// Goes to the message before; keeps what is being written. Returns none at the oldest.
    pub(super) fn back(&mut self, now: &Draft) -> Option<Draft> {
        let to = self.at.checked_sub(1)?;
        Some(self.go(to, now))
    }

    /// Goes to the message after, at last to the draft. Returns none there.
    pub(super) fn forward(&mut self, now: &Draft) -> Option<Draft> {
        (self.at < self.sent.len()).then(|| self.go(self.at + 1, now))
    }

    fn go(&mut self, to: usize, now: &Draft) -> Draft {
        self.left.insert(self.at, now.clone());
        self.at = to;
        let of = |sent: &Sent| {
            if sent.images.is_empty() { Draft::of(&sent.text) } else { Draft::with_images(&sent.text, &sent.images) }
        };
        let sent = || self.sent.get(to).map_or_else(Draft::default, of);
        self.left.get(&to).cloned().unwrap_or_else(sent)
    }

    fn trim(&mut self) {
        let extra = self.sent.len().saturating_sub(MOST);
        self.sent.drain(..extra);
    }

    fn rest(&mut self) {
        self.at = self.sent.len();
        self.left.clear();
    }
}
