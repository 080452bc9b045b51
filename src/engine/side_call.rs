//! A call of the model beside the conversation, for one text: the draft of a commit, the summary of a compaction.

use std::sync::Arc;

use futures::StreamExt as _;
use tokio::sync::{mpsc, watch};

use super::metering::{Ending, Metering, Occasion, Paid};
use super::turn::{FromTurn, time};
use super::{Clock, Delta, Provider, Request};
use crate::session::{
    CallKind, EventKind, Fault, FaultClass, Level, ModelChoice, StopReason, Stopwatch, Timings, Usage,
};

/// What came of a side call.
pub(super) struct Said {
    /// The text and what it cost, or why there is none.
    pub(super) text: Result<(String, Paid), SideFault>,
    /// What was paid for and gave nothing.
    pub(super) wasted: Vec<Paid>,
    /// What the user should hear.
    pub(super) warning: Option<(String, Option<String>)>,
    /// How long it took, where it was sent.
    pub(super) timings: Option<Timings>,
}

impl Said {
    /// Returns the event that tells how long the call took; none where it was not sent.
    pub(super) fn timed(&self, kind: CallKind) -> Option<EventKind> {
        let timings = self.timings.clone()?;
        let (stop, usage) = match &self.text {
            Ok((_, paid)) => (StopReason::EndTurn, paid.usage),
            Err(SideFault::Cancelled) => (StopReason::Other("cancelled".to_owned()), Usage::default()),
            Err(SideFault::Failed(_)) => (StopReason::Other("failed".to_owned()), Usage::default()),
        };
        Some(EventKind::SideCallTimed { kind, stop, usage, timings })
    }
}

impl Said {
    /// Returns what comes of a call that failed before anything was paid for.
    pub(super) fn failed(fault: Fault) -> Self {
        Self { text: Err(SideFault::Failed(fault)), wasted: Vec::new(), warning: None, timings: None }
    }
}

/// Why a side call gave no text.
pub(super) enum SideFault {
    /// The user stopped it.
    Cancelled,
    /// It failed.
    Failed(Fault),
}

/// What a side call is made with.
#[derive(Clone, Copy)]
pub(super) struct SideCall<'a> {
    pub(super) provider: &'a dyn Provider,
    pub(super) metering: &'a Arc<Metering>,
    pub(super) occasion: Occasion,
    pub(super) model: &'a ModelChoice,
    /// Says what time it is.
    pub(super) clock: &'a dyn Clock,
    /// Hears what the user must do or know meanwhile.
    pub(super) actor: &'a mpsc::Sender<FromTurn>,
}

impl SideCall<'_> {
    /// Asks for one text. `cancel` becomes true when it is no longer wanted.
    pub(super) async fn ask_for_text(self, request: Request, cancel: &mut watch::Receiver<bool>) -> Said {
        ask_for_text(self, request, cancel).await
    }
}

