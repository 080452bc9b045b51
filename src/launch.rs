//! What every command that opens a session begins with: the workspace, its journal, the runtime, the log.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use adit::adapters::bedrock::{Bedrock, NOT_LOGGED, Patience};
use adit::adapters::clock::SystemClock;
use adit::adapters::failover::{Failover, Own, Rests, Target};
use adit::adapters::files::DiskFiles;
use adit::adapters::git::GitRepository;
use adit::adapters::images::ImageDecoder;
use adit::adapters::journal::{self, FileJournal};
use adit::adapters::ledger::SqliteLedger;
use adit::adapters::openai::{OpenAi, OpenAiSettings};
use adit::adapters::router::Router;
use adit::adapters::watch::FolderWatcher;
use adit::config::{Config, EndpointConfig, EndpointName, Fallback};
use adit::engine::{Clock as _, Files as _, Handle, Listener, Parts, Policy, Provider, Running, start};
use adit::models::Models;

use crate::places;
use crate::stop::Stop;

/// A workspace with its journal, before its engine runs.
pub(crate) struct Session {
    root: PathBuf,
    files: DiskFiles,
    repository: GitRepository,
    journal: FileJournal,
    past: Vec<adit::session::Event>,
    ledger: SqliteLedger,
}

impl Session {
    pub(crate) fn open(root: &Path, state: &Path, resume: bool) -> Result<Self, Stop> {
        GitRepository::check(root).map_err(|message| {
            let hint = GitRepository::discover(root).trouble().and_then(|fault| fault.hint);
            Stop { hint, ..Stop::new(message) }
        })?;
        let files = DiskFiles::open(root).map_err(|fault| Stop::usage(fault.to_string()))?;
        let repository = GitRepository::discover(root);
        let folder = places::sessions_in(state);
        let fault = |fault: journal::JournalFault| {
            let hint = fault.hint();
            Stop::new(fault.to_string()).hint(hint)
        };
        let (journal, past) = if resume {
            let latest = journal::latest(&folder, root).map_err(fault)?;
            let none = || Stop::usage(format!("there is no session of {} to continue", root.display()));
            FileJournal::reopen(&latest.ok_or_else(none)?).map_err(fault)?
        } else {
            (FileJournal::create(&folder, root, SystemClock.now()).map_err(fault)?, Vec::new())
        };
        // What this session itself left open is from before it was taken up again.
        let own = journal.session();
        let ledger = SqliteLedger::new(&places::ledger_in(state))
            .settling(move |session| session != own && journal::is_in_use(&folder, session));
        Ok(Self { root: root.to_path_buf(), files, repository, journal, past, ledger })
    }

    /// Refuses a run that is to commit where nothing can be committed, before the model is paid.
    pub(crate) fn check_commit(&self) -> Result<(), Stop> {
        self.repository.check_commit().map_err(|fault| {
            let hint = "Leave --commit away to go on without: what is accepted is written all the same.";
            let hint = fault.hint.map_or_else(|| hint.to_owned(), |own| format!("{own}\n{hint}"));
            Stop::new(fault.message).hint(hint)
        })
    }

    /// Starts the engine. Needs the runtime.
    pub(crate) fn start(self, config: &Config, provider: Arc<dyn Provider>, listener: Listener) -> (Handle, Running) {
        // The watcher waits while the engine is behind; it joins what comes in bursts.
        let (news, disk_news) = tokio::sync::mpsc::channel(16);
        let watcher = FolderWatcher::start(&self.root, self.repository.git_folder(), news);
        tracing::info!(root = self.files.root(), journal = %self.journal.path().display(), "session");
        let session = self.journal.session();
        start(Parts {
            images: Arc::new(ImageDecoder),
            ledger: Arc::new(self.ledger),
            session,
            provider,
            files: Arc::new(self.files),
            repository: Arc::new(self.repository),
            tools: adit::tools::all(),
            journal: Box::new(self.journal),
            clock: Arc::new(SystemClock),
            policy: Policy { listener, ..Policy::from_config(config) },
            model: config.model.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            past: self.past,
            watch: Some((Box::new(watcher), disk_news)),
        })
    }
}

/// A place that another one can stand in for is not waited for longer.
const THROTTLE_BEFORE_FALLBACK: u32 = 30;

/// Who sees what a provider asks of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Somebody in front of the full screen, who can log in.
    Screen,
    /// A script, which cannot.
    Script,
}

