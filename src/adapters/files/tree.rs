//! The tree: one folder's entries, and the walk over all files that git does not ignore.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::place::io_fault;
use super::write::TEMPORARY;
use crate::engine::{FileFault, FolderEntry};
use crate::path::{EntryName, RelPath};

/// How many paths a thread of the walk hands over at once.
const BATCH: usize = 256;

/// Returns the entries of `folder`, which lies at `at`: folders first, then by name.
///
/// Git's own folder and adit's temporary files are left out; links are shown as links and not followed. A name that is not
/// UTF-8 is told as it can be shown: there is no path of it.
pub(super) fn list(root: &Path, folder: Option<&RelPath>, at: &Path) -> Result<Vec<FolderEntry>, FileFault> {
    // The root has no path of its own; a name that shows as what it is stands for it.
    let named = folder.cloned().map_or_else(|| RelPath::new("the workspace"), Ok)?;
    let refused = |error| io_fault("list", &named, error);
    let mut ignores = rules(root).build_matchers();
    let mut entries = Vec::new();
    for entry in fs::read_dir(at).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let name = entry.file_name();
        let name = match name.to_str() {
            Some(name) => match shown(folder, name) {
                Some(path) => EntryName::Path(path),
                None => continue,
            },
            None => EntryName::Odd(escaped(&name)),
        };
        // An entry that goes away meanwhile is no entry.
        let Ok(kind) = entry.file_type() else { continue };
        let is_ignored = match &name {
            EntryName::Path(path) => {
                ignores.iter_mut().any(|rules| rules.matched(path.as_str(), kind.is_dir()).is_ignore())
            }
            EntryName::Odd(_) => false,
        };
        entries.push(FolderEntry { name, is_folder: kind.is_dir(), is_link: kind.is_symlink(), is_ignored });
    }
    // Those without a path stand behind the others.
    entries.sort_by(|left, right| right.is_folder.cmp(&left.is_folder).then_with(|| left.name.cmp(&right.name)));
    Ok(entries)
}

/// Calls `found` with every regular file below `at`, which is `folder`, until it says stop.
///
/// Folders are read on several threads; `found` runs on the caller's.
pub(super) fn walk(folder: Option<&RelPath>, at: &Path, found: &mut dyn FnMut(RelPath) -> ControlFlow<()>) {
    let (batches, received) = mpsc::sync_channel::<Vec<RelPath>>(64);
    let stopped = AtomicBool::new(false);
    let mut search = Search { folder, at, stopped: &stopped, batches };
    std::thread::scope(|scope| {
        scope.spawn(move || rules(at).build_parallel().visit(&mut search));
        // The loop ends when the last thread has dropped its sender.
        for path in received.iter().flatten() {
            if !stopped.load(Ordering::Relaxed) && found(path).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    });
}

/// Returns a walk by git's rules, with or without a repository.
fn rules(at: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(at);
    builder
        .hidden(false)
        .ignore(false)
        .parents(true)
        .git_ignore(true)
        .git_exclude(true)
        .git_global(true)
        .require_git(false)
        .follow_links(false)
        .current_dir(at)
        .filter_entry(|entry| {
            entry.depth() == 0 || entry.file_name().to_str().is_some_and(|name| shown(None, name).is_some())
        });
    builder
}

/// Returns a name that is not UTF-8 as it is shown: the bytes that are none of it as `\xff`.
fn escaped(name: &OsStr) -> String {
    let mut out = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _infallible = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// Returns the path of an entry that people see.
fn shown(folder: Option<&RelPath>, name: &str) -> Option<RelPath> {
    let path = match folder {
        Some(folder) => folder.join(name),
        None => RelPath::new(name),
    };
    path.ok().filter(|path| !path.is_git_internal() && !name.starts_with(TEMPORARY))
}

/// What the threads of a walk share.
struct Search<'a> {
    folder: Option<&'a RelPath>,
    at: &'a Path,
    stopped: &'a AtomicBool,
    batches: mpsc::SyncSender<Vec<RelPath>>,
}

/// One thread's finds, handed over in batches.
struct Finds<'a> {
    folder: Option<&'a RelPath>,
    at: &'a Path,
    stopped: &'a AtomicBool,
    batches: mpsc::SyncSender<Vec<RelPath>>,
    batch: Vec<RelPath>,
}

impl<'s, 'a: 's> ParallelVisitorBuilder<'s> for Search<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Finds {
            folder: self.folder,
            at: self.at,
            stopped: self.stopped,
            batches: self.batches.clone(),
            batch: Vec::with_capacity(BATCH),
        })
    }
}

impl ParallelVisitor for Finds<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        if self.stopped.load(Ordering::Relaxed) {
            return WalkState::Quit;
        }
        // A folder that may not be read is left out, as git does.
        let Ok(entry) = entry else { return WalkState::Continue };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return WalkState::Continue;
        }
        if let Some(path) = self.named(entry.into_path()) {
            self.batch.push(path);
            if self.batch.len() == BATCH {
                let full = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
                if self.batches.send(full).is_err() {
                    return WalkState::Quit;
                }
            }
        }
        WalkState::Continue
    }
}

impl Finds<'_> {
    fn named(&self, path: PathBuf) -> Option<RelPath> {
        let below = path.strip_prefix(self.at).ok()?.to_str()?;
        match self.folder {
            Some(folder) => folder.join(below).ok(),
            None => RelPath::new(below).ok(),
        }
    }
}

impl Drop for Finds<'_> {
    fn drop(&mut self) {
        // The receiver is gone only when the walk was given up.
        let _ = self.batches.send(std::mem::take(&mut self.batch));
    }
}
