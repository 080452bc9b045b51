//! The ports: what the engine needs from the outside world, as traits that adapters and tests fulfil.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::Value;

use super::view::WorkspaceView;
use crate::config::Effort;
use crate::path::RelPath;
use crate::review::{Snapshot, Text};
use crate::session::{
    CallKind, Event, Fault, FaultClass, Head, Image, Login, Message, Millis, ModelChoice, Passcode, RepoState,
    StopReason, ToolCallId, Usage,
};

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// Returns the time now.
    fn now(&self) -> Millis;
}

/// Keeps the events of one session.
pub trait Journal: Send {
    /// Appends one event; when it returns, a crash of the process does not lose it.
    fn append(&mut self, event: &Event) -> std::io::Result<()>;

    /// Makes what was appended survive a crash of the machine.
    fn sync(&mut self) -> std::io::Result<()>;

    /// Keeps a tool's result that was too long for the conversation, so that the session still has it when it is
    /// gone on with.
    fn keep_output(&mut self, number: u32, text: &str) -> std::io::Result<()> {
        let _ = (number, text);
        Ok(())
    }

    /// Lets a kept result go.
    fn drop_output(&mut self, number: u32) {
        let _ = number;
    }

    /// Returns the results that were kept, by number, the oldest first; at most so many, and so many bytes.
    fn outputs(&self, most: usize, bytes: usize) -> Vec<(u32, String)> {
        let _ = (most, bytes);
        Vec::new()
    }
}

/// One request to the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The id that is sent.
    pub model: String,
    /// The system prompt.
    pub system: String,
    /// The conversation so far; user and assistant alternate, and every tool use has its result.
    pub messages: Vec<Message>,
    /// What it is for. Only the answer in a turn may hold edits.
    pub kind: CallKind,
    /// The tools, in a stable order; none for side calls.
    pub tools: Arc<[ToolSpec]>,
    /// How much the model may write; none leaves it to the model's table.
    pub max_tokens: Option<u32>,
    /// How much it is to think.
    pub effort: Effort,
}

/// A tool as the model sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// The JSON schema of its input.
    pub schema: Value,
}

/// A piece of a model's answer. Blocks are numbered as the service numbers them.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// Text of a block.
    Text {
        /// The block.
        block: u32,
        /// The piece.
        text: String,
    },
    /// Reasoning of a block.
    Reasoning {
        /// The block.
        block: u32,
        /// The piece.
        text: String,
    },
    /// The signature of a reasoning block.
    Signature {
        /// The block.
        block: u32,
        /// A piece of it.
        signature: String,
    },
    /// Reasoning that the service keeps closed, base64.
    Redacted {
        /// The block.
        block: u32,
        /// The data.
        data: String,
    },
    /// A tool call begins.
    ToolStarted {
        /// The block.
        block: u32,
        /// The call's id.
        id: ToolCallId,
        /// The tool.
        name: String,
    },
    /// A piece of a tool call's JSON.
    ToolInput {
        /// The block.
        block: u32,
        /// The piece.
        json: String,
    },
    /// All text that came so far was thought: the model opens its thoughts without a word and only ends them.
    TextWasThought,
    /// A block is complete.
    BlockStopped {
        /// The block.
        block: u32,
    },
    /// The model stopped; usage follows.
    Stopped(StopReason),
    /// What the answer cost.
    Usage(Usage),
    /// The head of the answer came.
    Opened {
        /// The service's id of the request, where it gave one.
        request_id: Option<String>,
    },
    /// Nothing has come for so many seconds; the request still runs.
    Silent(u32),
    /// Nothing was sent yet: credentials are looked for first.
    Unsent,
    /// What was said to be unsent is on its way.
    Sent,
    /// Something that the user should know of this request, beside its answer.
    Remark(String),
    /// The request waits until the user has logged in; a later one of these replaces it.
    LoginNeeded(Login),
    /// It waits no longer.
    LoginEnded,
    /// The request is sent again; what came before is void.
    Retrying {
        /// Why.
        fault: Fault,
        /// How many tries were made.
        attempt: u32,
        /// When the next one starts.
        after: std::time::Duration,
    },
    /// Another model than the one of the request, or than the last of these, is about to be called. The stream goes on,
    /// and the model is called, only when the next delta is asked for: whoever does not want to pay for it drops the stream.
    Asking {
        /// Which.
        model: ModelChoice,
    },
    /// The provider called another model or region than asked, and why.
    Switched {
        /// What is called from now on.
        model: ModelChoice,
        /// Why, for the user.
        reason: String,
    },
}

/// Which part of an AWS account is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountChoice {
    /// A profile of AWS's files.
    Profile(String),
    /// A region.
    Region(String),
}

/// Streams a model's answer.
///
/// The stream ends after [`Delta::Usage`] or with one fault. Dropping it cancels the request.
pub trait Provider: Send + Sync {
    /// Starts one step.
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>>;

    /// Ends the pauses before retries: what waits is sent again at once.
    fn hurry(&self) {}

    /// Hands over the code of a device, where [`Delta::LoginNeeded`] asked for one.
    fn passcode(&self, _code: Passcode) {}

    /// Calls another region, or by another profile, from the next request on.
    fn go_to(&self, _account: AccountChoice) -> Result<(), Fault> {
        Err(Fault::new(FaultClass::Other, "what answers here knows no AWS profiles and regions"))
    }

    /// Returns the AWS profiles and regions that can be chosen.
    fn accounts(&self) -> Vec<AccountChoice> {
        Vec::new()
    }

    /// Returns what a name or alias means, or a fault that names the known ones.
    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault>;

    /// Returns the models that can be chosen: id or alias, and a line about it.
    fn models(&self) -> Vec<(String, String)>;

