//! A disk that stops at one call, to see what then stands.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adit::adapters::files::{Disk, SystemDisk};

/// What happens at the chosen call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// That call fails as on a full disk, the later ones work.
    Fault,
    /// That call is done in part if it can be, and nothing after it: the process was killed.
    Crash,
}

/// A disk that stops at one call.
pub(crate) struct FaultyDisk {
    /// How many calls were made.
    pub(crate) calls: Arc<AtomicUsize>,
    /// The call at which it stops, from 0.
    pub(crate) at: usize,
    pub(crate) stop: Stop,
}

impl FaultyDisk {
    fn pass(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        match self.stop {
            Stop::Fault if call == self.at => Err(io::ErrorKind::StorageFull.into()),
            Stop::Crash if call >= self.at => Err(io::Error::other("stopped")),
            Stop::Fault | Stop::Crash => Ok(()),
        }
    }
}

impl Disk for FaultyDisk {
    fn create(&self, path: &Path, mode: u32) -> io::Result<File> {
        self.pass()?;
        SystemDisk.create(path, mode)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        self.pass()?;
        SystemDisk.open(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.pass().inspect_err(|_| {
            // A write that is stopped has often written a part.
            let dead = self.calls.load(Ordering::Relaxed) > self.at + 1 && self.stop == Stop::Crash;
            if !dead {
                file.write_all(&bytes[..bytes.len() / 2]).unwrap();
            }
        })?;
        SystemDisk.write(file, bytes)
    }

    fn set_len(&self, file: &File, len: u64) -> io::Result<()> {
        self.pass()?;
        SystemDisk.set_len(file, len)
    }

    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        self.pass()?;
        SystemDisk.set_mode(file, mode)
    }

    fn set_owner(&self, file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
        self.pass()?;
        SystemDisk.set_owner(file, user, group)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.pass()?;
        SystemDisk.sync(file)
    }

    fn make_link(&self, target: &Path, path: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.make_link(target, path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.rename_new(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.exchange(one, other)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.make_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.remove_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.pass()?;
        SystemDisk.sync_folder(path)
    }
}
