//! The platform's folders for configuration and state.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::stop::Stop;

/// Where adit keeps what it keeps.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The user's configuration: `config.toml`, `keymap.toml`, `models.toml`, `themes/`.
    pub(crate) config: PathBuf,
    /// Journals and the log.
    pub(crate) state: PathBuf,
}

impl Places {
    /// Returns the platform's folders. Without a home there are none: a shared folder would show others the journals.
    pub(crate) fn find() -> Result<Self, Stop> {
        let folders = ProjectDirs::from("", "", "adit");
        let folders = folders.ok_or_else(|| Stop::new("cannot find your home folder").hint("Set HOME to it."))?;
        Ok(Self {
            config: folders.config_dir().to_path_buf(),
            state: folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_path_buf(),
        })
    }

    /// Returns the user's configuration file.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// Returns the user's own table of models.
    pub(crate) fn models_file(&self) -> PathBuf {
        self.config.join("models.toml")
    }

    /// Returns the ledger's file.
    pub(crate) fn ledger_file(&self) -> PathBuf {
        ledger_in(&self.state)
    }

    /// Returns the folder of the sessions' journals.
    pub(crate) fn sessions(&self) -> PathBuf {
        sessions_in(&self.state)
    }

    /// Returns the user's own keys.
    pub(crate) fn keymap_file(&self) -> PathBuf {
        self.config.join("keymap.toml")
    }

    /// Returns what the screen remembers of earlier sessions.
    pub(crate) fn read_memory(&self) -> String {
        std::fs::read_to_string(self.state.join(MEMORY)).unwrap_or_default()
    }

    /// Keeps what the screen wants to remember. Nobody is told when that fails: nothing of the user's is lost.
    pub(crate) fn write_memory(&self, memory: &str) {
        let written = private_folder(&self.state).and_then(|()| std::fs::write(self.state.join(MEMORY), memory));
        if let Err(failure) = written {
            tracing::warn!(%failure, "cannot write what the screen remembers");
        }
    }

    /// Returns the user's own themes, by name; what cannot be read is not among them.
    pub(crate) fn read_themes(&self) -> Vec<(String, String)> {
        let Ok(entries) = std::fs::read_dir(self.config.join("themes")) else { return Vec::new() };
        let theme = |entry: io::Result<std::fs::DirEntry>| {
            let path = entry.ok()?.path();
            let is_theme = path.extension().is_some_and(|extension| extension == "toml") && path.is_file();
            let name = path.file_stem()?.to_str()?.to_owned();
            // Bytes that are not UTF-8 are no reason to pass it over: where they matter, the fault has its line.
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            is_theme.then(|| std::fs::read(&path).ok().map(|bytes| (name, text(bytes))))?
        };
        let mut themes: Vec<(String, String)> = entries.filter_map(theme).collect();
        themes.sort();
        themes
    }
}

/// Where the screen keeps what it remembers.
const MEMORY: &str = "screen.toml";

/// Returns the ledger's file in a state folder.
pub(crate) fn ledger_in(state: &Path) -> PathBuf {
    state.join("ledger.sqlite")
}

/// Returns the folder of the sessions' journals in a state folder.
pub(crate) fn sessions_in(state: &Path) -> PathBuf {
    state.join("sessions")
}

/// Returns the file of what is learnt of models in a state folder.
pub(crate) fn lessons_in(state: &Path) -> PathBuf {
    state.join("models.json")
}

/// Opens a file for appending that only its owner can read, with its folder.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    File::options().create(true).append(true).mode(0o600).open(path)
}

/// Makes a folder, and those above it, for its owner alone; what exists is left as it is.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
