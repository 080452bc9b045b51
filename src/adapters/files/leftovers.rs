//! What a write leaves beside its file when the process is killed in the middle of it.

use std::fs;
use std::path::Path;

use super::disk::Disk;
use super::read::read;
use super::write::TEMPORARY;
use crate::path::RelPath;
use crate::review::Snapshot;

/// Removes the temporary files in the folder of `file` that a write of `after` over `before` can have left: they hold one of
/// the two texts, or the beginning of the new one. Others hold what someone saved while adit wrote; their paths are returned.
pub(super) fn clear(
    disk: &dyn Disk,
    path: &RelPath,
    file: &Path,
    before: Option<&Snapshot>,
    after: Option<&Snapshot>,
) -> Vec<RelPath> {
    let Some(entries) = file.parent().and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
    let mut kept = Vec::new();
    for entry in entries.flatten() {
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if !name.starts_with(TEMPORARY) {
            continue;
        }
        let named = path.parent().map_or_else(|| RelPath::new(&name), |folder| folder.join(&name));
        let Ok(named) = named else { continue };
        // What cannot be read is not removed either.
        let Ok(Some(standing)) = read(&named, &entry.path()) else { continue };
        let bytes = standing.snapshot.text.as_bytes();
        let is_old = before.is_some_and(|before| before.text.as_bytes() == bytes);
        let is_new = after.is_some_and(|after| after.text.as_bytes().starts_with(bytes));
        if is_old || is_new {
            // What does not go now lies where it is hidden from the tree, and is tried again after the next crash.
            let _ = disk.remove(&entry.path());
        } else {
            kept.push(named);
        }
    }
    kept
}
