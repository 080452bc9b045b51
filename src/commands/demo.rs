//! `adit demo`: the full screen on a sample repository, with scripted answers from loopback.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use adit::accessible::TalkOptions;
use adit::adapters::bedrock::{Bedrock, Loopback, Patience};
use adit::adapters::git::GitRepository;
use adit::cli::DemoArgs;
use adit::config::Config;
use adit::demo::{self, Endpoint, Sample, Tour};
use adit::engine::{CommitFile, CommitRequest, Listener, Repository as _};
use adit::models::Models;
use adit::path::RelPath;
use adit::review::{Mode, Snapshot, Text};
use adit::tui::{Guide, GuideStep};

use super::accessible::talk;
use super::screen::{Guided, screen, shown_as};
use crate::launch::{Session, block_on, log_to};
use crate::places::Places;
use crate::settings::configuration;
use crate::stop::Stop;

/// Opens the full screen on the sample repository.
pub(crate) fn demo(places: &Places, arguments: &DemoArgs) -> Result<ExitCode, Stop> {
    let fault = |failure: io::Error| Stop::new(format!("cannot make the sample repository: {failure}"));
    let sample = Sample::make().map_err(fault)?;
    let root = sample.root();
    let mut config = Config { screen: configuration(places, &root)?.screen, ..Config::default() };
    let recording = shown_as(&arguments.screen, &mut config.screen)?;
    log_to(&sample.state_folder())?;
    commit_sample(&root)?;
    let session = Session::open(&root, &sample.state_folder(), false)?;
    block_on(async {
        let endpoint = Endpoint::start(Tour)
            .await
            .map_err(|failure| Stop::new(format!("cannot listen on 127.0.0.1: {failure}")))?;
        let patience = Patience::new(config.stall_seconds);
        let provider = Bedrock::with_endpoint(&config, Models::embedded(), Loopback::at(endpoint.url()), patience);
        let (handle, running) = session.start(&config, Arc::new(provider), Listener::Person);
        if config.screen.accessible {
            let welcome = "Welcome. This is a sample repository, and the answers are scripted: no model is asked. \
                           What you decide, undo and commit is real.";
            let options = TalkOptions {
                greeting: vec![welcome.to_owned()],
                prepared: Some(demo::PROMPT.to_owned()),
                ..TalkOptions::default()
            };
            return talk(handle, running, options).await;
        }
        let steps = demo::tour_steps().into_iter();
        let steps =
            steps.map(|step| GuideStep { text: step.text.to_owned(), done: step.is_done, ended_by: &[] }).collect();
        let prompt = demo::PROMPT.to_owned();
        let guided = Guided { guide: Some(Guide { steps }), prompt, recording, ..Guided::default() };
        screen(handle, running, &config, places, guided).await
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
