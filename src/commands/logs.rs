//! `adit logs`: the end of the log, made harmless, and what is added to it.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use adit::cli::LogsArgs;
use adit::safe::written;

use super::output::print;
use crate::launch::{block_on, log_file};
use crate::places::Places;
use crate::stop::Stop;

/// So much of a long log's end is looked at.
const LOOKED_AT: u64 = 4 << 20;
/// A log that is followed is looked at again after so long.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Prints where the log is, or its end.
pub(crate) fn show(places: &Places, arguments: &LogsArgs) -> Result<ExitCode, Stop> {
    let path = log_file(&places.state);
    if arguments.path {
        return print(&format!("{}\n", path.display()));
    }
    let mut log = Log { path, at: 0 };
    let text = log.end(arguments.lines)?;
    if text.is_none() && !arguments.follow {
        return print("nothing has been logged yet; `ADIT_LOG=debug adit` logs more\n");
    }
    let code = print(&written(&text.unwrap_or_default(), None))?;
    if !arguments.follow || code != ExitCode::SUCCESS {
        return Ok(code);
    }
    block_on(async { log.follow().await })
}

/// The log and how far it was read.
struct Log {
    path: PathBuf,
    at: u64,
}

impl Log {
    /// Returns the last lines; none where there is no log.
    fn end(&mut self, lines: usize) -> Result<Option<String>, Stop> {
        let Some(mut file) = open(&self.path)? else { return Ok(None) };
        let length = file.metadata().map_err(|failure| unreadable(&self.path, &failure))?.len();
        let text = self.read(&mut file, length.saturating_sub(LOOKED_AT))?;
        if text.is_empty() {
            return Ok(None);
        }
        let all: Vec<&str> = text.split_inclusive('\n').collect();
        Ok(Some(all[all.len().saturating_sub(lines)..].concat()))
    }

    /// Prints what is added until nobody reads it, or the user stops it.
    async fn follow(&mut self) -> Result<ExitCode, Stop> {
        loop {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => return Ok(ExitCode::from(130)),
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
            let more = self.more()?;
            if more.is_empty() {
                continue;
            }
            let code = print(&written(&more, None))?;
            if code != ExitCode::SUCCESS {
                return Ok(code);
            }
            // The reader of a pipe sees each line as it comes.
            let _shown_later_at_worst = io::stdout().flush();
        }
    }

    /// Returns what was added since; a log that has become shorter is read from its start.
    fn more(&mut self) -> Result<String, Stop> {
        let Some(mut file) = open(&self.path)? else { return Ok(String::new()) };
        let length = file.metadata().map_err(|failure| unreadable(&self.path, &failure))?.len();
        if length < self.at {
            self.at = 0;
        }
        if length == self.at {
            Ok(String::new())
        } else {
            self.read(&mut file, self.at.max(length.saturating_sub(LOOKED_AT)))
        }
    }

    /// Reads from a place on to the end.
    fn read(&mut self, file: &mut File, from: u64) -> Result<String, Stop> {
        let mut bytes = Vec::new();
        let read = file.seek(SeekFrom::Start(from)).and_then(|_| file.take(LOOKED_AT).read_to_end(&mut bytes));
        read.map_err(|failure| unreadable(&self.path, &failure))?;
        self.at = from + bytes.len() as u64;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn open(path: &Path) -> Result<Option<File>, Stop> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(failure) => Err(unreadable(path, &failure)),
    }
}

fn unreadable(path: &Path, failure: &io::Error) -> Stop {
    Stop::new(format!("cannot read {}: {failure}", path.display()))
}
