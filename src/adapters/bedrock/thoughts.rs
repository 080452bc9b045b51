//! Thoughts that the service has refused: what was bound to another beginning is never taken again.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::session::{Block, Message, Role};

/// Returns what tells the thoughts of a conversation apart.
pub(super) fn signatures(messages: &[Message]) -> impl Iterator<Item = String> {
    messages.iter().flat_map(|message| message.blocks.iter()).filter_map(signature).map(str::to_owned)
}

/// Returns a conversation without the thoughts that were refused.
pub(super) fn without(messages: &[Message], dead: &BTreeSet<String>) -> Vec<Message> {
    let mut messages = messages.to_vec();
    if dead.is_empty() {
        return messages;
    }
    for message in &mut messages {
        if message.blocks.iter().any(|block| is_dead(block, dead)) {
            Arc::make_mut(&mut message.blocks).retain(|block| !is_dead(block, dead));
        }
    }
    messages
}

/// Tells whether the turn that goes on has lost thoughts so.
pub(super) fn are_missed(messages: &[Message], dead: &BTreeSet<String>) -> bool {
    let is_prompt = |message: &Message| {
        let is_result = |block: &Block| matches!(block, Block::ToolResult { .. });
        message.role == Role::User && !message.blocks.iter().any(is_result)
    };
    let begin = messages.iter().rposition(is_prompt).unwrap_or(0);
    messages[begin..].iter().flat_map(|message| message.blocks.iter()).any(|block| is_dead(block, dead))
}

fn is_dead(block: &Block, dead: &BTreeSet<String>) -> bool {
    signature(block).is_some_and(|signature| dead.contains(signature))
}

fn signature(block: &Block) -> Option<&str> {
    match block {
        Block::Reasoning { signature, redacted, .. } => signature.as_deref().or(redacted.as_deref()),
        Block::Text { .. } | Block::Image(_) | Block::ToolUse(_) | Block::ToolResult { .. } => None,
    }
}
