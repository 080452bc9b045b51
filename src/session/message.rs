//! Provider-neutral content of a conversation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Image;

/// Says who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person, and the results of the tools.
    User,
    /// The model.
    Assistant,
}

/// One message of the conversation, as it is sent to a provider. A clone shares what is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said, in order.
    pub blocks: Arc<Vec<Block>>,
}

impl Message {
    /// Returns a message.
    pub fn new(role: Role, blocks: Vec<Block>) -> Self {
        Self { role, blocks: Arc::new(blocks) }
    }

    /// Tells whether it says or does something that the user sees; reasoning alone is no answer.
    pub fn speaks(&self) -> bool {
        self.blocks.iter().any(|block| match block {
            Block::Text { text } => !text.trim().is_empty(),
            Block::Reasoning { .. } => false,
            Block::Image(_) | Block::ToolUse(_) | Block::ToolResult { .. } => true,
        })
    }
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Plain text, Markdown where the model writes it.
    Text {
        /// The text.
        text: String,
    },
    /// The model's reasoning, replayed to it as it came.
    Reasoning {
        /// The text, empty where the model does not show it.
        text: String,
        /// The service's signature over the text.
        signature: Option<String>,
        /// Base64 of reasoning that the service keeps closed.
        redacted: Option<String>,
    },
    /// An image that the user shows.
    Image(Image),
    /// The model calls a tool.
    ToolUse(ToolCall),
    /// What a call gave.
    ToolResult {
        /// The call that it answers.
        id: ToolCallId,
        /// What the model gets back.
        output: ToolOutput,
    },
}

/// The provider's id of one tool call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ToolCallId(pub String);

/// One call of a tool by the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The provider's id, which the result repeats.
    pub id: ToolCallId,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model sent them.
    pub input: serde_json::Value,
}

/// What the model gets back from a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolOutput {
    /// The text, never empty.
    pub text: String,
    /// Whether the call failed.
    pub is_error: bool,
}
