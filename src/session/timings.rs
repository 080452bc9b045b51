//! How long a step's request took, and the last steps with what is known of them.

use serde::{Deserialize, Serialize};

use super::{CallKind, Millis, SessionState, StepId, StopReason, TurnId, Usage};

/// So many steps are kept to be looked at.
pub const KEPT_STEPS: usize = 50;

/// How long a step's request took, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timings {
    /// How often the request was sent again.
    #[serde(default)]
    pub retries: u32,
    /// What passed before the last try was sent: failed tries, and the pauses after them.
    #[serde(default)]
    pub waited: u64,
    /// From the last try on until the head of its answer came.
    #[serde(default)]
    pub head: Option<u64>,
    /// From the last try on until the first piece of its answer came.
    #[serde(default)]
    pub first: Option<u64>,
    /// From the last try on until its answer was complete, or given up.
    #[serde(default)]
    pub total: u64,
    /// The service's id of the last try, where it gave one.
    #[serde(default)]
    pub request_id: Option<String>,
}

impl Timings {
    /// Returns how many tokens came in a second, from the first piece on; none where that was too short to tell.
    pub fn tokens_a_second(&self, usage: Usage) -> Option<u64> {
        let streamed = self.total.checked_sub(self.first?).filter(|millis| *millis > 0)?;
        (usage.output > 0).then(|| usage.output.saturating_mul(1000) / streamed)
    }
}

/// Takes the times of a request while it runs.
#[derive(Debug, Clone)]
pub struct Stopwatch {
    began: Millis,
    sent: Millis,
    timings: Timings,
}

impl Stopwatch {
    /// Begins with the first try.
    pub fn start(now: Millis) -> Self {
        Self { began: now, sent: now, timings: Timings::default() }
    }

    /// Notes that the head of the answer came.
    pub fn opened(&mut self, now: Millis, request_id: Option<String>) {
        self.timings.head = Some(since(self.sent, now));
        self.timings.request_id = request_id;
    }

    /// Notes that a piece of the answer came; the first one counts.
    pub fn piece(&mut self, now: Millis) {
        let sent = self.sent;
        self.timings.first.get_or_insert_with(|| since(sent, now));
    }

    /// Notes that the request is sent again, at a time that is still to come.
    pub fn retried(&mut self, at: Millis) {
        self.sent = at;
        let retries = self.timings.retries + 1;
        self.timings = Timings { retries, waited: since(self.began, at), ..Timings::default() };
    }

    /// Returns the times; `fault_id` is the id that the fault of the request names.
    pub fn stop(self, now: Millis, fault_id: Option<&str>) -> Timings {
        let request_id = self.timings.request_id.clone().or_else(|| fault_id.map(str::to_owned));
        Timings { total: since(self.sent, now), request_id, ..self.timings }
    }
}

fn since(start: Millis, now: Millis) -> u64 {
    now.0.saturating_sub(start.0)
}

/// A step that is over, to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// What it was made for.
    pub kind: CallKind,
    /// Its turn.
    pub turn: TurnId,
    /// Its number in the turn; 0 of a call beside the turn.
    pub step: StepId,
    /// The id of the model that answered.
    pub model: String,
    /// Why it stopped.
    pub stop: StopReason,
    /// What it cost in tokens.
    pub usage: Usage,
    /// How long it took.
    pub timings: Timings,
}

impl SessionState {
    /// Keeps a step to be looked at, and lets the oldest go where there are many.
    pub(super) fn note_step(&mut self, record: StepRecord) {
        if self.steps.len() >= KEPT_STEPS {
            self.steps.pop_front();
        }
        self.steps.push_back(record);
    }
}