/// Returns who answers: the configured place, with the fallbacks behind it where there are any.
pub(crate) async fn provider(config: &Config, models: &Models, audience: Audience, state: &Path) -> Arc<dyn Provider> {
    let place = |mut config: Config, is_last: bool| {
        if !is_last {
            config.throttle_seconds = config.throttle_seconds.min(THROTTLE_BEFORE_FALLBACK);
        }
        let bedrock = Bedrock::new(&config, models.clone()).remembering(places::lessons_in(state));
        match audience {
            Audience::Screen => bedrock.attended("aws"),
            Audience::Script => bedrock,
        }
    };
    let endpoints = endpoints(config);
    let routed = |bedrock: Bedrock| -> Arc<dyn Provider> {
        if endpoints.is_empty() {
            Arc::new(bedrock)
        } else {
            Arc::new(Router::new(Arc::new(bedrock), endpoints.clone()))
        }
    };
    let count = config.fallback.len();
    let first = routed(place(config.clone(), count == 0).with_profiles().await);
    if count == 0 {
        return first;
    }
    let (label, own) = ("the first choice".to_owned(), Own::default());
    let first = Target { label, provider: first, model: config.model.clone(), own };
    let other = |(fallback, at): (&Fallback, usize)| {
        let config = config.at(fallback);
        let model = config.model.clone();
        let own = Own { region: !fallback.region.trim().is_empty(), profile: !fallback.profile.trim().is_empty() };
        Target { label: fallback.label(), provider: routed(place(config, at == count)), model, own }
    };
    let others = config.fallback.iter().zip(1..).map(other).collect();
    Arc::new(Failover::new(first, others, Rests::default()))
}

/// Returns the endpoints of the configuration by their names.
fn endpoints(config: &Config) -> Vec<(String, Arc<dyn Provider>)> {
    // A bundle that cannot be read is Bedrock's to tell; the system's certificates may do for an endpoint.
    let certificates = variable("AWS_CA_BUNDLE").and_then(|path| std::fs::read(path).ok());
    let endpoint = |(name, endpoint): (&EndpointName, &EndpointConfig)| {
        let settings = OpenAiSettings {
            name,
            endpoint,
            key: endpoint.key_env.as_deref().and_then(variable),
            certificates: certificates.clone(),
            patience: Patience::new(config.stall_seconds),
        };
        let provider: Arc<dyn Provider> = Arc::new(OpenAi::new(config, settings));
        (name.as_str().to_owned(), provider)
    };
    config.endpoints.iter().map(endpoint).collect()
}

/// Returns the folder to work on: the repository's root around the named place, or the folder itself.
pub(crate) fn workspace(path: Option<&Path>) -> Result<PathBuf, Stop> {
    let named = path.unwrap_or(Path::new("."));
    let folder =
        named.canonicalize().map_err(|failure| Stop::usage(format!("cannot open {}: {failure}", named.display())))?;
    if !folder.is_dir() {
        return Err(Stop::usage(format!("{} is not a folder", named.display())));
    }
    Ok(GitRepository::root_around(&folder).unwrap_or(folder))
}

/// Runs a future to its end on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    // The screen or the command has this thread; the engine and the network share one more, so that neither a slow disk nor a
    // large text holds up the keys. A second worker would be woken with each delta only to find that there is nothing left
    // to do.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|failure| Stop::new(format!("cannot start the runtime: {failure}")))?;
    let outcome = runtime.block_on(future);
    // A search or a walk may still read a slow disk; nobody waits for what it finds.
    runtime.shutdown_background();
    outcome
}

/// Runs a future to its end on this thread, which itself waits for what it waits for: a key or a timer of the screen then
/// wakes this thread alone, and not the engine's first.
///
/// It is called where the other runtime has this thread.
pub(crate) fn on_this_thread<T>(future: impl Future<Output = T>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|failure| Stop::new(format!("cannot start the runtime: {failure}")))?;
    let outcome = tokio::task::block_in_place(|| runtime.block_on(future));
    runtime.shutdown_background();
    Ok(outcome)
}

/// Returns where the log is kept.
pub(crate) fn log_file(state: &Path) -> PathBuf {
    state.join("adit.log")
}

/// Sends the log to a file, never to the screen. `ADIT_LOG` chooses what is logged.
pub(crate) fn log_to(state: &Path) -> Result<(), Stop> {
    let fault = |failure: io::Error| {
        Stop::new(format!("cannot write to {}: {failure}", state.display()))
            .hint("Adit keeps its journal there; make the folder writable, or set XDG_STATE_HOME to another.")
    };
    let file = places::private_file(&log_file(state)).map_err(fault)?;
    let filter = variable("ADIT_LOG").unwrap_or_else(|| "warn".to_owned());
    let mut filter = tracing_subscriber::EnvFilter::new(filter);
    for name in NOT_LOGGED {
        if let Ok(directive) = format!("{name}=warn").parse() {
            filter = filter.add_directive(directive);
        }
    }
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::sync::Mutex::new(file)).with_ansi(false).init();
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the composition root is where the environment is read")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
