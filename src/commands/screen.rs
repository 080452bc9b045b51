//! The full screen, from the engine's handle to the exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use adit::config::Config;
use adit::engine::{Handle, Running};
use adit::tui::{self, ExitReason, Guide, Memory, TerminalEnvironment, TuiOptions};

use crate::launch::variable;
use crate::places::Places;
use crate::settings::code_theme;
use crate::stop::Stop;

/// Runs the full screen until the user leaves.
pub(super) async fn screen(
    handle: Handle,
    running: Running,
    config: &Config,
    places: &Places,
    guide: Option<Guide>,
    prompt: String,
) -> Result<ExitCode, Stop> {
    let code_theme = match code_theme(places, config) {
        Ok(code_theme) => code_theme,
        Err(stop) => {
            drop(handle);
            running.ended().await;
            return Err(stop);
        }
    };
    let options = TuiOptions {
        config: config.screen.clone(),
        guide,
        offers_tour: true,
        memory: Memory::parse(&places.read_memory()),
        prompt,
        keymap: places.read_keymap(),
        themes: places.read_themes(),
        code_theme,
        config_file: places.config_file().display().to_string(),
        environment: terminal_environment(),
        panic_for_test: cfg!(debug_assertions) && variable("ADIT_PANIC").is_some_and(|value| value == "1"),
    };
    let remembered = options.memory.clone();
    let is_demo = options.guide.is_some();
    let report = tui::run(handle, options).await;
    running.ended().await;
    match report {
        Ok(report) => {
            if report.memory != remembered {
                places.write_memory(&report.memory.text());
            }
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
        ssh: variable("SSH_CONNECTION").or_else(|| variable("SSH_TTY")),
        visual: variable("VISUAL"),
        editor: variable("EDITOR"),
    }
}