async fn ask_for_text(side: SideCall<'_>, request: Request, cancel: &mut watch::Receiver<bool>) -> Said {
    let SideCall { provider, metering, occasion, model, clock, actor } = side;
    let mut wasted = Vec::new();
    let mut call = match metering.open(occasion, &request, model).await {
        Ok(call) => call,
        Err(fault) => return Said { text: Err(SideFault::Failed(fault)), wasted, warning: None, timings: None },
    };
    let mut warning = call.warning.take();
    let mut stream = provider.stream(request);
    let mut watch = Stopwatch::start(clock.now());
    let mut text = String::new();
    let mut stop = None;
    let ending = loop {
        let next = tokio::select! {
            biased;
            () = raised(cancel) => break Err(SideFault::Cancelled),
            next = stream.next() => next,
        };
        let delta = match next {
            None => break Ok(()),
            Some(Err(fault)) => break Err(SideFault::Failed(fault)),
            Some(Ok(delta)) => delta,
        };
        if let Delta::Asking { model } = &delta {
            // It is not called before the next delta is asked for.
            match call.goes_to(model).await {
                Ok(()) => warning = call.warning.take().or(warning),
                Err(fault) => break Err(SideFault::Failed(fault)),
            }
        }
        time(&mut watch, &delta, clock.now());
        wasted.extend(call.note(&delta).await);
        match delta {
            Delta::Text { text: piece, .. } => text.push_str(&piece),
            Delta::TextWasThought => text.clear(),
            Delta::Stopped(reason) => stop = Some(reason),
            Delta::Retrying { fault, after, .. } => {
                text.clear();
                stop = None;
                let when = match after.as_millis().div_ceil(1000) {
                    0 => "at once".to_owned(),
                    seconds => format!("in {seconds} s"),
                };
                let words = format!("asked again {when}: {}", fault.message);
                tell(actor, vec![EventKind::Notice { level: Level::Info, text: words, hint: None }]).await;
            }
            Delta::Switched { model, reason } => {
                let notice = EventKind::Notice { level: Level::Info, text: reason, hint: None };
                tell(actor, vec![EventKind::ModelChanged { model }, notice]).await;
            }
            Delta::Remark(text) => {
                tell(actor, vec![EventKind::Notice { level: Level::Info, text, hint: None }]).await;
            }
            Delta::LoginNeeded(login) => tell(actor, vec![EventKind::LoginNeeded { login }]).await,
            Delta::LoginEnded => tell(actor, vec![EventKind::LoginEnded]).await,
            _ => {}
        }
    };
    drop(stream);
    let fault_id = match &ending {
        Err(SideFault::Failed(fault)) => fault.request_id.as_deref(),
        Ok(()) | Err(SideFault::Cancelled) => None,
    };
    let timings = Some(watch.stop(clock.now(), fault_id));
    let paid = call
        .end(match &ending {
            Ok(()) => Ending::Answered,
            Err(SideFault::Cancelled) => Ending::Cancelled,
            Err(SideFault::Failed(fault)) => Ending::Failed(fault.class),
        })
        .await;
    // It was answered and is paid for all the same.
    let ending = ending.and_then(|()| is_whole(stop.as_ref()));
    let text = match (ending, paid) {
        (Ok(()), Some(paid)) if !text.trim().is_empty() => Ok((text, paid)),
        (ending, paid) => {
            wasted.extend(paid);
            let empty = || SideFault::Failed(Fault::new(FaultClass::Other, "the model gave an empty text"));
            Err(ending.err().unwrap_or_else(empty))
        }
    };
    Said { text, wasted, warning, timings }
}

/// Refuses a text that is not what was asked for: half of one, a refusal, or one beside calls of tools.
fn is_whole(stop: Option<&StopReason>) -> Result<(), SideFault> {
    let why = match stop {
        None | Some(StopReason::EndTurn | StopReason::Other(_)) => return Ok(()),
        Some(StopReason::Refused(word)) => format!("the model refused ({word})"),
        Some(StopReason::MaxTokens) => "the text was cut off at the token limit".to_owned(),
        Some(StopReason::ContextFull) => "the text was cut off: the context is full".to_owned(),
        Some(StopReason::Malformed(word)) => format!("the service could not read the model's output ({word})"),
        Some(StopReason::ToolUse) => "the model called tools in the place of a text".to_owned(),
    };
    Err(SideFault::Failed(Fault::new(FaultClass::Other, why)))
}

/// Tells the actor, which is gone only when the program ends.
async fn tell(actor: &mpsc::Sender<FromTurn>, events: Vec<EventKind>) {
    let _gone = actor.send(FromTurn::Events(events)).await;
}

/// Waits until the flag is raised; forever when it never is.
pub(super) async fn raised(flag: &mut watch::Receiver<bool>) {
    if flag.wait_for(|is_raised| *is_raised).await.is_err() {
        std::future::pending::<()>().await;
    }
}
