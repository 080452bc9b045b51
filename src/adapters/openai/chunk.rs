//! What a chunk of an answer may hold, read leniently: servers differ in what they leave out or send as null.

use serde::Deserialize;
use serde_json::Value;

use crate::session::Usage;

/// One event of the stream, or a whole answer of a server that does not stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk {
    pub(super) choices: Option<Vec<Choice>>,
    pub(super) usage: Option<Tokens>,
    /// A fault inside the stream, as an object or as words.
    pub(super) error: Option<Value>,
}

/// One way in which the answer goes on; adit asks for one only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub(super) index: u32,
    /// A piece.
    pub(super) delta: Option<Piece>,
    /// The whole, from a server that does not stream.
    pub(super) message: Option<Piece>,
    pub(super) finish_reason: Option<String>,
}

/// What comes anew.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Piece {
    pub(super) content: Option<Value>,
    /// Reasoning, by the names that servers give it.
    pub(super) reasoning_content: Option<String>,
    pub(super) reasoning: Option<Value>,
    pub(super) refusal: Option<String>,
    pub(super) tool_calls: Option<Vec<CallPiece>>,
}

/// A piece of a tool call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CallPiece {
    pub(super) index: Option<u32>,
    pub(super) id: Option<String>,
    pub(super) function: Option<FunctionPiece>,
}

/// The name and a piece of the input of a tool call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FunctionPiece {
    pub(super) name: Option<String>,
    /// JSON as text; some servers send the object itself.
    pub(super) arguments: Option<Value>,
}

/// What the answer cost.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tokens {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

impl Piece {
    /// Returns the text, also where it comes as a list of parts.
    pub(super) fn text(&self) -> String {
        match &self.content {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(parts)) => {
                parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
            }
            Some(_) | None => String::new(),
        }
    }

    /// Returns the reasoning.
    pub(super) fn reasoned(&self) -> &str {
        let other = self.reasoning.as_ref().and_then(Value::as_str);
        self.reasoning_content.as_deref().or(other).unwrap_or_default()
    }
}

impl FunctionPiece {
    /// Returns the piece of input as text.
    pub(super) fn input(&self) -> String {
        match &self.arguments {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(whole) => whole.to_string(),
        }
    }
}

impl From<Tokens> for Usage {
    /// Takes the cached tokens out of the prompt's, which include them.
    fn from(tokens: Tokens) -> Self {
        let details = tokens.prompt_tokens_details.unwrap_or_default();
        let cache_read = details.cached_tokens.or(tokens.cache_read_input_tokens).unwrap_or(0);
        let cache_write = tokens.cache_creation_input_tokens.unwrap_or(0);
        Self {
            input: tokens.prompt_tokens.unwrap_or(0).saturating_sub(cache_read).saturating_sub(cache_write),
            output: tokens.completion_tokens.unwrap_or(0),
            cache_read,
            cache_write,
            cache_write_hour: 0,
        }
    }
}
