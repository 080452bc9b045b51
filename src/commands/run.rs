//! `adit run`: one prompt without a screen.

use std::io::{self, IsTerminal as _, Read as _};
use std::process::ExitCode;

use adit::adapters::telemetry::Telemetry;
use adit::cli::{Accept, RunArgs};
use adit::engine::Listener;
use adit::headless::{self, RunOptions};

use crate::launch::{Audience, Session, block_on, log_to, provider, workspace};
use crate::places::Places;
use crate::settings::{configuration, models};
use crate::stop::Stop;

/// Runs one prompt without a screen.
pub(crate) fn run(places: &Places, arguments: &RunArgs) -> Result<ExitCode, Stop> {
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
        let provider = provider(&config, &models, Audience::Script, &places.state).await;
        // In a script nobody could choose another one.
        provider.resolve(&config.model).map_err(|fault| Stop { hint: fault.hint, ..Stop::usage(fault.message) })?;
        let (handle, running) = session.start(&config, provider, Listener::Script);
        let (mut out, mut notes) = (io::stdout(), io::stderr());
        let telemetry = Telemetry::start(&config.telemetry, &handle).await;
        let exit = headless::run(&handle, &options, &mut out, &mut notes, interrupted()).await;
        drop(handle);
        running.ended().await;
        if let Some(telemetry) = telemetry {
            telemetry.finish().await;
        }
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
        () = wait(SignalKind::quit()) => {}
    }
}
