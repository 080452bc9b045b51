//! The rows of the tree as they stand under each other, made anew when a folder opens or the files change.

use std::collections::{BTreeSet, HashMap};

use super::marks::Marks;
use crate::path::{EntryName, RelPath};

/// One entry of a folder on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its name.
    pub name: EntryName,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a link.
    pub is_link: bool,
    /// Whether git ignores it.
    pub is_ignored: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What it is.
    pub(super) name: EntryName,
    /// How deep it lies.
    pub(super) depth: u16,
    /// Folder or file.
    pub(super) kind: RowKind,
    /// Whether git ignores it.
    pub(super) is_ignored: bool,
    /// Whether only the proposal has it.
    pub(super) is_proposed: bool,
}

/// Folder or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    /// A folder whose entries follow.
    OpenFolder,
    /// A folder whose entries are not shown.
    ClosedFolder,
    /// A file.
    File,
    /// A link.
    Link,
}

impl RowKind {
    /// Tells whether it is a folder.
    pub(super) fn is_folder(self) -> bool {
        matches!(self, Self::OpenFolder | Self::ClosedFolder)
    }
}

/// The folders that were read, by path; none is the root.
pub(super) type Folders = HashMap<Option<RelPath>, Vec<TreeEntry>>;

/// Returns the rows of all open folders.
pub(super) fn tree_rows(folders: &Folders, open: &BTreeSet<RelPath>, marks: &Marks) -> Vec<Row> {
    let mut rows = Vec::new();
    push_folder(folders, open, marks, None, 0, &mut rows);
    rows
}

/// Returns the rows of matching files, without folders.
pub(super) fn match_rows(matches: &[RelPath], marks: &Marks) -> Vec<Row> {
    let proposed: BTreeSet<&RelPath> = marks.proposed_files().collect();
    let row = |path: &RelPath| Row {
        name: EntryName::Path(path.clone()),
        depth: 0,
        kind: RowKind::File,
        is_ignored: false,
        is_proposed: proposed.contains(path),
    };
    matches.iter().map(row).collect()
}

fn push_folder(
    folders: &Folders,
    open: &BTreeSet<RelPath>,
    marks: &Marks,
    folder: Option<&RelPath>,
    depth: u16,
    rows: &mut Vec<Row>,
) {
    let read: &[TreeEntry] = folders.get(&folder.cloned()).map_or(&[], Vec::as_slice);
    let known: BTreeSet<&RelPath> = read.iter().filter_map(|entry| entry.name.path()).collect();
    let mut entries: Vec<(bool, EntryName, Option<&TreeEntry>)> =
        read.iter().map(|entry| (!entry.is_folder, entry.name.clone(), Some(entry))).collect();
    let before = entries.len();
    let only_proposed = marks.proposed(folder).filter(|(path, _)| !known.contains(path));
    entries.extend(only_proposed.map(|(path, is_folder)| (!is_folder, EntryName::Path(path.clone()), None)));
    if entries.len() > before {
        entries.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
    }
    for (is_file, name, entry) in entries {
        let opened = name.path().filter(|path| !is_file && open.contains(*path)).cloned();
        let kind = match (is_file, opened.is_some()) {
            (true, _) if entry.is_some_and(|entry| entry.is_link) => RowKind::Link,
            (true, _) => RowKind::File,
            (false, true) => RowKind::OpenFolder,
            (false, false) => RowKind::ClosedFolder,
        };
        let is_ignored = entry.is_some_and(|entry| entry.is_ignored);
        rows.push(Row { name, depth, kind, is_ignored, is_proposed: entry.is_none() });
        if let Some(path) = opened {
            push_folder(folders, open, marks, Some(&path), depth.saturating_add(1), rows);
        }
    }
}
