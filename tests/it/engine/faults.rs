//! Stops, faults, full disks and other writers: what stands, and what can be done next.

use adit::engine::Delta;
use adit::review::{Decision, Pick, Resolution};
use adit::session::{Block, Entry, EventKind, Fault, FaultClass, Op, Role, StopReason, TurnOutcome, Usage};
use serde_json::json;

use super::bench::{Bench, TEXT};
use crate::fakes::{Answer, call_deltas, calls, path, says};

fn said(text: &str) -> Delta {
    Delta::Text { block: 0, text: text.to_owned() }
}

/// Every tool use in the conversation has exactly one result, in the next message.
fn assert_valid(bench: &Bench) {
    let messages = &bench.state.conversation;
    for (index, message) in messages.iter().enumerate() {
        for block in message.blocks.iter() {
            let Block::ToolUse(call) = block else { continue };
            let results = messages[index + 1]
                .blocks
                .iter()
                .filter(|block| matches!(block, Block::ToolResult { id, .. } if *id == call.id));
            assert_eq!(results.count(), 1, "{call:?} in {messages:#?}");
        }
    }
}

#[tokio::test]
async fn a_stop_keeps_what_was_said_and_the_next_prompt_works() {
    let half = json!({"path": "a.txt", "old_text": "two", "new_text": "TWO"}).to_string();
    let mut deltas = vec![said("I begin "), Delta::BlockStopped { block: 0 }];
    let id = adit::session::ToolCallId("t1".to_owned());
    deltas.push(Delta::ToolStarted { block: 1, id, name: "edit_file".to_owned() });
    deltas.push(Delta::ToolInput { block: 1, json: half[..half.len() / 2].to_owned() });
    let mut bench = Bench::new(&[("a.txt", TEXT)], [Answer::Hang(deltas), says("Here I am.")]).await;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::ToolInputDelta { .. })).await;
    bench.send(Op::Cancel).await;
    let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Cancelled, .. }), "{end:?}");
    assert!(
        bench
            .state
            .entries
            .iter()
            .any(|entry| matches!(entry.as_ref(), Entry::Text { text, .. } if text == "I begin "))
    );
    assert_eq!(bench.pending(), 0, "nothing half-edited is pending");
    bench.ask("and now?").await;
    assert_valid(&bench);
    let roles: Vec<Role> = bench.provider.request(1).messages.iter().map(|message| message.role).collect();
    assert_eq!(roles.last(), Some(&Role::User));
}

#[tokio::test]
async fn a_stop_before_the_tools_run_answers_each_tool_use() {
    let mut deltas = call_deltas(&[
        ("t1", "read_file", json!({"path": "a.txt"})),
        ("t2", "write_file", json!({"path": "b.txt", "content": "b\n"})),
    ]);
    // The stream never says that it stopped, so no tool runs.
    deltas.push(said("…"));
    let mut bench = Bench::new(&[("a.txt", TEXT)], [Answer::Hang(deltas), says("ok")]).await;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::TextDelta { .. })).await;
    bench.send(Op::Cancel).await;
    bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert_eq!(bench.pending(), 0);
    bench.ask("again").await;
    assert_valid(&bench);
}

#[tokio::test]
async fn a_fault_keeps_the_prompt_and_it_can_be_sent_again() {
    let fault = Fault::new(FaultClass::Throttled, "too many tokens").with_hint("Wait a minute.");
    let mut bench = Bench::new(&[], [Answer::Fail(vec![said("half")], fault.clone()), says("whole")]).await;
    let end = bench.ask("my long prompt").await;
    assert_eq!(end, EventKind::TurnEnded { turn: bench.state.turn, outcome: TurnOutcome::Failed(fault) });
    assert_eq!(bench.state.last_prompt.as_deref(), Some("my long prompt"));
    bench.send(Op::Retry).await;
    bench.until(|event| matches!(event, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. })).await;
    let sent = bench.provider.request(1).messages;
    let prompts = format!("{sent:?}").matches("my long prompt").count();
    assert_eq!(prompts, 1, "the prompt stands once in the history: {sent:#?}");
}

#[tokio::test]
async fn a_call_cut_at_the_token_limit_is_not_applied_and_the_model_hears_why() {
    let whole = json!({"path": "b.txt", "content": "0123456789"}).to_string();
    let cut = Answer::Stream(vec![
        Delta::ToolStarted { block: 0, id: adit::session::ToolCallId("t1".to_owned()), name: "write_file".to_owned() },
        Delta::ToolInput { block: 0, json: whole[..whole.len() - 6].to_owned() },
        Delta::Stopped(StopReason::MaxTokens),
        Delta::Usage(Usage::default()),
    ]);
    let mut bench = Bench::new(&[], [cut, says("I see.")]).await;
    bench.ask("write").await;
    assert_eq!(bench.pending(), 0);
    assert_valid(&bench);
    let heard = format!("{:?}", bench.provider.request(1).messages.last().unwrap());
    assert!(heard.contains("token limit"), "{heard}");
}

