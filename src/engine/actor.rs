//! The actor: the sole writer of a session.
//!
//! One task owns the state. It takes operations from clients and news from the running turn, and for each
//! thing that happens it does the same four steps: number the event, fold it, append it to the journal,
//! send it to every subscriber.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::comparing::Brake;
use super::handle::{self, Handle};
use super::metering::{Metering, Setup};
use super::policy::Policy;
use super::side_call::Said;
use super::surroundings::Look;
use super::too_long::TooLong;
use super::turn::FromTurn;
use super::{
    AccountChoice, Clock, CommitFault, Files, Images, Journal, Ledger, Provider, Repository, Tool, ToolSpec, Watcher,
    WorkspaceView,
};
use crate::path::RelPath;
use crate::review::{Revision, Text};
use crate::session::{
    Event, EventKind, Fault, FaultClass, Image, Level, ModelChoice, Op, PromptId, RepoState, Seq, SessionState, TurnId,
};

/// Everything that the engine needs from the outside.
pub struct Parts {
    /// Streams the model's answers.
    pub provider: Arc<dyn Provider>,
    /// The workspace's files.
    pub files: Arc<dyn Files>,
    /// The git repository.
    pub repository: Arc<dyn Repository>,
    /// What the model may call.
    pub tools: Vec<Arc<dyn Tool>>,
    /// Keeps the events.
    pub journal: Box<dyn Journal>,
    /// Says what time it is.
    pub clock: Arc<dyn Clock>,
    /// The limits.
    pub policy: Policy,
    /// Makes images fit for the model.
    pub images: Arc<dyn Images>,
    /// Where what is spent is written down.
    pub ledger: Arc<dyn Ledger>,
    /// The session's name in the ledger.
    pub session: String,
    /// Which model is asked, as the user named it.
    pub model: String,
    /// Adit's version, for the journal.
    pub version: String,
    /// The events of the session that is opened again; empty for a new one.
    pub past: Vec<Event>,
    /// The watcher of the disk and what it says; none where nothing watches.
    pub watch: Option<(Box<dyn Watcher>, mpsc::Receiver<DiskNews>)>,
}

/// What a watcher saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiskNews {
    /// These files may have changed.
    Files(Vec<RelPath>),
    /// Git's own files changed: HEAD, the index, a branch.
    Git,
}

/// The engine while it runs; dropping it does not end it, [`Op::Shutdown`] does.
#[derive(Debug)]
pub struct Running {
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Waits until the engine has ended. A panic of the engine goes on here.
    pub async fn ended(self) {
        if let Err(failure) = self.task.await
            && failure.is_panic()
        {
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

/// Starts the engine and returns the way to it.
#[must_use]
pub fn start(parts: Parts) -> (Handle, Running) {
    // Clients wait while the actor is behind: 256 is far above what people and scripts send in a burst.
    let (to_actor, requests) = mpsc::channel(256);
    let actor = Actor::new(parts);
    let handle = Handle {
        requests: to_actor,
        brake: actor.brake.clone(),
        files: Arc::clone(&actor.files),
        models: actor.provider.models().into(),
        accounts: actor.provider.accounts().into(),
        provider: Arc::clone(&actor.provider),
        images: Arc::clone(&actor.images),
        metering: Arc::clone(&actor.metering),
        overhead: actor.overhead(),
        compact_at: actor.policy.compact_at,
        thinking: Arc::new(actor.policy.thinking.clone()),
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the actor owns itself: it ends with Op::Shutdown or its last client"
    )]
    let task = tokio::spawn(actor.run(requests));
    (handle, Running { task })
}

/// The running turn, as the actor holds it.
pub(super) struct RunningTurn {
    pub(super) id: TurnId,
    pub(super) cancel: watch::Sender<bool>,
}

/// What comes back from work that the actor gave away.
pub(super) enum FromTask {
    /// Git was looked at: the state, and why a repository that is there cannot be used.
    Repository(RepoState, Option<CommitFault>),
    /// A commit message was drafted.
    Draft(Said),
}

/// The sole writer of a session.
pub(super) struct Actor {
    pub(super) state: SessionState,
    /// What stops the comparison that the actor waits for.
    pub(super) brake: Brake,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) files: Arc<dyn Files>,
    pub(super) repository: Arc<dyn Repository>,
    pub(super) policy: Policy,
    /// What waits to be confirmed.
    pub(super) held_back: Option<Op>,
    pub(super) images: Arc<dyn Images>,
    /// Images for the next prompt.
    pub(super) attached: Vec<Image>,
    pub(super) metering: Arc<Metering>,
    pub(super) tools: Arc<[Arc<dyn Tool>]>,
    pub(super) specs: Arc<[ToolSpec]>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) journal: Box<dyn Journal>,
    /// Events that the journal could not take yet; they go before all later ones, so that it never has a gap.
    pub(super) unjournaled: VecDeque<Arc<Event>>,
    pub(super) has_sync_failed: bool,
    /// The state before the first event of this engine, and the events since, until something is asked of it.
    pub(super) start: Option<(SessionState, Vec<Arc<Event>>)>,
    pub(super) subscribers: Vec<mpsc::UnboundedSender<Arc<Event>>>,
    /// What the model has last seen of each file, so that it does not edit blindly.
    pub(super) seen: HashMap<RelPath, Option<Text>>,
    /// Results of tools that were cut.
    pub(super) too_long: TooLong,
    pub(super) turn: Option<RunningTurn>,
    /// The running turn's task; it is awaited when the actor ends.
    pub(super) turn_task: JoinSet<()>,
    pub(super) to_actor: mpsc::Sender<FromTurn>,
    from_turn: mpsc::Receiver<FromTurn>,
    pub(super) tasks: JoinSet<FromTask>,
    /// Whether git is being looked at, and whether it must be looked at again after that.
    pub(super) repository_look: Look,
    pub(super) has_seen_repository: bool,
    /// The draft that is being written; a newer one ends it.
    pub(super) drafting: Option<AbortHandle>,
    /// The model that a reopened session had found behind an alias, until the alias is looked up anew.
    pub(super) answered_before: Option<ModelChoice>,
    pub(super) next_prompt: PromptId,
    pub(super) watcher: Option<Box<dyn Watcher>>,
    disk_news: Option<mpsc::Receiver<DiskNews>>,
    /// The revision whose files the watcher follows.
    pub(super) followed: Option<Revision>,
    pub(super) is_ending: bool,
    /// The model that the user chose, by the name that it was chosen by; another one may stand in for it.
    pub(super) model: String,
    version: String,
}

