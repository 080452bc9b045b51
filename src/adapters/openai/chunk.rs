//! What a chunk of an answer may hold, read leniently: servers differ in what they leave out or send as null.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::session::Usage;

/// One event of the stream, or a whole answer of a server that does not stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk {
    pub(super) choices: Option<Vec<Choice>>,
    #[serde(deserialize_with = "figures")]
    pub(super) usage: Option<Tokens>,
    /// A fault inside the stream, as an object or as words.
    pub(super) error: Option<Value>,
}

/// One way in which the answer goes on; adit asks for one only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub(super) index: Option<u32>,
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

/// What the answer cost, as far as it can be read: figures void no answer, which is paid for.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    prompt: Option<u64>,
    completion: Option<u64>,
    cached: Option<u64>,
    cache_read: Option<u64>,
    cache_creation: Option<u64>,
}

/// More tokens than this are no count of one answer's.
const MOST_TOKENS: u64 = 1 << 32;

/// Reads the figures, whatever stands there.
fn figures<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Tokens>, D::Error> {
    Ok(Tokens::read(&Value::deserialize(source)?))
}

/// Returns a count, also where it is written as a fraction or as text; none where it is no count.
fn count(said: Option<&Value>) -> Option<u64> {
    let whole = match said? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let fits = whole >= 0.0 && whole <= MOST_TOKENS as f64;
    fits.then(|| whole.round() as u64)
}

impl Tokens {
    /// Returns what can be read; none where neither side of the answer is told.
    fn read(said: &Value) -> Option<Self> {
        let tokens = Self {
            prompt: count(said.get("prompt_tokens")),
            completion: count(said.get("completion_tokens")),
            cached: count(said.pointer("/prompt_tokens_details/cached_tokens")),
            cache_read: count(said.get("cache_read_input_tokens")),
            cache_creation: count(said.get("cache_creation_input_tokens")),
        };
        (tokens.prompt.is_some() || tokens.completion.is_some()).then_some(tokens)
    }
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
        let cache_read = tokens.cached.or(tokens.cache_read).unwrap_or(0);
        let cache_write = tokens.cache_creation.unwrap_or(0);
        Self {
            input: tokens.prompt.unwrap_or(0).saturating_sub(cache_read).saturating_sub(cache_write),
            output: tokens.completion.unwrap_or(0),
            cache_read,
            cache_write,
            cache_write_hour: 0,
        }
    }
}
