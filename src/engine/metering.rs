//! The metering: every call of the model passes it, before (the caps) and after (the ledger).
//!
//! What a call will cost is estimated from the bytes of its request, at the rate that the service's last count
//! gave, with the beginning of the conversation taken as cached while that cache lives, and with a part of the
//! longest possible answer. The estimate is reserved at once and replaced by the truth when the call is over, so
//! that a killed process leaves its last call in the ledger, and two sessions' caps count each other's running calls.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::ledger::{Bill, EntryId, Ledger, LedgerFault, Reserved};
use super::listener::Listener;
use super::{Clock, Delta, Provider, Request};
use crate::session::{
    Allowance, CallKind, Caps, Fault, FaultClass, Millis, ModelChoice, Overhead, Rate, Spent, StepId, TurnId, Usage,
    Weight,
};

/// A streamed piece comes to so many bytes a token; used only where the service told no count.
const STREAMED_BYTES: u64 = 4;

/// Where calls are paid.
pub(super) struct Metering {
    provider: Arc<dyn Provider>,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    caps: Caps,
    /// The part of the longest answer that is reckoned with, in percent.
    output_percent: u64,
    max_tokens: Option<u32>,
    listener: Listener,
    session: String,
    project: String,
    /// What this session has spent as its own log tells; it counts when the ledger is lost.
    known: AtomicU64,
    allowed: Mutex<Option<Allowance>>,
    last: Mutex<Option<Last>>,
    has_warned_of_price: AtomicBool,
    has_warned_of_ledger: AtomicBool,
}

/// What the service counted last.
#[derive(Debug, Clone)]
struct Last {
    model: String,
    at: Millis,
    /// How many tokens the service read from its cache or wrote to it.
    cached: u64,
    rate: Rate,
}

/// What the metering is set up with.
pub(super) struct Setup {
    pub(super) caps: Caps,
    pub(super) output_percent: u64,
    pub(super) max_tokens: Option<u32>,
    pub(super) listener: Listener,
    pub(super) session: String,
    pub(super) project: String,
    pub(super) known: u64,
}

/// Which call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occasion {
    pub(super) kind: CallKind,
    pub(super) turn: TurnId,
    pub(super) step: StepId,
}

/// How a call ended, as far as paying goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With a whole answer.
    Answered,
    /// The user stopped it.
    Cancelled,
    /// With a fault of this class.
    Failed(FaultClass),
}

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paid {
    pub(super) usage: Usage,
    pub(super) cost_micros: Option<u64>,
    /// Whether the service did not tell it.
    pub(super) is_estimate: bool,
}

/// A call that was let through and is not over.
pub(super) struct Call {
    metering: Arc<Metering>,
    entry: Option<EntryId>,
    estimate: Bill,
    weight: Weight,
    /// How much the request lets the model write, and the caps that count for it.
    max_tokens: Option<u32>,
    caps: Caps,
    streamed: u64,
    is_paused: bool,
    told: Option<Usage>,
    /// What the user should hear, once.
    pub(super) warning: Option<Warning>,
}

/// Something that the user should hear, and what to do.
type Warning = (String, Option<String>);

impl Metering {
    pub(super) fn new(
        provider: Arc<dyn Provider>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        setup: Setup,
    ) -> Self {
        let Setup { caps, output_percent, max_tokens, listener, session, project, known } = setup;
        Self {
            provider,
            ledger,
            clock,
            caps,
            output_percent,
            max_tokens,
            listener,
            session,
            project,
            known: AtomicU64::new(known),
            allowed: Mutex::new(None),
            last: Mutex::new(None),
            has_warned_of_price: AtomicBool::new(false),
            has_warned_of_ledger: AtomicBool::new(false),
        }
    }

    /// Returns the caps.
    pub(super) fn caps(&self) -> Caps {
        self.caps
    }

    /// Lets calls past the caps.
    pub(super) fn allow(&self, allowance: Allowance) {
        *self.allowed.lock().unwrap_or_else(PoisonError::into_inner) = Some(allowance);
    }

