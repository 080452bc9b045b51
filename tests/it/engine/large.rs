//! Large files: compared once for everyone, off the fold, and taken as a whole when the user gives it up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use adit::engine::Journal;
use adit::review::{Decision, Pick, Resolution, Unit};
use adit::session::{Event, EventKind, Op, SessionState, TurnOutcome};
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{Answer, MemoryFiles, MemoryJournal, ScriptedProvider, calls, path, says};

/// Enough for texts that take long, and few enough for the model's context.
const LINES: usize = 10_000;

fn text(change: impl Fn(usize) -> bool, word: &str) -> String {
    let line = |number| format!("{} number {number}\n", if change(number) { word } else { "a line with the" });
    (0..LINES).map(line).collect()
}

fn before() -> String {
    text(|_| false, "")
}

fn after() -> String {
    text(|number| number % 2 == 1, "another line, with the")
}

fn answers() -> Vec<Answer> {
    vec![
        calls(&[("t1", "read_file", json!({"path": "big.txt", "limit": 5}))]),
        calls(&[("t2", "write_file", json!({"path": "big.txt", "content": after()}))]),
        says("Every second line is changed."),
    ]
}

/// A journal that stops at the start of a comparison until it may go on, so that a test can give the comparison up.
struct HoldingJournal {
    events: MemoryJournal,
    holds: Arc<AtomicBool>,
    begun: tokio::sync::mpsc::UnboundedSender<()>,
    may_go_on: Mutex<mpsc::Receiver<()>>,
}

