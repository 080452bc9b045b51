//! The engine's ports, played by memory: files, git, journal, clock, and a model that follows a script.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use adit::config::Config;
use adit::engine::{
    Bill, Clock, CommitFault, CommitFile, CommitRequest, Delta, EntryId, FileFault, Files, FolderEntry, Journal,
    Ledger, LedgerFault, Parts, Policy, Provider, Repository, Request, Reserved, Terms,
};
use adit::path::RelPath;
use adit::review::{Mode, Snapshot, Text};
use adit::session::{
    Caps, Event, Fault, Head, Image, ImageFormat, Millis, ModelChoice, RepoState, Reservations, Spent, StopReason,
    ToolCallId, Usage,
};
use futures::StreamExt as _;
use futures::stream::BoxStream;

pub fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

pub fn snapshot(text: &str) -> Snapshot {
    Snapshot { text: Text::from(text), mode: Mode::Regular }
}

/// Returns the parts of an engine: these ports, and the rest played by memory.
pub fn parts(
    provider: impl Provider + 'static,
    files: impl Files + 'static,
    repository: impl Repository + 'static,
    journal: impl Journal + 'static,
    past: Vec<Event>,
) -> Parts {
    Parts {
        provider: Arc::new(provider),
        files: Arc::new(files),
        repository: Arc::new(repository),
        tools: adit::tools::all(),
        journal: Box::new(journal),
        clock: Arc::new(CountingClock::default()),
        images: Arc::new(adit::adapters::images::ImageDecoder),
        ledger: Arc::new(MemoryLedger::default()),
        session: "session".to_owned(),
        policy: Policy::from_config(&Config::default()),
        model: "sonnet".to_owned(),
        version: "0".to_owned(),
        past,
        watch: None,
    }
}

/// Returns a small image of this name.
pub fn image(name: &str) -> Image {
    Image { name: name.to_owned(), format: ImageFormat::Png, width: 2, height: 1, data: "AAEC".into() }
}

/// A disk in memory. Its writes can be made to fail.
#[derive(Debug, Default, Clone)]
pub struct MemoryFiles {
    pub disk: Arc<Mutex<BTreeMap<RelPath, Snapshot>>>,
    pub fails: Arc<Mutex<Option<&'static str>>>,
}

impl MemoryFiles {
    pub fn with(files: &[(&str, &str)]) -> Self {
        let disk = files.iter().map(|(name, text)| (path(name), snapshot(text))).collect();
        Self { disk: Arc::new(Mutex::new(disk)), fails: Arc::default() }
    }

    pub fn put(&self, name: &str, text: &str) {
        self.disk.lock().unwrap().insert(path(name), snapshot(text));
    }

    pub fn text(&self, name: &str) -> Option<String> {
        let disk = self.disk.lock().unwrap();
        disk.get(&path(name)).map(|snapshot| snapshot.text.as_str().unwrap().to_owned())
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &RelPath) -> Result<Option<Snapshot>, FileFault> {
        Ok(self.disk.lock().unwrap().get(path).cloned())
    }

    fn write(&self, path: &RelPath, before: Option<&Snapshot>, after: Option<&Snapshot>) -> Result<(), FileFault> {
        if let Some(reason) = *self.fails.lock().unwrap() {
            let source = std::io::Error::other(reason);
            return Err(FileFault::Io { act: "write", path: path.clone(), source });
        }
        let mut disk = self.disk.lock().unwrap();
        if disk.get(path) != before {
            return Err(FileFault::Moved(path.clone()));
        }
        match after {
            Some(after) => disk.insert(path.clone(), after.clone()),
            None => disk.remove(path),
        };
        Ok(())
    }

    fn list(&self, _folder: Option<&RelPath>) -> Result<Vec<FolderEntry>, FileFault> {
        let entry = |path: &RelPath| FolderEntry {
            name: adit::path::EntryName::Path(path.clone()),
            is_folder: false,
            is_link: false,
            is_ignored: false,
        };
        Ok(self.disk.lock().unwrap().keys().map(entry).collect())
    }

    fn walk(&self, folder: Option<&RelPath>, found: &mut dyn FnMut(RelPath) -> ControlFlow<()>) {
        let paths: Vec<RelPath> = self.disk.lock().unwrap().keys().cloned().collect();
        for path in paths {
            if folder.is_none_or(|folder| path.is_within(folder)) && found(path).is_break() {
                return;
            }
        }
    }

    fn root(&self) -> String {
        "memory".to_owned()
    }
}

