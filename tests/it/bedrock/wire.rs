//! What is put on the wire: a valid history, cache points, one order of bytes.

use adit::config::{CacheTtl, Config};
use adit::engine::Request;
use adit::session::{Block, Message, Role, ToolCallId, ToolOutput};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::stage::{self, MODEL, Stage, assistant, call, reasoning, result, user, words};
use super::validator::breaches;

/// Sends a history and returns the messages as they arrived, after the service's rules were checked.
async fn arrived(history: Vec<Message>) -> Value {
    let config = Config { cache: CacheTtl::Off, ..Config::default() };
    let stage = Stage::with(&config, stage::patient(), vec![]).await;
    let body = stage.sent(stage::request(MODEL, history)).await;
    assert_eq!(breaches(&body), Vec::<String>::new(), "{body:#}");
    body["messages"].clone()
}

fn said(role: &str, text: &str) -> Value {
    json!({"role": role, "content": [{"text": text}]})
}

#[tokio::test]
async fn messages_of_one_role_are_joined_and_blank_ones_dropped() {
    let history = vec![user("one"), user("  \n"), user("two"), assistant(vec![words(" ")]), user("three")];
    let expected = json!([{"role": "user", "content": [{"text": "one"}, {"text": "two"}, {"text": "three"}]}]);
    assert_eq!(arrived(history).await, expected);
}

#[tokio::test]
async fn a_call_without_result_is_cancelled_and_results_come_first() {
    let history = vec![
        user("go"),
        assistant(vec![
            words("I will."),
            call("a", "read_file", json!({"path": "x"})),
            call("b", "edit_file", json!({})),
        ]),
        Message::new(Role::User, vec![words("stop, rather this"), result("b", " "), result("orphan", "lost")]),
    ];
    let expected = json!([
        said("user", "go"),
        {"role": "assistant", "content": [
            {"text": "I will."},
            {"toolUse": {"toolUseId": "a", "name": "read_file", "input": {"path": "x"}}},
            {"toolUse": {"toolUseId": "b", "name": "edit_file", "input": {}}},
        ]},
        {"role": "user", "content": [
            {"toolResult": {"toolUseId": "a", "content": [{"text": "cancelled"}], "status": "error"}},
            {"toolResult": {"toolUseId": "b", "content": [{"text": "(no output)"}]}},
            {"text": "stop, rather this"},
        ]},
    ]);
    assert_eq!(arrived(history).await, expected);
}

#[tokio::test]
async fn a_history_that_ends_in_a_call_gets_its_result() {
    let messages = arrived(vec![user("go"), assistant(vec![call("a", "read_file", json!({}))])]).await;
    let expected = json!({"role": "user", "content": [
        {"toolResult": {"toolUseId": "a", "content": [{"text": "cancelled"}], "status": "error"}},
    ]});
    assert_eq!(messages[2], expected);
}