impl Actor {
    fn new(parts: Parts) -> Self {
        // The turn waits while the actor is behind; it sends one batch in 16 ms on the average.
        let (to_actor, from_turn) = mpsc::channel(16);
        let (watcher, disk_news) = parts.watch.unzip();
        let mut state = SessionState::default();
        for event in &parts.past {
            state.apply(event);
        }
        let setup = Setup {
            caps: parts.policy.caps,
            output_percent: parts.policy.output_percent,
            max_tokens: parts.policy.max_tokens,
            listener: parts.policy.listener,
            session: parts.session,
            project: parts.files.root(),
            known: state.cost_micros.unwrap_or(0),
        };
        let too_long = TooLong::resumed(&state.conversation, &*parts.journal);
        let metering = Metering::new(Arc::clone(&parts.provider), parts.ledger, Arc::clone(&parts.clock), setup);
        Self {
            brake: Brake::default(),
            held_back: None,
            images: parts.images,
            attached: Vec::new(),
            metering: Arc::new(metering),
            start: Some((state.clone(), Vec::new())),
            state,
            provider: parts.provider,
            files: parts.files,
            repository: parts.repository,
            policy: parts.policy,
            specs: parts.tools.iter().map(|tool| tool.spec()).collect(),
            tools: parts.tools.into(),
            clock: parts.clock,
            journal: parts.journal,
            unjournaled: VecDeque::new(),
            has_sync_failed: false,
            subscribers: Vec::new(),
            seen: HashMap::new(),
            too_long,
            turn: None,
            turn_task: JoinSet::new(),
            to_actor,
            from_turn,
            tasks: JoinSet::new(),
            repository_look: Look::None,
            has_seen_repository: false,
            drafting: None,
            answered_before: None,
            next_prompt: PromptId(1),
            watcher,
            disk_news,
            followed: None,
            is_ending: false,
            model: parts.model,
            version: parts.version,
        }
    }

    async fn run(mut self, mut requests: mpsc::Receiver<handle::Request>) {
        self.open();
        loop {
            if self.is_ending && self.turn.is_none() {
                break;
            }
            self.follow_review();
            tokio::select! {
                biased;
                // Once it ends nothing more is taken; a closed channel would be ready for ever.
                request = requests.recv(), if !self.is_ending => match request {
                    None => self.end(),
                    Some(handle::Request::Op(op)) => {
                        self.start = None;
                        if !self.holds_back(&op) {
                            self.op(op);
                        }
                    }
                    Some(handle::Request::Subscribe(since, answer)) => self.subscribe(since, answer),
                },
                Some(news) = self.from_turn.recv() => self.turn_news(news),
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => match done {
                    Ok(done) => self.task_done(done),
                    // A draft that was given up, or a task that panicked: then git is looked at again when next asked.
                    Err(end) if end.is_panic() => self.repository_look = Look::None,
                    Err(_) => {}
                },
                Some(news) = next_news(&mut self.disk_news) => self.disk_news(news),
                Some(ended) = self.turn_task.join_next(), if !self.turn_task.is_empty() => {
                    if ended.is_err() {
                        self.turn_broke();
                    }
                }
            }
        }
        self.emit(EventKind::SessionEnded);
        self.sync();
    }

