//! What happened, in the past tense, numbered: the log from which every state follows.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    CallKind, CommittedLines, CompactionCause, Fault, Head, Image, Level, Login, Message, Millis, ModelChoice,
    PromptId, RepoState, Seq, StepId, StopReason, Timings, ToolCall, ToolCallId, ToolOutput, TurnId, TurnOutcome,
    Usage,
};
use crate::config::Effort;
use crate::path::RelPath;
use crate::review::{Decision, FileRevision, NodeId, Pick, Resolution, Revision, Snapshot};

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

/// A file that changed on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedFile {
    /// Which.
    pub path: RelPath,
    /// What stands there now; none when it is gone.
    pub disk: Option<Snapshot>,
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
        /// What the user shows with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<Image>,
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
    /// A request waits until the user has logged in.
    LoginNeeded {
        /// What to do.
        login: Login,
    },
    /// It waits no longer: the user has logged in, or gave it up.
    LoginEnded,
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
        /// How long it took; journals of earlier versions do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timings: Option<Timings>,
    },
    /// An attempt that gave no whole answer was paid for all the same; the tokens are estimated.
    AttemptBilled {
        /// Tokens.
        usage: Usage,
        /// Millionths of a dollar, where prices are known.
        cost_micros: Option<u64>,
    },
    /// An act waits to be confirmed: it would throw away a prompt cache that is worth something.
    CacheAtRisk {
        /// The act: "ask another model".
        act: String,
        /// What the next request would cost more, in millionths of a dollar.
        worth_micros: u64,
    },
    /// The model is to think more or less from now on.
    ThinkingChanged {
        /// How much.
        effort: Effort,
    },
    /// The model is asked to sum up the conversation's beginning.
    CompactionStarted {
        /// Why.
        cause: CompactionCause,
    },
    /// A summary is sent in place of the conversation's beginning from now on.
    Compacted {
        /// Messages before this index are replaced.
        replaced: usize,
        /// What stands for them, as the model reads it.
        summary: String,
        /// Tokens of the context before, estimated.
        before: u64,
        /// Tokens after, estimated.
        after: u64,
        /// What the summary cost in tokens.
        usage: Usage,
        /// Millionths of a dollar, where prices are known.
        cost_micros: Option<u64>,
    },
    /// No summary came; the conversation is sent as before.
    CompactionFailed {
        /// Why.
        fault: Fault,
    },
    /// The last summary is taken back; what it stood for is sent again.
    Uncompacted,
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
        output: Arc<ToolOutput>,
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
    /// The texts of a large file are compared, which takes a while; the next event says what came of it.
    ComparisonStarted {
        /// Which file.
        path: RelPath,
    },
    /// The user gave that up: the act that needed it takes the file as a whole.
    ComparisonGivenUp {
        /// Which file.
        path: RelPath,
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
        /// Whether it was removed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_removed: bool,
    },
    /// A file could not be written; its decision is taken back.
    WriteFailed {
        /// Which.
        path: RelPath,
        /// Why.
        reason: String,
        /// Other paths of the same bundle: what was made there is taken back, and what was not is left.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<RelPath>,
        /// Paths of the same bundle where what was made could not be taken back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stands: Vec<RelPath>,
    },
    /// A file changed on disk by someone else; pending runs move with it or conflict.
    DiskMoved {
        /// Which.
        path: RelPath,
        /// What stands there now; none when it is gone.
        disk: Option<Snapshot>,
    },
    /// HEAD moved, by a checkout, a rebase, a reset …, and these files of the review changed on disk with it.
    HeadMoved {
        /// What it was.
        from: Option<Head>,
        /// What it is.
        to: Option<Head>,
        /// The id of its commit now.
        tip: Option<String>,
        /// The files, each with what stands there now.
        files: Vec<MovedFile>,
    },
    /// Someone else committed what was accepted in these files, so that nothing of them is left to commit.
    CommittedElsewhere {
        /// Which.
        paths: Vec<RelPath>,
    },
    /// A conflict was settled.
    ConflictResolved {
        /// Which file.
        path: RelPath,
        /// How.
        resolution: Resolution,
    },
    /// An act was taken back.
    Undone {
        /// The user's act that it was; none in older journals, where it was the newest of all, the model's too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        act: Option<NodeId>,
    },
    /// An undone act was done again.
    Redone,
    /// The review went to another point of its history.
    WentTo {
        /// Which.
        point: NodeId,
    },
    /// The model heard the decisions and notes that were waiting.
    FeedbackSent,
    /// A call beside the turn's steps is over: a draft, or a summary.
    SideCallTimed {
        /// What it was made for.
        kind: CallKind,
        /// Why it stopped; "failed" and "cancelled" are no answers.
        stop: StopReason,
        /// Tokens, as far as they are known.
        usage: Usage,
        /// How long it took.
        timings: Timings,
    },
    /// A message for the commit was drafted.
    CommitDrafted {
        /// The message.
        message: String,
        /// Tokens.
        usage: Usage,
        /// Millionths of a dollar.
        cost_micros: Option<u64>,
        /// Why the model made none, where the message is a plain one made of the files' names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<String>,
    },
    /// What was accepted is committed.
    Committed {
        /// The commit's id, in hex.
        id: String,
        /// The first line of its message.
        summary: String,
        /// The files that leave the review with it; one that git ignores is on disk only.
        paths: Vec<RelPath>,
        /// Who made which lines of the committed files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        made: Vec<CommittedLines>,
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
