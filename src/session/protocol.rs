//! The words that operations and events share: numbers, the model, tokens, outcomes, what git says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::path::RelPath;

/// Numbers the events of a session, from 1, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// Milliseconds since 1970 (UTC), as handed in by the engine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

/// Numbers the turns of a session, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnId(pub u32);

/// Numbers the steps of a turn, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub u32);

/// Numbers the prompts that wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PromptId(pub u32);

/// The model asked, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelChoice {
    /// The id or alias as the user gave it.
    pub name: String,
    /// The id that is sent.
    pub id: String,
    /// The region that is called, where known.
    pub region: Option<String>,
    /// The AWS profile, where one is named.
    pub profile: Option<String>,
    /// How many tokens the model can read.
    pub context: u32,
}

/// What the user has to do before a request can go on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Login {
    /// Why, in one line: "the SSO session of profile dev has expired".
    pub reason: String,
    /// The command that runs, or how to log in by hand.
    pub command: Option<String>,
    /// The page to open. It grants access while the login runs, so it is in no journal.
    #[serde(skip)]
    pub url: Option<String>,
    /// The code to compare or enter there; in no journal.
    #[serde(skip)]
    pub code: Option<String>,
    /// The device whose code the user has to enter here, where that is what is asked for.
    pub device: Option<String>,
}

/// A code that the user read from a device. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passcode(pub String);

impl std::fmt::Debug for Passcode {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Passcode")
    }
}

/// Tokens of one answer, as the service counts them. `input` excludes cached tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Read anew.
    pub input: u64,
    /// Written by the model.
    pub output: u64,
    /// Read from the cache.
    pub cache_read: u64,
    /// Written to the cache.
    pub cache_write: u64,
    /// Of those, written to a cache of one hour, where the service tells them apart.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cache_write_hour: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Usage {
    /// Returns everything that the model read.
    pub fn context(self) -> u64 {
        self.input + self.cache_read + self.cache_write
    }

    /// Returns how much of what the model read came from the cache, in percent; none when it read nothing.
    pub fn hit_percent(self) -> Option<u64> {
        (self.context() > 0).then(|| self.cache_read * 100 / self.context())
    }

    /// Adds another answer's tokens.
    pub fn add(&mut self, other: Usage) {
        self.input += other.input;
        self.output += other.output;
        self.cache_read += other.cache_read;
        self.cache_write += other.cache_write;
        self.cache_write_hour += other.cache_write_hour;
    }
}

/// Why the model stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It said what it had to say.
    EndTurn,
    /// It waits for its tools.
    ToolUse,
    /// The answer reached the token limit.
    MaxTokens,
    /// A guardrail or the model's own safety stopped it.
    Refused(String),
    /// The context is full.
    ContextFull,
    /// The service could not read the model's own output.
    Malformed(String),
    /// A reason that this version does not know.
    Other(String),
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "fault")]
pub enum TurnOutcome {
    /// The model is done.
    Done,
    /// The user stopped it.
    Cancelled,
    /// It could not go on; the prompt is kept and can be sent again.
    Failed(Fault),
}

/// What HEAD is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "head", content = "name")]
pub enum Head {
    /// A branch with commits.
    Branch(String),
    /// A branch without a commit yet.
    Unborn(String),
    /// No branch; the short id.
    Detached(String),
}

/// What git says of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RepoState {
    /// HEAD, or none where there is no repository (commits are off).
    pub head: Option<Head>,
    /// The id of HEAD's commit, in hex; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tip: Option<String>,
    /// An operation in progress, in git's word: "merge", "rebase", "cherry-pick" …
    pub in_progress: Option<String>,
    /// Hooks and signing that a commit by adit would not run: "pre-commit", "commit-msg", "commit.gpgsign".
    pub bypassed: Vec<String>,
    /// Marks by path, for what differs from HEAD.
    pub marks: BTreeMap<RelPath, GitMark>,
}

/// What git says of one path, as two columns of `git status --short` tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct GitMark {
    /// Index against HEAD.
    pub staged: FileMark,
    /// Working tree against index.
    pub unstaged: FileMark,
}

/// One column of the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileMark {
    /// The same.
    #[default]
    Clean,
    /// Present on the right side only.
    Added,
    /// Different bytes or mode.
    Modified,
    /// Present on the left side only.
    Deleted,
    /// Found under another name.
    Renamed,
    /// File against link or submodule.
    TypeChanged,
    /// Not in the index.
    Untracked,
    /// Unmerged.
    Conflicted,
    /// A submodule.
    Submodule,
}

/// How loud a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For the record.
    Info,
    /// Look at it.
    Warning,
    /// Something failed.
    Error,
}
