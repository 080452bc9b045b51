//! What the conversation looks like.

use adit::path::RelPath;
use adit::review::{Decision, Pick};
use adit::session::{EventKind, Fault, FaultClass, Level, PromptId, ToolCallId, TurnOutcome};
use adit::tui::Action;

use super::{Stage, call, said, started, thought, whole_turn};

#[test]
fn an_empty_conversation_says_what_to_do() {
    let mut stage = Stage::new(60, 8);
    insta::assert_snapshot!(stage.draw());
}

#[test]
fn a_whole_turn() {
    let mut stage = Stage::new(60, 24);
    whole_turn(&mut stage, 1);
    insta::assert_snapshot!(stage.draw());
}

#[test]
fn a_whole_turn_narrow() {
    let mut stage = Stage::new(26, 36);
    whole_turn(&mut stage, 1);
    insta::assert_snapshot!(stage.draw());
}

#[test]
fn an_opened_call_shows_input_and_output() {
    let mut stage = Stage::new(60, 30);
    whole_turn(&mut stage, 1);
    stage.draw();
    stage.act(&[
        Action::ChatTop,
        Action::ChatNext,
        Action::ChatNext,
        Action::ChatNext,
        Action::ChatNext,
        Action::ChatFold,
    ]);
    insta::assert_snapshot!(stage.draw());
}

#[test]
fn a_running_turn_with_partial_input_and_a_queue() {
    let mut stage = Stage::new(60, 16);
    stage.feed(started(1, "Do it"));
    stage.feed([thought("Let me see.\nFirst …"), said("I write the file.")]);
    let id = ToolCallId("t1".to_owned());
    stage.feed([
        EventKind::ToolCallStarted { id: id.clone(), name: "write_file".to_owned() },
        EventKind::ToolInputDelta { id, json: "{\"path\": \"src/new.rs\", \"content\": \"fn ma".to_owned() },
        EventKind::PromptQueued {
            prompt: PromptId(1),
            text: "and then the tests\nall of them".to_owned(),
            images: Vec::new(),
        },
        EventKind::PromptQueued { prompt: PromptId(2), text: "and the docs".to_owned(), images: Vec::new() },
    ]);
    insta::assert_snapshot!(stage.draw());
}

#[test]
fn faults_notices_decisions_and_commits() {
    let mut stage = Stage::new(60, 34);
    stage.feed(started(1, "Do it"));
    let path = RelPath::new("src/a.rs").unwrap();
    stage.feed([
        EventKind::Notice {
            level: Level::Warning,
            text: "hooks are not run: pre-commit".to_owned(),
            hint: Some("Run the hook yourself.".to_owned()),
        },
        EventKind::Refused { reason: "nothing is accepted".to_owned(), hint: None },
    ]);
    let mut fault = Fault::new(FaultClass::Credentials, "cannot sign the request: the token has expired")
        .with_hint("Run `aws sso login --profile dev` and send the prompt again.");
    fault.request_id = Some("0f3c".to_owned());
    stage.feed(super::ended(1, TurnOutcome::Failed(fault)));
    stage.feed(started(2, "Do it again"));
    stage.feed([said("Half an ans")]);
    stage.feed(super::ended(2, TurnOutcome::Cancelled));
    for (decision, pick) in [
        (Decision::Rejected, Pick::Runs { path: path.clone(), runs: vec![1, 2] }),
        (Decision::Pending, Pick::File { path }),
    ] {
        stage.state.entries.push(std::sync::Arc::new(adit::session::Entry::Decided {
            pick,
            decision,
            note: Some("keep the old name".to_owned()),
        }));
    }
    stage.state.entries.push(std::sync::Arc::new(adit::session::Entry::Committed {
        id: "0123456789abcdef".to_owned(),
        summary: "parser: borrow the text".to_owned(),
    }));
    insta::assert_snapshot!(stage.draw());
}

#[test]
fn hostile_text_is_shown_not_sent() {
    let mut stage = Stage::new(60, 20);
    stage.feed(started(1, "a\u{1b}[2Jb\u{202e}c\r\nd"));
    stage
        .feed([thought("\u{1b}]0;x\u{7}"), said("t\u{1b}[31m **b\u{200b}** `c\u{9b}`\n\n```s\u{1b}h\n\u{1b}c\n```\n")]);
    stage.feed(call("t\u{1b}", "read\u{1b}_x", serde_json::json!({"path": "\u{1b}[1m\n"}), Some(("\u{1b}", true))));
    let drawn = stage.draw();
    assert!(!drawn.chars().any(|character| character.is_control() && character != '\n'));
    insta::assert_snapshot!(drawn);
}

#[test]
fn a_long_prompt_is_folded() {
    let mut stage = Stage::new(40, 16);
    let prompt: String = (1..=2000).map(|line| format!("line {line}\n")).collect();
    stage.feed(started(1, &prompt));
    insta::assert_snapshot!(stage.draw());
}
