//! Answers of a model written down as steps of the endpoint.

use std::time::Duration;

use serde_json::{Value, json};

use super::endpoint::ServerStep;

/// Builds one answer, block by block.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    steps: Vec<ServerStep>,
    blocks: u32,
    calls_tools: bool,
}

impl Reply {
    /// Returns an answer that has begun.
    pub fn new() -> Self {
        let start = ServerStep::event("messageStart", json!({"role": "assistant"}));
        Self { steps: vec![start], blocks: 0, calls_tools: false }
    }

    /// Adds a step as it is.
    pub fn step(mut self, step: ServerStep) -> Self {
        self.steps.push(step);
        self
    }

    /// Pauses between the pieces that follow.
    pub fn paced(self, pause: Duration) -> Self {
        self.step(ServerStep::Pace(pause))
    }

    /// Adds a block of text, sent word by word.
    pub fn text(self, text: &str) -> Self {
        let pieces: Vec<Value> = text.split_inclusive([' ', '\n']).map(|piece| json!({"text": piece})).collect();
        self.block(None, pieces)
    }

    /// Adds a block of reasoning with its signature.
    pub fn reasoning(self, text: &str, signature: &str) -> Self {
        let mut pieces: Vec<Value> =
            text.split_inclusive(' ').map(|piece| json!({"reasoningContent": {"text": piece}})).collect();
        pieces.push(json!({"reasoningContent": {"signature": signature}}));
        self.block(None, pieces)
    }

    /// Adds a tool call, its input sent in pieces as the service does: first an empty one.
    pub fn tool(mut self, id: &str, name: &str, input: &Value) -> Self {
        self.calls_tools = true;
        let text = input.to_string();
        let letters: Vec<char> = text.chars().collect();
        let mut pieces = vec![json!({"toolUse": {"input": ""}})];
        if input.as_object().is_none_or(|fields| !fields.is_empty()) {
            pieces.extend(letters.chunks(24).map(|piece| {
                let piece: String = piece.iter().collect();
                json!({"toolUse": {"input": piece}})
            }));
        }
        self.block(Some(json!({"toolUse": {"toolUseId": id, "name": name}})), pieces)
    }

    /// Ends the answer: it waits for its tools if it called any, else it is done.
    pub fn finish(self) -> Vec<ServerStep> {
        let stop = if self.calls_tools { "tool_use" } else { "end_turn" };
        self.finish_as(stop, json!({"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}))
    }

    /// Ends the answer with this reason and these figures.
    pub fn finish_as(mut self, stop: &str, usage: Value) -> Vec<ServerStep> {
        self.steps.push(ServerStep::event("messageStop", json!({"stopReason": stop})));
        self.steps.push(ServerStep::event("metadata", json!({"usage": usage, "metrics": {"latencyMs": 1}})));
        self.steps
    }

    /// Returns the steps so far, without an end.
    pub fn cut(self) -> Vec<ServerStep> {
        self.steps
    }

    fn block(mut self, start: Option<Value>, pieces: Vec<Value>) -> Self {
        let index = self.blocks;
        self.blocks += 1;
        if let Some(start) = start {
            let payload = json!({"contentBlockIndex": index, "start": start});
            self.steps.push(ServerStep::event("contentBlockStart", payload));
        }
        for delta in pieces {
            let payload = json!({"contentBlockIndex": index, "delta": delta});
            self.steps.push(ServerStep::event("contentBlockDelta", payload));
        }
        self.step(ServerStep::event("contentBlockStop", json!({"contentBlockIndex": index})))
    }
}
