//! Reading one file whole, with its mode, without following or blocking.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use super::place::io_fault;
use crate::engine::FileFault;
use crate::path::RelPath;
use crate::review::{Mode, Snapshot, Text};

/// The largest file that is read, in bytes; the review has its own, lower limits.
pub const READ_LIMIT: u64 = 64 * 1024 * 1024;

/// What stands at a place.
pub(super) struct Standing {
    /// The bytes and the mode.
    pub(super) snapshot: Snapshot,
    /// What the disk says of it.
    pub(super) metadata: fs::Metadata,
}

/// Returns what stands at `place`, or none; `path` names it in faults.
///
/// A link is read as itself. What is neither file nor link is refused without opening it.
pub(super) fn read(path: &RelPath, place: &Path) -> Result<Option<Standing>, FileFault> {
    let refused = |error| io_fault("read", path, error);
    let metadata = match fs::symlink_metadata(place) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(error)),
    };
    if metadata.is_symlink() {
        let target = fs::read_link(place).map_err(refused)?.into_os_string().into_vec();
        let snapshot = Snapshot { text: Text::new(target), mode: Mode::Symlink };
        return Ok(Some(Standing { snapshot, metadata }));
    }
    check(path, &metadata)?;
    // Between the look and the opening the file may be replaced by a link or a pipe: neither may be
    // followed or waited for, so the opened file is looked at again.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(place).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    check(path, &metadata)?;
    let bytes = read_whole(&mut file, metadata.len()).map_err(refused)?;
    if bytes.len() as u64 > READ_LIMIT {
        return Err(FileFault::TooBig { path: path.clone(), bytes: bytes.len() as u64, limit: READ_LIMIT });
    }
    let mode = if metadata.mode() & 0o100 == 0 { Mode::Regular } else { Mode::Executable };
    Ok(Some(Standing { snapshot: Snapshot { text: Text::new(bytes), mode }, metadata }))
}

/// Refuses what is no regular file, and what is too large.
fn check(path: &RelPath, metadata: &fs::Metadata) -> Result<(), FileFault> {
    let kind = metadata.file_type();
    let what = if kind.is_file() {
        return match metadata.len() {
            bytes if bytes > READ_LIMIT => Err(FileFault::TooBig { path: path.clone(), bytes, limit: READ_LIMIT }),
            _ => Ok(()),
        };
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_symlink() {
        "a link"
    } else {
        "a device"
    };
    Err(FileFault::NotAFile { path: path.clone(), what })
}

/// Returns the bytes, at most one more than the limit: a file may grow while it is read.
fn read_whole(file: &mut File, expected: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(READ_LIMIT) + 1).unwrap_or(0));
    file.take(READ_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
