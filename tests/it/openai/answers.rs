//! Answers as servers send them, however they are cut.

use adit::session::{Block, StopReason, ToolCallId, Usage};
use serde_json::{Value, json};

use super::server::{End, Heard, Reply, ask, delta, events, finish, text, usage};

fn call(index: u32, id: Option<&str>, name: Option<&str>, arguments: &str) -> Value {
    let mut call = json!({"index": index, "type": "function", "function": {"arguments": arguments}});
    if let Some(id) = id {
        call["id"] = id.into();
    }
    if let Some(name) = name {
        call["function"]["name"] = name.into();
    }
    delta(json!({"content": null, "tool_calls": [call]}))
}

/// Text, reasoning and two calls whose inputs interleave.
fn mixed() -> Vec<Value> {
    vec![
        delta(json!({"role": "assistant", "content": ""})),
        delta(json!({"reasoning_content": "Let me "})),
        delta(json!({"reasoning_content": "see."})),
        text("Grüße, "),
        text("世界."),
        call(0, Some("a"), Some("read_file"), ""),
        call(0, None, None, "{\"path\":"),
        call(1, Some("b"), Some("edit_file"), "{\"path\""),
        call(0, None, None, "\"x.rs\"}"),
        call(1, None, None, ":\"ä.rs\"}"),
        finish("tool_calls"),
        usage(1_000, 600, 50),
    ]
}

#[track_caller]
fn check_mixed(heard: &Heard, what: &str) {
    assert_eq!(heard.fault, None, "{what}");
    let (blocks, cut) = heard.blocks();
    assert_eq!(cut, Vec::<String>::new(), "{what}");
    assert_eq!(blocks.len(), 4, "{what}: {blocks:#?}");
    assert!(matches!(&blocks[0], Block::Reasoning { text, .. } if text == "Let me see."), "{what}: {blocks:#?}");
    assert_eq!(heard.text(), "Grüße, 世界.", "{what}");
    let calls = heard.calls();
    assert_eq!((calls[0].name.as_str(), &calls[0].input), ("read_file", &json!({"path": "x.rs"})), "{what}");
    assert_eq!((calls[1].name.as_str(), &calls[1].input), ("edit_file", &json!({"path": "ä.rs"})), "{what}");
    assert_eq!((&calls[0].id, &calls[1].id), (&ToolCallId("a".into()), &ToolCallId("b".into())), "{what}");
    assert_eq!(heard.answer.stop(), Some(&StopReason::ToolUse), "{what}");
    let expected = Usage { input: 400, output: 50, cache_read: 600, cache_write: 0, cache_write_hour: 0 };
    assert_eq!(heard.answer.usage(), expected, "{what}");
}

#[tokio::test]
async fn an_answer_is_the_same_however_it_is_cut_and_written() {
    let plain = events(&mixed()) + "data: [DONE]\n\n";
    let forms = [
        ("plain", plain.clone()),
        ("CRLF", plain.replace('\n', "\r\n")),
        ("CR", plain.replace('\n', "\r")),
        ("comments", format!(": ping\n\n{}", plain.replace("\n\n", "\n: keep-alive\n\n"))),
        ("no blank after the colon", plain.replace("data: ", "data:")),
        ("other fields", plain.replace("data: ", "event: message\nid: 7\ndata: ")),
        ("a byte order mark", format!("\u{feff}{plain}")),
        ("without [DONE]", events(&mixed())),
        ("without the last blank line", events(&mixed()).trim_end().to_owned()),
        ("data over two lines", plain.replace("data: {\"choices\":[],", "data: {\"choices\":[],\ndata: ")),
    ];
    for (name, body) in forms {
        for pieces in [usize::MAX, 1, 7, 64] {
            let (heard, _) = ask(vec![Reply::stream(body.clone()).split(pieces)]).await;
            check_mixed(&heard, &format!("{name}, in pieces of {pieces}"));
        }
    }
}

