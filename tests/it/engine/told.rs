//! What the user and the model are told: repositories, ignored files, trailers, files that changed, decisions once.

use std::sync::Arc;

use adit::engine::{CommitFault, Delta};
use adit::review::{Decision, Pick};
use adit::session::{Block, Entry, EventKind, Fault, FaultClass, Op, TurnOutcome};
use serde_json::json;

use super::bench::{Bench, TEXT};
use crate::fakes::{Answer, MemoryFiles, MemoryRepository, ScriptedProvider, calls, path, says};

fn edit(old: &str, new: &str) -> (&'static str, &'static str, serde_json::Value) {
    ("e", "edit_file", json!({"path": "a.txt", "edits": [{"old_text": old, "new_text": new}]}))
}

fn read() -> Answer {
    calls(&[("r", "read_file", json!({"path": "a.txt"}))])
}

async fn first_notice(repository: MemoryRepository) -> (String, Option<String>) {
    let mut bench = Bench::with(MemoryFiles::with(&[]), ScriptedProvider::new([]), Vec::new(), |parts| {
        parts.repository = Arc::new(repository);
    })
    .await;
    let known = bench.state.entries.iter().find_map(|entry| match entry.as_ref() {
        Entry::Notice { text, hint, .. } => Some((text.clone(), hint.clone())),
        _ => None,
    });
    if let Some(known) = known {
        return known;
    }
    match bench.until(|event| matches!(event, EventKind::Notice { .. })).await {
        EventKind::Notice { text, hint, .. } => (text, hint),
        _ => unreachable!(),
    }
}

#[tokio::test]
async fn a_session_without_a_usable_repository_begins_with_the_reason() {
    let (text, hint) = first_notice(MemoryRepository { is_missing: true, ..MemoryRepository::default() }).await;
    assert_eq!(text, "there is no git repository here, so commits are off");
    assert!(hint.unwrap().contains("git init"));
    let fault = CommitFault { message: "another user owns it".to_owned(), hint: Some("Take it over.".to_owned()) };
    let repository = MemoryRepository { is_missing: true, trouble: Some(fault), ..MemoryRepository::default() };
    let (text, hint) = first_notice(repository).await;
    assert_eq!(text, "another user owns it, so commits are off");
    assert_eq!(hint.as_deref(), Some("Take it over."));
}

#[tokio::test]
async fn a_commit_names_what_git_ignores() {
    let write = |name: &str| ("w", "write_file", json!({"path": name, "content": "new\n"}));
    let (one, two) = (calls(&[write("a.txt")]), calls(&[write("x.log")]));
    let mut bench = Bench::new(&[], [one, two, says("done")]).await;
    bench.repository.ignores.lock().unwrap().push(path("x.log"));
    bench.ask("go").await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    bench.send(Op::Commit { message: "feat: go".to_owned() }).await;
    let notice = bench.until(|event| matches!(event, EventKind::Notice { .. } | EventKind::Committed { .. })).await;
    assert!(matches!(&notice, EventKind::Notice { text, .. } if text.starts_with("git ignores x.log:")), "{notice:?}");
    bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
    assert_eq!(bench.state.review.files().count(), 0);
}

#[tokio::test]
async fn a_trailer_joins_others_stands_once_and_is_one_line() {
    let rows = [
        ("Assisted-by: {model}", "feat: x", "feat: x\n\nAssisted-by: test.sonnet\n"),
        ("Assisted-by: {model}", "feat: x\n\nWhy.\n", "feat: x\n\nWhy.\n\nAssisted-by: test.sonnet\n"),
        (
            "Assisted-by: {model}",
            "feat: x\n\nSigned-off-by: Me <me@example.org>",
            "feat: x\n\nSigned-off-by: Me <me@example.org>\nAssisted-by: test.sonnet\n",
        ),
        ("Assisted-by: {model}", "feat: x\n\nAssisted-by: test.sonnet", "feat: x\n\nAssisted-by: test.sonnet\n"),
        ("A: b\nSigned-off-by: Someone Else", "feat: x", "feat: x\n\nA: b\n"),
        ("", "feat: x", "feat: x\n"),
    ];
    for (trailer, message, expected) in rows {
        let write = calls(&[("w", "write_file", json!({"path": "a.txt", "content": "new\n"}))]);
        let provider = ScriptedProvider::new([write, says("done")]);
        let mut bench = Bench::with(MemoryFiles::with(&[]), provider, Vec::new(), |parts| {
            parts.policy.trailer = trailer.to_owned();
        })
        .await;
        bench.ask("go").await;
        bench.decide(Pick::Everything, Decision::Accepted, None).await;
        bench.send(Op::Commit { message: message.to_owned() }).await;
        bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
        assert_eq!(bench.repository.commits.lock().unwrap()[0].message, expected);
    }
}

