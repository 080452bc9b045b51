//! What the fuzz targets do with their input, here fed by chance: the folder `fuzz` feeds it by coverage.
//!
//! Both go the whole way, through the real SDK and over loopback.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit::adapters::bedrock::{Bedrock, Loopback, Patience};
use adit::config::{Config, Effort};
use adit::demo::{Endpoint, ServerStep, frames};
use adit::engine::{Delta, Provider as _, Request, ToolSpec};
use adit::models::Models;
use adit::session::{Answer, Block, Image, ImageFormat, Message, Role, ToolCall, ToolCallId, ToolOutput};
use futures::StreamExt as _;
use serde_json::{Value, json};

use super::validator::{breaches, generation_breaches};

/// After so many requests the endpoint, which keeps them all, is replaced.
const KEPT: usize = 200;

struct Loop {
    runtime: tokio::runtime::Runtime,
    steps: Arc<Mutex<Vec<ServerStep>>>,
    bedrock: Bedrock,
    endpoint: Endpoint,
}

impl Loop {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let steps: Arc<Mutex<Vec<ServerStep>>> = Arc::default();
        let (endpoint, bedrock) = Self::open(&runtime, &steps);
        Self { runtime, steps, bedrock, endpoint }
    }

    fn open(runtime: &tokio::runtime::Runtime, steps: &Arc<Mutex<Vec<ServerStep>>>) -> (Endpoint, Bedrock) {
        let answer = Arc::clone(steps);
        let script = move |_: &Value| answer.lock().expect("not poisoned").clone();
        let endpoint = runtime.block_on(Endpoint::start(script)).expect("loopback can be bound");
        let config = Config { max_retries: 0, throttle_seconds: 0, temperature: Some(0.5), ..Config::default() };
        let limit = Duration::from_secs(20);
        let patience = Patience { first_word: limit, every: limit, limit, backoff: Duration::ZERO };
        let toolless = format!("[[model]]\nid = \"{TOOLLESS}\"\ntools = false\n");
        let models = Models::embedded().overlaid(&toolless).expect("the entry is well-formed");
        let bedrock = Bedrock::with_endpoint(&config, models, Loopback::at(endpoint.url()), patience);
        (endpoint, bedrock)
    }

    /// Sends a request that is answered with these steps and returns all that was heard.
    fn ask(&mut self, request: Request, steps: Vec<ServerStep>) -> Vec<Result<Delta, adit::session::Fault>> {
        *self.steps.lock().expect("not poisoned") = steps;
        if self.endpoint.requests().len() >= KEPT {
            (self.endpoint, self.bedrock) = Self::open(&self.runtime, &self.steps);
        }
        let stream = self.bedrock.stream(request);
        self.runtime.block_on(stream.collect())
    }
}

thread_local! {
    static LOOP: RefCell<Loop> = RefCell::new(Loop::new());
}

/// Of one model it is told that it takes no tools.
const TOOLLESS: &str = "anthropic.claude-haiku-4-5-20251001-v1:0";

/// A model of each generation, and some that the table does not know.
const MODELS: [&str; 8] = [
    "us.anthropic.claude-sonnet-5",
    "us.anthropic.claude-sonnet-5-5",
    "global.anthropic.claude-opus-5-5",
    "eu.anthropic.claude-sonnet-4-6",
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.amazon.nova-pro-v1:0",
    "deepseek.v3.2",
];

fn request(messages: Vec<Message>, tools: Vec<ToolSpec>) -> Request {
    Request {
        model: MODELS[0].to_owned(),
        system: String::new(),
        messages,
        kind: adit::session::CallKind::Turn,
        tools: tools.into(),
        max_tokens: None,
        effort: Effort::Auto,
    }
}

fn tool() -> ToolSpec {
    let (name, description) = ("read_file".to_owned(), "Reads.".to_owned());
    ToolSpec { name, description, schema: json!({"type": "object"}) }
}

/// Takes any bytes as an answer: it ends, with a stop or a fault that can be shown.
pub(crate) fn stream(data: &[u8]) {
    let hello = Message::new(Role::User, vec![Block::Text { text: "hello".to_owned() }]);
    let by_blocks = data.len() % 2 == 1;
    let asked = if by_blocks {
        Request { model: TOOLLESS.to_owned(), ..request(vec![hello], vec![tool()]) }
    } else {
        request(vec![hello], Vec::new())
    };
    let heard = LOOP.with_borrow_mut(|all| all.ask(asked, steps(data)));
    let (mut answer, mut fault) = (Answer::new(), None);
    for item in heard {
        match item {
            Ok(Delta::Text { block, text }) => answer.text(block, &text),
            Ok(Delta::Reasoning { block, text }) => answer.reasoning(block, &text),
            Ok(Delta::Signature { block, signature }) => answer.signature(block, &signature),
            Ok(Delta::Redacted { block, data }) => answer.redacted(block, &data),
            Ok(Delta::ToolStarted { block, id, name }) => answer.tool_started(block, id, name),
            Ok(Delta::ToolInput { block, json }) => answer.tool_input(block, &json),
            Ok(Delta::BlockStopped { block }) => answer.block_stopped(block),
            Ok(Delta::Stopped(stop)) => answer.stopped(stop),
            Ok(Delta::Usage(usage)) => answer.used(usage),
            Ok(Delta::Retrying { .. }) => answer = Answer::new(),
            Ok(_) => {}
            Err(told) => fault = Some(told),
        }
    }
    assert!(fault.is_some() || answer.stop().is_some(), "an answer that neither stopped nor failed");
    if let Some(fault) = fault {
        assert!(!fault.message.is_empty() && !fault.message.chars().any(char::is_control), "{fault:?}");
    }
    let (message, _) = answer.finish();
    assert!(message.is_none_or(|message| !message.blocks.is_empty()));
}

