//! What a step has been through, and with that what is tried next.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::super::tries::{Tries, once};
use super::choice::Choice;
use super::failure::{Cure, Failure};
use super::lessons::Extra;
use super::stream::Progress;
use crate::models::Models;

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
    began: Instant,
    pub(super) tries: Tries,
    has_reloaded: bool,
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
            began: Instant::now(),
            tries: Tries::new(backoff),
            has_reloaded: false,
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
        if !self.tries.may_resend(progress.has_begun) {
            return None;
        }
        let reason = &failure.fault;
        match failure.cure {
            Cure::None => None,
            Cure::Again => self.tries.after_fault(failure.wait, self.limits.retries),
            Cure::Later => {
                let (pause, _) = self.tries.after_quota(failure.wait);
                (self.began.elapsed() + pause < self.limits.quota).then_some(pause)
            }
            Cure::Once => self.tries.after_silence(),
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
}
