//! A repository in a temporary folder, and git run in it apart from the user's configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use adit::adapters::git::GitRepository;
use adit::engine::{CommitFault, CommitFile, CommitRequest, Repository as _};
use adit::path::RelPath;
use adit::review::{Mode, Snapshot, Text};

/// A temporary folder with a repository, removed at the end.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// Returns an empty repository whose settings do not hang on the user's.
    pub(crate) fn new() -> Self {
        let scratch = Self::bare_folder();
        scratch.git(&["init", "-q", "-b", "main"]);
        scratch.settle_config();
        scratch
    }

    /// Returns a folder without a repository.
    pub(crate) fn bare_folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::create_dir(folder.path().join("repo")).unwrap();
        Self { folder }
    }

    /// Returns a repository with one commit of these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Self::new();
        for (path, text) in files {
            scratch.put(path, text);
        }
        scratch.git(&["add", "-A"]);
        scratch.git(&["commit", "-q", "--allow-empty", "-m", "start"]);
        scratch
    }

    /// Writes the settings that libgit2 would otherwise read from the user's own files.
    pub(crate) fn settle_config(&self) {
        for (key, value) in [
            ("user.name", "Ann"),
            ("user.email", "ann@example.com"),
            ("core.autocrlf", "false"),
            ("core.excludesFile", "/dev/null"),
            ("core.attributesFile", "/dev/null"),
            ("core.hooksPath", ".git/hooks"),
            ("commit.gpgsign", "false"),
            // No test outlives a crash of the machine.
            ("core.fsync", "none"),
        ] {
            self.git(&["config", key, value]);
        }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn run_in(&self, folder: &Path, args: &[&str]) -> Output {
        Command::new("git")
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.home())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("LC_ALL", "C")
            .output()
            .unwrap()
    }

    pub(crate) fn git_in(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.run_in(folder, args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.root(), args)
    }

    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let at = self.root().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }

    pub(crate) fn set_mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.root().join(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub(crate) fn repository(&self) -> GitRepository {
        GitRepository::discover(&self.root())
    }

    /// Writes a file as adit does after an accept, and returns what a commit needs to know of it.
    pub(crate) fn accept(&self, path: &str, before: Option<&str>, after: Option<&str>) -> CommitFile {
        match after {
            Some(after) => self.put(path, after),
            None => fs::remove_file(self.root().join(path)).unwrap(),
        }
        written(path, before, after)
    }

    pub(crate) fn commit(&self, files: &[CommitFile]) -> Result<String, CommitFault> {
        self.repository().commit(&request("feat: change it", files))
    }

    /// Asserts that the repository is whole and returns the two diffs that tell what is the user's own.
    pub(crate) fn users_own(&self) -> (String, String) {
        let fsck = self.git(&["fsck", "--strict", "--no-dangling"]);
        assert_eq!(fsck, "", "fsck");
        (content(&self.git(&["diff", "--cached"])), content(&self.git(&["diff"])))
    }
}

/// Returns a file of a commit with one pair.
pub(crate) fn written(path: &str, before: Option<&str>, after: Option<&str>) -> CommitFile {
    CommitFile { path: rel(path), written: vec![(before.map(regular), after.map(regular))] }
}

pub(crate) fn request(message: &str, files: &[CommitFile]) -> CommitRequest {
    CommitRequest { message: message.to_owned(), files: files.to_vec() }
}

pub(crate) fn rel(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

pub(crate) fn regular(text: &str) -> Snapshot {
    Snapshot { text: Text::from(text), mode: Mode::Regular }
}

pub(crate) fn moded(text: &str, mode: Mode) -> Snapshot {
    Snapshot { text: Text::from(text), mode }
}

/// Returns a diff's removed and added lines and file names, without what line numbers and hashes change.
fn content(diff: &str) -> String {
    let kept = |line: &&str| {
        ["+", "-", "new file", "deleted file", "old mode", "new mode"].iter().any(|start| line.starts_with(start))
    };
    diff.lines().filter(kept).map(|line| format!("{line}\n")).collect()
}