#[tokio::test]
async fn ids_and_names_are_made_to_fit_the_same_in_call_and_result() {
    let history = vec![
        user("go"),
        assistant(vec![call("a b/ü", "read file!", Value::Null), call("", "", json!([1]))]),
        Message::new(Role::User, vec![result("a b/ü", "one"), result("", "two")]),
        assistant(vec![call("a b/ü", "x", json!({}))]),
        Message::new(Role::User, vec![result("a b/ü", "three")]),
    ];
    let messages = arrived(history).await;
    let ids = |at: usize, kind: &str| -> Vec<String> {
        let content = messages[at]["content"].as_array().cloned().unwrap_or_default();
        content.iter().filter_map(|block| block[kind]["toolUseId"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids(1, "toolUse"), ["a_b__", "call"]);
    assert_eq!(ids(2, "toolResult"), ids(1, "toolUse"));
    assert_eq!(ids(3, "toolUse"), ["a_b__-2"]);
    assert_eq!(ids(4, "toolResult"), ids(3, "toolUse"));
    assert_eq!(messages[1]["content"][0]["toolUse"]["name"], "read_file_");
    assert_eq!(messages[1]["content"][1]["toolUse"]["input"], json!({"value": [1]}));
}

#[tokio::test]
async fn reasoning_is_sent_back_only_where_it_can_be_checked() {
    let unsigned = Block::Reasoning { text: "cut off".to_owned(), signature: None, redacted: None };
    let closed = Block::Reasoning { text: String::new(), signature: None, redacted: Some("AAEC".to_owned()) };
    let history = vec![
        user("go"),
        assistant(vec![reasoning("first"), closed, unsigned, words("hi"), reasoning("a thought without a word")]),
        user("more"),
    ];
    let expected = json!({"role": "assistant", "content": [
        {"reasoningContent": {"reasoningText": {"text": "first", "signature": "signed"}}},
        {"reasoningContent": {"redactedContent": "AAEC"}},
        {"text": "hi"},
    ]});
    assert_eq!(arrived(history).await[1], expected);
}

#[tokio::test]
async fn the_user_speaks_first_and_last() {
    let messages = arrived(vec![assistant(vec![words("and so on")])]).await;
    let roles: Vec<&str> =
        messages.as_array().into_iter().flatten().filter_map(|message| message["role"].as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
}

#[tokio::test]
async fn nothing_to_say_is_told_and_not_sent() {
    let stage = Stage::new(vec![]).await;
    let stream = adit::engine::Provider::stream(&stage.bedrock, stage::request(MODEL, vec![user(" ")]));
    let heard = stage::hear(stream).await;
    assert_eq!(heard.fault.map(|fault| fault.class), Some(adit::session::FaultClass::Invalid));
    assert_eq!(stage.called(), Vec::<String>::new());
}

#[tokio::test]
async fn without_tools_calls_and_results_are_told_in_words() {
    let stage = Stage::new(vec![]).await;
    let history = vec![
        user("go"),
        assistant(vec![call("a", "read_file", json!({"path": "x"}))]),
        Message::new(Role::User, vec![result("a", "text of x"), words("now a message")]),
    ];
    let body = stage.sent(Request { tools: [].into(), ..stage::request(MODEL, history) }).await;
    assert_eq!(breaches(&body), Vec::<String>::new(), "{body:#}");
    assert_eq!(body.get("toolConfig"), None);
    assert_eq!(body["messages"][1]["content"][0]["text"], r#"[called read_file with {"path":"x"}]"#);
    assert_eq!(body["messages"][2]["content"][0]["text"], "[result: text of x]");
}

#[tokio::test]
async fn cache_points_stand_after_tools_system_and_the_last_two_user_messages() {
    let history = || {
        vec![
            user("one"),
            assistant(vec![words("a")]),
            user("two"),
            assistant(vec![call("a", "read_file", json!({}))]),
            Message::new(Role::User, vec![result("a", "text")]),
        ]
    };
    for (cache, point) in [
        (CacheTtl::FiveMinutes, Some(json!({"cachePoint": {"type": "default"}}))),
        (CacheTtl::OneHour, Some(json!({"cachePoint": {"type": "default", "ttl": "1h"}}))),
        (CacheTtl::Off, None),
    ] {
        let stage = Stage::with(&Config { cache, ..Config::default() }, stage::patient(), vec![]).await;
        let body = stage.sent(stage::request(MODEL, history())).await;
        assert_eq!(breaches(&body), Vec::<String>::new(), "{body:#}");
        let last = |list: &Value| list.as_array().and_then(|list| list.last()).cloned();
        let at = |index: usize| last(&body["messages"][index]["content"]);
        let ends = [last(&body["toolConfig"]["tools"]), last(&body["system"]), at(2), at(4)];
        let count = body.to_string().matches("cachePoint").count();
        match point {
            Some(point) => {
                assert_eq!(ends, [Some(point.clone()), Some(point.clone()), Some(point.clone()), Some(point)]);
                assert_eq!(count, 4);
            }
            None => assert_eq!(count, 0),
        }
    }
}

#[tokio::test]
async fn reasoning_and_limits_follow_the_table() {
    let adaptive = json!({"thinking": {"type": "adaptive", "display": "summarized"}});
    let rows = [
        ("us.anthropic.claude-sonnet-5-5", adaptive.clone(), 32_000, true),
        ("us.anthropic.claude-sonnet-5", adaptive, 32_000, true),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", Value::Null, 32_000, true),
        ("us.amazon.nova-pro-v1:0", Value::Null, 8_192, false),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/x", Value::Null, 8_192, true),
    ];
    let stage = Stage::new(vec![]).await;
    for (model, thinking, limit, caches) in rows {
        let body = stage.sent(stage::request(model, vec![user("hello")])).await;
        assert_eq!(body["additionalModelRequestFields"], thinking, "{model}");
        assert_eq!(body["inferenceConfig"], json!({"maxTokens": limit}), "{model}");
        assert_eq!(body.to_string().contains("cachePoint"), caches, "{model}");
    }
    let asked = Request { max_tokens: Some(1_000_000), ..stage::request(MODEL, vec![user("hello")]) };
    assert_eq!(stage.sent(asked).await["inferenceConfig"]["maxTokens"], 128_000);
}

#[tokio::test]
async fn the_same_request_is_the_same_bytes_in_every_process() {
    let input = json!({"z": 1, "a": {"y": [1.5, -2, true, null], "b": "\u{1F600}\u{7}\""}, "m": 18_446_744_073_709_551_615_u64});
    let history = vec![user("go"), assistant(vec![call("a", "read_file", input)])];
    let mut bodies = Vec::new();
    for _ in 0..3 {
        let stage = Stage::new(vec![]).await;
        for _ in 0..3 {
            stage.sent(stage::request(MODEL, history.clone())).await;
        }
        bodies.extend(
            stage.endpoint.requests().iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()),
        );
    }
    assert!(bodies.iter().all(|body| body == &bodies[0]), "{bodies:#?}");
    let schema = r#""properties":{"path":{"type":"string"},"new":{"type":"string"},"all":{"type":"boolean"}}"#;
    assert!(bodies[0].contains(schema), "{}", bodies[0]);
    assert!(
        bodies[0].contains(r#""input":{"a":{"b":"😀\u0007\"","y":[1.5,-2,true,null]},"m":18446744073709551615,"z":1}"#)
    );
}

#[tokio::test]
async fn a_longer_history_begins_with_the_bytes_of_the_shorter_one() {
    let config = Config { cache: CacheTtl::Off, ..Config::default() };
    let stage = Stage::with(&config, stage::patient(), vec![]).await;
    let mut history = Vec::new();
    let mut before = String::new();
    for step in 0..6 {
        history.push(match step % 2 {
            0 if step > 0 => Message::new(Role::User, vec![result("same", "done"), words("and")]),
            0 => user("begin"),
            _ => assistant(vec![reasoning("hm"), words("so"), call("same", "read_file", json!({"path": step}))]),
        });
        if step % 2 == 0 {
            let messages = stage.sent(stage::request(MODEL, history.clone())).await["messages"].to_string();
            let shorter = before.trim_end_matches(']');
            assert!(messages.starts_with(shorter), "{shorter}\n{messages}");
            before = messages;
        }
    }
}

fn any_block() -> impl Strategy<Value = Block> {
    let id = prop_oneof![Just("a"), Just("b"), Just("ü"), Just(""), Just("a_"), Just("a-2")];
    let text = prop_oneof![Just(""), Just(" \n"), Just("words"), Just("\u{1b}[2J\u{0}")];
    let long = "x".repeat(100);
    prop_oneof![
        text.clone().prop_map(words),
        (id.clone(), text.clone(), any::<bool>()).prop_map(|(id, text, is_error)| Block::ToolResult {
            id: ToolCallId(id.to_owned()),
            output: ToolOutput { text: text.to_owned(), is_error },
        }),
        (id, prop_oneof![Just("read_file".to_owned()), Just(String::new()), Just(long)]).prop_map(|(id, name)| call(
            id,
            &name,
            json!({"k": id})
        )),
        (text, any::<bool>()).prop_map(|(text, is_signed)| Block::Reasoning {
            text: text.to_owned(),
            signature: is_signed.then(|| "signed".to_owned()),
            redacted: None,
        }),
    ]
}

fn any_history() -> impl Strategy<Value = Vec<Message>> {
    let role = prop_oneof![Just(Role::User), Just(Role::Assistant)];
    let message =
        (role, prop::collection::vec(any_block(), 0..6)).prop_map(|(role, blocks)| Message::new(role, blocks));
    prop::collection::vec(message, 0..10)
}

#[test]
fn whatever_the_history_the_request_is_valid() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let stage = runtime.block_on(Stage::new(vec![]));
    let mut runner = proptest::test_runner::TestRunner::new(proptest::test_runner::Config {
        cases: 256,
        failure_persistence: None,
        ..Default::default()
    });
    let outcome = runner.run(&(any_history(), any::<bool>()), |(history, has_tools)| {
        let mut request = stage::request(MODEL, history);
        request.messages.push(user("and now?"));
        if !has_tools {
            request.tools = [].into();
        }
        let body = runtime.block_on(stage.sent(request));
        let breaches = breaches(&body);
        prop_assert!(breaches.is_empty(), "{breaches:?} in {body:#}");
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
