//! One turn: steps are asked of the provider and their tools run, until the model is done.
//!
//! The turn is a task of its own that never touches the session's state: it sends what happened to the
//! actor and asks it for what it needs. It ends by itself when it is cancelled, so that what was streamed is
//! kept and every tool use has its result.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::sleep_until;

use super::compact;
use super::listener::Listener;
use super::metering::{Call, Ending, Metering, Occasion, Paid};
use super::pending::Pending;
use super::policy::LoopGuard;
use super::side_call::raised;
use super::{Clock, Delta, Provider, Request, Tool, ToolOutcome, WorkspaceView};
use crate::session::{
    Answer, Block, CallKind, CompactionCause, EventKind, Fault, FaultClass, IncompleteCall, Level, Message, Millis,
    ModelChoice, Role, StepId, StopReason, Stopwatch, Timings, ToolCall, ToolCallId, ToolOutput, TurnId, TurnOutcome,
    Usage,
};

/// A conversation is compacted again after so many steps at the soonest.
const STEPS_BETWEEN: u32 = 5;

/// What a turn tells the actor, or asks of it.
pub(super) enum FromTurn {
    /// Things that happened, in order.
    Events(Vec<EventKind>),
    /// The next request, as the state has it now, and the model that it asks.
    NextRequest(oneshot::Sender<(Request, ModelChoice)>),
    /// Which compaction makes sense now, if any?
    PlanCompaction(CompactionCause, oneshot::Sender<Option<Box<compact::Plan>>>),
    /// A compaction that the user had asked for is over.
    CompactionOver,
    /// A tool is about to run: what may it see?
    Call(ToolCall, oneshot::Sender<WorkspaceView>),
    /// A tool is done; the actor applies its edit and answers what the model gets back.
    Outcome(ToolCall, ToolOutcome, oneshot::Sender<ToolOutput>),
    /// The results of a step; the actor adds what the model must hear and puts them into the log.
    Results(StepResults, oneshot::Sender<()>),
    /// The turn is over.
    Ended(TurnOutcome),
}

/// What a step's tools gave.
#[derive(Default)]
pub(super) struct StepResults {
    /// What each call gave, in the order of the calls.
    pub(super) outputs: Vec<(ToolCallId, ToolOutput)>,
    /// What the model is told of calls that were cut off and so are not in its answer.
    pub(super) notes: Vec<String>,
}

/// What a turn works with.
pub(super) struct Turn {
    pub(super) id: TurnId,
    pub(super) metering: Arc<Metering>,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) tools: Arc<[Arc<dyn Tool>]>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) max_steps: u32,
    pub(super) listener: Listener,
    /// At how many percent of the context the conversation is compacted; 0 is never.
    pub(super) compact_at: u32,
    /// The step before which the conversation was compacted last.
    pub(super) last_compaction: Option<StepId>,
    pub(super) actor: mpsc::Sender<FromTurn>,
    /// Becomes true when the user stops the turn.
    pub(super) cancel: watch::Receiver<bool>,
}

/// How a step ended.
enum Step {
    /// The model answered, with more than reasoning or not; these tools are to run.
    Answered { stop: StopReason, has_spoken: bool, calls: Vec<ToolCall>, cut: Vec<IncompleteCall> },
    /// The user stopped it.
    Cancelled { open: Vec<ToolCallId> },
    /// It failed.
    Failed(Fault),
}

/// The actor is gone: the program ends, and so does the turn.
struct ActorGone;

impl Turn {
    /// Runs the turn to its end.
    pub(super) async fn run(mut self) {
        let outcome = match self.steps().await {
            Ok(outcome) => outcome,
            Err(ActorGone) => return,
        };
        // A closed channel means that nobody is left to hear of the end.
        let _gone = self.actor.send(FromTurn::Ended(outcome)).await;
    }

