//! A bench to test the engine on: it with its ports in memory, and a client that folds the events.

use std::sync::Arc;

use adit::engine::{Handle, Parts, Running, start};
use adit::review::{Decision, Pick};
use adit::session::{Event, EventKind, Op, SessionState};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::fakes::{
    self, Answer, MemoryFiles, MemoryJournal, MemoryLedger, MemoryRepository, ScriptedProvider, calls, path, says,
};

/// A file of nine lines.
pub const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";

pub struct Bench {
    pub provider: ScriptedProvider,
    pub files: MemoryFiles,
    pub repository: MemoryRepository,
    pub journal: MemoryJournal,
    pub ledger: MemoryLedger,
    pub handle: Handle,
    pub state: SessionState,
    events: mpsc::UnboundedReceiver<Arc<Event>>,
    running: Running,
}

impl Bench {
    pub async fn new(files: &[(&str, &str)], answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::resume(MemoryFiles::with(files), ScriptedProvider::new(answers), Vec::new()).await
    }

    pub async fn resume(files: MemoryFiles, provider: ScriptedProvider, past: Vec<Event>) -> Self {
        Self::with(files, provider, past, |_| {}).await
    }

    /// An engine whose model has read [`TEXT`] and changed its lines two and eight; both wait.
    pub async fn with_two_edits() -> Self {
        let answers = [calls(&[reading()]), calls(&[("t2", "edit_file", two_edits())]), says("done")];
        let mut bench = Self::new(&[("a.txt", TEXT)], answers).await;
        bench.ask("shout").await;
        bench
    }

    /// The same with a new file beside it; returns the turn's end, too.
    pub async fn shouting() -> (Self, EventKind) {
        let writing = ("t3", "write_file", json!({"path": "new.txt", "content": "fresh\n"}));
        let answers = [
            calls(&[reading()]),
            calls(&[("t2", "edit_file", two_edits()), writing]),
            says("Both places are changed."),
        ];
        let mut bench = Self::new(&[("a.txt", TEXT)], answers).await;
        let end = bench.ask("shout two and eight").await;
        (bench, end)
    }

    /// Starts an engine with some of its parts replaced.
    pub async fn with(
        files: MemoryFiles,
        provider: ScriptedProvider,
        past: Vec<Event>,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        let repository = MemoryRepository::default();
        let journal = MemoryJournal::default();
        let ledger = MemoryLedger::default();
        journal.0.lock().unwrap().clone_from(&past);
        let mut parts = Parts {
            ledger: Arc::new(ledger.clone()),
            ..fakes::parts(provider.clone(), files.clone(), repository.clone(), journal.clone(), past)
        };
        change(&mut parts);
        let (handle, running) = start(parts);
        let subscription = handle.subscribe().await.unwrap();
        let (state, events) = (subscription.state, subscription.events);
        Self { provider, files, repository, journal, ledger, handle, state, events, running }
    }

    /// Folds events until one is what is waited for, and returns it.
    pub async fn until(&mut self, wanted: impl Fn(&EventKind) -> bool) -> EventKind {
        loop {
            let event = self.events.recv().await.expect("the engine runs");
            self.state.apply(&event);
            if wanted(&event.kind) {
                return event.kind.clone();
            }
        }
    }

    pub async fn send(&self, op: Op) {
        assert!(self.handle.send(op).await, "the engine runs");
    }

    /// Sends a prompt and waits for its turn's end.
    pub async fn ask(&mut self, text: &str) -> EventKind {
        self.send(Op::Prompt { text: text.to_owned() }).await;
        self.until(|event| matches!(event, EventKind::TurnEnded { .. } | EventKind::Refused { .. })).await
    }

    /// Decides and waits until it is decided, refused, and written.
    pub async fn decide(&mut self, pick: Pick, decision: Decision, note: Option<&str>) -> EventKind {
        let revision = self.state.review.revision();
        self.send(Op::Decide { revision, pick, decision, note: note.map(str::to_owned) }).await;
        let answer =
            self.until(|event| matches!(event, EventKind::HunksDecided { .. } | EventKind::Refused { .. })).await;
        self.settle().await;
        answer
    }

    /// Waits until every write of the last act is in the log.
    pub async fn settle(&mut self) {
        while !self.state.unwritten.is_empty() {
            self.until(|_| true).await;
        }
    }

    pub fn runs(&self, name: &str, runs: &[usize]) -> Pick {
        Pick::Runs { path: path(name), runs: runs.to_vec() }
    }

    pub fn pending(&self) -> usize {
        self.state.review.progress().pending
    }

    /// Leaves without a word, as a client that crashed, and waits for the engine's end.
    pub async fn abandon(self) -> Vec<Event> {
        drop(self.handle);
        self.running.ended().await;
        self.journal.0.lock().unwrap().clone()
    }

    /// Ends the session in order and returns its events.
    pub async fn end(self) -> Vec<Event> {
        self.handle.send(Op::Shutdown).await;
        drop(self.handle);
        self.running.ended().await;
        self.journal.0.lock().unwrap().clone()
    }
}

fn reading() -> (&'static str, &'static str, Value) {
    ("t1", "read_file", json!({"path": "a.txt"}))
}

fn two_edits() -> Value {
    json!({"path": "a.txt", "edits": [
        {"old_text": "two\n", "new_text": "TWO\n"}, {"old_text": "eight\n", "new_text": "EIGHT\n"}]})
}
