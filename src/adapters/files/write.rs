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
/// The new bytes are written beside the old ones and change places with them, so that a crash between any two
/// calls leaves the one or the other, and what stood there is looked at once more when nobody can reach it by its name:
/// where someone saved in the last moment, their text goes back. A file with more than one hard link is written in place instead, since
/// a rename would part it from its other names; then only a fault is undone, not a crash. A crash in the middle of that may
/// leave the beginning of the new text before the end of the old one; both whole texts stand in the session's journal, and
/// when the session is gone on with, the file is found changed and shown beside them.
pub(super) fn write(
    disk: &dyn Disk,
    path: &RelPath,
    place: &Place,
    before: Option<&Snapshot>,
    after: Option<&Snapshot>,
) -> Result<(), FileFault> {
    let file = place.file();
    if before.is_none() && after.is_some() && holds_no_file(&file) {
        remove_folders(disk, &file);
    }
    let standing = expect(path, place, before)?;
    let writing = Writing { disk, path, place, before, file: &file };
    match (standing, after) {
        (None, None) => Ok(()),
        (Some(_), None) => writing.remove(),
        (None, Some(after)) => writing.create(after),
        (Some(standing), Some(after)) => writing.replace(&standing, after),
    }
}

/// Tells whether a folder stands at a place in which there is nothing but folders.
fn holds_no_file(folder: &Path) -> bool {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir());
    is_folder
        && fs::read_dir(folder)
            .is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| holds_no_file(&entry.path()))))
}

/// Removes a folder that holds nothing but folders, to make room for a file, as git does. Where something has come in
/// meanwhile it stays, and the write says so.
fn remove_folders(disk: &dyn Disk, folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        remove_folders(disk, &entry.path());
    }
    let _ = disk.remove_folder(folder);
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
            let result = self.look_again().and_then(|()| match self.disk.rename_new(&temporary, self.file) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(FileFault::Moved(self.path.clone())),
                result => result.map_err(|error| self.fault(error)),
            });
            match result {
                Ok(()) => self.settle(),
                Err(_) => self.drop_temporary(&temporary),
            }
            result
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
        if let Err(fault) = self.look_again() {
            self.drop_temporary(&temporary);
            return Err(fault);
        }
        let result = match self.disk.exchange(&temporary, self.file) {
            Ok(()) => self.check_exchanged(&temporary, after),
            Err(error) => {
                let result = match error.kind() {
                    io::ErrorKind::Unsupported => {
                        self.disk.rename(&temporary, self.file).map_err(|error| self.fault(error))
                    }
                    io::ErrorKind::NotFound => Err(FileFault::Moved(self.path.clone())),
                    _ => Err(self.fault(error)),
                };
                if result.is_err() {
                    self.drop_temporary(&temporary);
                }
                result
            }
        };
        if result.is_ok() {
            self.settle();
        }
        result
    }

    /// Looks at what an exchange took out. If it is not what was expected, someone saved between the last look and the
    /// exchange: it goes back, and so does what was saved during that.
    fn check_exchanged(&self, temporary: &Path, after: &Snapshot) -> Result<(), FileFault> {
        let moved = || Err(FileFault::Moved(self.path.clone()));
        let (mut expected, mut placed) = (self.before.cloned(), Some(after.clone()));
        let mut has_moved = false;
        // More savers in so short a time there are not; then the last one's text stands and the one before is kept.
        for _ in 0..8 {
            // What cannot be read, a folder for instance, is not what adit expects.
            let out = read(self.path, temporary).ok().flatten().map(|standing| standing.snapshot);
            if out == expected {
                self.drop_temporary(temporary);
                return if has_moved { moved() } else { Ok(()) };
            }
            has_moved = true;
            match self.disk.exchange(temporary, self.file) {
                Ok(()) => {
                    expected = placed;
                    placed = out;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return match self.disk.rename_new(temporary, self.file) {
                        Ok(()) => moved(),
                        Err(error) => Err(io_fault("put back what someone saved in", self.path, error)),
                    };
                }
                // The temporary file holds what someone wrote and stays.
                Err(error) => return Err(io_fault("put back what someone saved in", self.path, error)),
            }
        }
        moved()
    }

    /// Removes the file: it is put aside, looked at, and gone only if it is what was expected.
    fn remove(&self) -> Result<(), FileFault> {
        let refused = |error| io_fault("remove", self.path, error);
        let aside = self.place.parent().join(format!("{TEMPORARY}{}", random_name()));
        self.disk.rename_new(self.file, &aside).map_err(refused)?;
        let out = read(self.path, &aside).ok().flatten().map(|standing| standing.snapshot);
        if out.as_ref() == self.before {
            match self.disk.remove(&aside) {
                Ok(()) => {
                    self.settle();
                    return Ok(());
                }
                Err(error) => {
                    self.disk.rename_new(&aside, self.file).map_err(refused)?;
                    return Err(refused(error));
                }
            }
        }
        match self.disk.rename_new(&aside, self.file) {
            Ok(()) => {}
            // Whoever saved has saved again meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.drop_temporary(&aside),
            Err(error) => return Err(io_fault("put back what someone saved in", self.path, error)),
        }
        Err(FileFault::Moved(self.path.clone()))
    }

    /// Looks at the disk a last time.
    fn look_again(&self) -> Result<(), FileFault> {
        match read(self.path, self.file)? {
            now if now.as_ref().map(|now| &now.snapshot) == self.before => Ok(()),
            _ => Err(FileFault::Moved(self.path.clone())),
        }
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
        // Tried twice: a file that stays lies in the user's folder.
        if self.disk.remove(temporary).is_err() {
            let _ = self.disk.remove(temporary);
        }
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