    async fn steps(&mut self) -> Result<TurnOutcome, ActorGone> {
        let mut guard = LoopGuard::default();
        let mut cut_in_a_row = 0;
        for number in 1..=self.max_steps {
            self.tell(vec![EventKind::StepStarted { step: StepId(number) }]).await?;
            let (stop, has_spoken, calls, cut) = match self.step(StepId(number)).await? {
                Step::Answered { stop, has_spoken, calls, cut } => (stop, has_spoken, calls, cut),
                Step::Cancelled { open } => {
                    let outputs = open.into_iter().map(|id| (id, cancelled())).collect();
                    self.results(StepResults { outputs, notes: Vec::new() }).await?;
                    return Ok(TurnOutcome::Cancelled);
                }
                Step::Failed(fault) if fault.class == FaultClass::ContextOverflow => {
                    match self.compact(CompactionCause::Overflow, StepId(number)).await? {
                        compact::Outcome::Done => continue,
                        compact::Outcome::Failed => return Ok(TurnOutcome::Failed(fault)),
                        compact::Outcome::Cancelled => return Ok(TurnOutcome::Cancelled),
                    }
                }
                Step::Failed(fault) => return Ok(TurnOutcome::Failed(fault)),
            };
            if calls.is_empty() && cut.is_empty() {
                if stop == StopReason::ContextFull
                    && self.compact(CompactionCause::Overflow, StepId(number)).await? == compact::Outcome::Done
                {
                    continue;
                }
                if !has_spoken && stop == StopReason::EndTurn {
                    self.tell(vec![nothing_said()]).await?;
                }
                return self.finish(stop).await;
            }
            cut_in_a_row = if cut.is_empty() { 0 } else { cut_in_a_row + 1 };
            let mut results: Vec<(ToolCallId, ToolOutput)> = Vec::new();
            let mut is_stuck = cut_in_a_row >= LoopGuard::LIMIT;
            let mut is_cancelled = false;
            for call in calls {
                if is_cancelled {
                    results.push((call.id, cancelled()));
                    continue;
                }
                match self.call(call.clone()).await? {
                    Some(output) => {
                        is_stuck |= guard.note(&call, output.is_error);
                        results.push((call.id, output));
                    }
                    None => {
                        is_cancelled = true;
                        results.push((call.id, cancelled()));
                    }
                }
            }
            let notes = cut.iter().map(|call| cut_off(&stop, call)).collect();
            self.results(StepResults { outputs: results, notes }).await?;
            if is_cancelled || *self.cancel.borrow() {
                return Ok(TurnOutcome::Cancelled);
            }
            if is_stuck {
                let fault = Fault::new(FaultClass::Limit, "the model repeated the same failing call three times");
                return Ok(TurnOutcome::Failed(fault.with_hint("Say what to do differently, and send it.")));
            }
        }
        let fault = Fault::new(FaultClass::Limit, format!("the turn reached its limit of {} steps", self.max_steps))
            .with_hint("Send \"go on\" to continue, or raise max_steps in the configuration.");
        Ok(TurnOutcome::Failed(fault))
    }

    /// Ends a turn whose last answer asks for nothing more.
    async fn finish(&mut self, stop: StopReason) -> Result<TurnOutcome, ActorGone> {
        let warn = |text: String, hint: &str| {
            vec![EventKind::Notice { level: Level::Warning, text, hint: Some(hint.to_owned()) }]
        };
        match stop {
            StopReason::EndTurn | StopReason::ToolUse | StopReason::Other(_) => Ok(TurnOutcome::Done),
            StopReason::MaxTokens => {
                let hint = "Send \"go on\" to continue, or raise max_tokens in the configuration.";
                self.tell(warn("the answer was cut off at the token limit".to_owned(), hint)).await?;
                Ok(TurnOutcome::Done)
            }
            StopReason::Refused(reason) => {
                let words = format!("the model refused to answer ({reason})");
                self.tell(warn(words, self.listener.refused())).await?;
                Ok(TurnOutcome::Done)
            }
            StopReason::ContextFull => {
                let fault =
                    Fault::new(FaultClass::ContextOverflow, "the conversation no longer fits the model's context");
                Ok(TurnOutcome::Failed(fault.with_hint(self.listener.context_full())))
            }
            StopReason::Malformed(what) => {
                let fault = Fault::new(FaultClass::Invalid, format!("the model's answer could not be read ({what})"));
                Ok(TurnOutcome::Failed(fault.with_hint("Send the prompt again.")))
            }
        }
    }

