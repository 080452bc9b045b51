//! Lets the user read in their own pager, and knows which pagers leave by themselves.

use std::io::{self, Write as _};
use std::process::Command;

use super::editor::{split, tempfile_at};
use super::effect::Plain;
use super::environment::TerminalEnvironment;

/// Programs that stay until they are told to go.
const STAY: [&str; 9] = ["most", "moar", "moor", "ov", "vi", "vim", "nvim", "view", "emacs"];

/// The user's pager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    command: String,
    /// What `LESS` tells less.
    less: String,
}

impl Pager {
    /// Returns the pager that the environment names.
    pub fn of(environment: &TerminalEnvironment) -> Self {
        let command = environment.pager_command().to_owned();
        Self { command, less: environment.less.clone().unwrap_or_default() }
    }

    /// Tells whether the pager keeps a text of so many lines on the screen until the user has read it. One that is not known
    /// is taken for one that prints and ends, as `cat` does.
    pub fn stays(&self, lines: usize, rows: u16) -> bool {
        let Ok(words) = split(&self.command) else { return false };
        let Some((program, arguments)) = words.split_first() else { return false };
        let name = program.rsplit('/').next().unwrap_or(program);
        if name != "less" {
            return STAY.contains(&name);
        }
        let own = self.less.split_whitespace().map(|word| (word, true));
        let given = arguments.iter().map(|word| (word.as_str(), word.starts_with('-')));
        let leaves = own.chain(given).any(|(word, is_option)| is_option && leaves_by_itself(word));
        !leaves || lines >= usize::from(rows)
    }

    /// Runs the pager on a text. It blocks until the pager ends; the terminal must have been given back.
    ///
    /// The outer error says why it could not be run, the inner one how it ended.
    pub(super) fn run(&self, plain: &Plain) -> Result<Result<(), String>, String> {
        let mut words = split(&self.command)?.into_iter();
        let program = words.next().ok_or("no pager is set")?;
        let cannot = |error: io::Error| format!("cannot read in {program}: {error}");
        let folder = tempfile::Builder::new().prefix("adit-").tempdir().map_err(cannot)?;
        let path = folder.path().join(plain.name);
        let mut file = tempfile_at(&path).map_err(cannot)?;
        file.write_all(plain.text.as_bytes()).map_err(cannot)?;
        drop(file);
        let status = Command::new(&program).args(words).arg(&path).status().map_err(cannot)?;
        Ok(if status.success() { Ok(()) } else { Err(format!("{program} ended with {status}")) })
    }
}

/// Tells whether an option makes less leave at the end of a text, or from one that fits on the screen. The letters of another
/// option's value may look so; then the user is asked for one key more.
fn leaves_by_itself(option: &str) -> bool {
    match option.strip_prefix("--") {
        Some(long) => long.to_ascii_lowercase().starts_with("quit-"),
        None => option.contains(['F', 'e', 'E']),
    }
}
