//! Any conversation as a request, judged by the validator of the tests.

#![no_main]

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use adit::adapters::bedrock::{Bedrock, Loopback, Patience};
use adit::config::Config;
use adit::demo::{Endpoint, Reply};
use adit::engine::{Provider as _, Request, ToolSpec};
use adit::models::Models;
use adit::session::{Block, Message, Role, ToolCall, ToolCallId, ToolOutput};
use futures::StreamExt as _;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

#[path = "../../tests/it/bedrock/validator.rs"]
mod validator;

struct Bench {
    runtime: tokio::runtime::Runtime,
    bedrock: Bedrock,
    endpoint: Option<Endpoint>,
    asked: usize,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (endpoint, bedrock) = Self::open(&runtime);
        Self { runtime, bedrock, endpoint: Some(endpoint), asked: 0 }
    }

    fn open(runtime: &tokio::runtime::Runtime) -> (Endpoint, Bedrock) {
        let script = |_: &Value| Reply::new().text("hi").finish();
        let endpoint = runtime.block_on(Endpoint::start(script)).expect("loopback can be bound");
        let hour = Duration::from_secs(3600);
        let patience = Patience { first_word: hour, every: hour, limit: hour, backoff: Duration::ZERO };
        let loopback = Loopback::at(endpoint.url());
        let bedrock = Bedrock::with_endpoint(&Config::default(), Models::embedded(), loopback, patience);
        (endpoint, bedrock)
    }
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::new(Bench::new());
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
            messages.push(Message { role, blocks: Vec::new() });
        }
        let block = match (kind >> 2) % 6 {
            0 | 1 => Block::Text { text },
            2 => Block::Reasoning { signature: (kind & 128 != 0).then(|| text.clone()), text, redacted: None },
            3 => Block::Reasoning { text: String::new(), signature: None, redacted: Some(text) },
            4 => {
                let input = serde_json::from_str(&text).unwrap_or_else(|_| json!({"text": text}));
                Block::ToolUse(ToolCall { id: ToolCallId(text.clone()), name: text, input })
            }
            _ => Block::ToolResult { id: ToolCallId(text.clone()), output: ToolOutput { text, is_error: kind & 128 != 0 } },
        };
        if let Some(last) = messages.last_mut() {
            last.blocks.push(block);
        }
    }
    // A session never asks without a prompt.
    messages.push(Message { role: Role::User, blocks: vec![Block::Text { text: "go".to_owned() }] });
    messages
}

fuzz_target!(|data: &[u8]| {
    BENCH.with_borrow_mut(|bench| {
        let tool = ToolSpec {
            name: "read_file".to_owned(),
            description: "Reads.".to_owned(),
            schema: json!({"type": "object"}),
        };
        let has_tools = data.first().is_none_or(|first| first & 64 == 0);
        let request = Request {
            model: "us.anthropic.claude-sonnet-5".to_owned(),
            system: String::new(),
            messages: history(data),
            tools: if has_tools { Arc::from(vec![tool]) } else { Arc::from(vec![]) },
            max_tokens: None,
        };
        let mut stream = bench.bedrock.stream(request);
        bench.runtime.block_on(async {
            while let Some(item) = stream.next().await {
                assert!(item.is_ok(), "{item:?}");
            }
        });
        drop(stream);
        let requests = bench.endpoint.as_ref().map(Endpoint::requests).unwrap_or_default();
        let body = &requests.last().expect("a request arrived").json;
        let breaches = validator::breaches(body);
        assert!(breaches.is_empty(), "{breaches:?} in {body:#}");
        bench.asked += 1;
        // The endpoint keeps every request; a new one forgets them.
        if bench.asked % 500 == 0 {
            let (endpoint, bedrock) = Bench::open(&bench.runtime);
            bench.endpoint = Some(endpoint);
            bench.bedrock = bedrock;
        }
    });
});
