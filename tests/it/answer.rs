//! An answer put together from the pieces of its stream.

use adit::session::{Answer, Block, StopReason, ToolCall, ToolCallId};
use serde_json::{Value, json};

/// Sends one tool call with these pieces of input and returns what became of it.
fn call(pieces: &[&str], is_closed: bool, stop: Option<StopReason>) -> (Vec<Block>, Vec<String>) {
    let mut answer = Answer::new();
    answer.tool_started(0, ToolCallId("t".to_owned()), "edit_file".to_owned());
    for piece in pieces {
        answer.tool_input(0, piece);
    }
    if is_closed {
        answer.block_stopped(0);
    }
    if let Some(stop) = stop {
        answer.stopped(stop);
    }
    let (message, incomplete) = answer.finish();
    let blocks = message.map(|message| message.blocks.to_vec()).unwrap_or_default();
    (blocks, incomplete.into_iter().map(|call| call.reason).collect())
}

fn whole(input: Value) -> (Vec<Block>, Vec<String>) {
    let call = ToolCall { id: ToolCallId("t".to_owned()), name: "edit_file".to_owned(), input };
    (vec![Block::ToolUse(call)], Vec::new())
}

#[test]
fn a_complete_input_is_a_call() {
    assert_eq!(call(&["", "{\"a\"", ":1}"], true, None), whole(json!({"a": 1})));
    assert_eq!(call(&[""], true, None), whole(json!({})));
    assert_eq!(call(&[], true, None), whole(json!({})));
    assert_eq!(call(&["[1,", "2]"], true, None), whole(json!([1, 2])));
    assert_eq!(call(&["{}"], false, Some(StopReason::ToolUse)), whole(json!({})));
}

#[test]
fn an_incomplete_input_is_a_note_and_never_a_call() {
    let deep = "[".repeat(500);
    let rows: [(&[&str], bool, Option<StopReason>, &str); 5] = [
        (&["{\"a\": \"half"], true, Some(StopReason::MaxTokens), "its input was cut off"),
        (&["{\"a\": 1}"], false, Some(StopReason::MaxTokens), "its input was cut off"),
        (&[], false, None, "its input was cut off"),
        (&["{\"a\": 1} and more"], true, None, "its input is not JSON"),
        (&["{\"a\": ", &deep], true, None, "its input is not JSON"),
    ];
    for (pieces, is_closed, stop, reason) in rows {
        let (blocks, reasons) = call(pieces, is_closed, stop);
        assert!(reasons.len() == 1 && reasons[0].starts_with(reason), "{pieces:?}: {reasons:?}");
        assert!(
            matches!(blocks.as_slice(), [Block::Text { text }] if text.contains("edit_file was not run")),
            "{blocks:?}"
        );
    }
}

#[test]
fn blocks_stand_in_their_order_and_empty_ones_are_left_out() {
    let mut answer = Answer::new();
    answer.text(3, "three");
    answer.text(1, " ");
    answer.signature(0, "sig");
    answer.signature(0, "ned");
    answer.redacted(2, "AA==");
    answer.redacted(2, "AQI=");
    let (message, incomplete) = answer.finish();
    let blocks = message.map(|message| message.blocks.to_vec()).unwrap_or_default();
    let reasoning = |signature: Option<&str>, redacted: Option<&str>| Block::Reasoning {
        text: String::new(),
        signature: signature.map(str::to_owned),
        redacted: redacted.map(str::to_owned),
    };
    let expected =
        vec![reasoning(Some("signed"), None), reasoning(None, Some("AAEC")), Block::Text { text: "three".to_owned() }];
    assert_eq!((blocks, incomplete), (expected, Vec::new()));
    assert_eq!(Answer::new().finish(), (None, Vec::new()));
}
