//! The composition root: reads the arguments and runs the command that they name.

use std::io::{self, Write as _};
use std::process::ExitCode;

use adit::cli::{Cli, CliCommand};
use adit::safe::{written, written_in_line};
use clap::Parser as _;

mod commands;
mod launch;
mod memory;
mod places;
mod settings;
mod stop;

use places::Places;

/// Returns the arguments, or ends with what is wrong with them.
fn arguments() -> Cli {
    Cli::try_parse().and_then(Cli::settled).unwrap_or_else(|fault| {
        // The message quotes arguments, and a shell's `*` takes them from the names of files: they are shown, not sent.
        let shown = std::env::args_os().map(|argument| written_in_line(&argument.to_string_lossy()));
        Cli::try_parse_from(shown).and_then(Cli::settled).err().unwrap_or(fault).exit()
    })
}

fn main() -> ExitCode {
    memory::map_what_is_large();
    let cli = arguments();
    let outcome = Places::find().and_then(|places| match cli.command {
        None => commands::open(&places, &cli.open),
        Some(CliCommand::Demo(arguments)) => commands::demo(&places, &arguments),
        Some(CliCommand::Run(arguments)) => commands::run(&places, &arguments),
        Some(CliCommand::Blame(arguments)) => commands::blame(&places, &arguments),
        Some(CliCommand::Doctor(arguments)) => commands::doctor(&places, &arguments),
        Some(CliCommand::Config { default, path }) => commands::config(&places, default, path),
        Some(CliCommand::Keys { preset }) => commands::keys(&places, preset.as_deref()),
        Some(CliCommand::Cost(arguments)) => commands::cost(&places, &arguments),
        Some(CliCommand::Logs(arguments)) => commands::logs(&places, &arguments),
        Some(CliCommand::Sessions { path }) => commands::sessions(&places, path.as_deref()),
    });
    match outcome {
        Ok(code) => code,
        Err(stop) => {
            // Standard error is the last place to say it; if that is closed too, the exit code still tells.
            let mut err = io::stderr().lock();
            let _ = writeln!(err, "adit: {}", written(&stop.message, None));
            if let Some(hint) = stop.hint {
                let _ = writeln!(err, "{}", written(&hint, None));
            }
            ExitCode::from(stop.code)
        }
    }
}
