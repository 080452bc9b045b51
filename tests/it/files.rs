//! The files of a workspace on disk.

mod atomic;
pub(crate) mod faulty;
mod looks;
mod meddling;
mod places;
mod tree;
mod writing;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use adit::adapters::files::DiskFiles;
use adit::engine::{FileFault, Files as _};
use adit::path::RelPath;
use adit::review::{Mode, Snapshot, Text};

/// A workspace in a temporary folder, with a folder outside of it.
struct Space {
    folder: tempfile::TempDir,
}

impl Space {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        fs::create_dir(folder.path().join("out")).unwrap();
        Self { folder }
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let space = Self::new();
        for (path, text) in files {
            space.put(path, text);
        }
        space
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("in").join(path)
    }

    fn out(&self, path: &str) -> PathBuf {
        self.folder.path().join("out").join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let at = self.at(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }

    fn chmod(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(&self, path: &str) -> u32 {
        fs::metadata(self.at(path)).unwrap().mode() & 0o7777
    }

    fn link(&self, target: impl AsRef<Path>, path: &str) {
        std::os::unix::fs::symlink(target, self.at(path)).unwrap();
    }

    fn files(&self) -> DiskFiles {
        DiskFiles::open(&self.at("")).unwrap()
    }

    fn read(&self, path: &str) -> Result<Option<Snapshot>, FileFault> {
        self.files().read(&rel(path))
    }

    fn write(&self, path: &str, before: Option<&Snapshot>, after: Option<&Snapshot>) -> Result<(), FileFault> {
        self.files().write(&rel(path), before, after)
    }

    /// Returns all names in the workspace, hidden ones too.
    fn names(&self) -> Vec<String> {
        fn below(folder: &Path, prefix: &str, names: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.file_type().unwrap().is_dir() {
                    below(&entry.path(), &format!("{name}/"), names);
                }
                names.push(name);
            }
        }
        let mut names = Vec::new();
        below(&self.at(""), "", &mut names);
        names.sort();
        names
    }
}

fn rel(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

fn file(text: &str) -> Snapshot {
    Snapshot { text: Text::from(text), mode: Mode::Regular }
}

fn program(text: &str) -> Snapshot {
    Snapshot { text: Text::from(text), mode: Mode::Executable }
}

fn link_to(target: &str) -> Snapshot {
    Snapshot { text: Text::from(target), mode: Mode::Symlink }
}
