//! Journals that fail, tools that hang or panic, clients that vanish, drafts that overtake each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use adit::engine::{Journal, Tool, ToolOutcome, ToolSpec, WorkspaceView};
use adit::review::{Decision, Pick};
use adit::session::{Entry, Event, EventKind, Level, Op, PromptId, TurnOutcome};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::bench::Bench;
use crate::fakes::{Answer, MemoryFiles, ScriptedProvider, calls, says};

fn is_turn_end(event: &EventKind) -> bool {
    matches!(event, EventKind::TurnEnded { .. })
}

/// A journal on a disk that is full as long as the flag says so.
#[derive(Clone, Default)]
struct FullAtTimes {
    is_full: Arc<AtomicBool>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Journal for FullAtTimes {
    fn append(&mut self, event: &Event) -> std::io::Result<()> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.events.lock().unwrap().push(event.clone());
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        if self.is_full.load(Ordering::SeqCst) { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

#[tokio::test]
async fn a_journal_that_fails_for_a_while_is_told_once_and_has_no_gap_after() {
    let journal = FullAtTimes::default();
    let provider = ScriptedProvider::new([says("one"), says("two"), says("three")]);
    let kept = journal.clone();
    let mut bench =
        Bench::with(MemoryFiles::with(&[]), provider, Vec::new(), |parts| parts.journal = Box::new(kept)).await;
    bench.ask("first").await;
    journal.is_full.store(true, Ordering::SeqCst);
    bench.ask("second").await;
    journal.is_full.store(false, Ordering::SeqCst);
    bench.ask("third").await;
    let notices: Vec<(Level, String)> = bench
        .state
        .entries
        .iter()
        .filter_map(|entry| match entry.as_ref() {
            Entry::Notice { level, text, .. } => Some((*level, text.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[0].0 == Level::Error && notices[0].1.starts_with("cannot write the session's journal"));
    assert!(notices[1].0 == Level::Info && notices[1].1.contains("written again"));
    bench.end().await;
    let numbers: Vec<u64> = journal.events.lock().unwrap().iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "in order, without a gap");
    assert!(matches!(journal.events.lock().unwrap().last().unwrap().kind, EventKind::SessionEnded));
}

#[tokio::test]
async fn events_reach_clients_in_order_while_the_journal_fails() {
    let journal = FullAtTimes::default();
    journal.is_full.store(true, Ordering::SeqCst);
    let provider = ScriptedProvider::new([says("one")]);
    let bench =
        Bench::with(MemoryFiles::with(&[]), provider, Vec::new(), |parts| parts.journal = Box::new(journal)).await;
    let mut whole = bench.handle.subscribe_from_start().await.unwrap();
    bench.send(Op::Prompt { text: "first".to_owned() }).await;
    bench.send(Op::Shutdown).await;
    let mut numbers = Vec::new();
    while let Some(event) = whole.events.recv().await {
        numbers.push(event.seq.0);
    }
    assert_eq!(whole.state.seq.0, 0, "from the start");
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
}

/// A tool that hangs, or panics.
struct BadTool {
    panics: bool,
}

#[async_trait]
impl Tool for BadTool {
    fn spec(&self) -> ToolSpec {
        ToolSpec { name: "bad".to_owned(), description: "bad".to_owned(), schema: json!({}) }
    }

    async fn call(&self, _input: Value, _view: WorkspaceView) -> ToolOutcome {
        assert!(!self.panics, "the tool panics");
        std::future::pending().await
    }
}

async fn with_bad_tool(panics: bool) -> Bench {
    let answers = [calls(&[("t1", "bad", json!({})), ("t2", "list_files", json!({}))]), says("here again")];
    let files = MemoryFiles::with(&[("a.txt", "a\n")]);
    Bench::with(files, ScriptedProvider::new(answers), Vec::new(), |parts| {
        parts.tools.push(Arc::new(BadTool { panics }));
    })
    .await
}

#[tokio::test]
async fn a_stop_while_a_tool_hangs_answers_every_call() {
    let mut bench = with_bad_tool(false).await;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::ToolCalled { .. })).await;
    bench.send(Op::Cancel).await;
    let sent = bench.until(|event| matches!(event, EventKind::ResultsSent { .. })).await;
    let EventKind::ResultsSent { message } = sent else { unreachable!() };
    assert_eq!(message.blocks.len(), 2);
    let end = bench.until(is_turn_end).await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Cancelled, .. }), "{end:?}");
    bench.ask("again").await;
    assert!(matches!(bench.state.last_outcome, Some(TurnOutcome::Done)));
}

