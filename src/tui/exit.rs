//! How the screen ends: the report to the composition root, and what can go wrong.

use super::highlight::CodeThemeFault;
use super::keymap_file::KeymapFault;
use super::memory::Memory;
use super::theme_file::ThemeFault;
use crate::review::Progress;

/// Why the screen ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The user quit.
    Quit,
    /// SIGTERM, SIGHUP, SIGQUIT or SIGINT, by its number.
    Signal(i32),
    /// The terminal is gone.
    TerminalClosed,
    /// The engine ended the session.
    EngineEnded,
}

/// What is left when the screen has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitReport {
    /// Why it ended.
    pub reason: ExitReason,
    /// How far the review is; what is pending is in the journal.
    pub progress: Progress,
    /// What the screen wants to remember.
    pub memory: Memory,
}

/// Why the screen could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum TuiFault {
    /// Input or output is not a terminal.
    #[error("the full screen needs a terminal; `adit run` works without one")]
    NotATerminal,
    /// The terminal refused something.
    #[error("cannot {act} the terminal: {source}")]
    Terminal {
        /// "take", "watch", "write to" …
        act: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The user's keymap is wrong.
    #[error(transparent)]
    Keymap(#[from] KeymapFault),
    /// The theme is unknown or wrong.
    #[error(transparent)]
    Theme(#[from] ThemeFault),
    /// The colours for code cannot be used.
    #[error("cannot use {file} for the colours of code: {source}")]
    CodeTheme {
        /// The file.
        file: String,
        /// Why.
        source: CodeThemeFault,
    },
    /// The engine is not there.
    #[error("the engine has ended")]
    EngineGone,
    /// A thread panicked; the terminal was given back before it spoke.
    #[error("adit stopped because of a fault of its own; the session is kept")]
    Panicked,
}
