//! `adit [PATH]`: the full screen on a workspace.

use std::process::ExitCode;

use adit::accessible::TalkOptions;
use adit::adapters::bedrock::Bedrock;
use adit::cli::OpenArgs;

use super::accessible::talk;
use super::screen::{need_terminal, screen};
use crate::launch::{Session, block_on, log_to, workspace};
use crate::places::Places;
use crate::settings::{configuration, models};
use crate::stop::Stop;

/// Opens the full screen on a workspace.
pub(crate) fn open(places: &Places, arguments: &OpenArgs) -> Result<ExitCode, Stop> {
    let root = workspace(arguments.path.as_deref())?;
    let mut config = configuration(places, &root)?;
    arguments.model.apply(&mut config);
    if let Some(theme) = &arguments.theme {
        config.screen.theme.clone_from(theme);
    }
    config.screen.accessible |= arguments.accessible;
    if !config.screen.accessible {
        need_terminal()?;
    }
    config.screen.mouse &= !arguments.no_mouse;
    let models = models(places)?;
    log_to(&places.state)?;
    let session = Session::open(&root, &places.state, arguments.resume)?;
    block_on(async {
        let provider = Bedrock::new(&config, models);
        let (handle, running) = session.start(&config, provider);
        if config.screen.accessible {
            return talk(handle, running, TalkOptions::default()).await;
        }
        screen(handle, running, &config, places, None, String::new()).await
    })
}
