//! What a step has been through, and with that what is tried next.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::choice::Choice;
use super::failure::{Cure, Failure};
use super::lessons::Extra;
use super::stream::Progress;
use crate::models::Models;

/// How often an answer that had begun is asked for again: each time is paid for.
const RESENDS: u32 = 2;
/// The longest pause before a retry.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How many times longer a quota of a minute takes to recover than a passing fault.
const QUOTA_FACTOR: u32 = 10;

/// How much is borne before a step is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// How often a passing fault is retried.
    pub(super) retries: u32,
    /// How long a quota of the minute is waited for, all in all.
    pub(super) quota: Duration,
}

/// What a step has been through.
#[derive(Debug)]
pub(super) struct Course {
    limits: Limits,
    /// The first pause before a retry.
    backoff: Duration,
    began: Instant,
    /// Retries after passing faults.
    retries: u32,
    /// Retries after a quota of the minute.
    throttles: u32,
    /// Retries of an answer that had begun.
    resends: u32,
    /// Times the request was sent.
    pub(super) sent: u32,
    has_reloaded: bool,
    /// Whether a request that met with silence was sent again.
    has_resent_silent: bool,
    /// Whether a request was sent again without the thoughts that it held.
    pub(super) has_dropped_thoughts: bool,
    /// What the model was found not to take.
    pub(super) without: BTreeSet<Extra>,
    /// How many tokens the model was found to write at most.
    pub(super) output: Option<u32>,
    pub(super) has_named_model: bool,
    /// Whether the user was asked to log in; once in a step is enough.
    pub(super) has_asked_for_login: bool,
    /// How often a code of a device was asked for.
    pub(super) passcodes: u32,
}

impl Course {
    /// Returns the course of a step that begins.
    pub(super) fn new(limits: Limits, backoff: Duration) -> Self {
        Self {
            limits,
            backoff,
            began: Instant::now(),
            retries: 0,
            throttles: 0,
            resends: 0,
            sent: 0,
            has_reloaded: false,
            has_resent_silent: false,
            has_dropped_thoughts: false,
            without: BTreeSet::new(),
            output: None,
            has_named_model: false,
            has_asked_for_login: false,
            passcodes: 0,
        }
    }

    /// Changes what the failure asks for and returns the pause before the next try, or none to give up.
    pub(super) fn remedy(
        &mut self,
        failure: &Failure,
        progress: &Progress,
        choice: &mut Choice,
        region: &str,
        models: &Models,
    ) -> Option<Duration> {
        if progress.has_begun {
            self.resends += 1;
            if self.resends > RESENDS {
                return None;
            }
        }
        let once = |done: &mut bool| (!std::mem::replace(done, true)).then_some(Duration::ZERO);
        let reason = &failure.fault;
        match failure.cure {
            Cure::None => None,
            Cure::Again => {
                self.retries += 1;
                (self.retries <= self.limits.retries)
                    .then(|| failure.wait.map_or_else(|| self.pause(1, self.retries), |wait| wait.min(LONGEST_PAUSE)))
            }
            Cure::Later => {
                self.throttles += 1;
                let pause = failure.wait.unwrap_or_else(|| self.pause(QUOTA_FACTOR, self.throttles));
                (self.began.elapsed() + pause < self.limits.quota).then_some(pause)
            }
            Cure::Once => once(&mut self.has_resent_silent),
            Cure::Reload | Cure::Login | Cure::Passcode => once(&mut self.has_reloaded),
            Cure::WithoutReasoning => once(&mut self.has_dropped_thoughts),
            // The short one is refused with the same words: then there is none.
            Cure::Without(Extra::LongCache) if self.without.contains(&Extra::LongCache) => {
                self.without.insert(Extra::Cache).then_some(Duration::ZERO)
            }
            Cure::Without(extra) => self.without.insert(extra).then_some(Duration::ZERO),
            Cure::Within(limit) => {
                // Some say a limit and mean less than that.
                let next = if self.output == Some(limit) { limit - 1 } else { limit };
                let is_less = next > 0 && self.output.is_none_or(|known| next < known);
                is_less.then(|| {
                    self.output = Some(next);
                    Duration::ZERO
                })
            }
            Cure::OtherModel => choice.next_model(reason).then(|| {
                // What that one refused says nothing of the next.
                self.without.clear();
                self.output = None;
                Duration::ZERO
            }),
            Cure::Profile => choice.next_profile(reason, region, models).then_some(Duration::ZERO),
        }
    }

    /// Returns how long to wait: doubled each time, and spread so that clients do not come back together.
    fn pause(&self, factor: u32, tries: u32) -> Duration {
        let doubled = self.backoff.saturating_mul(factor).saturating_mul(1 << (tries - 1).min(16));
        doubled.min(LONGEST_PAUSE).mul_f64(0.75 + fastrand::f64() / 2.0)
    }
}
