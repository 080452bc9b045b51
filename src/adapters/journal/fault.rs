//! Why a journal could not be opened or read.

use std::io;
use std::path::PathBuf;

/// Why a journal could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalFault {
    /// The system refused.
    #[error("cannot {act} {}: {source}", path.display())]
    Io {
        /// "make", "open", "read" …
        act: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another adit writes it.
    #[error("another adit has this session open: {}", path.display())]
    InUse {
        /// Which.
        path: PathBuf,
    },
    /// A line is no event.
    #[error("cannot read line {line} of {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// Why.
        source: serde_json::Error,
    },
}

impl JournalFault {
    /// Returns what the user can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Io { .. } => "Check the folder's permissions and the space on its disk.".to_owned(),
            Self::InUse { .. } => "Leave the other adit, or start a new session here.".to_owned(),
            Self::Unreadable { .. } => "Start a new session; nothing before that line is in the file.".to_owned(),
        }
    }
}
