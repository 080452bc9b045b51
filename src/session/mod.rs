//! A session as pure data: what is asked, what happened, and the state that follows from it.
//!
//! Architecture invariant: nothing here knows tokio, files, the network, the environment or the clock.
//! A session's state is the fold of its events ([`SessionState::apply`]); the screen, the journal,
//! `--json` output and a resumed session all read the same log.

mod answer;
mod entry;
mod event;
mod fault;
mod message;
mod op;
mod protocol;
mod state;

pub use answer::{Answer, IncompleteCall};
pub use entry::{Entry, QueuedPrompt, ToolState, TurnPhase};
pub use event::{Event, EventKind};
pub use fault::{Fault, FaultClass};
pub use message::{Block, Message, Role, ToolCall, ToolCallId, ToolOutput};
pub use op::Op;
pub use protocol::{
    FileMark, GitMark, Head, Level, Login, Millis, ModelChoice, Passcode, PromptId, RepoState, Seq, StepId, StopReason,
    TurnId, TurnOutcome, Usage,
};
pub use state::SessionState;
