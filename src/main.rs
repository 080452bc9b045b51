//! The composition root: reads the arguments and runs the command that they name.

use std::io::{self, Write as _};
use std::process::ExitCode;

use adit::cli::{Cli, CliCommand};
use adit::safe::written;
use clap::Parser as _;

mod commands;
mod launch;
mod memory;
mod places;
mod settings;
mod stop;

use places::Places;

fn main() -> ExitCode {
    memory::map_what_is_large();
    let cli = Cli::parse();
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