/// Takes any bytes as a conversation: its request obeys the service's rules.
pub(crate) fn conversation(data: &[u8]) {
    let tools = if data.first().is_none_or(|first| first & 64 == 0) { vec![tool()] } else { Vec::new() };
    let answer = adit::demo::Reply::new().text("hi").finish();
    let byte = |at: usize| usize::from(data.get(at).copied().unwrap_or(0));
    let model = MODELS[byte(1) % MODELS.len()];
    let (effort, _) = Effort::ALL[byte(2) % Effort::ALL.len()];
    let max_tokens = (byte(3) % 3 == 0).then_some(u32::try_from(byte(3)).unwrap_or(0) * 1_000);
    let body = LOOP.with_borrow_mut(|all| {
        let request = Request { model: model.to_owned(), effort, max_tokens, ..request(history(data), tools) };
        let heard = all.ask(request, answer);
        assert!(heard.iter().all(Result::is_ok), "{heard:?}");
        all.endpoint.requests().last().expect("a request arrived").json.clone()
    });
    let found = [breaches(&body), generation_breaches(model, &body)].concat();
    assert!(found.is_empty(), "{found:?} in {body:#}");
}

/// Reads the input as steps: whole frames of events, exceptions, or bytes as they are.
fn steps(data: &[u8]) -> Vec<ServerStep> {
    let (first, mut rest) = data.split_first().map_or((0, data), |(first, rest)| (*first, rest));
    let mut steps = vec![ServerStep::Split(usize::from(first).max(1))];
    while let Some((kind, more)) = rest.split_first() {
        let length = more.first().map_or(0, |length| usize::from(*length)).min(more.len().saturating_sub(1));
        let body = more.get(1..=length).unwrap_or_default();
        rest = more.get(1 + length..).unwrap_or_default();
        let text = String::from_utf8_lossy(body).into_owned();
        let index = usize::from(*kind >> 4) % 4;
        let delta =
            |delta: Value| frames::event("contentBlockDelta", &json!({"contentBlockIndex": index, "delta": delta}));
        steps.push(ServerStep::Frame(match kind % 12 {
            0 => body.to_vec(),
            1 => delta(json!({"text": text})),
            2 => delta(json!({"toolUse": {"input": text}})),
            3 => delta(json!({"reasoningContent": {"text": text}})),
            4 => delta(json!({"reasoningContent": {"signature": text}})),
            5 => frames::event(
                "contentBlockStart",
                &json!({"contentBlockIndex": index, "start": {"toolUse": {"toolUseId": text, "name": "read_file"}}}),
            ),
            6 => frames::event("contentBlockStop", &json!({"contentBlockIndex": index})),
            7 => frames::event(
                "messageStop",
                &json!({"stopReason": if text.is_empty() { "tool_use" } else { "end_turn" }}),
            ),
            8 => frames::event("metadata", &json!({"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}})),
            9 => frames::exception("throttlingException", &json!({"message": text})),
            10 => frames::corrupt("contentBlockDelta", &json!({"delta": {"text": text}})),
            _ => frames::event(&text, &serde_json::from_slice(body).unwrap_or(Value::Null)),
        }));
        if more.is_empty() {
            break;
        }
    }
    steps
}

/// Reads pieces of the input: a byte that says what, a byte that says how long, and so many bytes of text.
struct Pieces<'a>(&'a [u8]);

impl Iterator for Pieces<'_> {
    type Item = (u8, String);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, rest) = self.0.split_first()?;
        let (length, rest) = rest.split_first().unwrap_or((&0, rest));
        let (text, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        self.0 = rest;
        Some((*kind, String::from_utf8_lossy(text).into_owned()))
    }
}

fn history(data: &[u8]) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for (kind, text) in Pieces(data) {
        let role = if kind & 1 == 0 { Role::User } else { Role::Assistant };
        if kind & 2 != 0 || messages.is_empty() {
            messages.push(Message::new(role, Vec::new()));
        }
        let block = match (kind >> 2) % 7 {
            0 | 1 => Block::Text { text },
            2 => Block::Reasoning { signature: (kind & 128 != 0).then(|| text.clone()), text, redacted: None },
            3 => Block::Reasoning { text: String::new(), signature: None, redacted: Some(text) },
            4 => {
                let input = serde_json::from_str(&text).unwrap_or_else(|_| json!({"text": text}));
                Block::ToolUse(ToolCall { id: ToolCallId(text.clone()), name: text, input })
            }
            5 => {
                let format = ImageFormat::Png;
                Block::Image(Image { name: text, format, width: 1, height: 1, data: "AAEC".into() })
            }
            _ => Block::ToolResult {
                id: ToolCallId(text.clone()),
                output: ToolOutput { text, is_error: kind & 128 != 0 },
            },
        };
        if let Some(last) = messages.last_mut() {
            Arc::make_mut(&mut last.blocks).push(block);
        }
    }
    // A session never asks without a prompt.
    messages.push(Message::new(Role::User, vec![Block::Text { text: "go".to_owned() }]));
    messages
}

#[cfg(test)]
mod by_chance {
    use proptest::prelude::{any, prop, proptest};

    proptest! {
        #![proptest_config(proptest::test_runner::Config { cases: 1_000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_are_an_answer_that_ends(data in prop::collection::vec(any::<u8>(), 0..300)) {
            super::stream(&data);
        }

        #[test]
        fn any_bytes_are_a_conversation_that_can_be_sent(data in prop::collection::vec(any::<u8>(), 0..300)) {
            super::conversation(&data);
        }
    }
}
