//! The words between the engine and its clients: operations in, numbered events out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fault, Message, ToolCall, ToolCallId, ToolOutput};
use crate::path::RelPath;
use crate::review::{Decision, FileRevision, Pick, Resolution, Revision, Snapshot};

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
}

impl Usage {
    /// Returns everything that the model read.
    pub fn context(self) -> u64 {
        self.input + self.cache_read + self.cache_write
    }

    /// Adds another answer's tokens.
    pub fn add(&mut self, other: Usage) {
        self.input += other.input;
        self.output += other.output;
        self.cache_read += other.cache_read;
        self.cache_write += other.cache_write;
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

/// What a client asks of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// Starts a turn, or queues the prompt while one runs.
    Prompt {
        /// What the user wrote.
        text: String,
    },
    /// Takes a queued prompt back.
    Unqueue {
        /// Which.
        prompt: PromptId,
    },
    /// Sends the last prompt again after a failed or cancelled turn.
    Retry,
    /// Stops the running turn.
    Cancel,
    /// Decides on a part of the proposal.
    Decide {
        /// The proposal that the user saw; another one is refused.
        revision: Revision,
        /// What is decided.
        pick: Pick,
        /// How; `Pending` is not a decision and is refused.
        decision: Decision,
        /// What the model is to be told.
        note: Option<String>,
    },
    /// Replaces a file's target by the user's own text, still pending.
    Rewrite {
        /// The proposal that the user saw.
        revision: Revision,
        /// Which file.
        path: RelPath,
        /// The whole new target.
        target: Snapshot,
    },
    /// Says something about a part of the proposal without deciding.
    Note {
        /// The proposal that the user saw.
        revision: Revision,
        /// What it is about.
        pick: Pick,
        /// The words.
        text: String,
    },
    /// Settles a conflict.
    Resolve {
        /// Which file.
        path: RelPath,
        /// How.
        resolution: Resolution,
    },
    /// Takes the last decision, edit or revision back.
    Undo,
    /// Does what was undone again.
    Redo,
    /// Asks the model for a commit message for what was accepted.
    DraftCommit,
    /// Commits what was accepted.
    Commit {
        /// The message, without trailers that adit adds.
        message: String,
    },
    /// Makes a repository in the workspace.
    InitRepository,
    /// Adds a file to what the model is shown with each prompt.
    AddContext {
        /// Which.
        path: RelPath,
    },
    /// Drops a file from it.
    DropContext {
        /// Which.
        path: RelPath,
    },
    /// Chooses another model from the next step on.
    SetModel {
        /// Id, ARN or alias.
        name: String,
    },
    /// Starts a new conversation in the same session; the review stays.
    ClearConversation,
    /// Looks at the disk and at git again.
    Refresh,
    /// Ends the session; the journal is closed.
    Shutdown,
}

/// Something that happened, with its number and its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number.
    pub seq: Seq,
    /// When.
    pub at: Millis,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// The first event of a session.
    SessionStarted {
        /// Adit's version.
        version: String,
        /// The workspace's folder, for people.
        workspace: String,
    },
    /// The session was opened again from its journal.
    SessionResumed,
    /// Another model or region is asked from now on.
    ModelChanged {
        /// Which.
        model: ModelChoice,
    },
    /// A prompt waits for the running turn to end.
    PromptQueued {
        /// Its number.
        prompt: PromptId,
        /// What the user wrote.
        text: String,
    },
    /// A queued prompt was taken back or is about to start.
    PromptUnqueued {
        /// Its number.
        prompt: PromptId,
    },
    /// A turn began.
    TurnStarted {
        /// Its number.
        turn: TurnId,
        /// What the user wrote.
        prompt: String,
        /// The message as the model gets it: context files, feedback on decisions, and the prompt.
        message: Message,
    },
    /// A request to the model began.
    StepStarted {
        /// Its number in the turn.
        step: StepId,
    },
    /// The model wrote text; the piece continues the block.
    TextDelta {
        /// The piece.
        text: String,
    },
    /// The model reasoned.
    ReasoningDelta {
        /// The piece.
        text: String,
    },
    /// The model began a tool call.
    ToolCallStarted {
        /// Its id.
        id: ToolCallId,
        /// The tool.
        name: String,
    },
    /// A piece of a tool call's input, as JSON text.
    ToolInputDelta {
        /// Which call.
        id: ToolCallId,
        /// The piece.
        json: String,
    },
    /// The step's request is sent again; what it had streamed is dropped.
    StepRetried {
        /// Why.
        fault: Fault,
        /// How many tries were made.
        attempt: u32,
        /// When the next one starts.
        resumes_at: Millis,
    },
    /// Nothing came from the model for so long.
    StreamSilent {
        /// Seconds.
        seconds: u32,
    },
    /// The model's answer is complete; `message` replaces what was streamed.
    StepEnded {
        /// The answer, as it is replayed to the model; none when nothing usable came.
        message: Option<Message>,
        /// Why it stopped.
        stop: StopReason,
        /// What it cost in tokens.
        usage: Usage,
        /// What it cost in millionths of a dollar, where prices are known.
        cost_micros: Option<u64>,
    },
    /// A tool runs.
    ToolCalled {
        /// The call, complete.
        call: ToolCall,
    },
    /// A tool is done.
    ToolFinished {
        /// Which call.
        id: ToolCallId,
        /// What the model gets back.
        output: ToolOutput,
    },
    /// The results of a step's tools go to the model.
    ResultsSent {
        /// One user message with all of them.
        message: Message,
    },
    /// The proposal changed by a tool call of the model or by the user.
    ProposalRevised {
        /// The call that did it; none for the user.
        call: Option<ToolCallId>,
        /// The files, all or none.
        files: Vec<FileRevision>,
    },
    /// A part of the proposal was decided.
    HunksDecided {
        /// The proposal that was decided on.
        revision: Revision,
        /// What.
        pick: Pick,
        /// How.
        decision: Decision,
        /// What the model is told.
        note: Option<String>,
    },
    /// The user said something about a part.
    NoteAdded {
        /// The proposal that the user saw.
        revision: Revision,
        /// What it is about.
        pick: Pick,
        /// The words.
        text: String,
    },
    /// A file was written (or removed) because of a decision.
    FileWritten {
        /// Which.
        path: RelPath,
    },
    /// A file could not be written; its decision is taken back.
    WriteFailed {
        /// Which.
        path: RelPath,
        /// Why.
        reason: String,
    },
    /// A file changed on disk by someone else; pending runs move with it or conflict.
    DiskMoved {
        /// Which.
        path: RelPath,
        /// What stands there now; none when it is gone.
        disk: Option<Snapshot>,
    },
    /// A conflict was settled.
    ConflictResolved {
        /// Which file.
        path: RelPath,
        /// How.
        resolution: Resolution,
    },
    /// The last act was taken back.
    Undone,
    /// An undone act was done again.
    Redone,
    /// The model heard the decisions and notes that were waiting.
    FeedbackSent,
    /// A message for the commit was drafted.
    CommitDrafted {
        /// The message.
        message: String,
        /// Tokens.
        usage: Usage,
        /// Millionths of a dollar.
        cost_micros: Option<u64>,
    },
    /// What was accepted is committed.
    Committed {
        /// The commit's id, in hex.
        id: String,
        /// The first line of its message.
        summary: String,
        /// The files in it.
        paths: Vec<RelPath>,
    },
    /// What git says of the workspace changed.
    RepositoryChanged {
        /// The state.
        repo: RepoState,
    },
    /// A file was added to the context.
    ContextAdded {
        /// Which.
        path: RelPath,
    },
    /// A file was dropped from the context.
    ContextDropped {
        /// Which.
        path: RelPath,
    },
    /// The conversation starts anew.
    ConversationCleared,
    /// Something the user should read.
    Notice {
        /// How loud.
        level: Level,
        /// What.
        text: String,
        /// What to do.
        hint: Option<String>,
    },
    /// An operation was refused; nothing changed.
    Refused {
        /// Why.
        reason: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A turn ended.
    TurnEnded {
        /// Which.
        turn: TurnId,
        /// How.
        outcome: TurnOutcome,
    },
    /// The session is over; the journal is complete.
    SessionEnded,
}
