//! `adit config`: the settings that hold here, the defaults, or where the user's file is looked for.

use std::process::ExitCode;

use adit::config;

use super::output::print;
use crate::launch::workspace;
use crate::places::Places;
use crate::settings::configuration;
use crate::stop::Stop;

pub(crate) fn show(places: &Places, default: bool, path: bool) -> Result<ExitCode, Stop> {
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
