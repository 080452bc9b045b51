//! The state of a session: the fold of its events.

use std::collections::VecDeque;
use std::sync::Arc;

use super::committed::{CommitRecord, note_commit};
use super::compaction::{Compaction, UNCOMPACTED};
use super::reviewing::{fold_review, taken_back_words};
use super::{
    Block, CallKind, Entry, Event, EventKind, Head, Level, Login, Message, Millis, ModelChoice, QueuedPrompt,
    RepoState, Seq, StepId, StepRecord, ToolCallId, ToolState, TurnId, TurnOutcome, TurnPhase, Usage,
};
use crate::config::Effort;
use crate::path::RelPath;
use crate::review::{Decision, PlannedWrite, Review, Revision};

/// Everything that is known of a session.
#[derive(Debug, Clone, Default)]
pub struct SessionState {
    /// The last event's number.
    pub seq: Seq,
    /// The workspace's folder, for people.
    pub workspace: String,
    /// The model that is asked.
    pub model: ModelChoice,
    /// The conversation as it is sent.
    pub conversation: Vec<Message>,
    /// The conversation as it is shown. Only the entries from `closed` on may still change.
    pub entries: Vec<Arc<Entry>>,
    /// Entries before this index are final.
    pub closed: usize,
    /// The proposal and its decisions.
    pub review: Review,
    /// Prompts that wait.
    pub queue: VecDeque<QueuedPrompt>,
    /// What the running turn does.
    pub phase: TurnPhase,
    /// The running or last turn.
    pub turn: TurnId,
    /// The running or last step.
    pub step: StepId,
    /// When the running turn began.
    pub turn_began: Millis,
    /// The login that a request waits for.
    pub login: Option<Login>,
    /// Seconds of silence from the model, 0 when it speaks.
    pub silent: u32,
    /// The last prompt, kept to be sent again.
    pub last_prompt: Option<String>,
    /// How the last turn ended.
    pub last_outcome: Option<TurnOutcome>,
    /// Tokens of the session.
    pub usage: Usage,
    /// Tokens of the turn.
    pub turn_usage: Usage,
    /// Tokens of the last step.
    pub step_usage: Usage,
    /// Millionths of a dollar of the last step, where prices are known.
    pub step_cost_micros: Option<u64>,
    /// Tokens that the last step read: how full the context is.
    pub context_used: u64,
    /// Millionths of a dollar of the session, where prices are known.
    pub cost_micros: Option<u64>,
    /// The same, of the turn.
    pub turn_cost_micros: Option<u64>,
    /// What git says; nothing before its first answer.
    pub repo: RepoState,
    /// Whether git has answered.
    pub is_repo_known: bool,
    /// Files that the model is shown with each prompt.
    pub context: Vec<RelPath>,
    /// The drafted commit message, until a commit.
    pub draft: Option<String>,
    /// The session's commits with what they changed, oldest first.
    pub(super) commits: Vec<CommitRecord>,
    /// Files whose accepted text someone else has committed, until more is accepted.
    pub committed_elsewhere: Vec<RelPath>,
    /// The prompts of all turns, the first turn's first; they stay when the conversation is cleared.
    pub prompts: Vec<Arc<str>>,
    /// When the review came to each of its revisions, oldest first.
    pub review_times: Vec<(Revision, Millis)>,
    /// Whether the session was closed in order.
    pub is_ended: bool,
    /// How much the model is to think; none leaves it to the configuration.
    pub thinking: Option<Effort>,
    /// Where the running or last turn's prompt stands in the conversation.
    pub turn_at: usize,
    /// Summaries that stand for the conversation's beginning; the last one counts.
    pub(super) compactions: Vec<Compaction>,
    /// Whether nothing is summed up by itself, because the user took a summary back.
    pub compaction_rests: bool,
    /// Reasoning before this message is not sent: what stood before it has changed.
    pub(super) reasoning_from: usize,
    /// When the last event came.
    pub(super) now: Millis,
    /// What the turn did when a compaction began.
    before_compaction: Option<TurnPhase>,
    /// The file whose texts are being compared, which takes a while.
    pub comparing: Option<RelPath>,
    /// Writes of the last act that are not in the log yet; after a crash they are looked at first.
    pub unwritten: Vec<PlannedWrite>,
    /// The last steps, oldest first, as far as their times are known.
    pub steps: VecDeque<StepRecord>,
    /// The first entry of the running step, to drop it when it is sent again.
    pub(super) step_start: usize,
}

