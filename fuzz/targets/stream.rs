//! Any bytes as the body of an answer, through the SDK into the fold.

#![no_main]

use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit::adapters::bedrock::{Bedrock, Loopback, Patience};
use adit::config::Config;
use adit::demo::{Endpoint, ServerStep, frames};
use adit::engine::{Delta, Provider as _, Request};
use adit::models::Models;
use adit::session::{Answer, Block, Message, Role};
use futures::StreamExt as _;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

struct Bench {
    runtime: tokio::runtime::Runtime,
    body: Arc<Mutex<Vec<ServerStep>>>,
    bedrock: Bedrock,
    _endpoint: Endpoint,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let body: Arc<Mutex<Vec<ServerStep>>> = Arc::default();
        let answer = Arc::clone(&body);
        let script = move |_: &Value| answer.lock().expect("not poisoned").clone();
        let endpoint = runtime.block_on(Endpoint::start(script)).expect("loopback can be bound");
        let config = Config { max_retries: 0, throttle_seconds: 0, ..Config::default() };
        let limit = Duration::from_secs(20);
        let patience = Patience { first_word: limit, every: limit, limit, backoff: Duration::ZERO };
        let bedrock = Bedrock::with_endpoint(&config, Models::embedded(), Loopback::at(endpoint.url()), patience);
        Self { runtime, body, bedrock, _endpoint: endpoint }
    }
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::new(Bench::new());
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
        let delta = |delta: Value| frames::event("contentBlockDelta", &json!({"contentBlockIndex": index, "delta": delta}));
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
            7 => frames::event("messageStop", &json!({"stopReason": if text.is_empty() { "tool_use" } else { "end_turn" }})),
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

fuzz_target!(|data: &[u8]| {
    BENCH.with_borrow_mut(|bench| {
        *bench.body.lock().expect("not poisoned") = steps(data);
        let message = Message { role: Role::User, blocks: vec![Block::Text { text: "hello".to_owned() }] };
        let request = Request {
            model: "us.anthropic.claude-sonnet-5".to_owned(),
            system: String::new(),
            messages: vec![message],
            tools: Arc::new([]),
            max_tokens: None,
        };
        let mut stream = bench.bedrock.stream(request);
        let (mut answer, mut fault) = (Answer::new(), None);
        bench.runtime.block_on(async {
            while let Some(item) = stream.next().await {
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
        });
        assert!(fault.is_some() || answer.stop().is_some(), "an answer that neither stopped nor failed");
        if let Some(fault) = fault {
            assert!(!fault.message.is_empty() && !fault.message.chars().any(char::is_control), "{fault:?}");
        }
        let (message, _) = answer.finish();
        assert!(message.is_none_or(|message| !message.blocks.is_empty()));
    });
});
