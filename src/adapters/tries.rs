//! How often and after which pauses one step's request is sent again, whoever answers it.

use std::time::Duration;

use tokio::sync::Notify;

use super::bedrock::{Out, tell};
use crate::engine::Delta;
use crate::session::Fault;

/// How often an answer that had begun is asked for again: each time is paid for.
const RESENDS: u32 = 2;
/// The longest pause before a retry.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How many times longer a quota takes to recover than a passing fault.
const QUOTA_FACTOR: u32 = 10;

/// The tries of one step.
#[derive(Debug)]
pub(super) struct Tries {
    /// The first pause before a retry.
    backoff: Duration,
    /// Times the request was sent.
    pub(super) sent: u32,
    /// Retries after passing faults, and after quotas.
    after_faults: u32,
    after_quotas: u32,
    /// Retries of an answer that had begun.
    resends: u32,
    /// Whether a request that met with silence was sent again.
    has_resent_silent: bool,
}

impl Tries {
    /// Returns the tries of a step that begins.
    pub(super) fn new(backoff: Duration) -> Self {
        Self { backoff, sent: 0, after_faults: 0, after_quotas: 0, resends: 0, has_resent_silent: false }
    }

    /// Tells whether an answer that failed may be asked for again, as far as it goes by how much of it had come.
    pub(super) fn may_resend(&mut self, has_begun: bool) -> bool {
        self.resends += u32::from(has_begun);
        !has_begun || self.resends <= RESENDS
    }

    /// Returns the pause after a passing fault, or none where there were `most` of them. `wait` is what the other
    /// side asks for.
    pub(super) fn after_fault(&mut self, wait: Option<Duration>, most: u32) -> Option<Duration> {
        self.after_faults += 1;
        (self.after_faults <= most)
            .then(|| wait.map_or_else(|| self.pause(1, self.after_faults), |wait| wait.min(LONGEST_PAUSE)))
    }

    /// Returns the pause until a quota has recovered, and how many there were with this one.
    pub(super) fn after_quota(&mut self, wait: Option<Duration>) -> (Duration, u32) {
        self.after_quotas += 1;
        (wait.unwrap_or_else(|| self.pause(QUOTA_FACTOR, self.after_quotas)), self.after_quotas)
    }

    /// Sends what met with silence again at once, but only once: it may have been worked on, and is paid for.
    pub(super) fn after_silence(&mut self) -> Option<Duration> {
        once(&mut self.has_resent_silent)
    }

    /// Returns how long to wait: doubled each time, and spread so that clients do not come back together.
    fn pause(&self, factor: u32, tries: u32) -> Duration {
        let doubled = self.backoff.saturating_mul(factor).saturating_mul(1 << (tries - 1).min(16));
        doubled.min(LONGEST_PAUSE).mul_f64(0.75 + fastrand::f64() / 2.0)
    }

    /// Says that the request is sent again and why, and waits until then, or until the user is in a hurry.
    pub(super) async fn wait(&self, fault: Fault, after: Duration, hurry: &Notify, out: &mut Out) {
        // Heard from here on: the user may be quick.
        let hurried = hurry.notified();
        tell(out, Delta::Retrying { fault, attempt: self.sent, after }).await;
        if !after.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(after) => {}
                () = hurried => {}
            }
        }
    }
}

/// Returns that something is tried at once, the first time.
pub(super) fn once(done: &mut bool) -> Option<Duration> {
    (!std::mem::replace(done, true)).then_some(Duration::ZERO)
}
