//! Compaction: the model sums up the conversation's beginning, and the summary is sent in its place.
//!
//! The request for the summary begins with the very bytes of the last step's, tools and all, so that the prompt
//! cache pays for most of it; only a conversation that the service has refused for its length is cut first.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::actor::{Actor, RunningTurn};
use super::metering::{Metering, Occasion};
use super::side_call::{SideCall, SideFault};
use super::turn::FromTurn;
use super::{Clock, Provider, Request};
use crate::session::{
    Block, CallKind, CompactionCause, EventKind, Fault, FaultClass, Level, Message, ModelChoice, Rate, Role, StepId,
    TurnId, Weight,
};

/// The instruction for the summary.
const PROMPT: &str = include_str!("../../assets/prompts/compaction.md");

/// How the summary begins, for the model that reads it.
const LEAD: &str = "[The beginning of this conversation was left out to make room. This is your own summary of it. \
                    Read files again before you edit them.]\n\n";

/// How much the summary may say, thinking included.
const LONGEST: u32 = 16_000;

/// A compaction that would replace a smaller part of the conversation, in percent, is not worth a call.
const LEAST_PERCENT: u64 = 20;

/// The last turn is kept as it was where it is no larger part of the conversation, in percent.
const KEPT_PERCENT: u64 = 50;

/// Longer tool results and texts are cut, where the service has refused the conversation for its length.
const CUT_BYTES: usize = 2_000;

/// A compaction that can be made.
pub(super) struct Plan {
    request: Request,
    model: ModelChoice,
    cause: CompactionCause,
    /// Messages before this index are replaced.
    replaced: usize,
    /// Tokens of the conversation now, and of what is kept of it.
    before: u64,
    kept: u64,
    rate: Rate,
    /// What the user asked last, where nothing is kept and the turn goes on.
    unfinished: Option<String>,
}

/// How a compaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Failed,
    Cancelled,
}

impl Actor {
    /// Returns the compaction that makes sense now, or none where hardly anything can be replaced.
    pub(super) fn plan_compaction(&self, cause: CompactionCause, focus: Option<&str>) -> Option<Plan> {
        let state = &self.state;
        let sent = state.sent();
        let fixed = self.overhead().weight();
        let all = Weight::of(&sent);
        let rate = Rate::measured(fixed.plus(all), state.context_used);
        let tail = Weight::of(&state.conversation[state.turn_at.min(state.conversation.len())..]);
        let (conversation, kept) = (rate.tokens(all).max(1), rate.tokens(tail));
        // Asked for between turns, the last turn is as much a thing of the past as the others.
        let is_running = self.turn.is_some();
        let keeps_tail = is_running && state.turn_at > state.sent_from() && kept * 100 <= conversation * KEPT_PERCENT;
        let (replaced, kept) = if keeps_tail { (state.turn_at, kept) } else { (state.conversation.len(), 0) };
        let gain = conversation.saturating_sub(kept);
        if sent.len() < 2 || (cause != CompactionCause::Asked && gain * 100 < conversation * LEAST_PERCENT) {
            return None;
        }
        let past = sent.len().saturating_sub(state.conversation.len() - replaced);
        let mut messages = sent;
        messages.truncate(past);
        if cause == CompactionCause::Overflow {
            let room = u64::from(state.model.context).saturating_sub(u64::from(LONGEST) + rate.tokens(fixed));
            cut_to(&mut messages, room / 2, rate);
        }
        let focus = focus.map(|focus| format!("\n\nThe user asks to keep above all: {focus}")).unwrap_or_default();
        let text = format!("{PROMPT}{focus}");
        messages.push(Message::new(Role::User, vec![Block::Text { text }]));
        let request =
            Request { messages, kind: CallKind::Compaction, max_tokens: Some(LONGEST), ..self.next_request() };
        let unfinished = (is_running && !keeps_tail).then(|| state.last_prompt.clone()).flatten();
        let before = rate.tokens(fixed) + conversation;
        let kept = rate.tokens(fixed) + kept;
        Some(Plan { request, model: state.model.clone(), cause, replaced, before, kept, rate, unfinished })
    }

    /// Compacts because the user asks for it.
    pub(super) fn compact(&mut self, focus: Option<&str>) {
        if self.turn.is_some() {
            return self.refuse("a turn is running", Some("Stop it first, or compact when it is over."));
        }
        let Some(plan) = self.plan_compaction(CompactionCause::Asked, focus) else {
            return self.refuse("there is nothing to compact yet", None);
        };
        let (cancel, cancelled) = watch::channel(false);
        let id = self.state.turn;
        self.turn = Some(RunningTurn { id, cancel });
        let (provider, metering, actor) =
            (Arc::clone(&self.provider), Arc::clone(&self.metering), self.to_actor.clone());
        let clock = Arc::clone(&self.clock);
        self.turn_task.spawn(async move {
            let mut cancelled = cancelled;
            let occasion = Occasion { kind: CallKind::Compaction, turn: id, step: StepId(0) };
            let outside = Outside { provider: provider.as_ref(), metering: &metering, clock: clock.as_ref() };
            run(plan, outside, occasion, &actor, &mut cancelled).await;
            // A closed channel means that nobody is left to hear of the end.
            let _gone = actor.send(FromTurn::CompactionOver).await;
        });
    }

