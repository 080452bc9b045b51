//! The conversation as it is shown, while it grows.

use std::sync::Arc;

use super::{Entry, Message, Millis, SessionState, ToolCallId, ToolState, TurnPhase, Words};

impl SessionState {
    /// Adds to the text that grows, or begins one.
    pub(super) fn text_delta(&mut self, piece: &str) {
        self.streaming();
        if let Some(Entry::Text { text, is_open: true }) = self.entries.last_mut().map(Arc::make_mut) {
            text.push_str(piece);
            return;
        }
        self.close_open();
        self.push(Entry::Text { text: Words::Growing(piece.to_owned()), is_open: true });
    }

    /// Adds to the reasoning that grows, or begins one.
    pub(super) fn reasoning_delta(&mut self, piece: &str) {
        self.streaming();
        let now = self.now;
        if let Some(Entry::Reasoning { text, is_open: true, .. }) = self.entries.last_mut().map(Arc::make_mut) {
            text.push_str(piece);
            return;
        }
        self.close_open();
        let text = Words::Growing(piece.to_owned());
        self.push(Entry::Reasoning { text, is_open: true, began: now, took: Millis(0) });
    }

    /// Takes over that something comes.
    pub(super) fn streaming(&mut self) {
        self.phase = TurnPhase::Streaming;
        self.silent = 0;
    }

    /// Closes the text or reasoning that still grows. It is the last entry but for notices after it.
    pub(super) fn close_open(&mut self) {
        let start = self.step_start.min(self.entries.len());
        for entry in self.entries[start..].iter_mut().rev() {
            match entry.as_ref() {
                Entry::Text { is_open: true, .. } | Entry::Reasoning { is_open: true, .. } => {
                    match Arc::make_mut(entry) {
                        Entry::Text { is_open, .. } => *is_open = false,
                        Entry::Reasoning { is_open, began, took, .. } => {
                            *is_open = false;
                            *took = Millis(self.now.0.saturating_sub(began.0));
                        }
                        _ => {}
                    }
                    return;
                }
                _ => {}
            }
        }
    }

    /// Lets the step's entries show the message's own words, which are then kept only once.
    pub(super) fn share_words(&mut self, message: &Message) {
        let start = self.step_start.min(self.entries.len());
        let mut from = 0;
        for entry in &mut self.entries[start..] {
            if !matches!(entry.as_ref(), Entry::Text { .. } | Entry::Reasoning { .. }) {
                continue;
            }
            if let Entry::Text { text, .. } | Entry::Reasoning { text, .. } = Arc::make_mut(entry) {
                from = text.share(&message.blocks, from);
            }
        }
    }

    /// Changes what a call of the running turn has come to.
    pub(super) fn with_tool(&mut self, wanted: &ToolCallId, change: impl FnOnce(&mut String, &mut ToolState)) {
        let start = self.closed.min(self.entries.len());
        for entry in self.entries[start..].iter_mut().rev() {
            let is_it = matches!(entry.as_ref(), Entry::Tool { id, .. } if id == wanted);
            if is_it && let Entry::Tool { input, state, .. } = Arc::make_mut(entry) {
                change(input, state);
                return;
            }
        }
    }

    /// Adds an entry.
    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(Arc::new(entry));
    }
}