impl Journal for HoldingJournal {
    fn append(&mut self, event: &Event) -> std::io::Result<()> {
        self.events.append(event)?;
        if matches!(event.kind, EventKind::ComparisonStarted { .. }) && self.holds.load(Ordering::SeqCst) {
            self.begun.send(()).unwrap();
            self.may_go_on.lock().unwrap().recv().unwrap();
        }
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A bench whose comparisons can be given up for sure, while they run.
struct Held {
    bench: Bench,
    holds: Arc<AtomicBool>,
    begun: tokio::sync::mpsc::UnboundedReceiver<()>,
    go_on: mpsc::Sender<()>,
}

impl Held {
    async fn new(holds: bool) -> Self {
        let (told, begun) = tokio::sync::mpsc::unbounded_channel();
        let (go_on, may_go_on) = mpsc::channel();
        let holds = Arc::new(AtomicBool::new(holds));
        let files = MemoryFiles::with(&[("big.txt", &before())]);
        let mut events = MemoryJournal::default();
        let journal_holds = Arc::clone(&holds);
        let mut bench = Bench::with(files, ScriptedProvider::new(answers()), Vec::new(), |parts| {
            let journal = HoldingJournal {
                events: events.clone(),
                holds: journal_holds,
                begun: told,
                may_go_on: Mutex::new(may_go_on),
            };
            parts.journal = Box::new(journal);
        })
        .await;
        std::mem::swap(&mut bench.journal, &mut events);
        Self { bench, holds, begun, go_on }
    }

    /// Asks for something that compares, and gives the comparison up.
    async fn give_up(&mut self, op: Op) {
        self.holds.store(true, Ordering::SeqCst);
        self.bench.send(op).await;
        self.begun.recv().await.unwrap();
        self.bench.send(Op::Cancel).await;
        self.holds.store(false, Ordering::SeqCst);
        self.go_on.send(()).unwrap();
    }

    fn units(&self) -> Vec<Unit> {
        self.bench.state.review.file(&path("big.txt")).unwrap().diff.units.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_large_file_has_between_its_texts_is_worked_out_once_for_everyone() {
    let files = MemoryFiles::with(&[("big.txt", &before())]);
    let mut bench = Bench::resume(files, ScriptedProvider::new(answers()), Vec::new()).await;
    bench.ask("change every second line").await;
    let events = bench.journal.0.lock().unwrap().clone();
    let at = events.iter().position(|event| matches!(event.kind, EventKind::ProposalRevised { .. })).unwrap();
    assert_eq!(events[at - 1].kind, EventKind::ComparisonStarted { path: path("big.txt") });
    assert_eq!(bench.pending(), LINES / 2);
    let computed = bench.state.review.comparisons().computed();
    assert_eq!(computed, 1, "the engine's rehearsal, its fold and this one have one memo");

    bench.decide(bench.runs("big.txt", &[7]), Decision::Accepted, None).await;
    bench.decide(bench.runs("big.txt", &[9, 4_000]), Decision::Rejected, None).await;
    for (op, count) in [(Op::Undo, 1), (Op::Undo, 0), (Op::Redo, 1), (Op::Redo, 3)] {
        bench.send(op).await;
        bench.until(|event| matches!(event, EventKind::Undone { .. } | EventKind::Redone)).await;
        bench.settle().await;
        assert_eq!(bench.pending(), LINES / 2 - count);
    }
    assert_eq!(bench.state.review.comparisons().computed(), computed, "nothing was compared anew");
    assert_eq!(bench.state.comparing, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_whose_comparison_is_given_up_is_one_change_and_the_turn_goes_on() {
    let mut held = Held::new(true).await;
    held.give_up(Op::Prompt { text: "change every second line".to_owned() }).await;
    let end = held.bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    assert_eq!((held.units(), held.bench.pending()), (vec![Unit::Binary], 1));

    let mut folded = SessionState::default();
    held.bench.journal.0.lock().unwrap().iter().for_each(|event| folded.apply(event));
    let seen = |state: &SessionState| state.review.files().cloned().collect::<Vec<_>>();
    assert_eq!(seen(&folded), seen(&held.bench.state), "the log alone says that it was given up");

    held.bench.decide(Pick::File { path: path("big.txt") }, Decision::Accepted, None).await;
    assert_eq!(held.bench.files.text("big.txt"), Some(after()));
    held.bench.send(Op::Undo).await;
    held.bench.until(|event| matches!(event, EventKind::Undone { .. })).await;
    held.bench.settle().await;
    assert_eq!(held.bench.files.text("big.txt"), Some(before()));
    assert_eq!(held.units(), [Unit::Binary]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_on_lines_whose_comparison_is_given_up_is_not_made() {
    let mut held = Held::new(false).await;
    held.bench.ask("change every second line").await;
    let revision = held.bench.state.review.revision();
    let pick = Pick::Lines { path: path("big.txt"), removed: vec![1], added: vec![] };
    held.give_up(Op::Decide { revision, pick, decision: Decision::Accepted, note: None }).await;
    let answer = held.bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    let EventKind::Refused { reason, .. } = answer else { unreachable!() };
    assert_eq!(reason, "the comparison of big.txt was given up: nothing was decided");
    assert_eq!(held.bench.state.review.revision(), revision);
    assert_eq!(held.bench.files.text("big.txt"), Some(before()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_disk_whose_comparison_is_given_up_keeps_all_three_texts() {
    let mut held = Held::new(false).await;
    held.bench.ask("change every second line").await;
    let mine = format!("mine\n{}", before());
    held.bench.files.put("big.txt", &mine);
    held.give_up(Op::Refresh).await;
    held.bench.until(|event| matches!(event, EventKind::DiskMoved { .. })).await;
    let change = held.bench.state.review.file(&path("big.txt")).unwrap();
    let conflict = change.conflict.as_ref().unwrap();
    let sides = [&conflict.base, &conflict.yours, &conflict.proposal].map(|side| side.as_ref().unwrap().text.as_str());
    assert_eq!(sides, [Some(before().as_str()), Some(mine.as_str()), Some(after().as_str())]);
    assert_eq!(held.bench.files.text("big.txt"), Some(mine));

    // Settling it needs the lines, so they are compared after all; who gives that up has the conflict as before.
    let settle = || Op::Resolve { path: path("big.txt"), resolution: Resolution::Both };
    held.give_up(settle()).await;
    held.bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    assert_eq!(held.bench.state.review.progress().conflicts, 1);
    held.bench.send(settle()).await;
    held.bench.until(|event| matches!(event, EventKind::ConflictResolved { .. })).await;
    assert_eq!((held.units(), held.bench.pending()), (vec![], LINES / 2));
}
