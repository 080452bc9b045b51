//! What a commit would do to the tree and to the index, file by file, before anything is changed.

use std::fs;
use std::path::Path;

use git2::{ErrorCode, Index, IndexEntry, IndexEntryExtendedFlag, ObjectType, Oid, Repository, Tree};

use super::carry::{Pair, Whole, Written, carry};
use super::fault::{failed, fault, hinted};
use super::filters::{Filters, Storage};
use super::moves::{Move, moves};
use super::open::Opened;
use crate::engine::{CommitFault, CommitFile, CommitRequest};
use crate::path::RelPath;
use crate::review::{Mode, Snapshot, Text};

/// A file as a tree or an index names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) id: Oid,
    pub(super) mode: u32,
}

/// What becomes of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    /// Its place in the repository.
    pub(super) name: String,
    /// What the commit has there.
    pub(super) tree: Option<Stored>,
    /// What the index gets there, or none where it stays as it is.
    pub(super) index: Option<Option<Stored>>,
}

/// Returns what a commit of `request` does; files that change nothing are left out.
pub(super) fn plan(
    opened: &Opened,
    head: Option<&Tree<'_>>,
    index: &Index,
    request: &CommitRequest,
) -> Result<Vec<Planned>, CommitFault> {
    let filters = Filters::new(&opened.repo)?;
    let planner = Planner { opened, head, index, filters };
    let mut planned = Vec::new();
    let mut rest: Vec<Option<&CommitFile>> = request.files.iter().map(Some).collect();
    for Move { from, to } in moves(&request.files) {
        if let Some(both) = planner.moved(&request.files[from], &request.files[to])? {
            planned.extend(both);
            (rest[from], rest[to]) = (None, None);
        }
    }
    for file in rest.into_iter().flatten() {
        planned.extend(planner.file(file)?);
    }
    Ok(planned)
}

/// Returns the paths that a commit leaves out because git ignores them: it knows them neither from HEAD nor the index.
pub(super) fn ignored(opened: &Opened, paths: &[RelPath]) -> Result<Vec<RelPath>, CommitFault> {
    let repo = &opened.repo;
    let head = repo.head().and_then(|head| head.peel_to_tree()).ok();
    let index = repo.index().map_err(failed("read git's index"))?;
    let planner = Planner { opened, head: head.as_ref(), index: &index, filters: Filters::new(repo)? };
    let mut ignored = Vec::new();
    for path in paths {
        let name = opened.inside(path);
        let is_known = planner.in_head(path, &name)?.is_some() || planner.in_index(path, &name)?.is_some();
        if !is_known && planner.is_ignored(&name)? {
            ignored.push(path.clone());
        }
    }
    Ok(ignored)
}

/// Returns the files that stood before adit wrote to them and that git knows neither from HEAD nor the index.
pub(super) fn whole(opened: &Opened, files: &[CommitFile]) -> Result<Vec<RelPath>, CommitFault> {
    let paths: Vec<RelPath> = files
        .iter()
        .filter(|file| file.written.first().is_some_and(|(before, _)| before.is_some()))
        .map(|file| file.path.clone())
        .collect();
    let ignored = ignored(opened, &paths)?;
    let repo = &opened.repo;
    let head = repo.head().and_then(|head| head.peel_to_tree()).ok();
    let index = repo.index().map_err(failed("read git's index"))?;
    let planner = Planner { opened, head: head.as_ref(), index: &index, filters: Filters::new(repo)? };
    let mut whole = Vec::new();
    for path in paths.into_iter().filter(|path| !ignored.contains(path)) {
        let name = opened.inside(&path);
        if planner.in_head(&path, &name)?.is_none() && planner.in_index(&path, &name)?.is_none() {
            whole.push(path);
        }
    }
    Ok(whole)
}

/// Returns the paths whose accepted text HEAD has already: a commit of them would change nothing in it.
pub(super) fn committed_already(opened: &Opened, files: &[CommitFile]) -> Result<Vec<RelPath>, CommitFault> {
    let repo = &opened.repo;
    let head = repo.head().and_then(|head| head.peel_to_tree()).ok();
    let index = repo.index().map_err(failed("read git's index"))?;
    let planner = Planner { opened, head: head.as_ref(), index: &index, filters: Filters::new(repo)? };
    let mut there = Vec::new();
    for file in files {
        let name = opened.inside(&file.path);
        let stored = planner.in_head(&file.path, &name)?;
        let storage = planner.filters.storage(&file.path, &name)?;
        let written = planner.stored(&name, storage, &file.written)?;
        // What was removed is committed when HEAD has it no more; what was made, when HEAD has it.
        let standing = stored.map(|stored| load(repo, stored)).transpose()?;
        let wanted = written.last().map(|(_, after)| after.is_some());
        let is_there = wanted == Some(standing.is_some())
            && carry(&written, standing.clone(), Whole::MustMatch).is_ok_and(|after| after == standing);
        if is_there {
            there.push(file.path.clone());
        }
    }
    Ok(there)
}

