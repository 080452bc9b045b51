//! A session as pure data: what is asked, what happened, and the state that follows from it.
//!
//! Architecture invariant: nothing here knows tokio, files, the network, the environment or the clock.
//! A session's state is the fold of its events ([`SessionState::apply`]); the screen, the journal,
//! `--json` output and a resumed session all read the same log.

mod answer;
mod committed;
mod compaction;
mod entry;
mod event;
mod fault;
mod growing;
mod image;
mod message;
mod meter;
mod money;
mod op;
mod protocol;
mod provenance;
mod reviewing;
mod state;
mod timings;
mod turns;

pub use answer::{Answer, IncompleteCall};
pub use committed::{Reversal, TakenBack, reversal};
pub use compaction::CompactionCause;
pub use entry::{Entry, QueuedPrompt, ToolState, TurnPhase, Words};
pub use event::{Event, EventKind, MovedFile};
pub use fault::{Fault, FaultClass};
pub use image::{Image, ImageFormat};
pub use message::{Block, Message, Role, ToolCall, ToolCallId, ToolOutput};
pub use meter::{FILE_LEAD, Meter, Overhead, Rate, Weight, image_tokens};
pub use money::{Allowance, CallKind, Caps, Passed, Reservations, Span, Spent, dollars};
pub use op::{FEEDBACK_PROMPT, Op};
pub use protocol::{
    FileMark, GitMark, Head, Level, Login, Millis, ModelChoice, Passcode, PromptId, RepoState, Seq, StepId, StopReason,
    TurnId, TurnOutcome, Usage,
};
pub use provenance::{CommittedLines, Provenance};
pub(crate) use reviewing::fold_review;
pub use reviewing::head_words;
pub use state::SessionState;
pub use timings::{KEPT_STEPS, StepRecord, Stopwatch, Timings};
pub use turns::TurnRecord;
