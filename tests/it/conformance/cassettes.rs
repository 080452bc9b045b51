//! Recorded answers of Bedrock, replayed over loopback through the real SDK.
//!
//! `converse-stream` bodies must fold to the very blocks, tool inputs, stop reason and figures that another
//! decoder read from them. `converse` bodies come from an operation that adit does not use: their message is
//! sent as a stream and must come back. `error` bodies must be told as the right class of fault.

use adit::adapters::bedrock::{Bedrock, Loopback};
use adit::config::Config;
use adit::demo::{Endpoint, ServerStep};
use adit::engine::Provider as _;
use adit::models::Models;
use adit::session::{Block, FaultClass, StopReason};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Outcome;
use crate::bedrock::stage::{self, Heard};

/// Runs a row.
pub(crate) fn run(row: &Value) -> Option<Outcome> {
    if !matches!(row["kind"].as_str(), Some("converse-stream" | "converse" | "error")) {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    Some(runtime.block_on(outcome(row)))
}

async fn outcome(row: &Value) -> Outcome {
    let family = row["kind"].as_str().unwrap_or("unnamed").to_owned();
    let result = match (family.as_str(), STANDARD.decode(row["body_base64"].as_str().unwrap_or_default())) {
        (_, Err(error)) => Err(format!("the body is not base64: {error}")),
        ("converse-stream", Ok(body)) => stream(&row["expected"], body).await,
        ("converse", Ok(body)) => converse(&body).await,
        ("error", Ok(body)) => error(row, body).await,
        (kind, Ok(_)) => Err(format!("no rules for {kind}")),
    };
    Outcome { family, ..Outcome::of(row, result) }
}

/// Asks once; the endpoint answers with these steps.
async fn ask(steps: Vec<ServerStep>) -> Heard {
    let endpoint = Endpoint::start(move |_: &Value| steps.clone()).await.expect("loopback can be bound");
    let config = Config { max_retries: 0, throttle_seconds: 0, model: "test.model".to_owned(), ..Config::default() };
    let patience = stage::patient();
    let bedrock = Bedrock::with_endpoint(&config, Models::embedded(), Loopback::at(endpoint.url()), patience);
    let request = stage::request("us.anthropic.claude-sonnet-5", vec![stage::user("hello")]);
    stage::hear(bedrock.stream(request)).await
}

/// Replays a body in pieces of odd sizes.
async fn stream(expected: &Value, body: Vec<u8>) -> Result<(), String> {
    let exception = ["type", "name"].iter().find_map(|key| expected["exception"][*key].as_str());
    let exception = exception.or_else(|| expected["exception"].as_str());
    for split in [7, 1021, usize::MAX] {
        let heard = ask(vec![ServerStep::Split(split), ServerStep::Frame(body.clone())]).await;
        if let Some(name) = exception {
            let Some(fault) = heard.fault else { return Err(format!("split at {split}: {name} was not told")) };
            let mut letters = name.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            let name: String = first.into_iter().chain(letters).collect();
            let wanted = documented(0, &name, &fault.message.to_lowercase());
            if wanted != FaultClass::Other && fault.class != wanted {
                return Err(format!("split at {split}: {:?} instead of {wanted:?}: {fault}", fault.class));
            }
            continue;
        }
        if let Some(fault) = heard.fault {
            return Err(format!("split at {split}: {fault}"));
        }
        let usage = heard.answer.usage();
        let stop = heard.answer.stop().map(|stop| stop_word(stop).to_owned());
        let (message, incomplete) = heard.answer.finish();
        if !incomplete.is_empty() {
            return Err(format!("split at {split}: incomplete calls {incomplete:?}"));
        }
        let got = json!({
            "blocks": message.map(|message| message.blocks).unwrap_or_default().iter().map(plain).collect::<Vec<_>>(),
            "stop_reason": stop,
            "inputTokens": usage.input,
            "outputTokens": usage.output,
            "cached": [usage.cache_read, usage.cache_write],
        });
        let figures = &expected["usage"];
        let cached = |name: &str| figures[name].as_u64().unwrap_or(0);
        let wanted = json!({
            "blocks": expected["blocks"].as_array().into_iter().flatten().filter_map(comparable).collect::<Vec<_>>(),
            "stop_reason": expected["stop_reason"].as_str().map(ending),
            "inputTokens": figures["inputTokens"],
            "outputTokens": figures["outputTokens"],
            "cached": [cached("cacheReadInputTokens"), cached("cacheWriteInputTokens")],
        });
        if got != wanted {
            return Err(format!("split at {split}: got {got}, wanted {wanted}"));
        }
    }
    Ok(())
}

/// Returns an expected block as far as adit keeps it: citations and server-side results are no part of it.
fn comparable(block: &Value) -> Option<Value> {
    let mut block = block.clone();
    let fields = block.as_object_mut()?;
    fields.remove("keys");
    match fields.get("type")?.as_str()? {
        "other" => None,
        "text" if fields["text"].as_str().is_none_or(|text| text.trim().is_empty()) => None,
        _ => Some(block),
    }
}

fn plain(block: &Block) -> Value {
    match block {
        Block::Text { text } => json!({"type": "text", "text": text}),
        Block::Reasoning { text, signature, redacted } => {
            let closed = redacted.as_ref().map_or(0, |data| STANDARD.decode(data).map_or(0, |bytes| bytes.len()));
            json!({"type": "reasoning", "text": text, "signature": signature, "redacted": closed})
        }
        Block::ToolUse(call) => json!({"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}),
        Block::Image(_) | Block::ToolResult { .. } => json!({"type": "other"}),
    }
}

fn stop_word(stop: &StopReason) -> &str {
    match stop {
        StopReason::EndTurn => "end_turn",
        StopReason::ToolUse => "tool_use",
        StopReason::MaxTokens => "max_tokens",
        StopReason::ContextFull => "model_context_window_exceeded",
        StopReason::Refused(word) | StopReason::Malformed(word) | StopReason::Other(word) => word,
    }
}

/// Returns the word for the same end: adit asks for no stop sequence, so one that stopped the model is its end.
fn ending(word: &str) -> &str {
    if word == "stop_sequence" { "end_turn" } else { word }
}

/// Sends the message of a Converse body as a stream and compares what comes back.
async fn converse(body: &[u8]) -> Result<(), String> {
    // One recorded body is not UTF-8: the recorder damaged a letter of its text.
    let body: Value = serde_json::from_str(&String::from_utf8_lossy(body)).map_err(|error| error.to_string())?;
    let mut steps = vec![ServerStep::event("messageStart", json!({"role": "assistant"}))];
    let mut wanted = Vec::new();
    let mut citations = 0;
    for (index, block) in body["output"]["message"]["content"].as_array().into_iter().flatten().enumerate() {
        let mut send = |kind: &str, mut payload: Value| {
            payload["contentBlockIndex"] = json!(index);
            steps.push(ServerStep::event(kind, payload));
        };
        let mut delta = |delta: Value| send("contentBlockDelta", json!({"delta": delta}));
        if let Some(text) = block["text"].as_str() {
            delta(json!({"text": text}));
            wanted.extend(comparable(&json!({"type": "text", "text": text})));
        } else if let Some(call) = block["toolUse"].as_object() {
            let input = call["input"].to_string();
            let (head, tail) = input.split_at(input.char_indices().nth(1).map_or(input.len(), |(at, _)| at));
            let start = json!({"toolUse": {"toolUseId": call["toolUseId"], "name": call["name"]}});
            send("contentBlockStart", json!({"start": start}));
            for piece in ["", head, tail] {
                send("contentBlockDelta", json!({"delta": {"toolUse": {"input": piece}}}));
            }
            let (id, name, input) = (&call["toolUseId"], &call["name"], &call["input"]);
            wanted.push(json!({"type": "tool_use", "id": id, "name": name, "input": input}));
        } else if let Some(reasoning) = block["reasoningContent"]["reasoningText"].as_object() {
            let text = reasoning["text"].as_str().unwrap_or_default();
            delta(json!({"reasoningContent": {"text": text}}));
            let signature = reasoning.get("signature").filter(|signature| signature.is_string());
            if let Some(signature) = signature {
                delta(json!({"reasoningContent": {"signature": signature}}));
            }
            wanted.push(json!({"type": "reasoning", "text": text, "signature": signature, "redacted": 0}));
        } else {
            citations += 1;
        }
        send("contentBlockStop", json!({}));
    }
    steps.push(ServerStep::event("messageStop", json!({"stopReason": body["stopReason"]})));
    steps.push(ServerStep::event("metadata", json!({"usage": body["usage"], "metrics": {"latencyMs": 1}})));
    if wanted.is_empty() && citations == 0 {
        return Err("the body holds no block".to_owned());
    }
    let heard = ask(steps).await;
    if let Some(fault) = heard.fault {
        return Err(fault.to_string());
    }
    let stop = heard.answer.stop().map(stop_word).unwrap_or_default().to_owned();
    let expected_stop = ending(body["stopReason"].as_str().unwrap_or_default());
    let (message, incomplete) = heard.answer.finish();
    let got: Vec<Value> = message.map(|message| message.blocks).unwrap_or_default().iter().map(plain).collect();
    if got != wanted || !incomplete.is_empty() || stop != expected_stop {
        return Err(format!("got {got:?} and {stop}, wanted {wanted:?} and {expected_stop}"));
    }
    Ok(())
}

/// Replays an error and checks its class by what AWS documents for the name and the words.
async fn error(row: &Value, body: Vec<u8>) -> Result<(), String> {
    let status = row["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(500);
    let mut headers = Vec::new();
    for (name, value) in row["response_headers"].as_object().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "content-type" | "x-amzn-errortype" | "x-amzn-requestid" | "retry-after")
            && let Some(value) = value.as_str().filter(|value| !value.contains("REDACTED"))
        {
            headers.push((name, value.to_owned()));
        }
    }
    let words = String::from_utf8_lossy(&body).to_lowercase();
    let is_page = headers.iter().any(|(name, value)| name == "content-type" && value.starts_with("text/"));
    let message: Value = serde_json::from_str(&words).unwrap_or_default();
    let name = error_name(row, &body);
    let wanted = if is_page && status < 500 { FaultClass::Network } else { documented(status, &name, &words) };
    let heard = ask(vec![ServerStep::Answer { status, headers, body }]).await;
    let fault = heard.fault.ok_or("no fault was told")?;
    if fault.class != wanted {
        return Err(format!("{:?} instead of {wanted:?}: {fault}", fault.class));
    }
    let said = plain_words(message["message"].as_str().unwrap_or_default());
    let told = plain_words(&fault.message.to_lowercase());
    if !is_page && !told.contains(said.trim_end_matches('.')) {
        return Err(format!("the service's words are lost: {fault}"));
    }
    Ok(())
}

/// Returns an error's name, as AWS's protocol has it: in the header, else in the body; without namespace and address.
fn error_name(row: &Value, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let headers = row["response_headers"].as_object().into_iter().flatten();
    let named = headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amzn-errortype"));
    let name = named.and_then(|(_, value)| value.as_str());
    let name = name.or_else(|| body["code"].as_str()).or_else(|| body["__type"].as_str()).unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    name.rsplit('#').next().unwrap_or_default().to_owned()
}

/// Returns the beginning of a text with single blanks: long ones are cut in messages.
fn plain_words(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let one_line: String = one_line.chars().filter(|character| !character.is_control()).collect();
    match one_line.char_indices().nth(300) {
        Some((at, _)) if !one_line.contains(": ") => one_line[..at].to_owned(),
        _ => one_line,
    }
}

/// Returns the class that AWS's documentation gives an error: by its name, else its status; some by their words.
fn documented(status: u16, name: &str, words: &str) -> FaultClass {
    let says = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    let is_daily = says(&["per day", "daily"]);
    let by_words = || {
        if says(&["model identifier is invalid", "on-demand throughput isn", "end of its life", "support tool use"]) {
            FaultClass::Model
        } else if says(&["too long", "context limit", "context window", "too many input tokens"]) {
            FaultClass::ContextOverflow
        } else {
            FaultClass::Invalid
        }
    };
    let is_key = says(&["bearer token", "api key", "security token included in the request is expired"]);
    let denied = if is_key { FaultClass::Credentials } else { FaultClass::Access };
    let throttled = if is_daily { FaultClass::DailyQuota } else { FaultClass::Throttled };
    let name = name.trim_end_matches("Exception");
    match (name, status) {
        ("ExpiredToken" | "UnrecognizedClient" | "InvalidSignature" | "SignatureDoesNotMatch", _)
        | ("IncompleteSignature" | "MissingAuthenticationToken" | "InvalidClientTokenId", _) => FaultClass::Credentials,
        ("AccessDenied", _) => denied,
        ("ResourceNotFound", _) => FaultClass::Model,
        ("Throttling" | "TooManyRequests", _) => throttled,
        ("ServiceQuotaExceeded", _) => FaultClass::DailyQuota,
        ("ModelNotReady" | "ModelTimeout" | "ModelError" | "ModelStreamError" | "InternalServer", _)
        | ("ServiceUnavailable", _) => FaultClass::Unavailable,
        ("Validation", _) | (_, 400) => by_words(),
        (_, 401 | 403) => denied,
        (_, 404) => FaultClass::Model,
        (_, 407) => FaultClass::Network,
        (_, 413) => FaultClass::ContextOverflow,
        (_, 429) => throttled,
        (_, 408 | 424 | 500..=599) => FaultClass::Unavailable,
        _ => FaultClass::Other,
    }
}