    /// Asks the model once and tells the actor what streams in.
    async fn step(&mut self, step: StepId) -> Result<Step, ActorGone> {
        let (mut request, mut model) = self.ask(FromTurn::NextRequest).await?;
        if self.is_full(&request, &model) {
            match self.compact(CompactionCause::Full, step).await? {
                compact::Outcome::Done => (request, model) = self.ask(FromTurn::NextRequest).await?,
                compact::Outcome::Failed => {}
                compact::Outcome::Cancelled => return Ok(Step::Cancelled { open: Vec::new() }),
            }
        }
        let occasion = Occasion { kind: CallKind::Turn, turn: self.id, step };
        let mut call = match self.metering.open(occasion, &request, &model).await {
            Ok(call) => call,
            Err(fault) => {
                self.tell(billed(None, StopReason::Other("failed".to_owned()), None, None)).await?;
                return Ok(Step::Failed(fault));
            }
        };
        self.tell(warned(&mut call)).await?;
        let mut stream = self.provider.stream(request);
        let mut answer = Answer::default();
        let mut pending = Pending::default();
        let mut watch = Stopwatch::start(self.clock.now());
        let fault = loop {
            let flush_at = pending.flush_at();
            tokio::select! {
                biased;
                () = raised(&mut self.cancel) => {
                    drop(stream);
                    self.tell(pending.take()).await?;
                    let (message, calls, _cut) = split(answer);
                    let open = calls.into_iter().map(|call| call.id).collect();
                    let timings = Some(watch.stop(self.clock.now(), None));
                    let paid = call.end(Ending::Cancelled).await;
                    self.tell(billed(message, StopReason::Other("cancelled".to_owned()), paid, timings)).await?;
                    return Ok(Step::Cancelled { open });
                }
                () = async { match flush_at { Some(at) => sleep_until(at).await, None => std::future::pending().await } } => {
                    self.tell(pending.take()).await?;
                }
                next = stream.next() => match next {
                    None => break None,
                    Some(Err(fault)) => break Some(fault),
                    // It is not called before the next delta is asked for.
                    Some(Ok(Delta::Asking { model })) => match call.goes_to(&model).await {
                        Ok(()) => self.tell(warned(&mut call)).await?,
                        Err(fault) => break Some(fault),
                    },
                    Some(Ok(delta)) => {
                        let now = self.clock.now();
                        note(&mut answer, &delta);
                        time(&mut watch, &delta, now);
                        let voided = call.note(&delta).await;
                        pending.push(delta, now);
                        if let Some(Paid { usage, cost_micros, .. }) = voided {
                            pending.add(EventKind::AttemptBilled { usage, cost_micros });
                        }
                        if pending.is_urgent() {
                            self.tell(pending.take()).await?;
                        }
                    }
                }
            }
        };
        drop(stream);
        self.tell(pending.take()).await?;
        let fault_id = fault.as_ref().and_then(|fault| fault.request_id.as_deref());
        let timings = Some(watch.stop(self.clock.now(), fault_id));
        let Some(stop) = answer.stop().cloned() else {
            let fault =
                fault.unwrap_or_else(|| Fault::new(FaultClass::Truncated, "the answer ended before it was complete"));
            let paid = call.end(Ending::Failed(fault.class)).await;
            self.tell(billed(None, StopReason::Other("failed".to_owned()), paid, timings)).await?;
            return Ok(Step::Failed(fault));
        };
        let (message, calls, cut) = split(answer);
        let paid = call.end(Ending::Answered).await;
        let has_spoken = message.as_ref().is_some_and(Message::speaks);
        self.tell(billed(message, stop.clone(), paid, timings)).await?;
        Ok(Step::Answered { stop, has_spoken, calls, cut })
    }

