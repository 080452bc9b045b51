//! Results of tools that were too long for the conversation, each a file in a folder beside the session's journal.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::folder::make_private;

/// Keeps a result; a crash leaves the whole of it or none.
pub(super) fn keep(folder: &Path, number: u32, text: &str) -> io::Result<()> {
    make_private(folder)?;
    let half = folder.join(format!("{number}.half"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    let result = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&half, folder.join(number.to_string())));
    if result.is_err() {
        // A half that stays is never read, and the next with its number replaces it.
        let _ = fs::remove_file(&half);
    }
    result
}

/// Lets a result go.
pub(super) fn drop(folder: &Path, number: u32) {
    // What stays is let go when the session is gone on with: only the newest are read.
    let _ = fs::remove_file(folder.join(number.to_string()));
}

/// Returns the newest results, the oldest of them first; what cannot be read is as if it were not there.
pub(super) fn read(folder: &Path, most: usize, bytes: usize) -> Vec<(u32, String)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut numbers: Vec<u32> =
        entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    let (mut found, mut left) = (Vec::new(), bytes);
    for number in numbers.into_iter().rev().take(most) {
        let path = folder.join(number.to_string());
        let is_small = |file: fs::Metadata| file.is_file() && usize::try_from(file.len()).is_ok_and(|len| len <= left);
        if !fs::symlink_metadata(&path).is_ok_and(is_small) {
            continue;
        }
        if let Ok(text) = fs::read_to_string(&path) {
            left = left.saturating_sub(text.len());
            found.push((number, text));
        }
    }
    found.reverse();
    found
}
