//! What an account has taught, kept across sessions: ids that need a profile, what models refuse, what stands
//! behind an application's profile.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// A file that is longer is none of ours.
const LONGEST: u64 = 1 << 20;

/// A part of a request that not every model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Extra {
    /// Tools.
    Tools,
    /// A system prompt of its own.
    System,
    /// Cache points.
    Cache,
    /// Cache points that live for an hour.
    LongCache,
    /// Images.
    Images,
}

impl Extra {
    /// Returns what it is that the model does not take.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Tools => "no tools",
            Self::System => "no system prompt of its own",
            Self::Cache => "no prompt caching",
            Self::LongCache => "no cache of one hour",
            Self::Images => "no images",
        }
    }
}

/// The lessons of all sessions.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Notes {
    /// The id that answered, by region and the id that needs a profile.
    profiles: BTreeMap<String, String>,
    /// What a model refuses, by its id.
    refused: BTreeMap<String, BTreeSet<Extra>>,
    /// The model behind an application's profile, by its ARN.
    bases: BTreeMap<String, String>,
    /// How many tokens a model writes at most, by its id.
    outputs: BTreeMap<String, u32>,
}

/// The lessons, read at the first look and written at each new one; in memory only where there is no file.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    file: Option<PathBuf>,
    notes: Mutex<Option<Notes>>,
}

impl Lessons {
    /// Returns lessons that a file keeps.
    pub(super) fn in_file(file: PathBuf) -> Self {
        Self { file: Some(file), notes: Mutex::default() }
    }

    /// Returns the id that answered in a region for one that needs a profile.
    pub(super) fn profile(&self, region: &str, id: &str) -> Option<String> {
        self.with(|notes| notes.profiles.get(&key(region, id)).cloned())
    }

    /// Notes the id that answered for one that needs a profile.
    pub(super) fn needs_profile(&self, region: &str, id: &str, profile: &str) {
        self.learn(|notes| notes.profiles.insert(key(region, id), profile.to_owned()).as_deref() != Some(profile));
    }

    /// Returns what a model refuses.
    pub(super) fn refused(&self, id: &str) -> BTreeSet<Extra> {
        self.with(|notes| notes.refused.get(id).cloned()).unwrap_or_default()
    }

    /// Notes that a model answered without these.
    pub(super) fn refuses(&self, id: &str, extras: &BTreeSet<Extra>) {
        if !extras.is_empty() {
            self.learn(|notes| notes.refused.insert(id.to_owned(), extras.clone()).as_ref() != Some(extras));
        }
    }

    /// Returns the model behind an application's profile.
    pub(super) fn base(&self, arn: &str) -> Option<String> {
        self.with(|notes| notes.bases.get(arn).cloned())
    }

    /// Notes the model behind an application's profile.
    pub(super) fn stands_for(&self, arn: &str, base: &str) {
        self.learn(|notes| notes.bases.insert(arn.to_owned(), base.to_owned()).as_deref() != Some(base));
    }

    /// Returns how many tokens a model was found to write at most.
    pub(super) fn output(&self, id: &str) -> Option<u32> {
        self.with(|notes| notes.outputs.get(id).copied())
    }

    /// Notes that a model answered when no more than so many tokens were asked for.
    pub(super) fn writes_at_most(&self, id: &str, limit: Option<u32>) {
        if let Some(limit) = limit {
            self.learn(|notes| notes.outputs.insert(id.to_owned(), limit) != Some(limit));
        }
    }

    fn with<T>(&self, look: impl FnOnce(&Notes) -> Option<T>) -> Option<T> {
        look(self.notes().get_or_insert_with(|| self.read()))
    }

    fn learn(&self, note: impl FnOnce(&mut Notes) -> bool) {
        let mut notes = self.notes();
        let notes = notes.get_or_insert_with(|| self.read());
        if note(notes)
            && let Err(failure) = self.write(notes)
        {
            // Learnt anew next time.
            tracing::warn!(%failure, "cannot keep what was learnt of the account");
        }
    }

    fn notes(&self) -> MutexGuard<'_, Option<Notes>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Notes {
        let Some(file) = &self.file else { return Notes::default() };
        let is_ours = std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
        let text = if is_ours { std::fs::read_to_string(file).unwrap_or_default() } else { String::new() };
        // A file that cannot be read teaches nothing; it is written anew.
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn write(&self, notes: &Notes) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let folder = file.parent().ok_or_else(|| io::Error::other("the file has no folder"))?;
        // Readable by the user alone, and there at once or not at all.
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(serde_json::to_string_pretty(notes)?.as_bytes())?;
        temporary.persist(file).map_err(|failure| failure.error)?;
        Ok(())
    }
}

fn key(region: &str, id: &str) -> String {
    format!("{region} {id}")
}