    /// Tells whether a request fills the context so far that it is compacted first.
    fn is_full(&self, request: &Request, model: &ModelChoice) -> bool {
        let (usage, _) = self.metering.estimate(request);
        let limit = u64::from(model.context) * u64::from(self.compact_at);
        limit > 0 && usage.context() * 100 >= limit
    }

    /// Compacts the conversation, where that makes sense; not twice for the same step, nor step after step.
    async fn compact(&mut self, cause: CompactionCause, step: StepId) -> Result<compact::Outcome, ActorGone> {
        let is_soon = self.last_compaction.is_some_and(|last| step.0 < last.0 + STEPS_BETWEEN);
        if is_soon {
            return Ok(compact::Outcome::Failed);
        }
        self.last_compaction = Some(step);
        let plan = self.ask(|answer| FromTurn::PlanCompaction(cause, answer)).await?;
        let Some(plan) = plan else { return Ok(compact::Outcome::Failed) };
        let occasion = compact::occasion(self.id, step);
        let outside = compact::Outside { provider: &*self.provider, metering: &self.metering, clock: &*self.clock };
        Ok(compact::run(*plan, outside, occasion, &self.actor, &mut self.cancel).await)
    }

    /// Runs one tool; none when the user stopped it.
    async fn call(&mut self, call: ToolCall) -> Result<Option<ToolOutput>, ActorGone> {
        if *self.cancel.borrow() {
            return Ok(None);
        }
        let view = self.ask(|answer| FromTurn::Call(call.clone(), answer)).await?;
        let tool = self.tools.iter().find(|tool| tool.spec().name == call.name).cloned();
        let outcome = match tool {
            None => ToolOutcome::Fault(format!("there is no tool named {}", call.name)),
            Some(tool) => tokio::select! {
                biased;
                () = raised(&mut self.cancel) => return Ok(None),
                outcome = tool.call(call.input.clone(), view) => outcome,
            },
        };
        let output = self.ask(|answer| FromTurn::Outcome(call, outcome, answer)).await?;
        Ok(Some(output))
    }

    async fn results(&mut self, results: StepResults) -> Result<(), ActorGone> {
        if results.outputs.is_empty() && results.notes.is_empty() {
            return Ok(());
        }
        self.ask(|answer| FromTurn::Results(results, answer)).await
    }

    async fn tell(&self, events: Vec<EventKind>) -> Result<(), ActorGone> {
        if events.is_empty() {
            return Ok(());
        }
        self.actor.send(FromTurn::Events(events)).await.map_err(|_| ActorGone)
    }

    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> FromTurn) -> Result<T, ActorGone> {
        let (answer, wait) = oneshot::channel();
        self.actor.send(question(answer)).await.map_err(|_| ActorGone)?;
        wait.await.map_err(|_| ActorGone)
    }
}

/// Returns the end of a step, and what it came to: as the service told it, or by itself where that is a guess.
fn billed(message: Option<Message>, stop: StopReason, paid: Option<Paid>, timings: Option<Timings>) -> Vec<EventKind> {
    match paid {
        Some(Paid { usage, cost_micros, is_estimate: true }) => {
            let end = EventKind::StepEnded { message, stop, usage: Usage::default(), cost_micros: None, timings };
            vec![EventKind::AttemptBilled { usage, cost_micros }, end]
        }
        Some(Paid { usage, cost_micros, is_estimate: false }) => {
            vec![EventKind::StepEnded { message, stop, usage, cost_micros, timings }]
        }
        None => vec![EventKind::StepEnded { message, stop, usage: Usage::default(), cost_micros: None, timings }],
    }
}

/// Returns what the user hears of an answer without a word.
fn nothing_said() -> EventKind {
    EventKind::Notice {
        level: Level::Warning,
        text: "the model answered with nothing".to_owned(),
        hint: Some("Send \"go on\", or word the prompt differently.".to_owned()),
    }
}

