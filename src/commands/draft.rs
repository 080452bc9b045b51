//! The message that is being written, kept in a file of the state folder so that quitting or a crash does not lose it.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use adit::tui::DraftKeeper;

use crate::places::{Places, private_file};

/// A longer draft is not kept; some images and pastes may be in it.
const MOST_BYTES: u64 = 32 << 20;
/// So many adits in one workspace have drafts of their own; what is written in further ones is not kept.
const MOST_AT_ONCE: usize = 16;

/// Returns the draft that was left in a workspace, and what keeps the next one.
///
/// Each adit in a workspace has a place for its draft, and a lock on it while it lives: a second one neither shows nor
/// overwrites the first one's draft, and what a dead one left is offered to the next that starts.
pub(super) fn draft(places: &Places, root: &Path) -> (String, Option<DraftKeeper>) {
    let Some(Place { path, left, lock }) = place(places, root) else { return (String::new(), None) };
    let keep = move |text: &str| {
        // The lock ends with the keeper.
        let _held = &lock;
        keep(&path, text).map_err(|failure| failure.to_string())
    };
    (left, Some(DraftKeeper::new(keep)))
}

/// A place for a draft that no other process has.
struct Place {
    path: PathBuf,
    left: String,
    /// None where files cannot be locked.
    lock: Option<File>,
}

/// Returns the first free place with a draft in it, else the first free one.
fn place(places: &Places, root: &Path) -> Option<Place> {
    let mut empty = None;
    for number in 1..=MOST_AT_ONCE {
        let path = file(places, root, number);
        if empty.is_some() && !path.exists() {
            continue;
        }
        let lock = match private_file(&path.with_extension("lock")).map(|file| (file.try_lock(), file)) {
            Ok((Ok(()), file)) => Some(file),
            Ok((Err(TryLockError::WouldBlock), _)) => continue,
            Ok((Err(TryLockError::Error(_)), _)) | Err(_) => None,
        };
        let left = read(&path).unwrap_or_default();
        let is_empty = left.is_empty();
        let found = Place { path, left, lock };
        // Without locks all have the first place, as if there were but one.
        if !is_empty || found.lock.is_none() {
            return Some(found);
        }
        empty = empty.or(Some(found));
    }
    empty
}

/// Returns a file of a workspace: named by a hash, since paths are longer and stranger than names may be.
fn file(places: &Places, root: &Path, number: usize) -> PathBuf {
    let hash = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
    let number = if number == 1 { String::new() } else { format!("-{number}") };
    places.state.join("drafts").join(format!("{}{number}.md", &hash[..16]))
}

fn read(path: &Path) -> io::Result<String> {
    if std::fs::metadata(path)?.len() > MOST_BYTES {
        return Ok(String::new());
    }
    std::fs::read_to_string(path)
}

/// Writes the draft beside its file and puts it in its place, so that a crash leaves the one or the other; an empty one
/// is removed.
fn keep(path: &Path, text: &str) -> io::Result<()> {
    if text.trim().is_empty() {
        return match std::fs::remove_file(path) {
            Err(failure) if failure.kind() != io::ErrorKind::NotFound => Err(failure),
            Ok(()) | Err(_) => Ok(()),
        };
    }
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {} MB", MOST_BYTES >> 20)));
    }
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let _old = std::fs::remove_file(&beside);
    private_file(&beside)?.write_all(text.as_bytes())?;
    std::fs::rename(&beside, path)
}
