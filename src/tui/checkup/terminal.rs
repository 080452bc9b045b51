//! The checks of the terminal, from what was seen of it.

use super::super::environment::TerminalEnvironment;
use super::super::theme::ColorDepth;
use super::ask::Answers;
use super::tmux::TmuxSettings;
use crate::doctor::Check;

/// What was seen of the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// What the environment says.
    pub environment: TerminalEnvironment,
    /// `LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set.
    pub locale: Option<String>,
    /// `TERM_PROGRAM`.
    pub program: Option<String>,
    /// Columns and rows, where there is a terminal.
    pub size: Option<(u16, u16)>,
    /// What the terminal answered, where it was asked.
    pub answers: Option<Answers>,
    /// How tmux is set, inside it.
    pub tmux: Option<TmuxSettings>,
}

/// Smaller than so many columns and rows, little can be seen.
const LEAST: (u16, u16) = (40, 10);

/// Returns the checks of the terminal.
pub fn check_terminal(seen: &Seen) -> Vec<Check> {
    let mut checks = vec![terminal(seen)];
    checks.extend(size(seen));
    checks.push(colours(seen));
    checks.push(characters(seen));
    checks.push(keyboard(seen));
    checks.push(clipboard(seen));
    let depth = seen.environment.color_depth();
    if let Some(tmux) = &seen.tmux {
        checks.extend(tmux.checks(depth == ColorDepth::True));
    } else if seen.environment.tmux.is_some() {
        checks.push(Check::skipped("tmux", "TMUX is set, but tmux gave no answer"));
    }
    checks
}

fn terminal(seen: &Seen) -> Check {
    let environment = &seen.environment;
    let name = seen.answers.as_ref().and_then(|answers| answers.name.as_deref()).or(seen.program.as_deref());
    let is_remote = if environment.ssh.is_some() { ", over ssh" } else { "" };
    match environment.term.as_deref() {
        None | Some("") => {
            Check::fail("terminal", "TERM is not set", "Run adit in a terminal, or set TERM, as `xterm-256color`.")
        }
        Some("dumb") => Check::fail(
            "terminal",
            "TERM is dumb: nothing can be drawn there",
            "Use a terminal emulator, or `adit run` for work without a screen.",
        ),
        Some(term) if environment.tmux.is_some() && !term.starts_with("tmux") && !term.starts_with("screen") => {
            Check::warn(
                "terminal",
                format!("TERM is {term} inside tmux, which speaks another language"),
                "Add `set -g default-terminal tmux-256color` to tmux.conf, and set TERM in no start-up file of your shell.",
            )
        }
        Some(term) => {
            let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
            Check::ok("terminal", format!("{term}{name}{is_remote}"))
        }
    }
}

fn size(seen: &Seen) -> Option<Check> {
    let (columns, rows) = seen.size?;
    let finding = format!("{columns} columns, {rows} rows");
    let is_small = columns < LEAST.0 || rows < LEAST.1;
    Some(if is_small {
        Check::warn("size", finding, "Make the window larger: adit needs some 80 columns and 24 rows to be of use.")
    } else {
        Check::ok("size", finding)
    })
}

fn colours(seen: &Seen) -> Check {
    let environment = &seen.environment;
    match environment.color_depth() {
        ColorDepth::True => Check::ok("colours", "24-bit"),
        ColorDepth::Indexed => Check::ok("colours", "256; COLORTERM=truecolor would promise more"),
        ColorDepth::Ansi16 => Check::warn(
            "colours",
            "16",
            "If the terminal has more, set COLORTERM=truecolor; over ssh `SendEnv COLORTERM` hands it on.",
        ),
        ColorDepth::None if environment.no_color.as_deref().is_some_and(|value| !value.is_empty()) => {
            Check::ok("colours", "none, as NO_COLOR asks")
        }
        ColorDepth::None => Check::warn("colours", "none", "Use a terminal with colours, and a TERM that says so."),
    }
}

fn characters(seen: &Seen) -> Check {
    let locale = seen.locale.as_deref().unwrap_or_default();
    let lower = locale.to_ascii_lowercase();
    if lower.contains("utf-8") || lower.contains("utf8") {
        return Check::ok("characters", locale);
    }
    let named = if locale.is_empty() { "no locale is set".to_owned() } else { format!("the locale is {locale}") };
    Check::warn(
        "characters",
        format!("{named}, not UTF-8: lines and marks may look wrong, in tmux above all"),
        "Set LANG to a UTF-8 locale, as `C.UTF-8`.",
    )
}

fn keyboard(seen: &Seen) -> Check {
    match &seen.answers {
        None => Check::skipped("keyboard", "there is no terminal here to ask"),
        Some(answers) if answers.keyboard => Check::ok("keyboard", "all keys are told apart (kitty protocol)"),
        Some(answers) if answers.any && seen.environment.tmux.is_some() => {
            Check::ok("keyboard", "as tmux hands it on; Alt-Enter and Ctrl-J begin a new line")
        }
        Some(answers) if answers.any => {
            Check::ok("keyboard", "the usual one: Shift-Enter is Enter; Alt-Enter and Ctrl-J begin a new line")
        }
        Some(_) => Check::warn(
            "keyboard",
            "the terminal answers no questions, or too late",
            "Over a slow line this is harmless: adit goes on without the answers. Alt-Enter and Ctrl-J begin a new line.",
        ),
    }
}

fn clipboard(seen: &Seen) -> Check {
    if seen.program.as_deref() == Some("Apple_Terminal") && seen.environment.tmux.is_none() {
        return Check::warn(
            "clipboard",
            "this terminal lets no program copy",
            "Select with the mouse while you hold Fn, or use a terminal with OSC 52, such as iTerm2, kitty or Ghostty.",
        );
    }
    match &seen.tmux {
        Some(tmux) if !tmux.passes_clipboard() => Check::warn(
            "clipboard",
            "adit copies through the terminal, and tmux lets nothing through",
            "See tmux clipboard below.",
        ),
        Some(_) | None => {
            Check::ok("clipboard", "through the terminal (OSC 52), if it allows that; works over ssh too")
        }
    }
}
