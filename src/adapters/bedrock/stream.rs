//! The events of a ConverseStream answer as deltas, and its breaks as failures.

use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::types as sdk;
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError as StreamError;
use aws_smithy_types::event_stream::{Message, RawMessage};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::blocks::{Blocks, taken};
use super::failure::{Cure, Failure};
use super::verdict::{Refusal, judge};
use super::words::{Place, causes};
use crate::engine::Delta;
use crate::session::{FaultClass, StopReason, ToolCallId, Usage};

/// How many bytes a token holds, roughly.
const BYTES_OF_A_TOKEN: usize = 4;

/// How far an answer is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Whether a piece of the answer was handed on.
    pub(super) has_begun: bool,
    /// Whether the model has said why it stopped: the answer is complete.
    pub(super) has_stopped: bool,
    /// What the answer cost, once it was told.
    pub(super) usage: Option<Usage>,
    /// How many bytes of text, reasoning and tool input were handed on.
    written: usize,
    /// Stands in for tools where the model takes none.
    blocks: Option<Blocks>,
}

impl Progress {
    /// Searches the answer's text for blocks from here on.
    pub(super) fn search(&mut self, blocks: Blocks) {
        self.blocks = Some(blocks);
    }

    /// Returns what an event adds to the answer. Usage is kept back: it ends the answer.
    pub(super) fn read(&mut self, event: sdk::ConverseStreamOutput) -> Vec<Delta> {
        let delta = self.native(event);
        taken(&mut self.blocks, delta.into_iter().collect())
    }

    fn native(&mut self, event: sdk::ConverseStreamOutput) -> Option<Delta> {
        use sdk::ConverseStreamOutput as Output;
        let delta = match event {
            Output::ContentBlockStart(event) => match event.start {
                Some(sdk::ContentBlockStart::ToolUse(start)) => Some(Delta::ToolStarted {
                    block: number(event.content_block_index),
                    id: ToolCallId(start.tool_use_id),
                    name: start.name,
                }),
                // Text and reasoning open at their first delta; other blocks are no part of an answer here.
                Some(_) | None => None,
            },
            Output::ContentBlockDelta(event) => piece(number(event.content_block_index), event.delta?),
            Output::ContentBlockStop(event) => Some(Delta::BlockStopped { block: number(event.content_block_index) }),
            Output::MessageStop(event) => {
                self.has_stopped = true;
                Some(Delta::Stopped(stop_reason(event.stop_reason.as_str())))
            }
            Output::Metadata(event) => {
                self.usage = event.usage.as_ref().map(usage);
                None
            }
            _ => None,
        };
        self.has_begun |= delta.is_some();
        self.written += match &delta {
            Some(Delta::Text { text, .. } | Delta::Reasoning { text, .. }) => text.len(),
            Some(Delta::ToolInput { json, .. }) => json.len(),
            _ => 0,
        };
        delta
    }

    /// Says what is lost with an answer that had begun: the service bills what it wrote.
    pub(super) fn lost(&self) -> String {
        let tokens = match self.usage {
            Some(usage) => usage.output.to_string(),
            // What a token holds on average; the service tells the count only at the end.
            None => format!("about {}", self.written.div_ceil(BYTES_OF_A_TOKEN).max(1)),
        };
        format!("; {tokens} tokens had come, which are billed and dropped")
    }
}

fn piece(block: u32, delta: sdk::ContentBlockDelta) -> Option<Delta> {
    use sdk::ReasoningContentBlockDelta as Reasoning;
    match delta {
        sdk::ContentBlockDelta::Text(text) => Some(Delta::Text { block, text }),
        sdk::ContentBlockDelta::ToolUse(tool) => Some(Delta::ToolInput { block, json: tool.input }),
        sdk::ContentBlockDelta::ReasoningContent(Reasoning::Text(text)) => Some(Delta::Reasoning { block, text }),
        sdk::ContentBlockDelta::ReasoningContent(Reasoning::Signature(signature)) => {
            Some(Delta::Signature { block, signature })
        }
        sdk::ContentBlockDelta::ReasoningContent(Reasoning::RedactedContent(data)) => {
            Some(Delta::Redacted { block, data: STANDARD.encode(data) })
        }
        _ => None,
    }
}

fn number(index: i32) -> u32 {
    u32::try_from(index).unwrap_or(0)
}

