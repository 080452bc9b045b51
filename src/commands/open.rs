//! `adit [PATH]`: the full screen on a workspace.

use std::process::ExitCode;

use adit::accessible::TalkOptions;
use adit::adapters::journal;
use adit::adapters::telemetry::Telemetry;
use adit::cli::OpenArgs;
use adit::engine::Listener;
use adit::tui::EarlierPrompts;

use super::accessible::talk;
use super::draft::draft;
use super::screen::{Guided, screen, shown_as};
use crate::launch::{Audience, Session, block_on, log_to, provider, workspace};
use crate::places::Places;
use crate::settings::{configuration, models};
use crate::stop::Stop;

/// So many prompts of earlier sessions can be found again.
const EARLIER_PROMPTS: usize = 1000;

/// Opens the full screen on a workspace.
pub(crate) fn open(places: &Places, arguments: &OpenArgs) -> Result<ExitCode, Stop> {
    let root = workspace(arguments.path.as_deref())?;
    let mut config = configuration(places, &root)?;
    arguments.model.apply(&mut config);
    let recording = shown_as(&arguments.screen, &mut config.screen)?;
    let models = models(places)?;
    log_to(&places.state)?;
    let session = Session::open(&root, &places.state, arguments.resume)?;
    block_on(async {
        let provider = provider(&config, &models, Audience::Screen, &places.state).await;
        let (handle, running) = session.start(&config, provider, Listener::Person);
        let telemetry = Telemetry::start(&config.telemetry, &handle).await;
        if config.screen.accessible {
            let code = talk(handle, running, TalkOptions::default()).await;
            if let Some(telemetry) = telemetry {
                telemetry.finish().await;
            }
            return code;
        }
        let (prompt, keeper) = draft(places, &root);
        let sessions = places.sessions();
        let workspace = root.clone();
        let earlier = EarlierPrompts::new(move || journal::prompts(&sessions, &workspace, EARLIER_PROMPTS));
        let guided = Guided { prompt, keeper, earlier: Some(earlier), recording, ..Guided::default() };
        let code = screen(handle, running, &config, places, guided).await;
        if let Some(telemetry) = telemetry {
            telemetry.finish().await;
        }
        code
    })
}