struct Planner<'a> {
    opened: &'a Opened,
    head: Option<&'a Tree<'a>>,
    index: &'a Index,
    filters: Filters<'a>,
}

impl Planner<'_> {
    fn file(&self, file: &CommitFile) -> Result<Option<Planned>, CommitFault> {
        let path = &file.path;
        let name = self.opened.inside(path);
        self.check_way(path, &name)?;
        let head = self.in_head(path, &name)?;
        let staged = self.in_index(path, &name)?;
        if head.is_none() && staged.is_none() && self.is_ignored(&name)? {
            // Git would not add it either; what was accepted stands on disk.
            return Ok(None);
        }
        let storage = self.filters.storage(path, &name)?;
        let written = self.stored(&name, storage, &file.written)?;
        let repo = &self.opened.repo;
        let before = head.map(|stored| load(repo, stored)).transpose()?;
        if head.is_none() && staged.is_some() {
            // What the user has staged of a new file is what the commit begins with; the rest of theirs stays theirs.
            let index = self.staged(path, staged, storage, &written, &file.written)?;
            let tree = index.unwrap_or(staged);
            return Ok(Some(Planned { name, tree, index }));
        }
        if head.is_some() && file.written.first().is_some_and(|(before, _)| before.is_none()) && self.is_outside(&name)
        {
            return Err(outside_the_cone(path));
        }
        let after = carry(&written, before.clone(), Whole::Follows)
            // A file that git would turn as a whole into other line ends keeps those that HEAD has.
            .or_else(|overlap| match storage {
                Storage::Filtered => carry(&file.written, before.clone(), Whole::Follows),
                Storage::Same => Err(overlap),
            })
            // A file that HEAD does not have is committed as adit wrote it last.
            .or_else(|overlap| match (&before, written.last()) {
                (None, Some((_, last))) => Ok(last.clone()),
                _ => Err(overlap),
            })
            .map_err(|_| unstaged_overlap(path))?;
        let tree = if after == before { head } else { after.map(|after| save(repo, &after)).transpose()? };
        let index = if staged == head {
            (tree != staged).then_some(tree)
        } else {
            self.staged(path, staged, storage, &written, &file.written)?
        };
        if tree == head && index.is_none() {
            return Ok(None);
        }
        Ok(Some(Planned { name, tree, index }))
    }

    /// Plans a file that went to another path: what the user has changed in it, staged or not, goes with it.
    ///
    /// Returns none where the two paths are better planned each alone, because git does not know the old one or
    /// knows the new one already.
    fn moved(&self, old: &CommitFile, new: &CommitFile) -> Result<Option<[Planned; 2]>, CommitFault> {
        let (from, to) = (self.opened.inside(&old.path), self.opened.inside(&new.path));
        self.check_way(&old.path, &from)?;
        self.check_way(&new.path, &to)?;
        let (Some(head), Some(staged)) = (self.in_head(&old.path, &from)?, self.in_index(&old.path, &from)?) else {
            return Ok(None);
        };
        let is_known = self.in_head(&new.path, &to)?.is_some() || self.in_index(&new.path, &to)?.is_some();
        if is_known || self.is_ignored(&to)? {
            return Ok(None);
        }
        let (old_storage, storage) = (self.filters.storage(&old.path, &from)?, self.filters.storage(&new.path, &to)?);
        let mut written = self.stored(&from, old_storage, &old.written)?;
        let mut later = self.stored(&to, storage, &new.written)?.into_iter();
        if let (Some(last), Some((_, made))) = (written.last_mut(), later.next()) {
            last.1 = made;
        }
        written.extend(later);
        let repo = &self.opened.repo;
        let carried = |onto: Stored, refused: fn(&RelPath) -> CommitFault| {
            let after = carry(&written, Some(load(repo, onto)?), Whole::MustMatch).map_err(|_| refused(&new.path))?;
            after.map(|after| save(repo, &after)).transpose()
        };
        let tree = carried(head, unstaged_overlap)?;
        let index = if staged == head { tree } else { carried(staged, staged_overlap)? };
        let gone = Planned { name: from, tree: None, index: Some(None) };
        Ok(Some([gone, Planned { name: to, tree, index: Some(index) }]))
    }

    /// Returns what the index gets where the user has staged something: the same runs on the staged text.
    fn staged(
        &self,
        path: &RelPath,
        staged: Option<Stored>,
        storage: Storage,
        written: &Written,
        raw: &Written,
    ) -> Result<Option<Option<Stored>>, CommitFault> {
        let Some(stored) = staged else {
            // A staged deletion stays one.
            return Ok(None);
        };
        let repo = &self.opened.repo;
        let before = Some(load(repo, stored)?);
        let after = carry(written, before.clone(), Whole::MustMatch)
            .or_else(|overlap| match storage {
                Storage::Filtered => carry(raw, before.clone(), Whole::MustMatch),
                Storage::Same => Err(overlap),
            })
            .map_err(|_| staged_overlap(path))?;
        if after == before {
            return Ok(None);
        }
        Ok(Some(after.map(|after| save(repo, &after)).transpose()?))
    }

    fn stored(&self, name: &str, storage: Storage, written: &Written) -> Result<Vec<Pair>, CommitFault> {
        let stored =
            |side: &Option<Snapshot>| side.as_ref().map(|file| self.filters.stored(name, storage, file)).transpose();
        written.iter().map(|(before, after)| Ok((stored(before)?, stored(after)?))).collect()
    }

    /// Refuses a path that belongs to another repository or lies behind a link.
    fn check_way(&self, path: &RelPath, name: &str) -> Result<(), CommitFault> {
        if path.is_git_internal() {
            return Err(fault(format!("{path} is inside git's own folder")));
        }
        for (end, _) in name.match_indices('/') {
            let folder = &name[..end];
            let is_submodule = self.entry_kind(folder)? == Some(ObjectType::Commit)
                || self.index.get_path(Path::new(folder), 0).is_some_and(|entry| entry.mode == 0o160_000);
            let on_disk = self.opened.workdir.join(folder);
            if is_submodule || on_disk.join(".git").symlink_metadata().is_ok() {
                return Err(hinted(
                    format!("{path} belongs to another repository inside this one"),
                    "Start adit in that repository's folder to commit there.",
                ));
            }
            if fs::symlink_metadata(&on_disk).is_ok_and(|found| found.is_symlink()) {
                return Err(fault(format!("{path} lies behind a link, where git does not look")));
            }
        }
        Ok(())
    }

    fn entry_kind(&self, name: &str) -> Result<Option<ObjectType>, CommitFault> {
        let Some(tree) = self.head else { return Ok(None) };
        match tree.get_path(Path::new(name)) {
            Ok(entry) => Ok(entry.kind()),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed("read HEAD")(error)),
        }
    }

    fn in_head(&self, path: &RelPath, name: &str) -> Result<Option<Stored>, CommitFault> {
        let Some(tree) = self.head else { return Ok(None) };
        let entry = match tree.get_path(Path::new(name)) {
            Ok(entry) => entry,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(failed("read HEAD")(error)),
        };
        match entry.kind() {
            Some(ObjectType::Blob) => Ok(Some(Stored { id: entry.id(), mode: entry.filemode().cast_unsigned() })),
            Some(ObjectType::Commit) => Err(fault(format!("{path} is a submodule in HEAD"))),
            // A folder that the file replaces: its files must go in the same commit, which is checked later.
            _ => Ok(None),
        }
    }

    fn in_index(&self, path: &RelPath, name: &str) -> Result<Option<Stored>, CommitFault> {
        let Some(entry) = self.index.get_path(Path::new(name), 0) else { return Ok(None) };
        if entry.mode == 0o160_000 {
            return Err(fault(format!("{path} is a submodule in the index")));
        }
        Ok((!is_intended(&entry)).then_some(Stored { id: entry.id, mode: entry.mode }))
    }

    /// Tells whether git keeps a file out of the working tree (a sparse checkout).
    fn is_outside(&self, name: &str) -> bool {
        let entry = self.index.get_path(Path::new(name), 0);
        entry.is_some_and(|entry| IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_skip_worktree())
    }

    fn is_ignored(&self, name: &str) -> Result<bool, CommitFault> {
        self.opened.repo.is_path_ignored(Path::new(name)).map_err(failed("read git's ignore rules"))
    }
}

