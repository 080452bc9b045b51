//! Writing one file: all of it or nothing, and only over the text that was expected.

use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::place::{Place, io_fault};
use super::read::{Standing, read};
use crate::engine::FileFault;
use crate::path::RelPath;
use crate::review::{Mode, Snapshot};

/// How the name of a temporary file begins; the tree does not show such files.
pub(super) const TEMPORARY: &str = ".adit-tmp-";

/// Puts `after` at a place if `before` stands there; on a fault nothing has changed.
///
/// The new bytes are written beside the old ones and renamed over them, so that a crash between any two
/// calls leaves the one or the other. A file with more than one hard link is written in place instead, since
/// a rename would part it from its other names; then only a fault is undone, not a crash.
pub(super) fn write(
    disk: &dyn Disk,
    path: &RelPath,
    place: &Place,
    before: Option<&Snapshot>,
    after: Option<&Snapshot>,
) -> Result<(), FileFault> {
    let standing = expect(path, place, before)?;
    let file = place.file();
    let writing = Writing { disk, path, place, before, file: &file };
    match (standing, after) {
        (None, None) => Ok(()),
        (Some(_), None) => {
            disk.remove(&file).map_err(|error| io_fault("remove", path, error)).map(|()| writing.settle())
        }
        (None, Some(after)) => writing.create(after),
        (Some(standing), Some(after)) => writing.replace(&standing, after),
    }
}

/// Returns what stands at a place if it is `before`.
fn expect(path: &RelPath, place: &Place, before: Option<&Snapshot>) -> Result<Option<Standing>, FileFault> {
    let standing = if place.missing.is_empty() { read(path, &place.file())? } else { None };
    if standing.as_ref().map(|standing| &standing.snapshot) == before {
        Ok(standing)
    } else {
        Err(FileFault::Moved(path.clone()))
    }
}

/// One write on its way.
struct Writing<'a> {
    disk: &'a dyn Disk,
    path: &'a RelPath,
    place: &'a Place,
    before: Option<&'a Snapshot>,
    file: &'a Path,
}

