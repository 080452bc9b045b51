//! The full screen, from the engine's handle to the exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use adit::cli::ScreenArgs;
use adit::config::{Config, ScreenConfig};
use adit::engine::{Handle, Running};
use adit::tui::{
    self, DraftKeeper, EarlierPrompts, ExitReason, Guide, Memory, Recording, TerminalEnvironment, TuiOptions,
};

use super::accessible::need_no_recording;
use crate::launch::{on_this_thread, variable};
use crate::memory;
use crate::places::{Places, private_file};
use crate::settings::{code_theme, keymap};
use crate::stop::Stop;

/// What a full screen begins with besides the settings.
#[derive(Default)]
pub(super) struct Guided {
    /// The demo's guidance.
    pub(super) guide: Option<Guide>,
    /// What stands in the composer.
    pub(super) prompt: String,
    /// Keeps what stands there, so that the next start has it.
    pub(super) keeper: Option<DraftKeeper>,
    /// Where the prompts of earlier sessions come from.
    pub(super) earlier: Option<EarlierPrompts>,
    /// Where the screen is recorded to.
    pub(super) recording: Option<Recording>,
}

/// Runs the full screen until the user leaves.
pub(super) async fn screen(
    handle: Handle,
    running: Running,
    config: &Config,
    places: &Places,
    guided: Guided,
) -> Result<ExitCode, Stop> {
    let (keymap, code_theme) = match keymap(places).and_then(|keymap| Ok((keymap, code_theme(places, config)?))) {
        Ok(both) => both,
        Err(stop) => {
            drop(handle);
            running.ended().await;
            return Err(stop);
        }
    };
    let Guided { guide, prompt, keeper, earlier, recording } = guided;
    let recorded = recording.clone();
    let options = TuiOptions {
        config: config.screen.clone(),
        guide,
        offers_tour: true,
        memory: Memory::parse(&places.read_memory()),
        prompt,
        keeper,
        earlier,
        keymap,
        themes: places.read_themes(),
        code_theme,
        config_file: places.config_file().display().to_string(),
        environment: terminal_environment(),
        recording,
        panic_for_test: cfg!(debug_assertions) && variable("ADIT_PANIC").is_some_and(|value| value == "1"),
    };
    let remembered = options.memory.clone();
    let is_demo = options.guide.is_some();
    #[expect(clippy::disallowed_methods, reason = "the handle is kept and aborted at the end")]
    let resting = tokio::spawn(memory::give_back_at_rest(handle.clone()));
    let report = on_this_thread(tui::run(handle, options));
    resting.abort();
    running.ended().await;
    if let Some(fault) = recorded.and_then(|recorded| recorded.fault()) {
        // The terminal may be gone; then nobody is there to read it.
        let _ = writeln!(io::stderr(), "adit: the recording is not complete: {fault}");
    }
    match report? {
        Ok(report) => {
            if report.memory != remembered {
                places.write_memory(&report.memory.text());
            }
            if report.progress.pending > 0 && !is_demo {
                // The terminal may be gone; then nobody is there to read it.
                let changes = match report.progress.pending {
                    1 => "1 change is".to_owned(),
                    more => format!("{more} changes are"),
                };
                let _ = writeln!(io::stdout(), "{changes} still pending; `adit --continue` opens this session again.");
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

/// Takes over how a session is to be shown, and sees that it can be: returns the recording that was asked for.
pub(super) fn shown_as(arguments: &ScreenArgs, config: &mut ScreenConfig) -> Result<Option<Recording>, Stop> {
    arguments.apply(config);
    if config.accessible {
        need_no_recording(arguments.record.as_deref())?;
    } else {
        need_terminal()?;
    }
    arguments.record.as_deref().map(recording).transpose()
}

/// Opens the file to record into. It is private like the journal, because it holds what the screen showed.
fn recording(path: &Path) -> Result<Recording, Stop> {
    let fault = |failure: io::Error| Stop::usage(format!("cannot record to {}: {failure}", path.display()));
    let file = private_file(path).map_err(fault)?;
    if file.metadata().map_err(fault)?.len() > 0 {
        return Err(Stop::usage(format!("cannot record to {}: the file is there already", path.display())));
    }
    Ok(Recording::new(file))
}

fn need_terminal() -> Result<(), Stop> {
    if terminal_environment().is_dumb() {
        return Err(Stop::usage(
            "the full screen needs a terminal that can move its cursor, and TERM says that this one cannot",
        )
        .hint("Set TERM to what your terminal is, or use `adit run \"PROMPT\"`."));
    }
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Stop::usage("the full screen needs a terminal").hint("Use `adit run \"PROMPT\"` in scripts and pipes."))
}

pub(super) fn terminal_environment() -> TerminalEnvironment {
    TerminalEnvironment {
        term: variable("TERM"),
        colorterm: variable("COLORTERM"),
        locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty()),
        colorfgbg: variable("COLORFGBG"),
        no_color: variable("NO_COLOR"),
        tmux: variable("TMUX"),
        screen: variable("STY"),
        mosh: is_below("mosh-server"),
        zellij: variable("ZELLIJ"),
        program: variable("TERM_PROGRAM"),
        program_version: variable("TERM_PROGRAM_VERSION"),
        vte: variable("VTE_VERSION"),
        konsole: variable("KONSOLE_VERSION"),
        windows_terminal: variable("WT_SESSION"),
        wayland: variable("WAYLAND_DISPLAY"),
        display: variable("DISPLAY"),
        ssh: variable("SSH_CONNECTION").or_else(|| variable("SSH_TTY")),
        visual: variable("VISUAL"),
        editor: variable("EDITOR"),
        pager: variable("PAGER"),
        less: variable("LESS"),
        programs: tui::CLIPBOARD_PROGRAMS.iter().filter(|name| is_on_path(name)).map(ToString::to_string).collect(),
    }
}

/// Tells whether a process of this name is above this one, as far as `/proc` tells.
fn is_below(name: &str) -> bool {
    let parent = |status: &str| status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse::<u32>().ok();
    let mut next = Some(std::process::id());
    // A chain of shells and programs is not longer.
    for _ in 0..16 {
        let Some(process) = next.filter(|process| *process > 1) else { return false };
        let Ok(status) = std::fs::read_to_string(format!("/proc/{process}/status")) else { return false };
        if status.lines().next().and_then(|line| line.strip_prefix("Name:")).is_some_and(|known| known.trim() == name) {
            return true;
        }
        next = parent(&status);
    }
    false
}

/// Tells whether a folder of `PATH` has a program of this name.
fn is_on_path(name: &str) -> bool {
    let path = variable("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.is_absolute() && folder.join(name).is_file())
}