    /// Asks the service which models can be called here, each with a line about it; none where it does not say.
    fn discover(&self) -> BoxFuture<'static, Vec<(String, String)>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    /// Returns what an answer cost, in millionths of a dollar, where prices are known.
    fn cost_micros(&self, model: &str, usage: Usage) -> Option<u64>;

    /// Returns what the engine reckons with for a model; where nothing is known, what suits most.
    fn terms(&self, _model: &str) -> Terms {
        Terms::default()
    }
}

/// What the engine reckons with for a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How many tokens it can write in one answer.
    pub max_output: u32,
    /// How many it may write where nobody asks for more.
    pub usual_output: u32,
    /// How long a prompt cache lives after its last use; 0 where nothing is cached.
    pub cache_lives: Millis,
    /// From how many tokens on anything is cached.
    pub cache_minimum: u32,
    /// The day from which on its price holds, where it is known.
    pub price_since: Option<String>,
    /// Its other names, by which settings may speak of it.
    pub names: Vec<String>,
    /// Whether it can be asked to think.
    pub thinks: bool,
    /// Whether it sees images; to one that does not, they are only named.
    pub sees_images: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            max_output: 32_000,
            usual_output: 32_000,
            cache_lives: Millis(0),
            cache_minimum: 0,
            price_since: None,
            names: Vec::new(),
            thinks: false,
            sees_images: true,
        }
    }
}

/// Why an image cannot be shown to the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageFault {
    /// It is of another kind.
    #[error("{name} is no PNG, JPEG, GIF or WebP image")]
    Unknown {
        /// Its file's name.
        name: String,
    },
    /// It is larger than adit decodes.
    #[error("{name} is too large: {what}")]
    TooLarge {
        /// Its file's name.
        name: String,
        /// How large.
        what: String,
    },
    /// It is damaged, or the system refused.
    #[error("cannot read the image {name}: {reason}")]
    Unreadable {
        /// Its file's name.
        name: String,
        /// Why.
        reason: String,
    },
}

/// Makes images fit for the model. All calls block.
pub trait Images: Send + Sync {
    /// Returns the image of a file, wherever it lies: only what the user names is loaded.
    fn load(&self, path: &std::path::Path) -> Result<Image, ImageFault>;

    /// Returns the image of a file's bytes.
    fn prepare(&self, name: &str, bytes: &[u8]) -> Result<Image, ImageFault>;
}

/// Tells the engine, by [`crate::engine::DiskNews`], that files it follows changed on disk.
pub trait Watcher: Send {
    /// Follows these files, and no others.
    fn follow(&mut self, paths: &[RelPath]);
}

/// A file of a commit: what adit wrote, as pairs before and after, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitFile {
    /// Which.
    pub path: RelPath,
    /// The pairs.
    pub written: Vec<(Option<Snapshot>, Option<Snapshot>)>,
}

/// What is to be committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRequest {
    /// The whole message, trailers included.
    pub message: String,
    /// The files.
    pub files: Vec<CommitFile>,
}

/// Why nothing was committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommitFault {
    /// What failed, on what.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// The git repository around the workspace. All calls block.
pub trait Repository: Send + Sync {
    /// Returns what git says now; without a repository a state without a head.
    fn state(&self) -> RepoState;

    /// Returns HEAD and the id of its commit, as [`Repository::state`] would, but without looking at the files.
    fn head(&self) -> (Option<Head>, Option<String>) {
        let state = self.state();
        (state.head, state.tip)
    }

    /// Returns those of the files whose accepted text HEAD has already, because someone committed it.
    fn committed_already(&self, _files: &[CommitFile]) -> Vec<RelPath> {
        Vec::new()
    }

    /// Returns why a repository that is there cannot be used; [`Repository::state`] shows it as none.
    fn trouble(&self) -> Option<CommitFault> {
        None
    }

    /// Returns those of the paths that a commit leaves out because git ignores them.
    fn ignored(&self, _paths: &[RelPath]) -> Vec<RelPath> {
        Vec::new()
    }

    /// Returns the files that a commit takes whole, with what the user wrote in them, because git does not know them yet.
    fn whole(&self, _files: &[CommitFile]) -> Vec<RelPath> {
        Vec::new()
    }

    /// Commits what was accepted, and only that, without what is [ignored](Repository::ignored); returns the
    /// commit's id in hex.
    fn commit(&self, request: &CommitRequest) -> Result<String, CommitFault>;

    /// Returns a file's text as a commit has it; none where it has none there, or cannot be read.
    fn committed_text(&self, _commit: &str, _path: &RelPath) -> Option<Text> {
        None
    }

    /// Puts a note on a commit, beside its message.
    fn annotate(&self, _commit: &str, _note: &str) -> Result<(), CommitFault> {
        Ok(())
    }

    /// Makes a repository.
    fn init(&self) -> Result<(), CommitFault>;

    /// Returns the subjects of the last commits, newest first, so that a drafted message fits in.
    fn recent_subjects(&self, count: usize) -> Vec<String>;
}

/// What a tool call comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolOutcome {
    /// Text for the model.
    Text {
        /// The text.
        text: String,
        /// A file that the model has now read, so that it may edit it.
        read: Option<RelPath>,
    },
    /// A change of the proposal, which the actor applies and answers.
    Edit(crate::review::Edit),
    /// What the model did wrong; it goes back to it.
    Fault(String),
}

/// Something that the model may call.
#[async_trait]
pub trait Tool: Send + Sync {
    /// Returns how the model sees it.
    fn spec(&self) -> ToolSpec;

    /// Runs it. Reading may take time; the engine runs it off the actor and may drop it on cancel.
    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome;
}
