//! The message that is being written, kept in a file of the state folder so that quitting or a crash does not lose it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use adit::tui::DraftKeeper;

use crate::places::{Places, private_file};

/// A longer draft is not kept.
const MOST_BYTES: u64 = 8 << 20;

/// Returns the draft that was left in a workspace, and what keeps the next one.
pub(super) fn draft(places: &Places, root: &Path) -> (String, DraftKeeper) {
    let path = file(places, root);
    let left = read(&path).unwrap_or_default();
    let keeper = DraftKeeper::new(move |text| keep(&path, text).map_err(|failure| failure.to_string()));
    (left, keeper)
}

/// Returns the file of a workspace: named by a hash, since paths are longer and stranger than names may be.
fn file(places: &Places, root: &Path) -> PathBuf {
    let hash = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
    places.state.join("drafts").join(format!("{}.md", &hash[..16]))
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
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let _old = std::fs::remove_file(&beside);
    private_file(&beside)?.write_all(text.as_bytes())?;
    std::fs::rename(&beside, path)
}
