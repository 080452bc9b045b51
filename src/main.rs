//! The composition root: reads arguments, environment and configuration, and puts the parts together.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use adit::adapters::bedrock::{Bedrock, Loopback, Patience};
use adit::adapters::clock::SystemClock;
use adit::adapters::files::DiskFiles;
use adit::adapters::git::GitRepository;
use adit::adapters::journal::{self, FileJournal};
use adit::adapters::watch::FolderWatcher;
use adit::cli::{Accept, Cli, CliCommand, OpenArgs, RunArgs};
use adit::config::{self, Config};
use adit::demo::{self, Endpoint, Sample, Tour};
use adit::engine::{
    Clock as _, CommitFile, CommitRequest, Files as _, Handle, Parts, Policy, Provider as _, Repository, Running, start,
};
use adit::headless::{self, RunOptions};
use adit::models::Models;
use adit::path::RelPath;
use adit::review::{Mode, Snapshot, Text};
use adit::tui::{self, ExitReason, Guide, GuideStep, TerminalEnvironment, TuiOptions};
use clap::Parser as _;

mod places;
mod sessions;
mod settings;
mod stop;

use places::Places;
use settings::{configuration, models};
use stop::Stop;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = Places::find().and_then(|places| match cli.command {
        None => open(&places, &cli.open),
        Some(CliCommand::Demo { theme, no_mouse }) => demo(&places, theme, no_mouse),
        Some(CliCommand::Run(arguments)) => run(&places, &arguments),
        Some(CliCommand::Config { default, path }) => show_config(&places, default, path),
        Some(CliCommand::Sessions { path }) => show_sessions(&places, path.as_deref()),
    });
    match outcome {
        Ok(code) => code,
        Err(stop) => {
            // Standard error is the last place to say it; if that is closed too, the exit code still tells.
            let mut err = io::stderr().lock();
            let _ = writeln!(err, "adit: {}", headless::clean(&stop.message));
            if let Some(hint) = stop.hint {
                let _ = writeln!(err, "{}", headless::clean(&hint));
            }
            ExitCode::from(stop.code)
        }
    }
}

/// Opens the full screen on a workspace.
fn open(places: &Places, arguments: &OpenArgs) -> Result<ExitCode, Stop> {
    need_terminal()?;
    let root = workspace(arguments.path.as_deref())?;
    let mut config = configuration(places, &root)?;
    arguments.model.apply(&mut config);
    if let Some(theme) = &arguments.theme {
        config.screen.theme.clone_from(theme);
    }
    config.screen.mouse &= !arguments.no_mouse;
    let models = models(places)?;
    log_to(&places.state)?;
    let session = Session::open(&root, &places.state, arguments.resume)?;
    block_on(async {
        let provider = Bedrock::new(&config, models);
        let (handle, running) = session.start(&config, provider);
        screen(handle, running, &config, places, None, String::new()).await
    })
}

/// Opens the full screen on the sample repository.
fn demo(places: &Places, theme: Option<String>, no_mouse: bool) -> Result<ExitCode, Stop> {
    need_terminal()?;
    let fault = |failure: io::Error| Stop::new(format!("cannot make the sample repository: {failure}"));
    let sample = Sample::make().map_err(fault)?;
    let root = sample.root();
    let mut config = Config::default();
    config.screen.theme = theme.unwrap_or_else(|| "auto".to_owned());
    config.screen.mouse = !no_mouse;
    log_to(&sample.state_folder())?;
    commit_sample(&root)?;
    let session = Session::open(&root, &sample.state_folder(), false)?;
    block_on(async {
        let endpoint = Endpoint::start(Tour)
            .await
            .map_err(|failure| Stop::new(format!("cannot listen on 127.0.0.1: {failure}")))?;
        let patience = Patience::new(config.stall_seconds);
        let provider = Bedrock::with_endpoint(&config, Models::embedded(), Loopback::at(endpoint.url()), patience);
        let (handle, running) = session.start(&config, provider);
        let steps = demo::tour_steps().into_iter();
        let steps = steps.map(|step| GuideStep { text: step.text.to_owned(), done: step.is_done }).collect();
        screen(handle, running, &config, places, Some(Guide { steps }), demo::PROMPT.to_owned()).await
    })
}

