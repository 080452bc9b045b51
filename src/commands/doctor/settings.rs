//! Looks at the settings: every place that sets something, the keymap, the table of models, the theme.

use std::path::Path;

use adit::config::{Config, Layer};
use adit::doctor::Check;
use adit::tui::{Keymap, load_theme};

use super::super::screen::terminal_environment;
use crate::places::Places;
use crate::settings::{keymap, layers, models, together};
use crate::stop::Stop;

/// Returns the checks, and the settings of the places that are in order.
pub(super) fn checks(places: &Places, root: &Path) -> (Vec<Check>, Config) {
    let mut checks = Vec::new();
    let mut good: Vec<Layer> = Vec::new();
    for layer in layers(places, root) {
        let checked = layer.and_then(|layer| together(std::slice::from_ref(&layer)).map(|_| layer));
        match checked {
            Ok(layer) => good.push(layer),
            Err(stop) => checks.push(wrong("config", stop)),
        }
    }
    let config = together(&good).unwrap_or_default();
    if checks.is_empty() {
        let from: Vec<&str> = good.iter().map(|layer| layer.origin.name()).collect();
        let finding = if from.is_empty() { "built in".to_owned() } else { from.join(", ") };
        checks.push(Check::ok("config", finding));
    }
    match keymap(places) {
        Ok(None) => {}
        Ok(Some(user)) => checks.push(match Keymap::of_preset(&config.screen.keys, Some(&user)) {
            Ok(_) => Check::ok("keymap", places.keymap_file().display().to_string()),
            Err(fault) => Check::fail("keymap", fault.to_string(), "Mend that line; `F1` in adit lists all actions."),
        }),
        Err(stop) => checks.push(wrong("keymap", stop)),
    }
    if places.models_file().exists() {
        checks.push(match models(places) {
            Ok(_) => Check::ok("models", places.models_file().display().to_string()),
            Err(stop) => wrong("models", stop),
        });
    }
    let name = &config.screen.theme;
    let theme = load_theme(name, &places.read_themes(), terminal_environment().color_depth());
    if name != "auto" {
        checks.push(match theme {
            Ok(_) => Check::ok("theme", name),
            Err(fault) => {
                Check::fail("theme", fault.to_string(), "Choose auto, dark, light or ansi, or mend the file.")
            }
        });
    }
    (checks, config)
}

fn wrong(name: &str, stop: Stop) -> Check {
    Check::fail(name, stop.message, stop.hint.unwrap_or_else(|| "Mend the file.".to_owned()))
}