    /// Returns what was spent, off the task.
    pub(super) async fn spent(self: &Arc<Self>) -> Result<Spent, LedgerFault> {
        let metering = Arc::clone(self);
        off_task(move || {
            let mut spent = metering.ledger.spent(&metering.session, &metering.project, metering.clock.now())?;
            spent.session = spent.session.max(metering.known.load(Ordering::Relaxed));
            Ok(spent)
        })
        .await
    }

    /// Returns the estimate of a request: its tokens and what it weighs.
    pub(super) fn estimate(&self, request: &Request) -> (Usage, Weight) {
        let weight = weigh(request);
        (self.reckon(&request.model, weight, request.max_tokens), weight)
    }

    /// Returns the tokens that a request of this weight is reckoned to take of a model.
    fn reckon(&self, model: &str, weight: Weight, max_tokens: Option<u32>) -> Usage {
        let terms = self.provider.terms(model);
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let rate = last.as_ref().map(|last| last.rate).unwrap_or_default();
        let tokens = rate.tokens(weight);
        let longest = max_tokens.or(self.max_tokens).unwrap_or(terms.usual_output).min(terms.max_output);
        let output = (u64::from(longest) * self.output_percent).div_ceil(100);
        let age = |last: &Last| self.clock.now().0.saturating_sub(last.at.0);
        let is_warm = |last: &Last| last.model == model && age(last) < terms.cache_lives.0;
        let cached = last.filter(|last| is_warm(last)).map_or(0, |last| last.cached.min(tokens));
        let fresh = tokens - cached;
        let is_cacheable = terms.cache_lives.0 > 0 && tokens >= u64::from(terms.cache_minimum);
        let (input, cache_write) = if is_cacheable { (0, fresh) } else { (fresh, 0) };
        Usage { input, output, cache_read: cached, cache_write, ..Usage::default() }
    }

    /// Returns what the next request would cost more if the prompt cache of the last one were lost.
    pub(super) fn cache_worth(&self) -> u64 {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(last) = last else { return 0 };
        let lives = self.provider.terms(&last.model).cache_lives;
        if self.clock.now().0.saturating_sub(last.at.0) >= lives.0 {
            return 0;
        }
        let price = |usage| self.provider.cost_micros(&last.model, usage).unwrap_or(0);
        let anew = price(Usage { cache_write: last.cached, ..Usage::default() });
        anew.saturating_sub(price(Usage { cache_read: last.cached, ..Usage::default() }))
    }