/// A repository that remembers what it was asked to commit.
#[derive(Debug, Default, Clone)]
pub struct MemoryRepository {
    pub commits: Arc<Mutex<Vec<CommitRequest>>>,
    pub refuses: Arc<Mutex<Option<CommitFault>>>,
    pub ignores: Arc<Mutex<Vec<RelPath>>>,
    pub is_missing: bool,
    pub trouble: Option<CommitFault>,
    /// The branch and the id of its commit, where a test moves them.
    pub head: Arc<Mutex<Option<(String, String)>>>,
    /// What someone else has committed.
    pub committed: Arc<Mutex<Vec<RelPath>>>,
}

impl Repository for MemoryRepository {
    fn state(&self) -> RepoState {
        let (branch, tip) = match self.head.lock().unwrap().clone() {
            Some((branch, tip)) => (branch, Some(tip)),
            None => ("main".to_owned(), None),
        };
        let head = (!self.is_missing).then_some(Head::Branch(branch));
        RepoState { head, tip, ..RepoState::default() }
    }

    fn trouble(&self) -> Option<CommitFault> {
        self.trouble.clone()
    }

    fn committed_already(&self, files: &[CommitFile]) -> Vec<RelPath> {
        let committed = self.committed.lock().unwrap();
        files.iter().map(|file| file.path.clone()).filter(|path| committed.contains(path)).collect()
    }

    fn ignored(&self, paths: &[RelPath]) -> Vec<RelPath> {
        let ignores = self.ignores.lock().unwrap();
        paths.iter().filter(|path| ignores.contains(path)).cloned().collect()
    }

    fn commit(&self, request: &CommitRequest) -> Result<String, CommitFault> {
        if let Some(fault) = self.refuses.lock().unwrap().clone() {
            return Err(fault);
        }
        let mut commits = self.commits.lock().unwrap();
        commits.push(request.clone());
        Ok(format!("{:040x}", commits.len()))
    }

    fn init(&self) -> Result<(), CommitFault> {
        Ok(())
    }

    fn recent_subjects(&self, _count: usize) -> Vec<String> {
        vec!["feat: begin".to_owned()]
    }
}

/// A journal whose events can be read while it grows.
#[derive(Debug, Default, Clone)]
pub struct MemoryJournal(pub Arc<Mutex<Vec<Event>>>);

impl Journal for MemoryJournal {
    fn append(&mut self, event: &Event) -> std::io::Result<()> {
        self.0.lock().unwrap().push(event.clone());
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A ledger in memory. It can be made to fail.
#[derive(Debug, Default, Clone)]
pub struct MemoryLedger {
    pub rows: Arc<Mutex<BTreeMap<i64, (Bill, bool)>>>,
    pub fails: Arc<Mutex<bool>>,
}

impl MemoryLedger {
    /// Returns the bills of the calls that are over, in their order.
    pub fn bills(&self) -> Vec<Bill> {
        let rows = self.rows.lock().unwrap();
        assert!(rows.values().all(|(_, is_over)| *is_over), "a call is still open: {rows:?}");
        rows.values().map(|(bill, _)| bill.clone()).collect()
    }

    fn check(&self) -> Result<(), LedgerFault> {
        if *self.fails.lock().unwrap() {
            return Err(LedgerFault { message: "cannot write the ledger: the disk is full".to_owned(), hint: None });
        }
        Ok(())
    }

    fn enter(&self, bill: &Bill, is_over: bool) -> EntryId {
        let mut rows = self.rows.lock().unwrap();
        let id = rows.keys().next_back().map_or(1, |last| last + 1);
        rows.insert(id, (bill.clone(), is_over));
        EntryId(id)
    }
}

impl Ledger for MemoryLedger {
    fn reserve(&self, bill: &Bill, caps: &Caps, known: u64) -> Result<Reserved, LedgerFault> {
        let mut spent = self.spent(&bill.session, &bill.project, bill.at)?;
        spent.session = spent.session.max(known);
        Ok(match caps.passed(spent, bill.cost_micros.unwrap_or(0)) {
            Some(passed) => Reserved::Over(passed),
            None => Reserved::Entered(self.enter(bill, false)),
        })
    }

    fn settle(&self, entry: EntryId, bill: Option<&Bill>) -> Result<(), LedgerFault> {
        self.check()?;
        self.rows.lock().unwrap().remove(&entry.0);
        bill.map_or(Ok(()), |bill| self.add(bill))
    }

    fn add(&self, bill: &Bill) -> Result<(), LedgerFault> {
        self.check()?;
        self.enter(bill, true);
        Ok(())
    }

    fn spent(&self, session: &str, project: &str, _now: Millis) -> Result<Spent, LedgerFault> {
        self.check()?;
        let rows = self.rows.lock().unwrap();
        let sum = |over: bool, wanted: &dyn Fn(&Bill) -> bool| {
            let bills = rows.values().filter(|(bill, is_over)| *is_over == over && wanted(bill));
            bills.filter_map(|(bill, _)| bill.cost_micros).sum()
        };
        let own = |bill: &Bill| bill.session == session;
        let here = |bill: &Bill| bill.project == project;
        let all = |_: &Bill| true;
        Ok(Spent {
            session: sum(true, &own),
            day: sum(true, &all),
            month: sum(true, &all),
            project: sum(true, &here),
            unpriced: 0,
            reserved: Reservations {
                session: sum(false, &own),
                day: sum(false, &all),
                month: sum(false, &all),
                project: sum(false, &here),
            },
        })
    }
}

/// A clock that goes on by one with each look.
#[derive(Debug, Default)]
pub struct CountingClock(AtomicU64);

impl Clock for CountingClock {
    fn now(&self) -> Millis {
        Millis(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// What the scripted model does with one request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Streams these and ends.
    Stream(Vec<Delta>),
    /// Streams these, then never says anything more.
    Hang(Vec<Delta>),
    /// Streams these, then fails.
    Fail(Vec<Delta>, Fault),
}

/// A model that follows a script, one answer a request, and remembers the requests.
#[derive(Debug, Default, Clone)]
pub struct ScriptedProvider {
    pub answers: Arc<Mutex<VecDeque<Answer>>>,
    pub requests: Arc<Mutex<Vec<Request>>>,
    /// Whether what stands behind an alias is not known yet.
    pub knows_aliases_only: bool,
    /// Whether it caches, for five minutes.
    pub caches: bool,
}

impl ScriptedProvider {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), ..Self::default() }
    }

    pub fn request(&self, index: usize) -> Request {
        self.requests.lock().unwrap()[index].clone()
    }
}

impl Provider for ScriptedProvider {
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        match answer.expect("the script has an answer for each request") {
            Answer::Stream(deltas) => futures::stream::iter(deltas.into_iter().map(Ok)).boxed(),
            Answer::Hang(deltas) => {
                futures::stream::iter(deltas.into_iter().map(Ok)).chain(futures::stream::pending()).boxed()
            }
            Answer::Fail(deltas, fault) => {
                futures::stream::iter(deltas.into_iter().map(Ok).chain(std::iter::once(Err(fault)))).boxed()
            }
        }
    }

    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault> {
        Ok(ModelChoice {
            name: name.to_owned(),
            id: if self.knows_aliases_only { name.to_owned() } else { format!("test.{name}") },
            region: None,
            profile: None,
            context: 200_000,
        })
    }

