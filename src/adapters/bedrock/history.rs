//! The conversation made valid for the wire, whatever it has been through.
//!
//! The service refuses a whole request for one tool call without a result, one blank text or one odd id,
//! and a session that was cut off has them all. The transcript keeps what happened; only this copy is mended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::session::{Block, Message, Role, ToolCall, ToolCallId, ToolOutput};

/// The most letters of a tool call's id and of a tool's name.
const NAME_LIMIT: usize = 64;

/// Says what the copy is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters) struct Wanted {
    /// Whether tools are sent with it; without them, calls and results can only be told in words.
    pub(in crate::adapters) tools: bool,
    /// Whether the model's earlier reasoning is sent back.
    pub(in crate::adapters) reasoning: bool,
    /// Whether the model sees images; to one that does not, they are named.
    pub(in crate::adapters) images: bool,
}

/// Returns a valid copy of the conversation, empty when nothing is said in it.
///
/// In the copy user and assistant alternate, the user is first and last; the results of a message's calls
/// stand first in the next one, each exactly once, those that are missing as cancelled; ids and names fit
/// the service's pattern and ids are unique; no text is blank; an assistant's message does not end in
/// reasoning.
pub(in crate::adapters) fn mended(messages: &[Message], wanted: Wanted) -> Vec<Message> {
    let mut merged: Vec<Message> = Vec::new();
    for message in messages {
        let blocks = message.blocks.iter().filter_map(|block| kept(message.role, block, wanted)).collect();
        append(&mut merged, message.role, blocks);
    }
    let mut out = Vec::new();
    let mut ids = WireIds::default();
    let mut open: Vec<OpenCall> = Vec::new();
    for message in merged {
        match message.role {
            Role::Assistant => {
                let mut blocks = Arc::unwrap_or_clone(message.blocks);
                while matches!(blocks.last(), Some(Block::Reasoning { .. })) {
                    blocks.pop();
                }
                for block in &mut blocks {
                    if let Block::ToolUse(call) = block {
                        let wire = ids.unique(&call.id.0);
                        let given = std::mem::replace(&mut call.id, wire.clone());
                        open.push(OpenCall { given, wire });
                    }
                }
                append(&mut out, Role::Assistant, blocks);
            }
            Role::User => {
                let blocks = answered(std::mem::take(&mut open), Arc::unwrap_or_clone(message.blocks));
                append(&mut out, Role::User, blocks);
            }
        }
    }
    append(&mut out, Role::User, answered(open, Vec::new()));
    with_user_at_both_ends(out)
}

/// A call that waits for its result: its id as given, and on the wire.
struct OpenCall {
    given: ToolCallId,
    wire: ToolCallId,
}

/// Gives every call an id that the service takes, and no two the same.
#[derive(Default)]
struct WireIds {
    used: BTreeSet<String>,
    /// How often a spelling came, so that a hostile history cannot make the search long.
    counts: BTreeMap<String, usize>,
}

impl WireIds {
    fn unique(&mut self, given: &str) -> ToolCallId {
        let base = fitting(given, "_.:-", "call");
        let mut id = base.clone();
        while !self.used.insert(id.clone()) {
            let count = self.counts.entry(base.clone()).or_insert(1);
            *count += 1;
            let suffix = format!("-{count}");
            let room = NAME_LIMIT - suffix.len();
            id = base.chars().take(room).collect::<String>() + &suffix;
        }
        ToolCallId(id)
    }
}

/// Returns the block as it may stand in a message of this role, or none.
fn kept(role: Role, block: &Block, wanted: Wanted) -> Option<Block> {
    match (role, block) {
        (_, Block::Text { text }) => (!is_blank(text)).then(|| block.clone()),
        (Role::Assistant, Block::Reasoning { signature, redacted, .. }) => {
            let can_be_checked = signature.is_some() || redacted.is_some();
            (wanted.reasoning && can_be_checked).then(|| block.clone())
        }
        (Role::Assistant, Block::ToolUse(call)) => Some(if wanted.tools {
            let name = fitting(&call.name, "_-", "unnamed");
            Block::ToolUse(ToolCall { id: call.id.clone(), name, input: object(&call.input) })
        } else {
            Block::Text { text: format!("[called {} with {}]", call.name, call.input) }
        }),
        (Role::User, Block::ToolResult { id, output }) => {
            let text = if is_blank(&output.text) { "(no output)".to_owned() } else { output.text.clone() };
            Some(if wanted.tools {
                Block::ToolResult { id: id.clone(), output: ToolOutput { text, is_error: output.is_error } }
            } else {
                Block::Text { text: format!("[result: {text}]") }
            })
        }
        (Role::User, Block::Image(image)) => Some(if wanted.images {
            block.clone()
        } else {
            Block::Text { text: format!("[an image that you cannot see: {}]", image.label()) }
        }),
        (Role::User, Block::Reasoning { .. } | Block::ToolUse(_))
        | (Role::Assistant, Block::Image(_) | Block::ToolResult { .. }) => None,
    }
}

/// Returns the blocks of the user's message after calls: one result each, in their order, then the rest.
fn answered(open: Vec<OpenCall>, blocks: Vec<Block>) -> Vec<Block> {
    let mut results: BTreeMap<ToolCallId, Vec<ToolOutput>> = BTreeMap::new();
    let mut rest = Vec::new();
    for block in blocks {
        match block {
            Block::ToolResult { id, output } => results.entry(id).or_default().push(output),
            Block::Text { .. } | Block::Reasoning { .. } | Block::Image(_) | Block::ToolUse(_) => rest.push(block),
        }
    }
    for outputs in results.values_mut() {
        outputs.reverse();
    }
    let mut all: Vec<Block> = open
        .into_iter()
        .map(|call| {
            let cancelled = || ToolOutput { text: "cancelled".to_owned(), is_error: true };
            let output = results.get_mut(&call.given).and_then(Vec::pop).unwrap_or_else(cancelled);
            Block::ToolResult { id: call.wire, output }
        })
        .collect();
    all.append(&mut rest);
    all
}

/// Adds blocks, to the last message if it is of the same role; nothing is no message.
fn append(messages: &mut Vec<Message>, role: Role, mut blocks: Vec<Block>) {
    if blocks.is_empty() {
        return;
    }
    match messages.last_mut() {
        Some(last) if last.role == role => Arc::make_mut(&mut last.blocks).append(&mut blocks),
        Some(_) | None => messages.push(Message::new(role, blocks)),
    }
}

/// Lets the user speak first, as the service demands, and last, as models without prefill do.
fn with_user_at_both_ends(mut messages: Vec<Message>) -> Vec<Message> {
    let said = |text: &str| Message::new(Role::User, vec![Block::Text { text: text.to_owned() }]);
    if messages.first().is_some_and(|first| first.role == Role::Assistant) {
        messages.insert(0, said("(The start of the conversation is left out.)"));
    }
    if messages.last().is_some_and(|last| last.role == Role::Assistant) {
        messages.push(said("Continue."));
    }
    messages
}

/// Tells whether the service would call a text blank.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Returns the text with every letter replaced that is neither ASCII alphanumeric nor one of `others`, cut.
fn fitting(text: &str, others: &str, otherwise: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || others.contains(letter);
    let fitting: String = text.chars().take(NAME_LIMIT).map(|letter| if fits(letter) { letter } else { '_' }).collect();
    if fitting.is_empty() { otherwise.to_owned() } else { fitting }
}

/// Returns the input as the object that the service demands.
fn object(input: &Value) -> Value {
    match input {
        Value::Object(_) => input.clone(),
        Value::Null => json!({}),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => json!({"value": input}),
    }
}
