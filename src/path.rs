//! A checked path inside the workspace, and many of them in little memory.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::safe::written_in_line;

/// Names a file or folder inside the workspace: relative, `/`-separated, never leaving it.
///
/// The value holds no empty, `.` or `..` component and no NUL, so joining it to the workspace's root
/// cannot name anything outside. Links are a matter of the disk and are checked by the files adapter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RelPath(String);

/// Says why a text cannot name a file in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Nothing was given.
    #[error("the path is empty")]
    Empty,
    /// The path starts at the root of the file system or at a home folder.
    #[error("{0} is not inside the workspace: use a path relative to its root")]
    Absolute(String),
    /// The path climbs out by `..`.
    #[error("{0} leaves the workspace")]
    Outside(String),
    /// The path holds a NUL byte.
    #[error("the path holds a NUL byte")]
    Nul,
}

impl RelPath {
    /// Returns the checked path; `./` and doubled slashes are dropped, `a/../b` is `b`.
    pub fn new(text: &str) -> Result<Self, PathFault> {
        if text.contains('\0') {
            return Err(PathFault::Nul);
        }
        if text.starts_with('/') || text.starts_with("~/") || text.starts_with('\\') {
            return Err(PathFault::Absolute(text.to_owned()));
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(PathFault::Outside(text.to_owned()));
                    }
                }
                name => parts.push(name),
            }
        }
        if parts.is_empty() {
            return Err(PathFault::Empty);
        }
        Ok(Self(parts.join("/")))
    }

    /// Returns the path as text, `/`-separated.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last component.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the folder that holds it, or none at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(folder, _)| Self(folder.to_owned()))
    }

    /// Returns the path of `name` inside this folder.
    pub fn join(&self, name: &str) -> Result<Self, PathFault> {
        Self::new(&format!("{}/{name}", self.0))
    }

    /// Tells whether the path is `folder` or lies below it.
    pub fn is_within(&self, folder: &RelPath) -> bool {
        self == folder || self.0.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns the components in order.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Tells whether a component is git's own folder, in any spelling that a file system may fold to it.
    pub fn is_git_internal(&self) -> bool {
        self.parts().any(|part| {
            let plain = part.trim_end_matches(['.', ' ']);
            plain.eq_ignore_ascii_case(".git") || plain.eq_ignore_ascii_case("git~1")
        })
    }
}

/// What an entry of a folder is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryName {
    /// Its path, by which it is worked on.
    Path(RelPath),
    /// A name that is not UTF-8, of which there is no path: only as it is shown, its odd bytes as `\xff`.
    Odd(String),
}

impl EntryName {
    /// Returns the path, where there is one.
    pub fn path(&self) -> Option<&RelPath> {
        match self {
            Self::Path(path) => Some(path),
            Self::Odd(_) => None,
        }
    }
}

impl TryFrom<String> for RelPath {
    type Error = PathFault;

    fn try_from(text: String) -> Result<Self, PathFault> {
        Self::new(&text)
    }
}

impl From<RelPath> for String {
    fn from(path: RelPath) -> Self {
        path.0
    }
}

impl fmt::Display for RelPath {
    /// Writes the path with hidden characters shown, so that a hostile name cannot steer the terminal.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&written_in_line(&self.0))
    }
}

/// A checked path that belongs to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathRef<'a>(&'a str);

impl<'a> PathRef<'a> {
    /// Returns the path as text, `/`-separated.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Returns a path of its own.
    pub fn to_path(self) -> RelPath {
        RelPath(self.0.to_owned())
    }
}

impl RelPath {
    /// Returns the path without giving it away.
    pub fn as_path_ref(&self) -> PathRef<'_> {
        PathRef(&self.0)
    }
}

/// Many paths one behind the other: a repository has hundreds of thousands of them, and a text for each would take several
/// times the memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathList {
    text: String,
    /// Where each path ends in the text.
    ends: Vec<u32>,
}

impl PathList {
    /// Adds a path. Beyond four gigabytes of names nothing is added.
    pub fn push(&mut self, path: PathRef<'_>) {
        if let Ok(end) = u32::try_from(self.text.len() + path.0.len()) {
            self.text.push_str(path.0);
            self.ends.push(end);
        }
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the path at a place.
    pub fn get(&self, at: usize) -> Option<PathRef<'_>> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(PathRef(&self.text[start as usize..end as usize]))
    }

    /// Returns all paths in their order.
    pub fn iter(&self) -> impl Iterator<Item = PathRef<'_>> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Returns the same paths in order, each once.
    pub fn sorted(&self) -> Self {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_unstable();
        all.dedup();
        let mut list = Self { text: String::with_capacity(self.text.len()), ends: Vec::with_capacity(all.len()) };
        list.extend(all);
        list
    }

    /// Tells whether a path is in the list, which must be sorted.
    pub fn has(&self, path: PathRef<'_>) -> bool {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.get(middle).cmp(&Some(path)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return true,
            }
        }
        false
    }
}

impl<'a> Extend<PathRef<'a>> for PathList {
    fn extend<T: IntoIterator<Item = PathRef<'a>>>(&mut self, paths: T) {
        for path in paths {
            self.push(path);
        }
    }
}

impl<'a> FromIterator<PathRef<'a>> for PathList {
    fn from_iter<T: IntoIterator<Item = PathRef<'a>>>(paths: T) -> Self {
        let mut list = Self::default();
        list.extend(paths);
        list
    }
}

impl FromIterator<RelPath> for PathList {
    fn from_iter<T: IntoIterator<Item = RelPath>>(paths: T) -> Self {
        let mut list = Self::default();
        for path in paths {
            list.push(path.as_path_ref());
        }
        list
    }
}
