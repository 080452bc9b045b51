//! Where the journals of a workspace lie, and which there are.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::fault::JournalFault;
use super::file::is_locked;

/// A session's journal that lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Where.
    pub path: PathBuf,
    /// When the last event came.
    pub modified: SystemTime,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Returns the journals of `workspace`, which is canonical, under the state folder: the last used first.
///
/// Journals without an event are left out: there is nothing to go on with.
pub fn list(folder: &Path, workspace: &Path) -> Result<Vec<JournalEntry>, JournalFault> {
    let home = folder_of(folder, workspace);
    let refused = |source| JournalFault::Io { act: "list", path: home.clone(), source };
    let entries = match fs::read_dir(&home) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(refused)?;
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() && metadata.len() > 0 {
            let modified = metadata.modified().map_err(refused)?;
            found.push(JournalEntry { path, modified, bytes: metadata.len() });
        }
    }
    found.sort_by(|left, right| (right.modified, &right.path).cmp(&(left.modified, &left.path)));
    Ok(found)
}

/// Returns the journal of the session of `workspace` that was used last.
pub fn latest(folder: &Path, workspace: &Path) -> Result<Option<PathBuf>, JournalFault> {
    Ok(list(folder, workspace)?.into_iter().next().map(|entry| entry.path))
}

/// Where locks cannot tell, a session counts as in use for so long after its last event.
const UNTOLD: Duration = Duration::from_secs(24 * 60 * 60);

/// Tells whether an adit has the session of this name open, in any workspace under the state folder.
///
/// One whose journal is gone is not; one of which nothing can be found out is.
pub fn is_in_use(folder: &Path, session: &str) -> bool {
    let homes = match fs::read_dir(folder) {
        Ok(homes) => homes,
        Err(error) => return error.kind() != io::ErrorKind::NotFound,
    };
    let name = format!("{session}.jsonl");
    homes.flatten().any(|home| {
        let path = home.path().join(&name);
        match is_locked(&path) {
            Ok(Some(is_locked)) => is_locked,
            Ok(None) => was_used_lately(&path),
            Err(error) => !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        }
    })
}

fn was_used_lately(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age < UNTOLD))
}

/// Returns the folder of a workspace's journals: its name for people, and a hash of its whole path.
pub(super) fn folder_of(folder: &Path, workspace: &Path) -> PathBuf {
    let hash = blake3::hash(workspace.as_os_str().as_bytes()).to_hex();
    let name = workspace.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let plain = |character: char| if character.is_ascii_alphanumeric() || character == '-' { character } else { '_' };
    let name: String = name.chars().take(40).map(plain).collect();
    folder.join(format!("{name}-{}", &hash.as_str()[..16]))
}

/// Makes a folder, and those above it, for the user alone; what exists is left as it is.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
