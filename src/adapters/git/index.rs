//! Writing the planned files into a tree and into the index.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use git2::{Index, IndexEntry, IndexEntryExtendedFlag, IndexTime, Oid, Repository, Tree};

use super::fault::{failed, fault, hinted};
use super::plan::{Planned, Stored};
use crate::engine::CommitFault;
use crate::safe::written_in_line;

/// Returns the tree that is `head` with the planned files.
pub(super) fn tree(repo: &Repository, head: Option<&Tree<'_>>, planned: &[Planned]) -> Result<Oid, CommitFault> {
    let refused = failed("make the commit's tree");
    let mut index = Index::new_ext(repo.object_format()).map_err(&refused)?;
    if let Some(head) = head {
        index.read_tree(head).map_err(&refused)?;
    }
    put(&mut index, planned.iter().map(|file| (file.name.as_str(), file.tree)))?;
    index.write_tree_to(repo).map_err(refused)
}

/// Puts files into an index, or takes them out; all other entries stay as they are.
///
/// What would make another entry vanish, a file in place of a folder or the other way round, is refused.
fn put<'p>(
    index: &mut Index,
    files: impl Iterator<Item = (&'p str, Option<Stored>)> + Clone,
) -> Result<(), CommitFault> {
    let refused = failed("change the index");
    for (name, stored) in files.clone() {
        if stored.is_none() && index.get_path(Path::new(name), 0).is_some() {
            index.remove(Path::new(name), 0).map_err(&refused)?;
        }
    }
    for (name, stored) in files {
        let Some(stored) = stored else { continue };
        let replaced = name
            .match_indices('/')
            .map(|(end, _)| &name[..end])
            .find(|folder| index.get_path(Path::new(folder), 0).is_some());
        if replaced.is_some() || index.find_prefix(format!("{name}/")).is_ok() {
            return Err(hinted(
                format!("{} would replace a folder by a file or a file by a folder in git", written_in_line(name)),
                "Commit the removal of what is in the way first.",
            ));
        }
        let old = index.get_path(Path::new(name), 0);
        index.add(&entry(name, stored, old.as_ref())).map_err(&refused)?;
    }
    Ok(())
}

/// Returns an entry without what the disk says of the file, so that git looks at the file itself.
fn entry(name: &str, stored: Stored, old: Option<&IndexEntry>) -> IndexEntry {
    const ASSUME_VALID: u16 = 0x8000;
    let flags_extended = old.map_or(0, |old| old.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits());
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: stored.mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: stored.id,
        flags: old.map_or(0, |old| old.flags & ASSUME_VALID),
        flags_extended,
        path: name.as_bytes().to_vec(),
    }
}

/// The index as it lay on disk, to be put back where the commit fails after all.
pub(super) struct Kept {
    path: PathBuf,
    bytes: Option<Vec<u8>>,
    /// The second in which it was written.
    second: i64,
    /// The folder of the working tree.
    tree: Option<PathBuf>,
}

impl Kept {
    /// Reads the index's file.
    pub(super) fn read(repo: &Repository) -> Result<Self, CommitFault> {
        let path = repo.path().join("index");
        let tree = repo.workdir().map(Path::to_path_buf);
        let second = fs::metadata(&path).map_or(0, |metadata| metadata.mtime());
        match fs::read(&path) {
            Ok(bytes) => Ok(Self { path, bytes: Some(bytes), second, tree }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self { path, bytes: None, second, tree }),
            Err(error) => Err(fault(format!("cannot read git's index: {error}"))),
        }
    }

    /// Tells whether the index's file is still the same.
    fn stands(&self) -> bool {
        match (&self.bytes, fs::read(&self.path)) {
            (Some(kept), Ok(now)) => *kept == now,
            (None, Err(error)) => error.kind() == io::ErrorKind::NotFound,
            (Some(_), Err(_)) | (None, Ok(_)) => false,
        }
    }

    /// Writes the planned files into the index; refused where it changed since it was read.
    pub(super) fn update(&self, index: &mut Index, planned: &[Planned]) -> Result<(), CommitFault> {
        let files = planned.iter().filter_map(|file| Some((file.name.as_str(), file.index?)));
        if files.clone().next().is_none() {
            return Ok(());
        }
        put(index, files)?;
        self.keep_seen(index)?;
        if !self.stands() {
            return Err(hinted("git's index changed meanwhile; nothing was committed", "Commit again."));
        }
        index.write().map_err(failed("write git's index"))
    }

    /// Keeps changes of the user visible that came in the very second in which the index was written before.
    ///
    /// Git compares times by the second, and takes a file with the index's second for one to be looked at. Once the index
    /// is written in a later second that is lost, so whoever writes it has to mark such files; libgit2, which compares by
    /// the nanosecond, does so only for those that are younger than the index by that measure.
    fn keep_seen(&self, index: &mut Index) -> Result<(), CommitFault> {
        let Some(tree) = &self.tree else { return Ok(()) };
        let is_racy = |entry: &IndexEntry| i64::from(entry.mtime.seconds()) >= self.second && entry.file_size > 0;
        let is_changed = |entry: &IndexEntry| {
            let file = tree.join(OsStr::from_bytes(&entry.path));
            let seen = (i64::from(entry.mtime.seconds()), i64::from(entry.mtime.nanoseconds()));
            fs::symlink_metadata(file).is_ok_and(|standing| (standing.mtime(), standing.mtime_nsec()) != seen)
        };
        let changed: Vec<IndexEntry> = index.iter().filter(|entry| is_racy(entry) && is_changed(entry)).collect();
        for entry in changed {
            let never = IndexTime::new(0, 0);
            let marked = IndexEntry { ctime: never, mtime: never, file_size: 0, ..entry };
            index.add(&marked).map_err(failed("change the index"))?;
        }
        Ok(())
    }

    /// Puts the index back as it lay on disk.
    pub(super) fn restore(&self) -> io::Result<()> {
        let Some(bytes) = &self.bytes else {
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        };
        let lock = self.path.with_extension("lock");
        let mut file = OpenOptions::new().write(true).create_new(true).open(&lock)?;
        let result = file.write_all(bytes).and_then(|()| fs::rename(&lock, &self.path));
        if result.is_err() {
            let _ = fs::remove_file(&lock);
        }
        result
    }
}
