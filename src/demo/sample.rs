//! The sample repository of the demo, made anew in a temporary folder.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The files, as they are committed.
const FILES: &[(&str, &str)] = &[
    (".gitignore", include_str!("../../assets/demo/tally/gitignore")),
    ("README.md", include_str!("../../assets/demo/tally/README.md")),
    ("tally/__init__.py", include_str!("../../assets/demo/tally/tally/__init__.py")),
    ("tally/__main__.py", include_str!("../../assets/demo/tally/tally/__main__.py")),
    ("tally/ledger.py", include_str!("../../assets/demo/tally/tally/ledger.py")),
    ("tally/money.py", include_str!("../../assets/demo/tally/tally/money.py")),
    ("tally/report.py", include_str!("../../assets/demo/tally/tally/report.py")),
    ("tests/test_report.py", include_str!("../../assets/demo/tally/tests/test_report.py")),
];

/// A folder with the sample's files; it is removed when this is dropped.
#[derive(Debug)]
pub struct Sample {
    folder: TempDir,
}

impl Sample {
    /// Makes the folder and its files.
    pub fn make() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("adit-demo-").tempdir()?;
        let sample = Self { folder };
        for (name, text) in FILES {
            let path = sample.root().join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        Ok(sample)
    }

    /// Returns the workspace's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("tally-sample")
    }

    /// Returns where the demo keeps its state, apart from the user's own sessions.
    pub fn state_folder(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Returns the sample's files, as they are committed.
    pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
        FILES.iter().copied()
    }

    /// Gives the repository an author of its own, so that the demo works before git is set up.
    pub fn set_author(root: &Path) -> io::Result<()> {
        use io::Write as _;
        let mut config = std::fs::OpenOptions::new().append(true).open(root.join(".git/config"))?;
        config.write_all(b"[user]\n\tname = You\n\temail = you@example.org\n[commit]\n\tgpgsign = false\n")
    }
}