/// Tells whether an entry is only a promise (`git add --intent-to-add`).
fn is_intended(entry: &IndexEntry) -> bool {
    IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_intent_to_add()
}

fn load(repo: &Repository, stored: Stored) -> Result<Snapshot, CommitFault> {
    let blob = repo.find_blob(stored.id).map_err(failed("read a file from git"))?;
    let mode = match stored.mode {
        0o120_000 => Mode::Symlink,
        mode if mode & 0o100 != 0 => Mode::Executable,
        _ => Mode::Regular,
    };
    Ok(Snapshot { text: Text::new(blob.content()), mode })
}

fn save(repo: &Repository, file: &Snapshot) -> Result<Stored, CommitFault> {
    let id = repo.blob(file.text.as_bytes()).map_err(failed("store a file in git"))?;
    let mode = match file.mode {
        Mode::Regular => 0o100_644,
        Mode::Executable => 0o100_755,
        Mode::Symlink => 0o120_000,
    };
    Ok(Stored { id, mode })
}

fn unstaged_overlap(path: &RelPath) -> CommitFault {
    hinted(
        format!("cannot commit {path}: an accepted change touches lines that you changed and did not commit"),
        "Commit your own change to these lines with git first; then commit here again.",
    )
}

fn outside_the_cone(path: &RelPath) -> CommitFault {
    hinted(
        format!(
            "cannot commit {path}: git has a file there that this sparse checkout leaves out, and the new one would replace it unseen"
        ),
        "Have it checked out with `git sparse-checkout add`, compare, and commit again.",
    )
}

fn staged_overlap(path: &RelPath) -> CommitFault {
    hinted(
        format!("cannot commit {path}: an accepted change touches lines that you have staged"),
        format!("Commit what is staged, or unstage it with `git restore --staged '{path}'`; then commit here again."),
    )
}
