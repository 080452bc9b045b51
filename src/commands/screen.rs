//! The full screen, from the engine's handle to the exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use adit::config::Config;
use adit::engine::{Handle, Running};
use adit::tui::{self, DraftKeeper, ExitReason, Guide, TerminalEnvironment, TuiOptions};

use crate::launch::variable;
use crate::places::Places;
use crate::stop::Stop;

/// Runs the full screen until the user leaves.
pub(super) async fn screen(
    handle: Handle,
    running: Running,
    config: &Config,
    places: &Places,
    guide: Option<Guide>,
    (prompt, keeper): (String, Option<DraftKeeper>),
) -> Result<ExitCode, Stop> {
    let options = TuiOptions {
        config: config.screen.clone(),
        guide,
        prompt,
        keeper,
        keymap: places.read_keymap(),
        theme: places.read_theme(&config.screen.theme),
        environment: terminal_environment(),
        panic_for_test: cfg!(debug_assertions) && variable("ADIT_PANIC").is_some_and(|value| value == "1"),
    };
    let is_demo = options.guide.is_some();
    let report = tui::run(handle, options).await;
    running.ended().await;
    match report {
        Ok(report) => {
            if report.progress.pending > 0 && !is_demo {
                // The terminal may be gone; then nobody is there to read it.
                let hunks = match report.progress.pending {
                    1 => "1 hunk is".to_owned(),
                    more => format!("{more} hunks are"),
                };
                let _ = writeln!(io::stdout(), "{hunks} still pending; `adit --continue` opens this session again.");
            }
            Ok(ExitCode::from(match report.reason {
                ExitReason::Quit | ExitReason::TerminalClosed => 0,
                ExitReason::EngineEnded => 1,
                ExitReason::Signal(number) => u8::try_from(128 + number).unwrap_or(1),
            }))
        }
        Err(fault) => Err(Stop::new(fault.to_string())),
    }
}

pub(super) fn need_terminal() -> Result<(), Stop> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Stop::usage("the full screen needs a terminal").hint("Use `adit run \"PROMPT\"` in scripts and pipes."))
}

fn terminal_environment() -> TerminalEnvironment {
    TerminalEnvironment {
        term: variable("TERM"),
        colorterm: variable("COLORTERM"),
        colorfgbg: variable("COLORFGBG"),
        no_color: variable("NO_COLOR"),
        tmux: variable("TMUX"),
        sty: variable("STY"),
        wayland: variable("WAYLAND_DISPLAY"),
        display: variable("DISPLAY"),
        ssh: variable("SSH_CONNECTION").or_else(|| variable("SSH_TTY")),
        visual: variable("VISUAL"),
        editor: variable("EDITOR"),
        pager: variable("PAGER"),
        programs: tui::CLIPBOARD_PROGRAMS.iter().filter(|name| is_on_path(name)).map(ToString::to_string).collect(),
    }
}

/// Tells whether a folder of `PATH` has a program of this name.
fn is_on_path(name: &str) -> bool {
    let path = variable("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.is_absolute() && folder.join(name).is_file())
}