#[tokio::test]
async fn servers_that_number_calls_in_their_own_way_are_understood() {
    let rows: [(&str, Vec<Value>); 5] = [
        (
            "every call has the index 0",
            vec![call(0, Some("a"), Some("f"), "{\"n\":1}"), call(0, Some("b"), Some("f"), "{\"n\":2}")],
        ),
        (
            "no index at all",
            vec![
                delta(json!({"tool_calls": [
                {"id": "a", "function": {"name": "f", "arguments": "{\"n\":"}}]})),
                delta(json!({"tool_calls": [{"function": {"arguments": "1}"}}]})),
                delta(json!({"tool_calls": [{"id": "b", "function": {"name": "f", "arguments": "{\"n\":2}"}}]})),
            ],
        ),
        (
            "the input is an object",
            vec![delta(json!({"tool_calls": [
                {"index": 0, "id": "a", "function": {"name": "f", "arguments": {"n": 1}}},
                {"index": 1, "id": "b", "function": {"name": "f", "arguments": {"n": 2}}}]}))],
        ),
        (
            "the id is said again with each piece",
            vec![
                call(0, Some("a"), Some("f"), "{\"n\""),
                call(0, Some("a"), None, ":1}"),
                call(1, Some("b"), Some("f"), "{\"n\":2}"),
            ],
        ),
        ("no id", vec![call(0, None, Some("f"), "{\"n\":1}"), call(1, None, Some("f"), "{\"n\":2}")]),
    ];
    for (name, mut chunks) in rows {
        // Some say "stop" although they wait for tools.
        chunks.push(finish("stop"));
        let (heard, _) = ask(vec![Reply::chunks(&chunks)]).await;
        assert_eq!(heard.fault, None, "{name}");
        let calls = heard.calls();
        let inputs: Vec<&Value> = calls.iter().map(|call| &call.input).collect();
        assert_eq!(inputs, [&json!({"n": 1}), &json!({"n": 2})], "{name}: {heard:#?}");
        assert_ne!(calls[0].id, calls[1].id, "{name}");
        assert!(!calls[0].id.0.is_empty() && !calls[1].id.0.is_empty(), "{name}");
        assert_eq!(heard.answer.stop(), Some(&StopReason::ToolUse), "{name}");
    }
}

#[tokio::test]
async fn reasons_to_stop_keep_their_meaning() {
    for (reason, expected) in [
        ("stop", StopReason::EndTurn),
        ("length", StopReason::MaxTokens),
        ("content_filter", StopReason::Refused("content_filter".to_owned())),
        ("weird", StopReason::Other("weird".to_owned())),
    ] {
        let (heard, _) = ask(vec![Reply::chunks(&[text("hi"), finish(reason)])]).await;
        assert_eq!(heard.answer.stop(), Some(&expected), "{reason}");
    }
    // A call that the limit cut is never run; the one before it is.
    let chunks =
        [call(0, Some("a"), Some("f"), "{\"n\":1}"), call(1, Some("b"), Some("g"), "{\"n\":"), finish("length")];
    let (heard, _) = ask(vec![Reply::chunks(&chunks)]).await;
    let (_, cut) = heard.blocks();
    assert_eq!(cut, ["g"]);
    assert_eq!(heard.calls().len(), 1);
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let whole = json!({"choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant",
        "content": [{"type": "text", "text": "I look."}],
        "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"n\":1}"}}]}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5}});
    let (heard, _) = ask(vec![Reply::refuse(200, &whole)]).await;
    assert_eq!(heard.fault, None);
    assert_eq!(heard.text(), "I look.");
    assert_eq!(heard.calls()[0].input, json!({"n": 1}));
    assert_eq!(
        heard.answer.usage(),
        Usage { input: 10, output: 5, cache_read: 0, cache_write: 0, cache_write_hour: 0 }
    );
}

#[tokio::test]
async fn a_complete_answer_outlives_its_connection() {
    for end in [End::Cut, End::Whole] {
        let body = events(&[text("hi"), finish("stop")]);
        let (heard, server) = ask(vec![Reply::stream(body).ended(end)]).await;
        assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "hi"));
        assert_eq!(server.requests().len(), 1);
    }
    // An end that is said, if without a reason, is an end.
    let (heard, _) = ask(vec![Reply::chunks(&[text("hi")])]).await;
    assert_eq!(heard.answer.stop(), Some(&StopReason::EndTurn));
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    use adit::engine::Provider as _;
    use futures::StreamExt as _;
    let server = super::server::Server::start(vec![Reply::stream(events(&[text("hi")])).ended(End::Hang)]).await;
    let provider = super::server::provider(&super::server::endpoint(&server.url()), None);
    let mut stream = provider.stream(super::server::request(vec![super::server::user("hello")]));
    while !matches!(stream.next().await, Some(Ok(adit::engine::Delta::Text { .. }))) {}
    drop(stream);
    let mut left = server.left.clone();
    left.wait_for(|count| *count == 1).await.unwrap();
}

