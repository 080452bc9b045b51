//! What files looked like when they were read, so that they are read again only when that may have changed.

use std::collections::HashMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::review::Snapshot;

/// A look is trusted once it is so old: a file system may give two changes within this time the same times.
const RACY: Duration = Duration::from_secs(2);

/// With more files than any review has, it begins anew.
const MOST: usize = 8_192;

/// How a file looks from outside. Its bytes cannot change without one of these changing, but for changes that come so
/// soon after each other that the file system's clock does not tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The file system and the number of the file in it.
    pub file: (u64, u64),
    /// Size in bytes.
    pub size: u64,
    /// Kind and permission bits.
    pub mode: u32,
    /// When the bytes changed last: seconds and nanoseconds.
    pub modified: (i64, i64),
    /// When bytes or properties changed last; unlike the time before, nobody can set this one.
    pub changed: (i64, i64),
}

impl Stamp {
    /// Returns how a file looks.
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            mode: metadata.mode(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// The files that were looked at.
///
/// A change that comes right after a read may leave every time and the size as they were; git calls such an entry racily
/// clean. So a look counts only if the bytes were read when the stamp was two seconds old already, by this machine's
/// steady clock and not by comparing it with that of the file system.
#[derive(Debug, Default)]
pub struct Looks {
    known: HashMap<PathBuf, Look>,
}

#[derive(Debug)]
struct Look {
    stamp: Stamp,
    /// When the file was first seen with this stamp.
    since: Instant,
    /// When it was read last.
    read: Instant,
    snapshot: Snapshot,
}

impl Looks {
    /// Tells whether a file that looks like this still has the text that is known.
    pub fn is_as_known(&self, file: &Path, stamp: Stamp, known: &Snapshot) -> bool {
        self.known.get(file).is_some_and(|look| {
            look.stamp == stamp && look.read.duration_since(look.since) >= RACY && look.snapshot == *known
        })
    }

    /// Notes that a file was read which looked like this before and after. `snapshot` is kept as long as the look.
    pub fn note(&mut self, file: &Path, stamp: Stamp, snapshot: Snapshot, now: Instant) {
        let since = match self.known.get(file) {
            Some(look) if look.stamp == stamp => look.since,
            Some(_) | None => now,
        };
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(file.to_path_buf(), Look { stamp, since, read: now, snapshot });
    }
}