    /// Notes that the prompt cache of the last request is of no use any more.
    pub(super) fn drop_cache(&self) {
        if let Some(last) = self.last.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            last.cached = 0;
        }
    }

    /// Lets a call through, or says which cap it would pass.
    pub(super) async fn open(
        self: &Arc<Self>,
        occasion: Occasion,
        request: &Request,
        model: &ModelChoice,
    ) -> Result<Call, Fault> {
        let (usage, weight) = self.estimate(request);
        let bill = self.bill(occasion, &request.model, model.region.clone(), usage, true);
        let is_allowed = {
            let mut allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
            let is_allowed = allowed.is_some();
            if *allowed == Some(Allowance::Call) {
                *allowed = None;
            }
            is_allowed
        };
        let caps = if is_allowed { Caps::default() } else { self.caps };
        let (entry, warning) = self.admit(&bill, caps).await?;
        let (metering, max_tokens) = (Arc::clone(self), request.max_tokens);
        Ok(Call {
            metering,
            entry,
            estimate: bill,
            weight,
            max_tokens,
            caps,
            streamed: 0,
            is_paused: false,
            told: None,
            warning,
        })
    }

    /// Enters what a call may cost; returns also what the user should hear of it, or says which cap it would pass.
    async fn admit(&self, bill: &Bill, caps: Caps) -> Result<(Option<EntryId>, Option<Warning>), Fault> {
        let mut warning = None;
        if bill.cost_micros.is_none() && caps.is_any() && !self.has_warned_of_price.swap(true, Ordering::Relaxed) {
            let hint = "Add its prices to models.toml in adit's configuration folder.".to_owned();
            warning =
                Some((format!("the price of {} is not known, so the caps do not count it", bill.model), Some(hint)));
        }
        let known = self.known.load(Ordering::Relaxed);
        let (ledger, entered) = (Arc::clone(&self.ledger), bill.clone());
        match off_task(move || ledger.reserve(&entered, &caps, known)).await {
            Ok(Reserved::Entered(entry)) => Ok((Some(entry), warning)),
            Ok(Reserved::Over(passed)) => {
                let hint = self.listener.over_cap(passed.span.name());
                Err(Fault::new(FaultClass::Budget, passed.to_string()).with_hint(hint))
            }
            Err(fault) if caps.day.is_some() || caps.month.is_some() => {
                Err(Fault::new(FaultClass::Budget, fault.message).with_hint(self.listener.without_ledger()))
            }
            Err(fault) => {
                let spent = Spent { session: known, ..Spent::default() };
                if let Some(passed) = caps.passed(spent, bill.cost_micros.unwrap_or(0)) {
                    let hint = self.listener.over_cap(passed.span.name());
                    return Err(Fault::new(FaultClass::Budget, passed.to_string()).with_hint(hint));
                }
                if !self.has_warned_of_ledger.swap(true, Ordering::Relaxed) {
                    warning = Some((fault.message, fault.hint));
                }
                Ok((None, warning))
            }
        }
    }

    fn bill(&self, occasion: Occasion, model: &str, region: Option<String>, usage: Usage, is_estimate: bool) -> Bill {
        Bill {
            at: self.clock.now(),
            project: self.project.clone(),
            session: self.session.clone(),
            turn: occasion.turn,
            step: occasion.step,
            kind: occasion.kind,
            cost_micros: self.provider.cost_micros(model, usage),
            price_since: self.provider.terms(model).price_since,
            model: model.to_owned(),
            region,
            usage,
            is_estimate,
        }
    }

    fn spend(&self, cost_micros: Option<u64>) {
        self.known.fetch_add(cost_micros.unwrap_or(0), Ordering::Relaxed);
    }
}

impl Call {
    /// Reckons the call anew for another model, which is about to be called in the place of the one that it was let
    /// through for; says which cap it would pass with that one.
    pub(super) async fn goes_to(&mut self, model: &ModelChoice) -> Result<(), Fault> {
        let metering = Arc::clone(&self.metering);
        if let Some(entry) = self.entry.take() {
            let ledger = Arc::clone(&metering.ledger);
            note_failure(off_task(move || ledger.settle(entry, None)).await);
        }
        let usage = metering.reckon(&model.id, self.weight, self.max_tokens);
        let Bill { turn, step, kind, .. } = self.estimate;
        let bill = metering.bill(Occasion { kind, turn, step }, &model.id, model.region.clone(), usage, true);
        let (entry, warning) = metering.admit(&bill, self.caps).await?;
        self.entry = entry;
        self.estimate = bill;
        self.warning = warning;
        Ok(())
    }

    /// Follows the answer. A retry of an attempt that had begun returns what that one came to.
    pub(super) async fn note(&mut self, delta: &Delta) -> Option<Paid> {
        match delta {
            Delta::Text { text: piece, .. }
            | Delta::Reasoning { text: piece, .. }
            | Delta::Signature { signature: piece, .. }
            | Delta::Redacted { data: piece, .. }
            | Delta::ToolInput { json: piece, .. } => self.streamed += piece.len() as u64,
            Delta::ToolStarted { name, .. } => self.streamed += name.len() as u64 + 8,
            Delta::Usage(usage) if *usage != Usage::default() => self.told = Some(*usage),
            Delta::Switched { model, .. } => {
                self.estimate.model.clone_from(&model.id);
                self.estimate.region.clone_from(&model.region);
            }
            Delta::Retrying { fault, .. } => {
                self.is_paused = true;
                // What was silent may have been worked on.
                if self.streamed > 0 || fault.class == FaultClass::Stalled {
                    let bill = self.guessed();
                    self.streamed = 0;
                    let paid = paid(&bill);
                    let (ledger, metering) = (Arc::clone(&self.metering.ledger), Arc::clone(&self.metering));
                    metering.spend(bill.cost_micros);
                    note_failure(off_task(move || ledger.add(&bill)).await);
                    return Some(paid);
                }
                return None;
            }
            // Who is asked to log in, or looked up, has not been answered yet: nothing was worked on.
            Delta::LoginNeeded(_) | Delta::LoginEnded | Delta::Unsent => {
                self.is_paused = true;
                return None;
            }
            // The head is there, or will be: the model works on it.
            Delta::Opened { .. } | Delta::Sent => {}
            Delta::BlockStopped { .. }
            | Delta::TextWasThought
            | Delta::Stopped(_)
            | Delta::Usage(_)
            | Delta::Silent(_)
            | Delta::Remark(_)
            | Delta::Asking { .. } => return None,
        }
        self.is_paused = false;
        None
    }

