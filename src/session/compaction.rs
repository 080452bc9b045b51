//! The conversation as it is sent: its beginning may be replaced by a summary, and the log keeps both.
//!
//! Nothing is ever taken out of the conversation: a compaction says from where on it is sent as it was, and what
//! stands for what came before, and taking it back is forgetting that. The model's reasoning is bound to all that
//! stood before it, so reasoning from before such an edit is not sent again.

use serde::{Deserialize, Serialize};

use super::{Block, Message, Role, SessionState};

/// What the user is told once a summary is taken back.
pub(super) const UNCOMPACTED: &str = "the summary is taken back: what it stood for is sent again, and nothing is \
                                      summed up until you send /compact, or the service refuses the length";

/// Why a conversation is compacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompactionCause {
    /// The user asked for it.
    Asked,
    /// It filled the context to the configured part.
    Full,
    /// The service refused its length.
    Overflow,
}

/// A summary that stands for the beginning of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Compaction {
    /// Messages before this index are replaced.
    replaced: usize,
    summary: String,
    /// How many messages there were then.
    length: usize,
    /// From which message on reasoning was sent before.
    reasoning_from: usize,
    /// How full the context was before.
    context_used: u64,
}

impl SessionState {
    /// Returns the conversation as it is sent.
    pub fn sent(&self) -> Vec<Message> {
        let mut sent = Vec::new();
        let mut from = 0;
        if let Some(compaction) = self.compactions.last() {
            let blocks = vec![Block::Text { text: compaction.summary.clone() }];
            sent.push(Message::new(Role::User, blocks));
            from = compaction.replaced.min(self.conversation.len());
        }
        for (at, message) in self.conversation.iter().enumerate().skip(from) {
            let is_reasoning = |block: &Block| matches!(block, Block::Reasoning { .. });
            if at < self.reasoning_from && message.blocks.iter().any(is_reasoning) {
                let blocks: Vec<Block> = message.blocks.iter().filter(|block| !is_reasoning(block)).cloned().collect();
                sent.push(Message::new(message.role, blocks));
            } else {
                sent.push(message.clone());
            }
        }
        sent
    }

    /// Returns from which message on the conversation is sent as it was.
    pub fn sent_from(&self) -> usize {
        self.compactions.last().map_or(0, |compaction| compaction.replaced)
    }

    /// Tells whether a summary stands for the conversation's beginning.
    pub fn is_compacted(&self) -> bool {
        !self.compactions.is_empty()
    }

    pub(super) fn compact(&mut self, replaced: usize, summary: &str, after: u64) {
        self.compaction_rests = false;
        let length = self.conversation.len();
        let (reasoning_from, context_used) = (self.reasoning_from, self.context_used);
        let summary = summary.to_owned();
        self.compactions.push(Compaction { replaced, summary, length, reasoning_from, context_used });
        self.reasoning_from = length;
        self.context_used = after;
    }

    pub(super) fn uncompact(&mut self) {
        let Some(last) = self.compactions.pop() else { return };
        // Else the next prompt of a full conversation would bring the summary back.
        self.compaction_rests = true;
        // Where nothing was said since, all is as it was.
        let is_untouched = self.conversation.len() == last.length;
        self.reasoning_from = if is_untouched { last.reasoning_from } else { self.conversation.len() };
        self.context_used = last.context_used;
    }
}
