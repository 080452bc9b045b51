//! A bench to test the engine on: it with its ports in memory, and a client that folds the events.

use std::sync::Arc;

use adit::config::Config;
use adit::engine::{Handle, Parts, Policy, Running, start};
use adit::review::{Decision, Pick};
use adit::session::{Event, EventKind, Op, SessionState};
use tokio::sync::mpsc;

use crate::fakes::{
    Answer, CountingClock, MemoryFiles, MemoryJournal, MemoryLedger, MemoryRepository, ScriptedProvider, path,
};

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
            provider: Arc::new(provider.clone()),
            files: Arc::new(files.clone()),
            repository: Arc::new(repository.clone()),
            tools: adit::tools::all(),
            journal: Box::new(journal.clone()),
            clock: Arc::new(CountingClock::default()),
            images: Arc::new(adit::adapters::images::ImageDecoder),
            ledger: Arc::new(ledger.clone()),
            session: "session".to_owned(),
            policy: Policy::from_config(&Config::default()),
            model: "sonnet".to_owned(),
            version: "0".to_owned(),
            past,
            watch: None,
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
