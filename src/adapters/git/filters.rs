//! A file's bytes as git stores them: line ends and keywords, by configuration and attributes.

use std::io::Write as _;
use std::path::Path;

use git2::{AttrCheckFlags, AttrValue, Config, Repository};

use super::fault::{failed, hinted};
use crate::engine::CommitFault;
use crate::path::RelPath;
use crate::review::{Mode, Snapshot, Text};
use crate::safe::written_in_line;

/// Turns the working tree's bytes into those that `git add` would store.
pub(super) struct Filters<'r> {
    repo: &'r Repository,
    config: Config,
    /// Whether `core.autocrlf` may change any text file.
    by_config: bool,
}

/// How one path's bytes are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// As they are.
    Same,
    /// Through libgit2's filters.
    Filtered,
}

impl<'r> Filters<'r> {
    pub(super) fn new(repo: &'r Repository) -> Result<Self, CommitFault> {
        let config =
            repo.config().and_then(|mut config| config.snapshot()).map_err(failed("read git's configuration"))?;
        let autocrlf = config.get_string("core.autocrlf").unwrap_or_default().to_ascii_lowercase();
        let by_config = !matches!(autocrlf.as_str(), "" | "false" | "no" | "off" | "0");
        Ok(Self { repo, config, by_config })
    }

    /// Returns how a path's bytes are stored; `name` is its place in the repository.
    ///
    /// Filters that are programs of their own, such as LFS, and other encodings are refused: adit could not
    /// tell which part of what they make is the accepted one.
    pub(super) fn storage(&self, path: &RelPath, name: &str) -> Result<Storage, CommitFault> {
        if let AttrValue::String(driver) = self.attribute(name, "filter")?
            && (driver == "lfs" || self.runs(driver))
        {
            return Err(hinted(
                format!("{path} goes through git's filter \"{}\", which adit does not run", written_in_line(driver)),
                "Commit this file with git; the other files can be committed here after that.",
            ));
        }
        match self.attribute(name, "working-tree-encoding")? {
            AttrValue::String(encoding) if !encoding.eq_ignore_ascii_case("utf-8") => Err(hinted(
                format!("git stores {path} in another encoding than the file has ({})", written_in_line(encoding)),
                "Commit this file with git; the other files can be committed here after that.",
            )),
            _ => {
                let mut storage = if self.by_config { Storage::Filtered } else { Storage::Same };
                for attribute in ["text", "crlf", "eol", "ident"] {
                    if self.attribute(name, attribute)? != AttrValue::Unspecified {
                        storage = Storage::Filtered;
                    }
                }
                Ok(storage)
            }
        }
    }

    /// Returns a file as git stores it; links are stored as they are.
    pub(super) fn stored(&self, name: &str, storage: Storage, file: &Snapshot) -> Result<Snapshot, CommitFault> {
        if storage == Storage::Same || file.mode == Mode::Symlink {
            return Ok(file.clone());
        }
        let blob = || {
            let mut writer = self.repo.blob_writer(Some(Path::new(name)))?;
            writer.write_all(file.text.as_bytes()).map_err(|error| git2::Error::from_str(&error.to_string()))?;
            self.repo.find_blob(writer.commit()?)
        };
        let blob = blob().map_err(failed("store a file in git"))?;
        Ok(Snapshot { text: Text::new(blob.content()), mode: file.mode })
    }

    fn attribute(&self, name: &str, attribute: &str) -> Result<AttrValue<'_>, CommitFault> {
        let value = self.repo.get_attr(Path::new(name), attribute, AttrCheckFlags::FILE_THEN_INDEX);
        value.map(AttrValue::from_string).map_err(failed("read git's attributes"))
    }

    /// Tells whether a filter's driver is set up; git leaves the bytes alone where it is not.
    fn runs(&self, driver: &str) -> bool {
        let set = |key: &str| self.config.get_entry(&format!("filter.{driver}.{key}")).is_ok();
        set("clean") || set("smudge") || set("process") || set("required")
    }
}
