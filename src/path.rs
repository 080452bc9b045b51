//! A checked path inside the workspace.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// Writes the path with control characters shown, so that a hostile name cannot steer the terminal.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if character.is_control() {
                write!(out, "{}", character.escape_default())?;
            } else {
                write!(out, "{character}")?;
            }
        }
        Ok(())
    }
}