impl SessionState {
    /// Tells whether a turn runs.
    pub fn is_busy(&self) -> bool {
        !matches!(self.phase, TurnPhase::Idle)
    }

    /// Tells whether git has said that there is no repository; until its first answer nobody knows.
    pub fn lacks_repository(&self) -> bool {
        self.is_repo_known && self.repo.head.is_none()
    }

    /// Folds one event. Events must come in the order of their numbers.
    pub fn apply(&mut self, event: &Event) {
        self.seq = event.seq;
        self.now = event.at;
        self.comparing = None;
        if let EventKind::Committed { id, summary, paths, .. } = &event.kind {
            note_commit(&mut self.commits, &self.review, (id, summary), paths);
        }
        if let Some(writes) = fold_review(&mut self.review, &event.kind) {
            self.unwritten = writes;
        }
        match &event.kind {
            EventKind::SessionStarted { workspace, .. } => self.workspace.clone_from(workspace),
            EventKind::SessionResumed => {
                self.is_ended = false;
                self.login = None;
            }
            EventKind::ModelChanged { model } => self.model = model.clone(),
            EventKind::PromptQueued { prompt, text, images } => {
                self.queue.push_back(QueuedPrompt { id: *prompt, text: text.clone(), images: images.clone() });
            }
            EventKind::PromptUnqueued { prompt } => self.queue.retain(|queued| queued.id != *prompt),
            EventKind::TurnStarted { turn, prompt, message } => self.turn_started(event.at, *turn, prompt, message),
            EventKind::StepStarted { step } => {
                self.step = *step;
                self.phase = TurnPhase::Waiting;
                self.silent = 0;
                self.step_start = self.entries.len();
            }
            EventKind::TextDelta { text } => self.text_delta(text),
            EventKind::ReasoningDelta { text } => self.reasoning_delta(text),
            EventKind::ToolCallStarted { id, name } => {
                self.streaming();
                self.close_open();
                self.push(Entry::Tool {
                    id: id.clone(),
                    name: name.clone(),
                    input: String::new(),
                    state: ToolState::Streaming,
                });
            }
            EventKind::ToolInputDelta { id, json } => {
                self.streaming();
                self.with_tool(id, |input, _| input.push_str(json));
            }
            EventKind::StepRetried { fault, resumes_at, .. } => {
                if self.entries.len() > self.step_start {
                    // What had begun was paid for: that it is void stays to be read.
                    self.entries.truncate(self.step_start);
                    let text = format!("sent again: {}", fault.message);
                    self.push(Entry::Notice { level: Level::Info, text, hint: None });
                    self.step_start = self.entries.len();
                }
                self.phase = TurnPhase::Retrying { reason: fault.message.clone(), resumes_at: *resumes_at };
            }
            EventKind::StreamSilent { seconds } => self.silent = *seconds,
            EventKind::LoginNeeded { login } => {
                self.login = Some(login.clone());
                self.silent = 0;
            }
            EventKind::LoginEnded => self.login = None,
            EventKind::StepEnded { message, stop, usage, cost_micros, timings } => {
                self.close_open();
                if let Some(timings) = timings {
                    let (turn, step, model, stop) = (self.turn, self.step, self.model.id.clone(), stop.clone());
                    let (kind, usage, timings) = (CallKind::Turn, *usage, timings.clone());
                    self.note_step(StepRecord { kind, turn, step, model, stop, usage, timings });
                }
                if let Some(message) = message {
                    self.share_words(message);
                    self.conversation.push(message.clone());
                }
                self.spend(*usage, *cost_micros);
                self.step_usage = *usage;
                self.step_cost_micros = *cost_micros;
                if usage.context() > 0 {
                    self.context_used = usage.context() + usage.output;
                }
            }
            EventKind::AttemptBilled { usage, cost_micros } => self.spend(*usage, *cost_micros),
            EventKind::CacheAtRisk { .. } => {}
            EventKind::ThinkingChanged { effort } => self.thinking = Some(*effort),
            EventKind::CompactionStarted { .. } => {
                let before = std::mem::replace(&mut self.phase, TurnPhase::Compacting);
                self.before_compaction = Some(before);
            }
            EventKind::Compacted { replaced, summary, before, after, usage, cost_micros } => {
                self.phase = self.before_compaction.take().unwrap_or_default();
                self.spend(*usage, *cost_micros);
                let had = self.sent_from();
                self.compact(*replaced, summary, *after);
                self.push(Entry::Compacted {
                    summary: summary.clone(),
                    replaced: replaced.saturating_sub(had),
                    kept: self.conversation.len().saturating_sub(*replaced),
                    before: *before,
                    after: *after,
                });
            }
            EventKind::CompactionFailed { fault } => {
                self.phase = self.before_compaction.take().unwrap_or_default();
                let text = format!("the conversation was not compacted: {}", fault.message);
                self.push(Entry::Notice { level: Level::Warning, text, hint: fault.hint.clone() });
            }
            EventKind::Uncompacted => {
                self.uncompact();
                self.push(Entry::Notice { level: Level::Info, text: UNCOMPACTED.to_owned(), hint: None });
            }
            EventKind::ToolCalled { call } => {
                self.phase = TurnPhase::Tools;
                let mut json = call.input.to_string();
                json.shrink_to_fit();
                self.with_tool(&call.id, |input, state| {
                    *input = json;
                    *state = ToolState::Running;
                });
            }
            EventKind::ToolFinished { id, output } => {
                self.with_tool(id, |_, state| *state = ToolState::Finished(output.clone()));
            }
            EventKind::ResultsSent { message } => self.conversation.push(message.clone()),
            EventKind::ComparisonStarted { path } => self.comparing = Some(path.clone()),
            // All of these are the review's.
            EventKind::ComparisonGivenUp { .. }
            | EventKind::ProposalRevised { .. }
            | EventKind::DiskMoved { .. }
            | EventKind::ConflictResolved { .. }
            | EventKind::Undone { .. }
            | EventKind::Redone
            | EventKind::WentTo { .. }
            | EventKind::FeedbackSent => {}
            EventKind::CommittedElsewhere { paths } => self.committed_elsewhere.clone_from(paths),
            EventKind::HunksDecided { pick, decision, note, .. } => {
                if *decision == Decision::Accepted {
                    self.committed_elsewhere.clear();
                }
                if note.is_some() {
                    self.push(Entry::Decided { pick: pick.clone(), decision: *decision, note: note.clone() });
                }
            }
            EventKind::NoteAdded { pick, text, .. } => {
                let note = Some(text.clone());
                self.push(Entry::Decided { pick: pick.clone(), decision: Decision::Pending, note });
            }
            EventKind::FileWritten { path, .. } => self.unwritten.retain(|waiting| waiting.path != *path),
            EventKind::WriteFailed { path, reason, with, stands } => {
                self.unwritten.retain(|waiting| waiting.path != *path && !with.contains(&waiting.path));
                let hint = Some(taken_back_words(path, with, stands));
                self.push(Entry::Notice { level: Level::Error, text: reason.clone(), hint });
            }
            EventKind::HeadMoved { to, tip, .. } => {
                self.repo.head.clone_from(to);
                self.repo.tip.clone_from(tip);
            }
            EventKind::SideCallTimed { kind, stop, usage, timings } => {
                let step = StepId(0);
                let (turn, model, stop) = (self.turn, self.model.id.clone(), stop.clone());
                let (kind, usage, timings) = (*kind, *usage, timings.clone());
                self.note_step(StepRecord { kind, turn, step, model, stop, usage, timings });
            }
            EventKind::CommitDrafted { message, usage, cost_micros, .. } => {
                self.draft = Some(message.clone());
                self.spend(*usage, *cost_micros);
            }
            EventKind::Committed { id, summary, .. } => {
                self.draft = None;
                self.committed_elsewhere.clear();
                self.repo.tip = Some(id.clone());
                if let Some(Head::Unborn(name)) = &self.repo.head {
                    self.repo.head = Some(Head::Branch(name.clone()));
                }
                self.push(Entry::Committed { id: id.clone(), summary: summary.clone() });
            }
            EventKind::RepositoryChanged { repo } => {
                self.repo = repo.clone();
                self.is_repo_known = true;
            }
            EventKind::ContextAdded { path } => {
                if !self.context.contains(path) {
                    self.context.push(path.clone());
                }
            }
            EventKind::ContextDropped { path } => self.context.retain(|kept| kept != path),
            EventKind::ConversationCleared => {
                self.conversation.clear();
                self.compactions.clear();
                self.compaction_rests = false;
                self.reasoning_from = 0;
                self.turn_at = 0;
                self.entries.clear();
                self.closed = 0;
                self.step_start = 0;
                self.context_used = 0;
            }
            EventKind::Notice { level, text, hint } => {
                self.push(Entry::Notice { level: *level, text: text.clone(), hint: hint.clone() });
            }
            EventKind::Refused { reason, hint } => {
                self.push(Entry::Notice { level: Level::Warning, text: reason.clone(), hint: hint.clone() });
            }
            EventKind::TurnEnded { turn, outcome } => self.turn_ended(event.at, *turn, outcome),
            EventKind::SessionEnded => self.is_ended = true,
        }
        let revision = self.review.revision();
        if self.review_times.last().is_none_or(|(last, _)| *last != revision) {
            self.review_times.push((revision, event.at));
        }
        if !self.is_busy() {
            self.closed = self.entries.len();
        }
    }

