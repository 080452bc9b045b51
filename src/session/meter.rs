//! How full the model's context is, by its parts, and a local count of tokens.
//!
//! Tokens are counted from bytes: English prose and code come to three or four bytes a token. The rate is
//! calibrated by what the service counted last, so that the parts add up to its figure.

use super::{Block, Message, SessionState};

/// How the text of a file in a prompt begins; the meter knows files by it.
pub const FILE_LEAD: &str = "The file ";

/// Bytes a token, in tenths, until the service has told a count.
const TENTHS: u64 = 35;
/// More bytes a token, or tokens a byte, than this no count gives.
const ABSURD: u64 = 20;
/// Pixels of an image for one token, as the makers of the models tell.
const PIXELS: u64 = 750;

/// How much a text or a conversation weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weight {
    /// Bytes of text and of JSON.
    pub bytes: u64,
    /// Tokens of images, which do not go by bytes.
    pub image_tokens: u64,
}

impl Weight {
    /// Returns the weight of a text.
    pub fn of_text(text: &str) -> Self {
        Self { bytes: text.len() as u64, image_tokens: 0 }
    }

    /// Returns the weight of messages.
    pub fn of(messages: &[Message]) -> Self {
        messages.iter().flat_map(|message| message.blocks.iter()).map(Self::of_block).fold(Self::default(), Self::plus)
    }

    fn of_block(block: &Block) -> Self {
        let bytes = match block {
            Block::Image(image) => {
                return Self { bytes: 8, image_tokens: image_tokens(image.width, image.height) };
            }
            Block::Text { text } => text.len(),
            Block::Reasoning { text, signature, redacted } => {
                text.len() + signature.as_ref().map_or(0, String::len) + redacted.as_ref().map_or(0, String::len)
            }
            Block::ToolUse(call) => call.name.len() + call.id.0.len() + call.input.to_string().len() + 40,
            Block::ToolResult { id, output } => id.0.len() + output.text.len() + 40,
        };
        Self { bytes: bytes as u64 + 8, image_tokens: 0 }
    }

    /// Returns the sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, image_tokens: self.image_tokens + other.image_tokens }
    }
}

/// The rate between bytes and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    bytes: u64,
    tokens: u64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { bytes: TENTHS, tokens: 10 }
    }
}

impl Rate {
    /// Returns the rate that a request had, as the service counted it: also less than a byte a token, as for what it adds
    /// itself. Only figures that are off by more than twenty times give the usual one.
    pub fn measured(weight: Weight, tokens: u64) -> Self {
        let text_tokens = tokens.saturating_sub(weight.image_tokens);
        let is_sensible = text_tokens >= 200
            && text_tokens < weight.bytes.saturating_mul(ABSURD)
            && weight.bytes < text_tokens.saturating_mul(ABSURD);
        if is_sensible { Self { bytes: weight.bytes, tokens: text_tokens } } else { Self::default() }
    }

    /// Returns how many tokens a weight comes to, rounded up.
    pub fn tokens(self, weight: Weight) -> u64 {
        let tokens = u128::from(weight.bytes) * u128::from(self.tokens);
        u64::try_from(tokens.div_ceil(u128::from(self.bytes))).unwrap_or(u64::MAX).saturating_add(weight.image_tokens)
    }
}

/// Returns the tokens of an image.
pub fn image_tokens(width: u32, height: u32) -> u64 {
    (u64::from(width) * u64::from(height)).div_ceil(PIXELS)
}

/// What is sent with every request beside the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overhead {
    /// Bytes of the system prompt.
    pub system: u64,
    /// Bytes of the tools' descriptions and schemas.
    pub tools: u64,
}

impl Overhead {
    /// Returns its weight.
    pub fn weight(self) -> Weight {
        Weight { bytes: self.system + self.tools, image_tokens: 0 }
    }
}

/// The context by its parts, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meter {
    /// The system prompt.
    pub system: u64,
    /// The tools.
    pub tools: u64,
    /// Files that the user showed or the model read.
    pub files: u64,
    /// Images.
    pub images: u64,
    /// The rest of the conversation.
    pub conversation: u64,
    /// What the model can read in all; 0 where that is not known.
    pub size: u64,
    /// Whether the service has counted, and the parts were fitted to its figure.
    pub is_counted: bool,
}

impl Meter {
    /// Measures a session.
    pub fn of(state: &SessionState, overhead: Overhead) -> Self {
        let sent = state.sent();
        let mut files = Weight::default();
        let mut rest = Weight::default();
        let mut reads: Vec<&str> = Vec::new();
        for block in sent.iter().flat_map(|message| message.blocks.iter()) {
            let weight = Weight::of_block(block);
            let is_file = match block {
                Block::Text { text } => text.starts_with(FILE_LEAD) && text.contains("<file>"),
                Block::ToolUse(call) => {
                    if call.name == "read_file" {
                        reads.push(&call.id.0);
                    }
                    false
                }
                Block::ToolResult { id, .. } => reads.contains(&id.0.as_str()),
                Block::Reasoning { .. } | Block::Image(_) => false,
            };
            if is_file { files = files.plus(weight) } else { rest = rest.plus(weight) }
        }
        let all = overhead.weight().plus(files).plus(rest);
        let rate = Rate::measured(all, state.context_used);
        let plain = |bytes| rate.tokens(Weight { bytes, image_tokens: 0 });
        Self {
            system: plain(overhead.system),
            tools: plain(overhead.tools),
            files: plain(files.bytes),
            images: files.image_tokens + rest.image_tokens,
            conversation: plain(rest.bytes),
            size: u64::from(state.model.context),
            is_counted: state.context_used > 0,
        }
    }

    /// Returns all that is used.
    pub fn used(&self) -> u64 {
        self.system + self.tools + self.files + self.images + self.conversation
    }

    /// Returns what is free.
    pub fn free(&self) -> u64 {
        self.size.saturating_sub(self.used())
    }
}
