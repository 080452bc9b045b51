//! The system calls that change the disk, one by one.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{CWD, OFlags, RenameFlags};
use rustix::io::Errno;

/// Every call that changes the disk when a file is written.
///
/// It is a trait so that a test can fail or stop at each call in turn; [`SystemDisk`] is the real one.
pub trait Disk: Send + Sync {
    /// Makes a file that must not exist; the process's mask applies to `mode`.
    fn create(&self, path: &Path, mode: u32) -> io::Result<File>;

    /// Opens an existing file for writing in place; a link is not followed.
    fn open(&self, path: &Path) -> io::Result<File>;

    /// Writes all bytes at the file's position.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;

    /// Cuts or extends a file.
    fn set_len(&self, file: &File, len: u64) -> io::Result<()>;

    /// Sets the permission bits, whatever the process's mask.
    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()>;

    /// Gives a file to a user and a group; none leaves that part.
    fn set_owner(&self, file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()>;

    /// Makes a file's bytes survive a crash of the machine.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Makes a symbolic link that must not exist.
    fn make_link(&self, target: &Path, path: &Path) -> io::Result<()>;

    /// Renames, replacing what stands there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Renames; fails with `AlreadyExists` where something stands.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Lets two paths change places at once; fails with `Unsupported` where the platform or the file system cannot.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;

    /// Removes a file or link.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes a folder that must not exist.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes a folder's entries survive a crash of the machine.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// The real disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn create(&self, path: &Path, mode: u32) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn set_len(&self, file: &File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }

    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(mode))
    }

    fn set_owner(&self, file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
        std::os::unix::fs::fchown(file, user, group)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn make_link(&self, target: &Path, path: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(target, path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Some file systems do not know the flag. A hard link refuses to replace as well, and where
            // there are none, a look before the rename is the best that is left.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match fs::hard_link(from, to) {
                Ok(()) => fs::remove_file(from),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
                Err(_) => match fs::symlink_metadata(to) {
                    Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
                    Err(_) => fs::rename(from, to),
                },
            },
            result => Ok(result?),
        }
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        match rustix::fs::renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::Unsupported.into()),
            result => Ok(result?),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().mode(0o777).create(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}