/// Returns the thoughts and the words of an answer that comes in these pieces.
async fn parts(pieces: &[&str]) -> (String, String) {
    let mut chunks: Vec<Value> = pieces.iter().map(|piece| text(piece)).collect();
    chunks.push(finish("stop"));
    let (heard, _) = ask(vec![Reply::chunks(&chunks)]).await;
    assert_eq!(heard.fault, None, "{pieces:?}");
    let (blocks, _) = heard.blocks();
    let thoughts = blocks.iter().filter_map(|block| match block {
        Block::Reasoning { text, signature: None, redacted: None } => Some(text.as_str()),
        _ => None,
    });
    (thoughts.collect(), heard.text())
}

#[tokio::test]
async fn thoughts_in_the_text_are_told_apart() {
    let rows = [
        ("<think>\nhm\n</think>\n\nYes.", "\nhm\n", "Yes."),
        ("\n <thinking>a < b</thinking>Yes. <think>no</think>", "a < b", "Yes. <think>no</think>"),
        ("<think></think>Yes.", "", "Yes."),
        ("<think>never ends", "never ends", ""),
        ("<think>a</thi", "a</thi", ""),
        ("The tag <think> begins a thought.", "", "The tag <think> begins a thought."),
        ("<thin ice", "", "<thin ice"),
        ("<thi", "", "<thi"),
        ("<think>a</think>\n", "a", ""),
        ("<think>a</thinking></think>b", "a</thinking>", "b"),
        ("  indented", "", "  indented"),
        ("<think>ü</think>ö", "ü", "ö"),
        // The server's template has opened them; a tag at the end of its line and outside of code ends them.
        ("hm\n</think>\n\nYes.", "hm\n", "Yes."),
        ("hm</thinking> \nYes.", "hm", "Yes."),
        ("hm</think>", "hm", ""),
        ("hm</think>\r\n", "hm", ""),
        ("</think>\nYes.", "", "Yes."),
        ("a</think>\nb</think>\nc", "a", "b</think>\nc"),
        ("a </think> b", "", "a </think> b"),
        ("It is `</think>`\nthat ends it.", "", "It is `</think>`\nthat ends it."),
        ("Write ` </think>\nas code.`", "", "Write ` </think>\nas code.`"),
        ("```\na</think>\nb\n```\n", "", "```\na</think>\nb\n```\n"),
        ("```\na\n```\nhm</think>\nYes.", "```\na\n```\nhm", "Yes."),
        ("a</thi", "", "a</thi"),
    ];
    for (whole, thoughts, words) in rows {
        let expected = (thoughts.to_owned(), words.to_owned());
        assert_eq!(parts(&[whole]).await, expected, "{whole:?}");
        for at in (1..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
            assert_eq!(parts(&[&whole[..at], &whole[at..]]).await, expected, "{whole:?} at {at}");
        }
        let letters: Vec<String> = whole.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(parts(&letters).await, expected, "{whole:?} letter by letter");
    }
}

#[tokio::test]
async fn what_a_server_told_apart_is_left_as_it_is() {
    let chunks = [delta(json!({"reasoning_content": "hm"})), text("Yes</think>\nno"), finish("stop")];
    let (heard, _) = ask(vec![Reply::chunks(&chunks)]).await;
    assert_eq!(heard.text(), "Yes</think>\nno");
    let chunks =
        [text("I look."), call(0, Some("a"), Some("f"), "{\"n\":1}"), text("\n</think>\n"), finish("tool_calls")];
    let (heard, _) = ask(vec![Reply::chunks(&chunks)]).await;
    assert_eq!(heard.calls().len(), 1, "a call stays a call");
}

#[tokio::test]
async fn odd_figures_void_no_answer() {
    let rows = [
        (json!({"prompt_tokens": 5.0, "completion_tokens": "7"}), (5, 7)),
        (json!({"prompt_tokens": -5, "completion_tokens": 7}), (0, 7)),
        (json!({"prompt_tokens": 5, "completion_tokens": null}), (5, 0)),
        (json!({"prompt_tokens": 5, "completion_tokens": 7, "prompt_tokens_details": [1]}), (5, 7)),
        (json!({"prompt_tokens": 1e300, "completion_tokens": [7]}), (0, 0)),
        (json!("none"), (0, 0)),
        (json!([1, 2]), (0, 0)),
    ];
    for (figures, (input, output)) in rows {
        let last = json!({"choices": [{"index": null, "delta": {}, "finish_reason": "stop"}], "usage": figures});
        let (heard, server) = ask(vec![Reply::chunks(&[text("hi"), last])]).await;
        assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "hi"), "{figures}");
        let used = heard.answer.usage();
        assert_eq!((used.input, used.output), (input, output), "{figures}");
        assert_eq!(server.requests().len(), 1, "{figures}: it is not paid for twice");
    }
}
