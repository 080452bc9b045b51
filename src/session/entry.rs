//! The pieces of the conversation as they are shown, and how far the running turn is.

use std::ops::Deref;
use std::sync::Arc;

use super::{Block, Image, Level, Millis, PromptId, ToolCallId, ToolOutput, TurnId, TurnOutcome, Usage};
use crate::review::{Decision, Pick};

/// One piece of the conversation as it is shown, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The user's prompt began a turn.
    Prompt {
        /// The turn.
        turn: TurnId,
        /// What the user wrote.
        text: String,
        /// When.
        at: Millis,
    },
    /// The images that the user showed with the prompt before.
    Images {
        /// Their names and sizes.
        labels: Vec<String>,
    },
    /// The model wrote Markdown.
    Text {
        /// The text so far.
        text: Words,
        /// Whether more may come.
        is_open: bool,
    },
    /// The model reasoned.
    Reasoning {
        /// The text so far, empty where the model does not show it.
        text: Words,
        /// Whether more may come.
        is_open: bool,
        /// When it began.
        began: Millis,
        /// How long it took, as far as it is known.
        took: Millis,
    },
    /// The model called a tool.
    Tool {
        /// The call.
        id: ToolCallId,
        /// The tool.
        name: String,
        /// The input as JSON text, complete once the tool runs.
        input: String,
        /// How far it is.
        state: ToolState,
    },
    /// What the user decided, said or wrote in the review.
    Decided {
        /// What.
        pick: Pick,
        /// How; `Pending` for a note.
        decision: Decision,
        /// What the model is told.
        note: Option<String>,
    },
    /// Something the user should read.
    Notice {
        /// How loud.
        level: Level,
        /// What.
        text: String,
        /// What to do.
        hint: Option<String>,
    },
    /// What was accepted was committed.
    Committed {
        /// The commit's id, in hex.
        id: String,
        /// The first line of its message.
        summary: String,
    },
    /// A summary took the place of the conversation's beginning.
    Compacted {
        /// What stands for it.
        summary: String,
        /// How many messages it replaced.
        replaced: usize,
        /// How many were kept as they were.
        kept: usize,
        /// Tokens of the context before and after, estimated.
        before: u64,
        /// See `before`.
        after: u64,
    },
    /// A turn ended otherwise than well, or its cost is to be told.
    TurnEnded {
        /// Which.
        turn: TurnId,
        /// How.
        outcome: TurnOutcome,
        /// Tokens of the turn.
        usage: Usage,
        /// Millionths of a dollar, where prices are known.
        cost_micros: Option<u64>,
        /// How long it took.
        took: Millis,
    },
}

/// The words of an answer: the entry's own while they grow, then those of the message, which are kept once.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// They may still grow.
    Growing(String),
    /// They stand in a block of a message.
    Said {
        /// The message's blocks.
        blocks: Arc<Vec<Block>>,
        /// Which of them.
        at: usize,
    },
}

impl Words {
    /// Adds a piece.
    pub(super) fn push_str(&mut self, piece: &str) {
        if let Self::Said { .. } = self {
            *self = Self::Growing(self.to_string());
        }
        if let Self::Growing(text) = self {
            text.push_str(piece);
        }
    }

    /// Takes the place of words that stand in the message, too, from its block `from` on; returns the next to look at.
    pub(super) fn share(&mut self, blocks: &Arc<Vec<Block>>, from: usize) -> usize {
        match (from..blocks.len()).find(|at| words(&blocks[*at]) == Some(&**self)) {
            Some(at) => {
                *self = Self::Said { blocks: Arc::clone(blocks), at };
                at + 1
            }
            None => from,
        }
    }
}

impl Deref for Words {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Growing(text) => text,
            Self::Said { blocks, at } => blocks.get(*at).and_then(words).unwrap_or_default(),
        }
    }
}

impl PartialEq<str> for Words {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

fn words(block: &Block) -> Option<&str> {
    match block {
        Block::Text { text } | Block::Reasoning { text, .. } => Some(text),
        Block::Image(_) | Block::ToolUse(_) | Block::ToolResult { .. } => None,
    }
}

/// How far a tool call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolState {
    /// Its input streams in.
    Streaming,
    /// It runs.
    Running,
    /// It gave this.
    Finished(Arc<ToolOutput>),
    /// The turn ended before it ran.
    Dropped,
}

/// A prompt that waits for the running turn to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedPrompt {
    /// Its number.
    pub id: PromptId,
    /// What the user wrote.
    pub text: String,
    /// What the user shows with it.
    pub images: Vec<Image>,
}

/// What the running turn does.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum TurnPhase {
    /// No turn runs.
    #[default]
    Idle,
    /// The request is sent; nothing has come yet.
    Waiting,
    /// The answer streams.
    Streaming,
    /// Tools run.
    Tools,
    /// The model sums up the conversation's beginning.
    Compacting,
    /// A request failed and is sent again.
    Retrying {
        /// Why, in one line.
        reason: String,
        /// When.
        resumes_at: Millis,
    },
}