#[tokio::test]
async fn the_same_failing_call_ends_the_turn_after_three_times() {
    let bad = || calls(&[("t1", "read_file", json!({"path": "none.txt"}))]);
    let mut bench = Bench::new(&[], [bad(), bad(), bad(), says("never reached")]).await;
    let end = bench.ask("go").await;
    let EventKind::TurnEnded { outcome: TurnOutcome::Failed(fault), .. } = end else { panic!("{end:?}") };
    assert_eq!(fault.class, FaultClass::Limit);
    assert_eq!(bench.provider.requests.lock().unwrap().len(), 3);
    assert_valid(&bench);
}

#[tokio::test]
async fn hostile_tool_calls_are_answered_and_nothing_is_applied() {
    let answers = [
        calls(&[
            ("t1", "no_such_tool", json!({})),
            ("t2", "write_file", json!({"path": "../out.txt", "content": "x"})),
            ("t3", "write_file", json!({"path": ".git/hooks/pre-commit", "content": "x"})),
            ("t4", "write_file", json!({"path": "/etc/passwd", "content": "x"})),
            ("t5", "edit_file", json!({"path": "a.txt", "old_text": "two", "new_text": "2"})),
            ("t6", "delete_file", json!({"path": "missing.txt"})),
            ("t7", "move_file", json!({"from": "a.txt", "to": "a.txt"})),
            ("t8", "edit_file", json!([1, 2, 3])),
        ]),
        says("I see."),
    ];
    let mut bench = Bench::new(&[("a.txt", TEXT)], answers).await;
    bench.ask("go").await;
    let results = bench.provider.request(1).messages.last().unwrap().blocks.clone();
    for block in results.iter().take(8) {
        let Block::ToolResult { output, id } = block else { panic!("{block:?}") };
        assert!(output.is_error && !output.text.is_empty(), "{id:?}: {output:?}");
    }
    assert_eq!(bench.pending(), 0);
    assert_valid(&bench);
}

async fn with_a_pending_edit() -> Bench {
    Bench::with_two_edits().await
}

#[tokio::test]
async fn a_change_on_disk_elsewhere_is_merged_and_the_decision_still_holds() {
    let mut bench = with_a_pending_edit().await;
    bench.files.put("a.txt", &TEXT.replace("five\n", "five\nfive and a half\n"));
    let answer = bench.decide(bench.runs("a.txt", &[1]), Decision::Accepted, None).await;
    assert!(matches!(answer, EventKind::HunksDecided { .. }), "{answer:?}");
    let expected = TEXT.replace("five\n", "five\nfive and a half\n").replace("eight", "EIGHT");
    assert_eq!(bench.files.text("a.txt").unwrap(), expected);
    assert_eq!(bench.pending(), 1, "the other run is still pending");
}

#[tokio::test]
async fn a_change_on_disk_in_the_same_place_becomes_a_conflict_with_three_texts() {
    let mut bench = with_a_pending_edit().await;
    let yours = TEXT.replace("two\n", "zwei\n");
    bench.files.put("a.txt", &yours);
    let answer = bench.decide(bench.runs("a.txt", &[0]), Decision::Accepted, None).await;
    assert!(matches!(answer, EventKind::Refused { .. }), "{answer:?}");
    assert_eq!(bench.files.text("a.txt").unwrap(), yours, "the other's text stands");
    let conflict = bench.state.review.file(&path("a.txt")).unwrap().conflict.clone().unwrap();
    let text = |side: Option<adit::review::Snapshot>| side.unwrap().text.as_str().unwrap().to_owned();
    assert_eq!(text(conflict.base), TEXT);
    assert_eq!(text(conflict.yours), yours);
    assert_eq!(text(conflict.proposal), TEXT.replace("two", "TWO").replace("eight", "EIGHT"));

    bench.send(Op::Resolve { path: path("a.txt"), resolution: Resolution::Proposal }).await;
    bench.until(|event| matches!(event, EventKind::ConflictResolved { .. })).await;
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    assert_eq!(bench.files.text("a.txt").unwrap(), TEXT.replace("two", "TWO").replace("eight", "EIGHT"));
}

#[tokio::test]
async fn a_failed_write_takes_the_decision_back() {
    let mut bench = with_a_pending_edit().await;
    *bench.files.fails.lock().unwrap() = Some("no space left on device");
    bench.decide(bench.runs("a.txt", &[0]), Decision::Accepted, None).await;
    assert_eq!(bench.files.text("a.txt").unwrap(), TEXT);
    assert_eq!(bench.pending(), 2, "the run is pending again");
    let told =
        bench.state.entries.iter().any(
            |entry| matches!(entry.as_ref(), Entry::Notice { text, .. } if text.contains("no space left on device")),
        );
    assert!(told, "{:?}", bench.state.entries);
    *bench.files.fails.lock().unwrap() = None;
    bench.decide(bench.runs("a.txt", &[0]), Decision::Accepted, None).await;
    assert_eq!(bench.files.text("a.txt").unwrap(), TEXT.replace("two", "TWO"));
}

#[tokio::test]
async fn a_refused_commit_says_why_and_keeps_what_was_accepted() {
    let mut bench = with_a_pending_edit().await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    let fault = adit::engine::CommitFault { message: "a merge is in progress".to_owned(), hint: None };
    *bench.repository.refuses.lock().unwrap() = Some(fault);
    bench.send(Op::Commit { message: "x".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::Refused { reason, .. } if reason.contains("merge"))).await;
    *bench.repository.refuses.lock().unwrap() = None;
    bench.send(Op::Commit { message: "x".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
}