    /// Sends the whole conversation again.
    pub(super) fn uncompact(&mut self) {
        // A summary that was asked for is there as soon as it is told, though its task ends a moment later.
        if self.state.is_busy() {
            return self.refuse("a turn is running", Some("Stop it first."));
        }
        if !self.state.is_compacted() {
            return self.refuse("no summary stands for a part of the conversation", None);
        }
        self.emit(EventKind::Uncompacted);
    }

    pub(super) fn compaction_over(&mut self) {
        self.turn = None;
        self.sync();
        self.start_queued();
    }
}

/// What a compaction is made with.
#[derive(Clone, Copy)]
pub(super) struct Outside<'a> {
    pub(super) provider: &'a dyn Provider,
    pub(super) metering: &'a Arc<Metering>,
    pub(super) clock: &'a dyn Clock,
}

/// Makes a compaction and tells the actor what came of it.
pub(super) async fn run(
    plan: Plan,
    outside: Outside<'_>,
    occasion: Occasion,
    actor: &mpsc::Sender<FromTurn>,
    cancel: &mut watch::Receiver<bool>,
) -> Outcome {
    let Plan { request, model, cause, replaced, before, kept, rate, unfinished } = plan;
    let tell = async |events| drop(actor.send(FromTurn::Events(events)).await);
    tell(vec![EventKind::CompactionStarted { cause }]).await;
    let Outside { provider, metering, clock } = outside;
    let side = SideCall { provider, metering, occasion, model: &model, clock, actor };
    let said = side.ask_for_text(request, cancel).await;
    let wasted = said.wasted.iter();
    let mut events: Vec<EventKind> = said
        .timed(CallKind::Compaction)
        .into_iter()
        .chain(wasted.map(|paid| EventKind::AttemptBilled { usage: paid.usage, cost_micros: paid.cost_micros }))
        .collect();
    if let Some((text, hint)) = said.warning {
        events.push(EventKind::Notice { level: Level::Warning, text, hint });
    }
    let outcome = match said.text {
        Ok((text, paid)) => {
            let unfinished = unfinished
                .map(|prompt| format!("\n\nThe user's last message, which you were working on:\n{prompt}"))
                .unwrap_or_default();
            let summary = format!("{LEAD}{}{unfinished}", text.trim());
            let after = kept + rate.tokens(Weight::of_text(&summary));
            let (usage, cost_micros) = (paid.usage, paid.cost_micros);
            events.push(EventKind::Compacted { replaced, summary, before, after, usage, cost_micros });
            Outcome::Done
        }
        Err(SideFault::Cancelled) => {
            let fault = Fault::new(FaultClass::Other, "it was stopped");
            events.push(EventKind::CompactionFailed { fault });
            Outcome::Cancelled
        }
        Err(SideFault::Failed(fault)) => {
            events.push(EventKind::CompactionFailed { fault });
            Outcome::Failed
        }
    };
    tell(events).await;
    outcome
}

/// Cuts a conversation until it fits: first what tools gave, then long texts and images, then its oldest messages.
fn cut_to(messages: &mut Vec<Message>, room: u64, rate: Rate) {
    if rate.tokens(Weight::of(messages)) <= room {
        return;
    }
    for block in messages.iter_mut().flat_map(|message| Arc::make_mut(&mut message.blocks)) {
        if let Block::ToolResult { output, .. } = block {
            cut_text(&mut output.text);
        }
    }
    if rate.tokens(Weight::of(messages)) > room {
        for block in messages.iter_mut().flat_map(|message| Arc::make_mut(&mut message.blocks)) {
            if let Block::Text { text } = block {
                cut_text(text);
            }
        }
    }
    while messages.len() > 1 && rate.tokens(Weight::of(messages)) > room {
        messages.remove(0);
    }
}

fn cut_text(text: &mut String) {
    if text.len() > CUT_BYTES {
        text.truncate(text.floor_char_boundary(CUT_BYTES));
        text.push_str(" [cut]");
    }
}

/// Which compaction belongs to a step of a turn.
pub(super) fn occasion(turn: TurnId, step: StepId) -> Occasion {
    Occasion { kind: CallKind::Compaction, turn, step }
}