#[tokio::test]
async fn a_turn_whose_task_panics_is_ended_and_the_next_one_works() {
    let mut bench = with_bad_tool(true).await;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    let end = bench.until(is_turn_end).await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Failed(_), .. }), "{end:?}");
    bench.ask("again").await;
    assert!(matches!(bench.state.last_outcome, Some(TurnOutcome::Done)));
    bench.end().await;
}

#[tokio::test]
async fn an_engine_that_every_client_left_stops_its_turn_and_ends() {
    let hanging = Answer::Hang(vec![adit::engine::Delta::Text { block: 0, text: "I think ".to_owned() }]);
    let mut bench = Bench::new(&[], [hanging]).await;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::TextDelta { .. })).await;
    let events = bench.abandon().await;
    assert!(matches!(events.last().unwrap().kind, EventKind::SessionEnded));
    assert!(events.iter().any(|event| is_turn_end(&event.kind)));
}

#[tokio::test]
async fn a_newer_draft_takes_the_place_of_the_one_that_is_being_written() {
    let write = calls(&[("t1", "write_file", json!({"path": "new.txt", "content": "new\n"}))]);
    let mut bench = Bench::new(&[], [write, says("done"), Answer::Hang(Vec::new()), says("feat: newer")]).await;
    bench.send(Op::DraftCommit).await;
    bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    bench.ask("go").await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    bench.send(Op::DraftCommit).await;
    // The first draft's request is sent before the second one is asked for.
    while bench.provider.requests.lock().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    bench.send(Op::DraftCommit).await;
    let drafted = bench.until(|event| matches!(event, EventKind::CommitDrafted { .. })).await;
    assert!(matches!(drafted, EventKind::CommitDrafted { message, .. } if message == "feat: newer"));
    let events = bench.end().await;
    assert_eq!(events.iter().filter(|event| matches!(event.kind, EventKind::CommitDrafted { .. })).count(), 1);
}

#[tokio::test]
async fn what_waits_after_a_stop_goes_first_and_can_be_taken_back_only_while_it_waits() {
    let hanging = Answer::Hang(vec![adit::engine::Delta::Text { block: 0, text: "I think ".to_owned() }]);
    let mut bench = Bench::new(&[], [hanging, says("second"), says("fourth")]).await;
    bench.send(Op::Prompt { text: "first".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::TextDelta { .. })).await;
    for text in ["second", "third"] {
        bench.send(Op::Prompt { text: text.to_owned() }).await;
    }
    bench.send(Op::Cancel).await;
    bench.until(is_turn_end).await;
    assert_eq!(bench.state.queue.len(), 2, "a halt is a halt");
    let third = bench.state.queue[1].id;
    bench.send(Op::Unqueue { prompt: third }).await;
    bench.send(Op::Prompt { text: "fourth".to_owned() }).await;
    bench.until(is_turn_end).await;
    bench.until(is_turn_end).await;
    let prompts: Vec<String> = bench
        .state
        .entries
        .iter()
        .filter_map(|entry| match entry.as_ref() {
            Entry::Prompt { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(prompts, ["first", "second", "fourth"]);
    bench.send(Op::Unqueue { prompt: PromptId(77) }).await;
    bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    assert!(
        !bench
            .end()
            .await
            .iter()
            .any(|event| matches!(event.kind, EventKind::PromptUnqueued { prompt } if prompt == PromptId(77)))
    );
}