    /// Enters what the call came to; none when it was not paid for.
    ///
    /// A call that was stopped before anything came is taken as read by the model, unless it waited to be sent
    /// again; one that was refused is not paid for.
    pub(super) async fn end(mut self, ending: Ending) -> Option<Paid> {
        let was_worked_on = match ending {
            Ending::Answered => true,
            Ending::Cancelled => self.streamed > 0 || !self.is_paused,
            Ending::Failed(FaultClass::Stalled) => true,
            Ending::Failed(_) => self.streamed > 0,
        };
        let bill = match self.told {
            Some(usage) => Some(self.told_bill(usage)),
            None => was_worked_on.then(|| self.guessed()),
        };
        if let Some(bill) = &bill {
            self.metering.spend(bill.cost_micros);
        }
        let paid = bill.as_ref().map(paid);
        let ledger = Arc::clone(&self.metering.ledger);
        let entry = self.entry.take();
        let entered = off_task(move || match (entry, &bill) {
            (Some(entry), bill) => ledger.settle(entry, bill.as_ref()),
            (None, Some(bill)) => ledger.add(bill),
            (None, None) => Ok(()),
        });
        note_failure(entered.await);
        paid
    }

    fn told_bill(&mut self, usage: Usage) -> Bill {
        let read = usage.context();
        let rate = Rate::measured(self.weight, read);
        if self.estimate.kind == CallKind::Turn {
            let last = Last {
                model: self.estimate.model.clone(),
                at: self.metering.clock.now(),
                cached: usage.cache_read + usage.cache_write,
                rate,
            };
            *self.metering.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
        }
        self.priced(usage, false)
    }

    /// Returns the bill of an attempt whose count was not told: what it was to read, and what it had streamed.
    fn guessed(&self) -> Bill {
        let output = self.streamed.div_ceil(STREAMED_BYTES);
        self.priced(Usage { output, ..self.estimate.usage }, true)
    }

    fn priced(&self, usage: Usage, is_estimate: bool) -> Bill {
        let Bill { turn, step, kind, model, region, .. } = &self.estimate;
        let occasion = Occasion { kind: *kind, turn: *turn, step: *step };
        self.metering.bill(occasion, model, region.clone(), usage, is_estimate)
    }
}

fn paid(bill: &Bill) -> Paid {
    Paid { usage: bill.usage, cost_micros: bill.cost_micros, is_estimate: bill.is_estimate }
}

/// Returns what a request weighs.
pub(super) fn weigh(request: &Request) -> Weight {
    let tools: usize = request.tools.iter().map(tool_bytes).sum();
    let fixed = Overhead { system: request.system.len() as u64, tools: tools as u64 };
    fixed.weight().plus(Weight::of(&request.messages))
}

/// Returns the bytes of a tool as it is sent.
pub(super) fn tool_bytes(tool: &super::ToolSpec) -> usize {
    tool.name.len() + tool.description.len() + tool.schema.to_string().len() + 60
}

/// The call has its answer; that the ledger could not take it goes into the log.
fn note_failure(outcome: Result<(), LedgerFault>) {
    if let Err(fault) = outcome {
        tracing::error!(%fault, "cannot enter a call in the ledger");
    }
}

/// Runs a blocking call on the runtime's blocking threads.
async fn off_task<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(call).await {
        Ok(value) => value,
        Err(join) => std::panic::resume_unwind(join.into_panic()),
    }
}
