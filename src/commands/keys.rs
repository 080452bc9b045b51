//! `adit keys`: which keys do what, as Markdown.

use std::process::ExitCode;

use adit::tui::Keymap;

use super::output::print;
use crate::launch::workspace;
use crate::places::Places;
use crate::settings::{configuration, keymap};
use crate::stop::Stop;

/// Prints the keys of a preset, or those that hold here: the chosen preset with the user's own keys.
pub(crate) fn show(places: &Places, preset: Option<&str>) -> Result<ExitCode, Stop> {
    let keymap = match preset {
        Some(preset) => Keymap::of_preset(preset, None),
        None => {
            let config = configuration(places, &workspace(None)?)?;
            Keymap::of_preset(&config.screen.keys, keymap(places)?.as_deref())
        }
    };
    print(&keymap.map_err(|fault| Stop::usage(fault.to_string()))?.reference())
}
