//! Prints what a command found.

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::stop::Stop;

/// Prints a text on standard output; a reader that went away is no fault.
pub(super) fn print(text: &str) -> Result<ExitCode, Stop> {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(failure) if failure.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::from(141)),
        Err(failure) => Err(Stop::new(format!("cannot write the output: {failure}"))),
    }
}