/// Makes the sample a repository with one commit.
fn commit_sample(root: &Path) -> Result<(), Stop> {
    let repository = GitRepository::discover(root);
    let fault = |message: String| Stop::new(format!("cannot make the sample repository: {message}"));
    repository.init().map_err(|failure| fault(failure.message))?;
    Sample::set_author(root).map_err(|failure| fault(failure.to_string()))?;
    let file = |(name, text): (&str, &str)| {
        let path = RelPath::new(name).map_err(|failure| fault(failure.to_string()))?;
        let after = Snapshot { text: Text::from(text), mode: Mode::Regular };
        Ok(CommitFile { path, written: vec![(None, Some(after))] })
    };
    let files = Sample::files().map(file).collect::<Result<Vec<_>, Stop>>()?;
    let request = CommitRequest { message: "feat: sum a ledger by account\n".to_owned(), files };
    repository.commit(&request).map(drop).map_err(|failure| fault(failure.message))
}

/// Runs the full screen until the user leaves.
async fn screen(
    handle: Handle,
    running: Running,
    config: &Config,
    places: &Places,
    guide: Option<Guide>,
    prompt: String,
) -> Result<ExitCode, Stop> {
    let options = TuiOptions {
        config: config.screen.clone(),
        guide,
        prompt,
        keymap: places.read_keymap(),
        theme: places.read_theme(&config.screen.theme),
        environment: terminal_environment(),
        panic_for_test: cfg!(debug_assertions) && variable("ADIT_PANIC").is_some_and(|value| value == "1"),
    };
    let is_demo = options.guide.is_some();
    let report = tui::run(handle, options).await;
    running.ended().await;
    match report {
        Ok(report) => {
            if report.progress.pending > 0 && !is_demo {
                // The terminal may be gone; then nobody is there to read it.
                let hunks = match report.progress.pending {
                    1 => "1 hunk is".to_owned(),
                    more => format!("{more} hunks are"),
                };
                let _ = writeln!(io::stdout(), "{hunks} still pending; `adit --continue` opens this session again.");
            }
            Ok(ExitCode::from(match report.reason {
                ExitReason::Quit | ExitReason::TerminalClosed => 0,
                ExitReason::EngineEnded => 1,
                ExitReason::Signal(number) => u8::try_from(128 + number).unwrap_or(1),
            }))
        }
        Err(fault) => Err(Stop::new(fault.to_string())),
    }
}

/// Runs one prompt without a screen.
fn run(places: &Places, arguments: &RunArgs) -> Result<ExitCode, Stop> {
    let (path, prompt) = arguments.path_and_prompt();
    let prompt = if prompt == "-" {
        let mut text = String::new();
        let read = io::stdin().read_to_string(&mut text);
        read.map_err(|failure| Stop::usage(format!("cannot read the prompt from standard input: {failure}")))?;
        text
    } else {
        prompt.to_owned()
    };
    if prompt.trim().is_empty() {
        return Err(Stop::usage("the prompt is empty"));
    }
    if arguments.commit && arguments.accept != Accept::All {
        return Err(Stop::usage("--commit needs --accept all: only what is accepted is committed"));
    }
    let root = workspace(path.as_deref())?;
    let mut config = configuration(places, &root)?;
    arguments.model.apply(&mut config);
    let models = models(places)?;
    log_to(&places.state)?;
    let session = Session::open(&root, &places.state, false)?;
    if arguments.commit {
        session.check_commit()?;
    }
    let options = RunOptions {
        prompt,
        json: arguments.json,
        accept_all: arguments.accept == Accept::All,
        commit: arguments.commit,
        is_terminal: io::stdout().is_terminal(),
    };
    block_on(async {
        let provider = Bedrock::new(&config, models);
        // In a script nobody could choose another one.
        provider.resolve(&config.model).map_err(|fault| Stop { hint: fault.hint, ..Stop::usage(fault.message) })?;
        let (handle, running) = session.start(&config, provider);
        let (mut out, mut notes) = (io::stdout(), io::stderr());
        let exit = headless::run(&handle, &options, &mut out, &mut notes, interrupted()).await;
        drop(handle);
        running.ended().await;
        Ok(ExitCode::from(exit.code()))
    })
}

/// Completes when the process is asked to stop.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = |kind| async move {
        match signal(kind) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
    }
}

/// A workspace with its journal, before its engine runs.
struct Session {
    root: PathBuf,
    files: DiskFiles,
    repository: GitRepository,
    journal: FileJournal,
    past: Vec<adit::session::Event>,
}

impl Session {
    fn open(root: &Path, state: &Path, resume: bool) -> Result<Self, Stop> {
        GitRepository::check(root).map_err(|message| {
            let hint = GitRepository::discover(root).trouble().and_then(|fault| fault.hint);
            Stop { hint, ..Stop::new(message) }
        })?;
        let files = DiskFiles::open(root).map_err(|fault| Stop::usage(fault.to_string()))?;
        let repository = GitRepository::discover(root);
        let folder = state.join("sessions");
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
        Ok(Self { root: root.to_path_buf(), files, repository, journal, past })
    }