fn usage(tokens: &sdk::TokenUsage) -> Usage {
    let count = |tokens: i32| u64::try_from(tokens).unwrap_or(0);
    Usage {
        input: count(tokens.input_tokens),
        output: count(tokens.output_tokens),
        cache_read: count(tokens.cache_read_input_tokens.unwrap_or(0)),
        cache_write: count(tokens.cache_write_input_tokens.unwrap_or(0)),
        cache_write_hour: tokens
            .cache_details()
            .iter()
            .filter(|detail| detail.ttl == sdk::CacheTtl::OneHour)
            .map(|detail| count(detail.input_tokens))
            .sum(),
    }
}

fn stop_reason(word: &str) -> StopReason {
    match word {
        "end_turn" | "stop_sequence" => StopReason::EndTurn,
        "tool_use" => StopReason::ToolUse,
        "max_tokens" => StopReason::MaxTokens,
        "model_context_window_exceeded" => StopReason::ContextFull,
        "refusal" | "guardrail_intervened" | "content_filtered" => StopReason::Refused(word.to_owned()),
        "malformed_tool_use" | "malformed_model_output" => StopReason::Malformed(word.to_owned()),
        _ => StopReason::Other(word.to_owned()),
    }
}

/// Says what a break of the stream means. `is_page`: the head promised a page, not frames.
pub(super) fn broken(error: &SdkError<StreamError, RawMessage>, is_page: bool, place: &Place) -> Failure {
    if is_page {
        return page();
    }
    match error {
        SdkError::ServiceError(context) => judge(&refusal(context.err(), context.raw()), place),
        SdkError::ResponseError(context) => match context.raw() {
            RawMessage::Decoded(message) if header(message, ":event-type").is_none() => {
                judge(&raw_refusal(message), place)
            }
            _ => truncated(format!("the answer came damaged: {}", causes(error))),
        },
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => {
            truncated(format!("the connection broke in the middle of the answer: {}", causes(error)))
        }
        _ => truncated(format!("the answer broke off: {}", causes(error))),
    }
}

/// Returns the failure of a stream that ended before the model had stopped.
pub(super) fn cut_off() -> Failure {
    truncated("the stream ended before the answer was complete".to_owned())
}

/// Returns the failure of a page for people where frames were due.
pub(super) fn page() -> Failure {
    Failure::new(FaultClass::Network, "a web page came instead of an answer from Bedrock").hint(
        "A captive portal or a proxy answers in its place: log in to the network in a browser, or set NO_PROXY \
         or the endpoint, and send the prompt again.",
    )
}

fn truncated(message: String) -> Failure {
    Failure::new(FaultClass::Truncated, message).hint("Send the prompt again.").cure(Cure::Again)
}

/// Reads an exception of the stream; its name is in the variant or, for those not modelled, in the headers.
fn refusal(error: &StreamError, raw: &RawMessage) -> Refusal {
    let code = match error {
        StreamError::InternalServerException(_) => "InternalServerException",
        StreamError::ModelStreamErrorException(_) => "ModelStreamErrorException",
        StreamError::ValidationException(_) => "ValidationException",
        StreamError::ThrottlingException(_) => "ThrottlingException",
        StreamError::ServiceUnavailableException(_) => "ServiceUnavailableException",
        _ => {
            return match raw {
                RawMessage::Decoded(message) => raw_refusal(message),
                _ => Refusal { message: causes(error), ..Refusal::default() },
            };
        }
    };
    let message = error.message().unwrap_or_default().to_owned();
    Refusal { code: code.to_owned(), message, ..Refusal::default() }
}

/// Reads an exception or error that the SDK has no type for.
fn raw_refusal(message: &Message) -> Refusal {
    let code = header(message, ":exception-type").or_else(|| header(message, ":error-code")).unwrap_or_default();
    let body: serde_json::Value = serde_json::from_slice(message.payload()).unwrap_or_default();
    let said = body.get("message").or_else(|| body.get("Message")).and_then(|said| said.as_str()).map(str::to_owned);
    let said = said.or_else(|| header(message, ":error-message")).unwrap_or_default();
    let mut letters = code.chars();
    // Inside a stream the names begin with a small letter.
    let code = letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str());
    Refusal { code: code.unwrap_or_default(), message: said, ..Refusal::default() }
}

fn header(message: &Message, name: &str) -> Option<String> {
    let header = message.headers().iter().find(|header| header.name().as_str() == name)?;
    header.value().as_string().ok().map(|value| value.as_str().to_owned())
}
