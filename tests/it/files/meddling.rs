//! Someone saves in the very moment of a write: their text stands afterwards, whenever it came.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use adit::adapters::files::{Disk, DiskFiles, SystemDisk};
use adit::engine::{FileFault, Files as _};
use adit::review::Snapshot;

use super::{Space, file, rel};

/// How someone saves.
#[derive(Debug, Clone, Copy)]
enum Save {
    /// Over the file's own bytes.
    InPlace(&'static str),
    /// By a file that is renamed over it, as most editors do.
    ByRename(&'static str),
    /// The file is removed.
    Gone,
    /// The file is removed, and a folder stands there.
    Folder,
}

/// A disk on which someone saves right before each call that puts something in the file's place, as long as there is more.
struct MeddlingDisk {
    file: PathBuf,
    saves: Mutex<Vec<Option<Save>>>,
    can_exchange: bool,
}

impl MeddlingDisk {
    fn meddle(&self) {
        let mut saves = self.saves.lock().unwrap();
        if saves.is_empty() {
            return;
        }
        match saves.remove(0) {
            None => {}
            Some(Save::InPlace(text)) => fs::write(&self.file, text).unwrap(),
            Some(Save::ByRename(text)) => {
                let beside = self.file.with_extension("saving");
                fs::write(&beside, text).unwrap();
                fs::rename(beside, &self.file).unwrap();
            }
            Some(Save::Gone) => fs::remove_file(&self.file).unwrap(),
            Some(Save::Folder) => {
                fs::remove_file(&self.file).unwrap();
                fs::create_dir(&self.file).unwrap();
            }
        }
    }
}

impl Disk for MeddlingDisk {
    fn create(&self, path: &Path, mode: u32) -> io::Result<File> {
        SystemDisk.create(path, mode)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        SystemDisk.open(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        SystemDisk.write(file, bytes)
    }

    fn set_len(&self, file: &File, len: u64) -> io::Result<()> {
        SystemDisk.set_len(file, len)
    }

    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        SystemDisk.set_mode(file, mode)
    }

    fn set_owner(&self, file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
        SystemDisk.set_owner(file, user, group)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        SystemDisk.sync(file)
    }

    fn make_link(&self, target: &Path, path: &Path) -> io::Result<()> {
        SystemDisk.make_link(target, path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        SystemDisk.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.meddle();
        SystemDisk.rename_new(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        if !self.can_exchange {
            return Err(io::ErrorKind::Unsupported.into());
        }
        self.meddle();
        SystemDisk.exchange(one, other)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        SystemDisk.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        SystemDisk.make_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        SystemDisk.remove_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        SystemDisk.sync_folder(path)
    }
}

/// Writes while someone saves, and returns what came of it and what stands there then.
fn write(
    saves: &[Option<Save>],
    can_exchange: bool,
    after: Option<&Snapshot>,
) -> (Result<(), FileFault>, Option<Snapshot>, Vec<String>) {
    let space = Space::with(&[("a.txt", "old\n")]);
    let disk = MeddlingDisk { file: space.at("a.txt"), saves: Mutex::new(saves.to_vec()), can_exchange };
    let files = DiskFiles::open_on(&space.at(""), Box::new(disk)).unwrap();
    let result = files.write(&rel("a.txt"), Some(&file("old\n")), after);
    let standing = space.read("a.txt").ok().flatten();
    (result, standing, space.names())
}

#[test]
fn who_saves_between_the_last_look_and_the_write_keeps_their_text() {
    let new = file("new\n");
    for after in [Some(&new), None] {
        for save in
            [Save::InPlace("mine\n"), Save::ByRename("mine\n"), Save::InPlace(""), Save::ByRename("longer than all\n")]
        {
            let (Save::InPlace(text) | Save::ByRename(text)) = save else { unreachable!() };
            let (result, standing, names) = write(&[Some(save)], true, after);
            assert!(matches!(result, Err(FileFault::Moved(_))), "{save:?}: {result:?}");
            assert_eq!((standing, names), (Some(file(text)), vec!["a.txt".to_owned()]), "{save:?} {after:?}");
        }
        let (result, standing, names) = write(&[Some(Save::Gone)], true, after);
        assert!(result.is_err());
        assert_eq!((standing, names), (None, vec![]), "{after:?}");
        let (result, _, names) = write(&[Some(Save::Folder)], true, after);
        assert!(result.is_err());
        assert_eq!(names, ["a.txt"], "the folder is back: {after:?}");
    }
}

#[test]
fn who_saves_again_while_their_text_goes_back_keeps_the_last_one() {
    let new = file("new\n");
    let (one, other) = (Some(Save::ByRename("one\n")), Some(Save::InPlace("other\n")));
    for saves in [vec![one, other], vec![other, one], vec![one, other, one, other], vec![one, Some(Save::Gone)]] {
        let last = match saves.last().unwrap().unwrap() {
            Save::InPlace(text) | Save::ByRename(text) => file(text),
            // What was removed is not what they saved: that goes back.
            Save::Gone | Save::Folder => file("one\n"),
        };
        let (result, standing, names) = write(&saves, true, Some(&new));
        assert!(matches!(result, Err(FileFault::Moved(_))), "{saves:?}: {result:?}");
        assert_eq!((standing, names), (Some(last), vec!["a.txt".to_owned()]), "{saves:?}");
    }
    let (result, standing, names) = write(&[one, other], true, None);
    assert!(matches!(result, Err(FileFault::Moved(_))));
    assert_eq!((standing, names), (Some(file("other\n")), vec!["a.txt".to_owned()]));
}

#[test]
fn a_file_system_that_cannot_exchange_is_written_all_the_same() {
    let new = file("new\n");
    let (result, standing, names) = write(&[], false, Some(&new));
    assert!(result.is_ok());
    assert_eq!((standing, names), (Some(new), vec!["a.txt".to_owned()]));
}

#[test]
fn what_a_killed_write_has_left_is_cleared_but_not_what_someone_saved() {
    let space = Space::with(&[
        ("src/a.txt", "new and long\n"),
        ("src/.adit-tmp-1", "old\n"),
        ("src/.adit-tmp-2", "new and"),
        ("src/.adit-tmp-3", "mine\n"),
        (".adit-tmp-4", "old\n"),
    ]);
    let (before, after) = (file("old\n"), file("new and long\n"));
    let kept = space.files().clear_leftovers(&rel("src/a.txt"), Some(&before), Some(&after));
    assert_eq!(kept, [rel("src/.adit-tmp-3")]);
    assert_eq!(space.names(), [".adit-tmp-4", "src", "src/.adit-tmp-3", "src/a.txt"]);
}
