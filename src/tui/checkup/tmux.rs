//! The settings of tmux that adit feels, read from what `tmux show-options` prints.

use std::collections::BTreeMap;

use crate::doctor::Check;

/// Longer than this, Esc feels slow.
const ESCAPE_MILLIS: u32 = 50;

/// How tmux is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TmuxSettings {
    /// Its version, as it prints it.
    pub version: String,
    /// Its options by name; the values of a list stand after each other, with commas.
    options: BTreeMap<String, String>,
}

impl TmuxSettings {
    /// Reads `tmux -V` and the output of `tmux show-options`, of the server and of the window.
    pub fn parse(version: &str, options: &str) -> Self {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for line in options.lines() {
            let (name, value) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            let name = name.split('[').next().unwrap_or(name).trim_end_matches('*');
            let value = value.trim().trim_matches('"');
            let known = all.entry(name.to_owned()).or_default();
            if !known.is_empty() {
                known.push(',');
            }
            known.push_str(value);
        }
        Self { version: version.trim().to_owned(), options: all }
    }

    fn option(&self, name: &str) -> &str {
        self.options.get(name).map_or("", String::as_str)
    }

    /// Tells whether what adit copies reaches a clipboard.
    pub(super) fn passes_clipboard(&self) -> bool {
        self.hands_buffers_on()
            || self.option("set-clipboard") == "on"
            || matches!(self.option("allow-passthrough"), "on" | "all")
    }

    /// Tells whether this tmux hands a buffer on to the terminal by itself, whatever its options say: from 3.2 on.
    fn hands_buffers_on(&self) -> bool {
        let digits = self.version.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let mut parts = digits.split(|letter: char| !letter.is_ascii_digit()).map(|part| part.parse().unwrap_or(0_u32));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (3, 2)
    }

    /// Tells whether tmux hands 24-bit colours on.
    fn has_rgb(&self) -> bool {
        [self.option("terminal-features"), self.option("terminal-overrides")]
            .iter()
            .any(|value| value.split([',', ':']).any(|word| matches!(word.trim_matches('"'), "RGB" | "Tc")))
    }

    /// Returns a check for each setting. `is_true_colour`: the environment promises 24-bit colours.
    pub(super) fn checks(&self, is_true_colour: bool) -> Vec<Check> {
        let line = |setting: &str| format!("Add `set -s {setting}` to tmux.conf and run `tmux source-file` on it.");
        let mut checks = vec![Check::ok("tmux", self.version.clone())];
        checks.push(match self.option("escape-time").parse::<u32>() {
            Ok(millis) if millis > ESCAPE_MILLIS => Check::warn(
                "tmux escape-time",
                format!("{millis} ms: Esc comes that much later"),
                line("escape-time 10"),
            ),
            Ok(millis) => Check::ok("tmux escape-time", format!("{millis} ms")),
            Err(_) => Check::skipped("tmux escape-time", "tmux does not tell it"),
        });
        checks.push(match (self.option("set-clipboard"), self.option("allow-passthrough")) {
            ("on", _) => Check::ok("tmux clipboard", "set-clipboard is on"),
            _ if self.hands_buffers_on() => Check::ok("tmux clipboard", "adit hands tmux what it copies"),
            (_, passthrough @ ("on" | "all")) => {
                Check::ok("tmux clipboard", format!("allow-passthrough is {passthrough}"))
            }
            (set, _) => {
                let set = if set.is_empty() { "off" } else { set };
                Check::warn(
                    "tmux clipboard",
                    format!("set-clipboard is {set} and allow-passthrough is off: what adit copies does not arrive"),
                    line("set-clipboard on"),
                )
            }
        });
        checks.push(match self.option("extended-keys") {
            value @ ("on" | "always") => Check::ok("tmux extended-keys", value),
            _ => Check::warn(
                "tmux extended-keys",
                "off: keys such as Shift-Enter cannot be told from others",
                line("extended-keys on"),
            ),
        });
        checks.push(match self.option("focus-events") {
            "on" => Check::ok("tmux focus-events", "on"),
            _ => Check::warn(
                "tmux focus-events",
                "off: adit does not hear when you come back to its pane",
                line("focus-events on"),
            ),
        });
        if is_true_colour && !self.has_rgb() {
            checks.push(Check::warn(
                "tmux colours",
                "COLORTERM promises 24-bit colours, but tmux is not told that the terminal has them",
                "Add `set -as terminal-features ',*:RGB'` to tmux.conf and start tmux anew.",
            ));
        }
        checks
    }
}
