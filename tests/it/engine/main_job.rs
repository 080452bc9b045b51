//! Ask, watch, decide, commit: the way through the engine when all goes well.

use adit::review::{Decision, Pick};
use adit::session::{Block, Entry, EventKind, Op, Role, TurnOutcome};
use serde_json::json;

use super::bench::{Bench, TEXT};
use crate::fakes::{calls, path, says};

fn is_done(event: &EventKind) -> bool {
    matches!(event, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. })
}

/// A turn that reads a file, edits two places of it and makes another.
async fn after_a_turn() -> Bench {
    let (bench, end) = Bench::shouting().await;
    assert!(is_done(&end), "{end:?}");
    bench
}

#[tokio::test]
async fn nothing_reaches_the_disk_before_it_is_accepted() {
    let bench = after_a_turn().await;
    assert_eq!(bench.files.text("a.txt").as_deref(), Some(TEXT));
    assert_eq!(bench.files.text("new.txt"), None);
    assert!(bench.pending() >= 3, "two runs and a new file are pending");
}

#[tokio::test]
async fn what_is_accepted_and_only_that_is_written_and_committed() {
    let mut bench = after_a_turn().await;
    bench.decide(bench.runs("a.txt", &[1]), Decision::Accepted, None).await;
    assert_eq!(bench.files.text("a.txt").unwrap(), TEXT.replace("eight", "EIGHT"));
    bench.decide(bench.runs("a.txt", &[0]), Decision::Rejected, Some("two stays")).await;
    bench.decide(Pick::File { path: path("new.txt") }, Decision::Accepted, None).await;
    assert_eq!(bench.files.text("new.txt").as_deref(), Some("fresh\n"));
    assert_eq!(bench.pending(), 0);

    bench.send(Op::Commit { message: "feat: shout eight".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
    let commits = bench.repository.commits.lock().unwrap().clone();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0].message, "feat: shout eight\n\nAssisted-by: adit (test.sonnet)\n");
    let written: Vec<(String, Option<String>)> = commits[0]
        .files
        .iter()
        .map(|file| {
            let last = file.written.last().unwrap().1.clone();
            (file.path.to_string(), last.map(|snapshot| snapshot.text.as_str().unwrap().to_owned()))
        })
        .collect();
    let expected = [
        ("a.txt".to_owned(), Some(TEXT.replace("eight", "EIGHT"))),
        ("new.txt".to_owned(), Some("fresh\n".to_owned())),
    ];
    assert_eq!(written, expected);
    assert_eq!(bench.state.review.files().count(), 0, "what is committed leaves the review");
}

#[tokio::test]
async fn the_model_hears_what_was_rejected_and_why_and_reads_its_own_pending_text() {
    let mut bench = after_a_turn().await;
    bench.decide(bench.runs("a.txt", &[0]), Decision::Rejected, Some("two stays small")).await;
    bench
        .provider
        .answers
        .lock()
        .unwrap()
        .extend([calls(&[("t9", "read_file", json!({"path": "a.txt"}))]), says("I see.")]);
    bench.ask("go on").await;

    let request = bench.provider.request(3);
    let prompt = request.messages.last().unwrap();
    assert_eq!(prompt.role, Role::User);
    let text: String =
        prompt.blocks.iter().map(|block| if let Block::Text { text } = block { text.as_str() } else { "" }).collect();
    assert!(text.contains("rejected in a.txt") && text.contains("two stays small") && text.contains("go on"), "{text}");

    let read = bench.provider.request(4).messages.last().unwrap().blocks[0].clone();
    let Block::ToolResult { output, .. } = read else { panic!("{read:?}") };
    assert!(
        output.text.contains("EIGHT") && output.text.contains("two") && !output.text.contains("TWO"),
        "{}",
        output.text
    );

    bench.provider.answers.lock().unwrap().push_back(says("Done."));
    bench.ask("more").await;
    let text = format!("{:?}", bench.provider.request(5).messages.last().unwrap());
    assert!(!text.contains("rejected in"), "a decision is told once: {text}");
}

#[tokio::test]
async fn undo_gives_the_very_bytes_back_and_redo_does_it_again() {
    let mut bench = after_a_turn().await;
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    let accepted = bench.files.text("a.txt").unwrap();
    bench.send(Op::Undo).await;
    bench.until(|event| matches!(event, EventKind::Undone { .. })).await;
    bench.settle().await;
    assert_eq!(bench.files.text("a.txt").as_deref(), Some(TEXT));
    bench.send(Op::Redo).await;
    bench.until(|event| matches!(event, EventKind::Redone)).await;
    bench.settle().await;
    assert_eq!(bench.files.text("a.txt").unwrap(), accepted);
}

#[tokio::test]
async fn a_stale_decision_is_refused() {
    let mut bench = after_a_turn().await;
    let revision = bench.state.review.revision();
    bench.decide(bench.runs("a.txt", &[1]), Decision::Accepted, None).await;
    let pick = bench.runs("a.txt", &[0]);
    bench.send(Op::Decide { revision, pick, decision: Decision::Accepted, note: None }).await;
    let answer = bench.until(|event| matches!(event, EventKind::HunksDecided { .. } | EventKind::Refused { .. })).await;
    assert!(matches!(answer, EventKind::Refused { .. }), "{answer:?}");
}

#[tokio::test]
async fn a_drafted_message_comes_from_the_model_and_its_fence_goes() {
    let mut bench = after_a_turn().await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    bench.provider.answers.lock().unwrap().push_back(says("```\nfeat: shout\n```"));
    bench.send(Op::DraftCommit).await;
    let drafted = bench.until(|event| matches!(event, EventKind::CommitDrafted { .. })).await;
    let EventKind::CommitDrafted { message, .. } = drafted else { unreachable!() };
    assert_eq!(message, "feat: shout");
    let request = bench.provider.request(3);
    assert!(request.tools.is_empty());
    assert!(format!("{:?}", request.messages).contains("EIGHT"));
}

#[tokio::test]
async fn prompts_wait_for_the_running_turn() {
    let mut bench = Bench::new(&[], [says("first answer"), says("second answer")]).await;
    bench.send(Op::Prompt { text: "first".to_owned() }).await;
    bench.send(Op::Prompt { text: "second".to_owned() }).await;
    bench.until(is_done).await;
    bench.until(is_done).await;
    let prompts: Vec<String> = bench
        .state
        .entries
        .iter()
        .filter_map(|entry| if let Entry::Prompt { text, .. } = entry.as_ref() { Some(text.clone()) } else { None })
        .collect();
    assert_eq!(prompts, ["first", "second"]);
    assert!(bench.state.queue.is_empty());
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_fold_to_the_same_state() {
    let mut bench = after_a_turn().await;
    bench.decide(bench.runs("a.txt", &[0]), Decision::Accepted, None).await;
    let (entries, revision) = (bench.state.entries.clone(), bench.state.review.revision());
    let events = bench.end().await;
    let numbers: Vec<u64> = events.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    let mut folded = adit::session::SessionState::default();
    for event in &events {
        let line = serde_json::to_string(event).unwrap();
        folded.apply(&serde_json::from_str(&line).unwrap());
    }
    assert_eq!(folded.entries[..entries.len()], entries[..]);
    assert_eq!(folded.review.revision(), revision);
}