impl Writing<'_> {
    /// Makes the file, and the folders above it; takes the folders back on a fault.
    fn create(&self, after: &Snapshot) -> Result<(), FileFault> {
        let mut made: Vec<PathBuf> = Vec::new();
        let result = self.make_folders(&mut made).and_then(|()| {
            let temporary = self.temporary(after, None)?;
            self.finish(&temporary, |temporary| match self.disk.rename_new(temporary, self.file) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(FileFault::Moved(self.path.clone())),
                result => result.map_err(|error| self.fault(error)),
            })
        });
        if result.is_err() {
            for folder in made.iter().rev() {
                // A folder in which someone else has put a file meanwhile stays.
                let _ = self.disk.remove_folder(folder);
            }
        } else {
            for folder in made.iter().filter_map(|folder| folder.parent()) {
                let _ = self.disk.sync_folder(folder);
            }
        }
        result
    }

    fn make_folders(&self, made: &mut Vec<PathBuf>) -> Result<(), FileFault> {
        let mut folder = self.place.folder.clone();
        for name in &self.place.missing {
            folder.push(name);
            self.disk.make_folder(&folder).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => FileFault::Moved(self.path.clone()),
                _ => self.fault(error),
            })?;
            made.push(folder.clone());
        }
        Ok(())
    }

    fn replace(&self, standing: &Standing, after: &Snapshot) -> Result<(), FileFault> {
        let is_link = |mode| mode == Mode::Symlink;
        let kept = (!is_link(standing.snapshot.mode)).then_some(&standing.metadata);
        if !is_link(after.mode)
            && let Some(kept) = kept
            && kept.nlink() > 1
        {
            return self.write_in_place(kept, &standing.snapshot, after);
        }
        let temporary = self.temporary(after, kept)?;
        self.finish(&temporary, |temporary| self.disk.rename(temporary, self.file).map_err(|error| self.fault(error)))
    }

    /// Looks at the disk a last time, renames, and removes the temporary file where that fails.
    fn finish(&self, temporary: &Path, rename: impl FnOnce(&Path) -> Result<(), FileFault>) -> Result<(), FileFault> {
        let result = match read(self.path, self.file) {
            Ok(now) if now.as_ref().map(|now| &now.snapshot) == self.before => rename(temporary),
            Ok(_) => Err(FileFault::Moved(self.path.clone())),
            Err(fault) => Err(fault),
        };
        match result {
            Ok(()) => self.settle(),
            Err(_) => self.drop_temporary(temporary),
        }
        result
    }

    /// Returns a temporary file beside the place that holds `after`; it keeps what it can of `kept`.
    fn temporary(&self, after: &Snapshot, kept: Option<&fs::Metadata>) -> Result<PathBuf, FileFault> {
        let folder = self.place.parent();
        for _ in 0..16 {
            let temporary = folder.join(format!("{TEMPORARY}{}", random_name()));
            if after.mode == Mode::Symlink {
                let target = Path::new(std::ffi::OsStr::from_bytes(after.text.as_bytes()));
                match self.disk.make_link(target, &temporary) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                    result => return result.map(|()| temporary).map_err(|error| self.fault(error)),
                }
            }
            // A new file's bits follow the user's mask; a kept file's are set once its owner is right, and
            // until then nobody else may read it.
            let mode = match (kept, after.mode) {
                (Some(_), _) => 0o600,
                (None, Mode::Executable) => 0o777,
                (None, Mode::Regular | Mode::Symlink) => 0o666,
            };
            match self.disk.create(&temporary, mode) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(self.fault(error)),
                Ok(mut file) => match self.fill(&mut file, after, kept) {
                    Ok(()) => return Ok(temporary),
                    Err(error) => {
                        self.drop_temporary(&temporary);
                        return Err(self.fault(error));
                    }
                },
            }
        }
        Err(self.fault(io::ErrorKind::AlreadyExists.into()))
    }

    fn fill(&self, file: &mut File, after: &Snapshot, kept: Option<&fs::Metadata>) -> io::Result<()> {
        self.disk.write(file, after.text.as_bytes())?;
        if let Some(kept) = kept {
            let made = file.metadata()?;
            let mut mode = bits(kept.mode(), after.mode);
            if (made.uid(), made.gid()) != (kept.uid(), kept.gid()) {
                // Only root may give a file away, but a member of the group may keep the group.
                let kept_owner = self.disk.set_owner(file, Some(kept.uid()), Some(kept.gid())).is_ok();
                if !kept_owner {
                    let kept_group = self.disk.set_owner(file, None, Some(kept.gid())).is_ok();
                    // Bits that lent an identity must not lend another one.
                    mode &= if kept_group { 0o3777 } else { 0o1777 };
                }
            }
            self.disk.set_mode(file, mode)?;
        }
        self.disk.sync(file)
    }

    /// Writes over the file's own bytes; writes the old ones back on a fault.
    fn write_in_place(&self, kept: &fs::Metadata, before: &Snapshot, after: &Snapshot) -> Result<(), FileFault> {
        let mut file = self.disk.open(self.file).map_err(|error| self.fault(error))?;
        let opened = file.metadata().map_err(|error| self.fault(error))?;
        if (opened.dev(), opened.ino()) != (kept.dev(), kept.ino()) {
            return Err(FileFault::Moved(self.path.clone()));
        }
        expect(self.path, self.place, Some(before))?;
        let result = self.overwrite(&mut file, after, bits(kept.mode(), after.mode));
        if result.is_err() {
            let _ = self.overwrite(&mut file, before, kept.mode() & 0o7777);
        }
        result.map_err(|error| self.fault(error))
    }

    fn overwrite(&self, file: &mut File, text: &Snapshot, mode: u32) -> io::Result<()> {
        io::Seek::rewind(file)?;
        self.disk.write(file, text.text.as_bytes())?;
        self.disk.set_len(file, text.text.as_bytes().len() as u64)?;
        if file.metadata()?.mode() & 0o7777 != mode {
            self.disk.set_mode(file, mode)?;
        }
        self.disk.sync(file)
    }

    /// Makes the folder's new entry survive a crash of the machine, where the file system can.
    ///
    /// The file stands by then: a refusal changes nothing that could be told or undone.
    fn settle(&self) {
        let _ = self.disk.sync_folder(&self.place.parent());
    }

    fn drop_temporary(&self, temporary: &Path) {
        let _ = self.disk.remove(temporary);
    }

    fn fault(&self, error: io::Error) -> FileFault {
        io_fault("write", self.path, error)
    }
}

/// Returns the permission bits of a file that had `old` ones, executable or not as `mode` says.
fn bits(old: u32, mode: Mode) -> u32 {
    let old = old & 0o7777;
    match mode {
        Mode::Executable if old & 0o100 == 0 => old | ((old & 0o444) >> 2),
        Mode::Regular if old & 0o100 != 0 => old & !0o111,
        Mode::Executable | Mode::Regular | Mode::Symlink => old,
    }
}

/// Returns a name that nobody can foresee, so that nobody can put a file or link there first.
fn random_name() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let half = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", half(), half())
}