    /// Refuses a run that is to commit where nothing can be committed, before the model is paid.
    fn check_commit(&self) -> Result<(), Stop> {
        self.repository.check_commit().map_err(|fault| {
            let hint = "Leave --commit away to go on without: what is accepted is written all the same.";
            let hint = fault.hint.map_or_else(|| hint.to_owned(), |own| format!("{own}\n{hint}"));
            Stop::new(fault.message).hint(hint)
        })
    }

    /// Starts the engine. Needs the runtime.
    fn start(self, config: &Config, provider: Bedrock) -> (Handle, Running) {
        // The watcher waits while the engine is behind; it joins what comes in bursts.
        let (news, disk_news) = tokio::sync::mpsc::channel(16);
        let watcher = FolderWatcher::start(&self.root, self.repository.git_folder(), news);
        tracing::info!(root = self.files.root(), journal = %self.journal.path().display(), "session");
        start(Parts {
            provider: Arc::new(provider),
            files: Arc::new(self.files),
            repository: Arc::new(self.repository),
            tools: adit::tools::all(),
            journal: Box::new(self.journal),
            clock: Arc::new(SystemClock),
            policy: Policy::from_config(config),
            model: config.model.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            past: self.past,
            watch: Some((Box::new(watcher), disk_news)),
        })
    }
}

fn show_config(places: &Places, default: bool, path: bool) -> Result<ExitCode, Stop> {
    let text = if default {
        config::DEFAULT_TEXT.to_owned()
    } else if path {
        format!("{}\n", places.config_file().display())
    } else {
        let root = workspace(None)?;
        let config = configuration(places, &root)?;
        toml::to_string(&config).map_err(|failure| Stop::new(format!("cannot print the configuration: {failure}")))?
    };
    print(&text)
}

fn show_sessions(places: &Places, path: Option<&Path>) -> Result<ExitCode, Stop> {
    let root = workspace(path)?;
    let sessions =
        journal::list(&places.state.join("sessions"), &root).map_err(|fault| Stop::new(fault.to_string()))?;
    if sessions.is_empty() {
        return print(&format!("no sessions of {} yet\n", root.display()));
    }
    print(&headless::clean(&sessions::listing(&sessions)))
}

fn print(text: &str) -> Result<ExitCode, Stop> {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(failure) if failure.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::from(141)),
        Err(failure) => Err(Stop::new(format!("cannot write the output: {failure}"))),
    }
}

fn need_terminal() -> Result<(), Stop> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Stop::usage("the full screen needs a terminal").hint("Use `adit run \"PROMPT\"` in scripts and pipes."))
}

/// Returns the folder to work on: the repository's root around the named place, or the folder itself.
fn workspace(path: Option<&Path>) -> Result<PathBuf, Stop> {
    let named = path.unwrap_or(Path::new("."));
    let folder =
        named.canonicalize().map_err(|failure| Stop::usage(format!("cannot open {}: {failure}", named.display())))?;
    if !folder.is_dir() {
        return Err(Stop::usage(format!("{} is not a folder", named.display())));
    }
    Ok(GitRepository::root_around(&folder).unwrap_or(folder))
}

/// Runs a future to its end on a runtime of its own.
fn block_on<T>(future: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    // Two workers: the actor may write to a slow disk while the screen goes on.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|failure| Stop::new(format!("cannot start the runtime: {failure}")))?;
    let outcome = runtime.block_on(future);
    // A search or a walk may still read a slow disk; nobody waits for what it finds.
    runtime.shutdown_background();
    outcome
}

/// Sends the log to a file, never to the screen. `ADIT_LOG` chooses what is logged.
fn log_to(state: &Path) -> Result<(), Stop> {
    let fault = |failure: io::Error| {
        Stop::new(format!("cannot write to {}: {failure}", state.display()))
            .hint("Adit keeps its journal there; make the folder writable, or set XDG_STATE_HOME to another.")
    };
    let file = places::private_file(&state.join("adit.log")).map_err(fault)?;
    let filter = variable("ADIT_LOG").unwrap_or_else(|| "warn".to_owned());
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::sync::Mutex::new(file))
        .with_ansi(false)
        .init();
    Ok(())
}

fn terminal_environment() -> TerminalEnvironment {
    TerminalEnvironment {
        term: variable("TERM"),
        colorterm: variable("COLORTERM"),
        colorfgbg: variable("COLORFGBG"),
        no_color: variable("NO_COLOR"),
        tmux: variable("TMUX"),
        ssh: variable("SSH_CONNECTION").or_else(|| variable("SSH_TTY")),
        visual: variable("VISUAL"),
        editor: variable("EDITOR"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the composition root is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
