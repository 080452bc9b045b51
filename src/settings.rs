//! Reads the settings: the user's files, the workspace's, the environment's variables.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use adit::config::{Config, Layer, Origin};
use adit::models::Models;

use crate::places::Places;
use crate::stop::Stop;

/// Files of settings are small; a larger one is something else.
const FILE_LIMIT: u64 = 1 << 20;

/// Returns the settings for a workspace, before flags.
pub(crate) fn configuration(places: &Places, root: &Path) -> Result<Config, Stop> {
    let layers = layers(places, root).into_iter().collect::<Result<Vec<Layer>, Stop>>()?;
    together(&layers).map(|mut config| {
        config.name_project(&root.file_name().unwrap_or_default().to_string_lossy());
        config
    })
}

/// Returns the settings that layers make together.
pub(crate) fn together(layers: &[Layer]) -> Result<Config, Stop> {
    Config::from_layers(layers).map_err(|fault| Stop::usage(fault.to_string()).hint(fault.hint))
}

/// Returns each place that sets something, lowest first, or why it cannot be read.
pub(crate) fn layers(places: &Places, root: &Path) -> Vec<Result<Layer, Stop>> {
    let (user, workspace) = (places.config_file(), root.join(".adit/config.toml"));
    let layer = |file: &Path, origin: fn(String) -> Origin| {
        let text = read(file).transpose()?;
        Some(text.map(|text| Layer { origin: origin(file.display().to_string()), text }))
    };
    let files = layer(&user, Origin::User).into_iter().chain(layer(&workspace, Origin::Workspace));
    let variables = std::env::vars_os()
        .filter_map(|(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    files.chain(Config::environment_layers(variables).into_iter().map(Ok)).collect()
}

/// Returns the table of models, with the user's own laid over it.
pub(crate) fn models(places: &Places) -> Result<Models, Stop> {
    let file = places.models_file();
    let Some(text) = read(&file)? else { return Ok(Models::embedded()) };
    Models::embedded().overlaid(&text).map_err(|fault| {
        Stop::usage(format!("{}: {fault}", file.display())).hint(
            "Entries look like those of assets/models.toml in adit's source; without the file the built-in ones count.",
        )
    })
}

/// Returns the text of the user's keymap, if there is one.
pub(crate) fn keymap(places: &Places) -> Result<Option<String>, Stop> {
    read(&places.keymap_file())
}

/// Returns the text of the tmTheme that the settings name, if they name one.
pub(crate) fn code_theme(places: &Places, config: &Config) -> Result<Option<String>, Stop> {
    let name = &config.screen.code_theme;
    if name.is_empty() {
        return Ok(None);
    }
    // A path that begins at the root stays as it is.
    let file = places.config.join(name);
    let missing = || {
        let hint = "`code_theme` under [screen] names it; empty it to have the theme's own colours.";
        Stop::usage(format!("cannot read {}: there is no such file", file.display())).hint(hint)
    };
    read(&file)?.ok_or_else(missing).map(Some)
}

/// Returns the text of a file, or none where there is no such file.
fn read(file: &Path) -> Result<Option<String>, Stop> {
    let refused = |why: String| Err(Stop::usage(format!("cannot read {}: {why}", file.display())));
    // Looked at before it is opened: a named pipe in a workspace must not hold adit up.
    match std::fs::metadata(file) {
        Ok(found) if !found.is_file() => return refused("it is not a file".to_owned()),
        Ok(found) if found.len() > FILE_LIMIT => return refused(format!("it is larger than {FILE_LIMIT} bytes")),
        Ok(_) => {}
        Err(failure) if matches!(failure.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(failure) => return refused(failure.to_string()),
    }
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(failure) => refused(failure.to_string()),
    }
}