/// Adds a delta to the answer that is put together.
fn note(answer: &mut Answer, delta: &Delta) {
    match delta {
        Delta::Text { block, text } => answer.text(*block, text),
        Delta::Reasoning { block, text } => answer.reasoning(*block, text),
        Delta::TextWasThought => answer.text_was_thought(),
        Delta::Signature { block, signature } => answer.signature(*block, signature),
        Delta::Redacted { block, data } => answer.redacted(*block, data),
        Delta::ToolStarted { block, id, name } => answer.tool_started(*block, id.clone(), name.clone()),
        Delta::ToolInput { block, json } => answer.tool_input(*block, json),
        Delta::BlockStopped { block } => answer.block_stopped(*block),
        Delta::Stopped(reason) => answer.stopped(reason.clone()),
        Delta::Usage(usage) => answer.used(*usage),
        Delta::Retrying { .. } => *answer = Answer::new(),
        Delta::Opened { .. }
        | Delta::Silent(_)
        | Delta::Unsent
        | Delta::Sent
        | Delta::Remark(_)
        | Delta::Asking { .. }
        | Delta::Switched { .. }
        | Delta::LoginNeeded(_)
        | Delta::LoginEnded => {}
    }
}

/// Takes the time of a delta.
pub(super) fn time(watch: &mut Stopwatch, delta: &Delta, now: Millis) {
    match delta {
        Delta::Opened { request_id } => watch.opened(now, request_id.clone()),
        Delta::Text { .. }
        | Delta::Reasoning { .. }
        | Delta::TextWasThought
        | Delta::Signature { .. }
        | Delta::Redacted { .. }
        | Delta::ToolStarted { .. }
        | Delta::ToolInput { .. }
        | Delta::BlockStopped { .. } => watch.piece(now),
        Delta::Retrying { after, .. } => watch.retried(later(now, *after)),
        Delta::Stopped(_)
        | Delta::Usage(_)
        | Delta::Silent(_)
        | Delta::Unsent
        | Delta::Sent
        | Delta::Remark(_)
        | Delta::Asking { .. }
        | Delta::Switched { .. }
        | Delta::LoginNeeded(_)
        | Delta::LoginEnded => {}
    }
}

/// Returns what the user should hear of a call that was let through.
fn warned(call: &mut Call) -> Vec<EventKind> {
    let warning = call.warning.take();
    warning.map(|(text, hint)| EventKind::Notice { level: Level::Warning, text, hint }).into_iter().collect()
}

pub(super) fn later(now: Millis, after: Duration) -> Millis {
    Millis(now.0.saturating_add(u64::try_from(after.as_millis()).unwrap_or(u64::MAX)))
}

/// Takes an answer apart: the message, the calls to run, and the calls whose input was cut off.
fn split(answer: Answer) -> (Option<Message>, Vec<ToolCall>, Vec<IncompleteCall>) {
    let (message, cut) = answer.finish();
    let calls = message.iter().flat_map(|message| message.blocks.iter()).filter_map(|block| match block {
        Block::ToolUse(call) => Some(call.clone()),
        Block::Text { .. } | Block::Reasoning { .. } | Block::Image(_) | Block::ToolResult { .. } => None,
    });
    (message.clone(), calls.collect(), cut)
}

fn cancelled() -> ToolOutput {
    ToolOutput { text: "The user stopped the turn before this call ran. Nothing was done.".to_owned(), is_error: true }
}

fn cut_off(stop: &StopReason, call: &IncompleteCall) -> String {
    let name = &call.name;
    match stop {
        StopReason::MaxTokens => format!(
            "Your answer reached the token limit in the middle of the input of {name}, so nothing was done. Send it \
             again, in smaller pieces."
        ),
        _ => format!(
            "The input of your call of {name} cannot be read ({}), so nothing was done. Send it again.",
            call.reason
        ),
    }
}

/// Returns the user message that carries a step's results, first in it, and what else the model must hear.
pub(super) fn results_message(results: StepResults, feedback: Option<String>) -> Message {
    let outputs = results.outputs.into_iter().map(|(id, output)| Block::ToolResult { id, output });
    let texts = results.notes.into_iter().chain(feedback).map(|text| Block::Text { text });
    Message::new(Role::User, outputs.chain(texts).collect())
}