    /// Begins the session, or mends one that did not end in order.
    fn open(&mut self) {
        let is_new = self.state.seq == Seq(0);
        if is_new {
            let (version, workspace) = (self.version.clone(), self.files.root());
            self.emit(EventKind::SessionStarted { version, workspace });
        } else {
            self.emit(EventKind::SessionResumed);
            self.answered_before = Some(self.state.model.clone());
            self.settle_after_crash();
        }
        match self.provider.resolve(&self.model) {
            Ok(model) => self.choose(model),
            Err(fault) => {
                let id = self.model.clone();
                self.choose(ModelChoice { name: id.clone(), id, region: None, profile: None, context: 0 });
                self.notice(Level::Error, fault.message, fault.hint);
            }
        }
        self.look_at_repository();
        if !is_new {
            self.check_disk();
        }
    }

    fn choose(&mut self, model: ModelChoice) {
        if self.state.model != model {
            self.emit(EventKind::ModelChanged { model });
        }
    }

    fn end(&mut self) {
        self.is_ending = true;
        self.cancel();
    }

    fn op(&mut self, op: Op) {
        match op {
            Op::Prompt { text } => self.prompt(text),
            Op::Attach { image } => self.attached.push(image),
            Op::Unqueue { prompt } => self.unqueue(prompt),
            Op::Retry => self.retry(),
            Op::Cancel => self.cancel(),
            Op::Decide { revision, pick, decision, note } => self.decide(revision, pick, decision, note),
            Op::Rewrite { revision, path, target, base } => self.rewrite(revision, path, target, base),
            Op::Note { revision, pick, text } => self.note(revision, pick, text),
            Op::Resolve { path, resolution } => self.resolve(path, resolution),
            Op::Undo => self.undo(),
            Op::Redo => self.redo(),
            Op::GoTo { revision, point } => self.go_to(revision, point),
            Op::DraftCommit => self.draft_commit(),
            Op::Commit { message } => self.commit(&message),
            Op::InitRepository => self.init_repository(),
            Op::AddContext { path } => self.add_context(path),
            Op::DropContext { path } => self.drop_context(path),
            Op::SetModel { name } => match self.provider.resolve(&name) {
                Ok(model) => {
                    self.model = name;
                    self.choose(model);
                }
                Err(fault) => self.refuse(fault.message, fault.hint.as_deref()),
            },
            Op::Proceed => match self.held_back.take() {
                Some(op) => {
                    if !matches!(op, Op::Compact { .. }) {
                        self.metering.drop_cache();
                    }
                    self.op(op);
                }
                None => self.refuse("nothing waits to go on", None),
            },
            Op::SetThinking { effort } => self.set_thinking(effort),
            Op::Compact { focus } => self.compact(focus.as_deref()),
            Op::Uncompact => self.uncompact(),
            Op::AllowSpending { allowance } => self.allow_spending(allowance),
            Op::EnterPasscode { code } if self.state.login.is_some() => self.provider.passcode(code),
            Op::EnterPasscode { .. } => self.refuse("no login waits for a code", None),
            Op::SetProfile { name } => self.go_to_account(AccountChoice::Profile(name)),
            Op::SetRegion { name } => self.go_to_account(AccountChoice::Region(name)),
            Op::ClearConversation => self.clear(),
            Op::Refresh => {
                self.check_disk();
                self.look_at_repository();
            }
            Op::Shutdown => self.end(),
        }
    }

    pub(super) fn view(&self) -> WorkspaceView {
        WorkspaceView {
            files: Arc::clone(&self.files),
            changes: self.state.review.files().cloned().collect(),
            output_limit: self.policy.tool_output_bytes,
            outputs: self.too_long.kept(),
        }
    }

    fn task_done(&mut self, done: FromTask) {
        match done {
            FromTask::Repository(repo, trouble) => {
                self.repository_seen(repo, trouble);
                let look = std::mem::replace(&mut self.repository_look, Look::None);
                if look == Look::RunningAndWanted {
                    self.look_at_repository();
                }
            }
            FromTask::Draft(said) => self.drafted(said),
        }
    }

    /// Returns a fault in one line.
    pub(super) fn describe(fault: &Fault) -> String {
        match fault.class {
            FaultClass::Credentials | FaultClass::Access => format!("no access: {}", fault.told()),
            _ => fault.told(),
        }
    }
}

/// Waits for the watcher's news; forever where nothing watches or the watcher has ended.
async fn next_news(news: &mut Option<mpsc::Receiver<DiskNews>>) -> Option<DiskNews> {
    match news {
        Some(receiver) => match receiver.recv().await {
            Some(found) => Some(found),
            None => {
                *news = None;
                std::future::pending().await
            }
        },
        None => std::future::pending().await,
    }
}