#[tokio::test]
async fn a_commit_right_after_a_reopened_session_names_the_model_that_answered() {
    let write = calls(&[("w", "write_file", json!({"path": "a.txt", "content": "new\n"}))]);
    let mut bench = Bench::new(&[], [write, says("done")]).await;
    bench.ask("go").await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    let files = bench.files.clone();
    let past = bench.end().await;
    let provider = ScriptedProvider { knows_aliases_only: true, ..ScriptedProvider::default() };
    let mut bench = Bench::resume(files, provider, past).await;
    assert_eq!(bench.state.model.id, "sonnet");
    bench.send(Op::Commit { message: "feat: x".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
    let message = bench.repository.commits.lock().unwrap()[0].message.clone();
    assert_eq!(message, "feat: x\n\nAssisted-by: adit (test.sonnet)\n");
}

/// Returns what the last tool call gave.
fn last_output(bench: &Bench) -> String {
    let blocks = bench.state.conversation.iter().flat_map(|message| message.blocks.iter());
    let mut outputs = blocks.rev().filter_map(|block| match block {
        Block::ToolResult { output, .. } => Some(output.text.clone()),
        _ => None,
    });
    outputs.next().unwrap()
}

#[tokio::test]
async fn an_edit_of_a_file_that_was_not_read_or_has_changed_tells_the_model() {
    let mut bench = Bench::new(&[("a.txt", TEXT)], [calls(&[edit("two", "TWO")]), says("oh")]).await;
    bench.ask("go").await;
    assert_eq!(last_output(&bench), "read a.txt first. Nothing in this call was applied.");

    bench.provider.answers.lock().unwrap().extend([read(), says("read")]);
    bench.ask("read").await;
    bench.files.put("a.txt", &TEXT.replace("five", "5"));
    bench.provider.answers.lock().unwrap().extend([calls(&[edit("five", "FIVE")]), says("oh")]);
    bench.ask("edit").await;
    let told = last_output(&bench);
    assert!(
        told.contains("no match for") && told.contains("a.txt changed on disk since you read it; line 5 is now:\n5"),
        "{told}"
    );

    bench.provider.answers.lock().unwrap().extend([calls(&[edit("two", "TWO")]), says("done")]);
    bench.ask("edit").await;
    let told = last_output(&bench);
    assert!(told.starts_with("Edited a.txt.") && told.contains("line 5 is now:\n5"), "{told}");
    assert_eq!(bench.pending(), 1);

    let write = || calls(&[("w", "write_file", json!({"path": "a.txt", "content": "all new\n"}))]);
    bench.decide(Pick::Everything, Decision::Rejected, None).await;
    bench.files.put("a.txt", &TEXT.replace("nine", "9"));
    bench.provider.answers.lock().unwrap().extend([write(), says("oh")]);
    bench.ask("write").await;
    let told = last_output(&bench);
    assert!(told.contains("changed on disk since you read it") && told.ends_with("Nothing was applied."), "{told}");
    assert_eq!(bench.pending(), 0);
}

fn times(bench: &Bench, words: &str) -> usize {
    let last = bench.provider.requests.lock().unwrap().last().unwrap().clone();
    format!("{:?}", last.messages).matches(words).count()
}

#[tokio::test]
async fn a_decision_is_told_once_also_when_turns_fail_and_are_sent_again() {
    let fails = || Answer::Fail(Vec::new(), Fault::new(FaultClass::Network, "gone"));
    let half = vec![Delta::Text { block: 0, text: "I beg".to_owned() }];
    let answers = [
        read(),
        calls(&[
            edit("two\n", "TWO\n"),
            ("f", "edit_file", json!({"path": "a.txt", "old_text": "eight\n", "new_text": "EIGHT\n"})),
        ]),
        says("done"),
    ];
    let mut bench = Bench::new(&[("a.txt", TEXT)], answers).await;
    bench.ask("shout").await;
    bench.decide(bench.runs("a.txt", &[0]), Decision::Rejected, Some("not two")).await;

    bench.provider.answers.lock().unwrap().push_back(fails());
    bench.ask("go on").await;
    assert_eq!((times(&bench, "not two"), times(&bench, "go on")), (1, 1));
    assert!(matches!(bench.state.last_outcome, Some(TurnOutcome::Failed(_))));

    bench.decide(bench.runs("a.txt", &[0]), Decision::Rejected, Some("not eight")).await;
    bench.provider.answers.lock().unwrap().push_back(Answer::Fail(half, Fault::new(FaultClass::Truncated, "cut")));
    bench.send(Op::Retry).await;
    bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert_eq!((times(&bench, "not two"), times(&bench, "not eight"), times(&bench, "go on")), (1, 1, 1));

    bench.provider.answers.lock().unwrap().push_back(says("well"));
    bench.send(Op::Retry).await;
    bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert_eq!((times(&bench, "not two"), times(&bench, "not eight"), times(&bench, "go on")), (1, 1, 1));
    assert!(bench.state.review.feedback().is_empty());
    assert!(matches!(bench.state.last_outcome, Some(TurnOutcome::Done)));
}

#[tokio::test]
async fn lines_of_a_file_are_shown_when_the_prompt_names_them() {
    let mut bench = Bench::new(&[("a.txt", TEXT)], [says("ok")]).await;
    bench.ask("Look at @a.txt:3-4, please, and at @a.txt:9.").await;
    let told = format!("{:?}", bench.provider.requests.lock().unwrap()[0]);
    let lines = r"Lines 3 to 4 of a.txt, as they stand now (pending edits included):\n<lines>\nthree\nfour\n</lines>";
    assert!(told.contains(lines), "{told}");
    assert!(told.contains(r"Lines 9 to 9 of a.txt"), "{told}");
    assert!(!told.contains("seven"), "{told}");
}
