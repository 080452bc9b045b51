//! Looks at the terminal: the environment's variables, its answers, tmux's settings.

use std::time::Duration;

use adit::doctor::Check;
use adit::tui::{self, Seen, TmuxSettings, check_terminal};
use tokio::process::Command;

use super::super::screen::terminal_environment;
use crate::launch::variable;

/// So long a program that is asked may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Returns the checks of the terminal.
pub(super) async fn checks() -> Vec<Check> {
    let environment = terminal_environment();
    let tmux = if environment.tmux.is_some() { tmux().await } else { None };
    // Blocking, but nothing else runs yet.
    let answers = if environment.answers_queries() { tui::ask_terminal() } else { None };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let program = variable("TERM_PROGRAM").filter(|value| !value.is_empty());
    check_terminal(&Seen { environment, locale, program, size: tui::terminal_size(), answers, tmux })
}

async fn tmux() -> Option<TmuxSettings> {
    let version = said("tmux", &["-V"]).await?;
    let server = said("tmux", &["show-options", "-s"]).await?;
    let window = said("tmux", &["show-options", "-gw"]).await.unwrap_or_default();
    Some(TmuxSettings::parse(&version, &format!("{server}\n{window}")))
}

/// Returns what a program prints, or none where it cannot be run, fails or takes too long.
pub(super) async fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(std::process::Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