    fn turn_started(&mut self, at: Millis, turn: TurnId, prompt: &str, message: &Message) {
        self.turn = turn;
        self.step = StepId(0);
        self.turn_began = at;
        self.turn_usage = Usage::default();
        self.turn_cost_micros = None;
        self.last_prompt = Some(prompt.to_owned());
        self.prompts.resize(turn.0.saturating_sub(1) as usize, Arc::from(""));
        self.prompts.push(Arc::from(prompt));
        self.last_outcome = None;
        self.phase = TurnPhase::Waiting;
        self.closed = self.entries.len();
        self.push(Entry::Prompt { turn, text: prompt.to_owned(), at });
        let images = message.blocks.iter().filter_map(|block| match block {
            Block::Image(image) => Some(image.label()),
            Block::Text { .. } | Block::Reasoning { .. } | Block::ToolUse(_) | Block::ToolResult { .. } => None,
        });
        let images: Vec<String> = images.collect();
        if !images.is_empty() {
            self.push(Entry::Images { labels: images });
        }
        self.step_start = self.entries.len();
        if !message.blocks.is_empty() || self.conversation.is_empty() {
            self.turn_at = self.conversation.len();
        }
        self.conversation.push(message.clone());
    }

    fn turn_ended(&mut self, at: Millis, turn: TurnId, outcome: &TurnOutcome) {
        self.close_open();
        for index in self.closed..self.entries.len() {
            if let Entry::Tool { state, .. } = Arc::make_mut(&mut self.entries[index]) {
                match state {
                    ToolState::Streaming | ToolState::Running => *state = ToolState::Dropped,
                    ToolState::Finished(_) | ToolState::Dropped => {}
                }
            }
        }
        self.phase = TurnPhase::Idle;
        self.login = None;
        self.silent = 0;
        self.last_outcome = Some(outcome.clone());
        self.push(Entry::TurnEnded {
            turn,
            outcome: outcome.clone(),
            usage: self.turn_usage,
            cost_micros: self.turn_cost_micros,
            took: Millis(at.0.saturating_sub(self.turn_began.0)),
        });
    }

    fn spend(&mut self, usage: Usage, cost_micros: Option<u64>) {
        self.usage.add(usage);
        self.turn_usage.add(usage);
        if let Some(cost) = cost_micros {
            self.cost_micros = Some(self.cost_micros.unwrap_or(0) + cost);
            self.turn_cost_micros = Some(self.turn_cost_micros.unwrap_or(0) + cost);
        }
    }

    /// Returns the tool uses at the end of the conversation that have no result yet.
    pub fn open_tool_uses(&self) -> Vec<ToolCallId> {
        match self.conversation.last() {
            Some(message) => message
                .blocks
                .iter()
                .filter_map(|block| match block {
                    Block::ToolUse(call) => Some(call.id.clone()),
                    Block::Text { .. } | Block::Reasoning { .. } | Block::Image(_) | Block::ToolResult { .. } => None,
                })
                .collect(),
            None => Vec::new(),
        }
    }
}
