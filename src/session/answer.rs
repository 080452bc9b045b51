//! An answer of the model as it is put together from the pieces of the stream.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Block, Message, Role, StopReason, ToolCall, ToolCallId, Usage};

/// Collects the pieces of one answer.
///
/// A retry voids what came: start again with a new value. Pieces of blocks may interleave; the message has
/// them in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    parts: BTreeMap<u32, Part>,
    stop: Option<StopReason>,
    usage: Option<Usage>,
}

/// A tool call that must not run: its input was cut off or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncompleteCall {
    /// The provider's id.
    pub id: ToolCallId,
    /// The tool.
    pub name: String,
    /// The input as far as it came.
    pub json: String,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Reasoning { text: String, signature: Option<String>, redacted: Option<String> },
    Tool { id: ToolCallId, name: String, json: String, is_closed: bool },
}

impl Answer {
    /// Returns an answer of which nothing has come.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a piece of text.
    pub fn text(&mut self, block: u32, piece: &str) {
        if let Part::Text(text) = self.parts.entry(block).or_insert_with(|| Part::Text(String::new())) {
            text.push_str(piece);
        }
    }

    /// Takes a piece of reasoning.
    pub fn reasoning(&mut self, block: u32, piece: &str) {
        if let Part::Reasoning { text, .. } = self.reasoning_part(block) {
            text.push_str(piece);
        }
    }

    /// Takes all text that came so far for thought. Calls that were read out of it are none.
    pub fn text_was_thought(&mut self) {
        self.parts.retain(|_, part| !matches!(part, Part::Tool { .. }));
        for part in self.parts.values_mut() {
            if let Part::Text(text) = part {
                *part = Part::Reasoning { text: std::mem::take(text), signature: None, redacted: None };
            }
        }
    }

    /// Takes a piece of the signature over a reasoning block.
    pub fn signature(&mut self, block: u32, piece: &str) {
        if let Part::Reasoning { signature, .. } = self.reasoning_part(block) {
            signature.get_or_insert_default().push_str(piece);
        }
    }

    /// Takes a piece of closed reasoning, base64.
    pub fn redacted(&mut self, block: u32, piece: &str) {
        if let Part::Reasoning { redacted, .. } = self.reasoning_part(block) {
            *redacted = Some(match redacted.take() {
                Some(before) => joined_base64(&before, piece),
                None => piece.to_owned(),
            });
        }
    }

    /// Takes the start of a tool call.
    pub fn tool_started(&mut self, block: u32, id: ToolCallId, name: String) {
        self.parts.insert(block, Part::Tool { id, name, json: String::new(), is_closed: false });
    }

    /// Takes a piece of a tool call's input.
    pub fn tool_input(&mut self, block: u32, piece: &str) {
        if let Some(Part::Tool { json, .. }) = self.parts.get_mut(&block) {
            json.push_str(piece);
        }
    }

    /// Takes the end of a block.
    pub fn block_stopped(&mut self, block: u32) {
        if let Some(Part::Tool { is_closed, .. }) = self.parts.get_mut(&block) {
            *is_closed = true;
        }
    }

    /// Takes the reason why the model stopped.
    pub fn stopped(&mut self, stop: StopReason) {
        self.stop = Some(stop);
    }

    /// Takes what the answer cost.
    pub fn used(&mut self, usage: Usage) {
        self.usage = Some(usage);
    }

    /// Returns why the model stopped, once it has said so.
    pub fn stop(&self) -> Option<&StopReason> {
        self.stop.as_ref()
    }

    /// Returns what the answer cost, as far as it was told.
    pub fn usage(&self) -> Usage {
        self.usage.unwrap_or_default()
    }

    /// Returns the message, or none when nothing usable came, and the tool calls that must not run.
    ///
    /// A call whose input is incomplete stays in the message as a note in words, so that nothing asks for
    /// its result; empty input is `{}`. A call is complete when its block was closed, or when the model
    /// says that it waits for its tools.
    pub fn finish(self) -> (Option<Message>, Vec<IncompleteCall>) {
        let waits_for_tools = self.stop == Some(StopReason::ToolUse);
        let mut incomplete = Vec::new();
        let mut blocks = Vec::new();
        for part in self.parts.into_values() {
            match part {
                Part::Text(text) if text.trim().is_empty() => {}
                Part::Text(mut text) => {
                    text.shrink_to_fit();
                    blocks.push(Block::Text { text });
                }
                Part::Reasoning { text, signature: None, redacted: None } if text.trim().is_empty() => {}
                Part::Reasoning { mut text, signature, redacted } => {
                    text.shrink_to_fit();
                    blocks.push(Block::Reasoning { text, signature, redacted });
                }
                Part::Tool { id, name, json, is_closed } => match tool_input(&json, is_closed || waits_for_tools) {
                    Ok(input) => blocks.push(Block::ToolUse(ToolCall { id, name, input })),
                    Err(reason) => {
                        blocks.push(Block::Text { text: format!("[The call of {name} was not run: {reason}.]") });
                        incomplete.push(IncompleteCall { id, name, json, reason });
                    }
                },
            }
        }
        let message = (!blocks.is_empty()).then_some(Message::new(Role::Assistant, blocks));
        (message, incomplete)
    }

    fn reasoning_part(&mut self, block: u32) -> &mut Part {
        let empty = || Part::Reasoning { text: String::new(), signature: None, redacted: None };
        self.parts.entry(block).or_insert_with(empty)
    }
}

/// Reads the input of a call, or says what is wrong with it.
fn tool_input(json: &str, is_complete: bool) -> Result<Value, String> {
    if !is_complete {
        return Err("its input was cut off".to_owned());
    }
    if json.trim().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match serde_json::from_str(json) {
        // Whether it is an object is the tool's to say; the model then hears it in the call's result.
        Ok(value) => Ok(value),
        Err(fault) if fault.is_eof() => Err("its input was cut off".to_owned()),
        Err(fault) => Err(format!("its input is not JSON: {fault}")),
    }
}

/// Joins two pieces of base64, each padded on its own, into one.
fn joined_base64(before: &str, after: &str) -> String {
    match (STANDARD.decode(before), STANDARD.decode(after)) {
        (Ok(mut bytes), Ok(more)) => {
            bytes.extend(more);
            STANDARD.encode(bytes)
        }
        _ => format!("{before}{after}"),
    }
}
