//! What a client may ask of the engine, in the imperative.

use serde::{Deserialize, Serialize};

use super::{Allowance, Image, Passcode, PromptId};
use crate::config::Effort;
use crate::path::RelPath;
use crate::review::{Decision, NodeId, Pick, Resolution, Revision, Snapshot};

/// The prompt that sends the decisions and notes which wait for the model, without another word.
pub const FEEDBACK_PROMPT: &str = "Please look at my decisions and notes.";

/// What a client asks of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// Starts a turn, or queues the prompt while one runs.
    Prompt {
        /// What the user wrote.
        text: String,
    },
    /// Shows an image with the next prompt.
    Attach {
        /// Which, made fit by [`crate::engine::Handle::load_image`].
        image: Image,
    },
    /// Takes a queued prompt back.
    Unqueue {
        /// Which.
        prompt: PromptId,
    },
    /// Sends the last prompt again after a failed or cancelled turn; a request that waits to be sent again goes now.
    Retry,
    /// Stops the running turn, or the login that is waited for.
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
        /// The text that the user began with. With it, the edit is merged into a proposal that changed meanwhile;
        /// without, it is refused then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<Snapshot>,
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
    /// Goes to any point of the review's history.
    GoTo {
        /// The proposal that the user saw.
        revision: Revision,
        /// Which point.
        point: NodeId,
    },
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
    /// Does what was held back because it throws the prompt cache away.
    Proceed,
    /// Lets the model think more or less from the next step on.
    SetThinking {
        /// How much.
        effort: Effort,
    },
    /// Replaces the conversation's beginning by a summary that the model writes.
    Compact {
        /// What the summary should keep above all.
        #[serde(default)]
        focus: Option<String>,
    },
    /// Takes the last such summary back.
    Uncompact,
    /// Lets adit go past the caps on what may be spent; a turn that they stopped goes on.
    AllowSpending {
        /// How far.
        allowance: Allowance,
    },
    /// Hands over the code of a device that a login waits for.
    EnterPasscode {
        /// The code.
        code: Passcode,
    },
    /// Calls by another AWS profile from the next step on.
    SetProfile {
        /// Its name in AWS's files.
        name: String,
    },
    /// Calls another AWS region from the next step on.
    SetRegion {
        /// Its name.
        name: String,
    },
    /// Starts a new conversation in the same session; the review stays.
    ClearConversation,
    /// Looks at the disk and at git again.
    Refresh,
    /// Ends the session; the journal is closed.
    Shutdown,
}