    fn models(&self) -> Vec<(String, String)> {
        vec![("sonnet".to_owned(), "the scripted one".to_owned())]
    }

    fn cost_micros(&self, _model: &str, usage: Usage) -> Option<u64> {
        let cached = usage.cache_read / 5 + usage.cache_write * 2;
        Some(usage.input * 2 + usage.output * 10 + cached)
    }

    fn terms(&self, _model: &str) -> Terms {
        Terms { cache_lives: Millis(if self.caches { 300_000 } else { 0 }), thinks: true, ..Terms::default() }
    }
}

/// The deltas of a plain answer.
pub fn says(text: &str) -> Answer {
    let mut deltas: Vec<Delta> =
        text.split_inclusive(' ').map(|piece| Delta::Text { block: 0, text: piece.to_owned() }).collect();
    deltas.push(Delta::BlockStopped { block: 0 });
    deltas.push(Delta::Stopped(StopReason::EndTurn));
    deltas.push(Delta::Usage(Usage { input: 100, output: 10, ..Usage::default() }));
    Answer::Stream(deltas)
}

/// The deltas of tool calls, each `(id, name, input as JSON)`.
pub fn call_deltas(calls: &[(&str, &str, serde_json::Value)]) -> Vec<Delta> {
    let mut deltas = Vec::new();
    for (block, (id, name, input)) in (0_u32..).zip(calls) {
        deltas.push(Delta::ToolStarted { block, id: ToolCallId((*id).to_owned()), name: (*name).to_owned() });
        let json = input.to_string();
        let middle = (0..=json.len() / 2).rev().find(|at| json.is_char_boundary(*at)).unwrap();
        deltas.push(Delta::ToolInput { block, json: json[..middle].to_owned() });
        deltas.push(Delta::ToolInput { block, json: json[middle..].to_owned() });
        deltas.push(Delta::BlockStopped { block });
    }
    deltas
}

/// An answer that calls tools.
pub fn calls(calls: &[(&str, &str, serde_json::Value)]) -> Answer {
    let mut deltas = call_deltas(calls);
    deltas.push(Delta::Stopped(StopReason::ToolUse));
    deltas.push(Delta::Usage(Usage { input: 100, output: 50, ..Usage::default() }));
    Answer::Stream(deltas)
}
