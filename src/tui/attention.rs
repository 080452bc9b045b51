//! What a user who looks elsewhere is called for: a turn that has ended, and everything that waits for an answer.

use super::app::App;
use super::effect::Effect;
use super::environment::TerminalEnvironment;
use crate::config::{Notify, ScreenConfig};
use crate::session::{Event, EventKind, FaultClass, Millis, TurnOutcome};

/// Where no terminal tells, a user without a key for so many milliseconds may look elsewhere.
const REST: u64 = 10_000;

/// Whether the user looks here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Presence {
    /// As the terminal told last, if it ever did.
    focus: Option<bool>,
    /// Whether it is guessed by the keys as long as the terminal tells nothing.
    is_guessed: bool,
    last_key: Millis,
}

impl Presence {
    /// It is guessed in terminals that never tell, and in all others where a way to notify is set.
    pub(super) fn new(config: &ScreenConfig, environment: &TerminalEnvironment) -> Self {
        let is_guessed = environment.tells_no_focus() || config.notify != Notify::Auto;
        Self { focus: None, is_guessed, last_key: Millis(0) }
    }

    /// Notes what the terminal told.
    pub(super) fn focus(&mut self, is_here: bool) {
        self.focus = Some(is_here);
    }

    /// Notes that a key came.
    pub(super) fn key(&mut self, now: Millis) {
        self.last_key = now;
    }

    fn is_here(self, now: Millis) -> bool {
        self.focus.unwrap_or(!self.is_guessed || now.0 < self.last_key.0.saturating_add(REST))
    }
}

/// What waited already, before an event came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    conflicts: usize,
    login: bool,
}

impl Waiting {
    /// Returns what waits now. Who looks here sees it, so nothing is counted then.
    pub(super) fn now(app: &App) -> Self {
        let conflicts = || app.state.review.files().filter(|file| file.conflict.is_some()).count();
        Self {
            conflicts: if app.presence.is_here(app.now) { 0 } else { conflicts() },
            login: app.state.login.is_some(),
        }
    }

    /// Returns the notice that an event is worth, after it was taken in.
    pub(super) fn notice(self, app: &App, event: &Event) -> Option<Effect> {
        if app.presence.is_here(app.now) {
            return None;
        }
        let words = match &event.kind {
            EventKind::TurnEnded { outcome, .. } => ended(app, outcome)?,
            EventKind::LoginNeeded { .. } if self.login => return None,
            EventKind::LoginNeeded { login } if login.device.is_some() => {
                "a code from your device is needed".to_owned()
            }
            EventKind::LoginNeeded { .. } => "a login is needed".to_owned(),
            EventKind::CacheAtRisk { act, .. } => format!("shall it {act}? It waits for your answer"),
            _ if Self::now(app).conflicts > self.conflicts => {
                "a file changed on disk; there is a conflict to settle".to_owned()
            }
            _ => return None,
        };
        Some(Effect::Notify(format!("adit: {words}")))
    }
}

/// Returns what is told of a turn's end; nothing of one that the user has stopped.
fn ended(app: &App, outcome: &TurnOutcome) -> Option<String> {
    let pending = app.state.review.progress().pending;
    match outcome {
        TurnOutcome::Cancelled => None,
        TurnOutcome::Failed(fault) if fault.class == FaultClass::Budget => {
            Some("a cap on spending is reached; shall it go on?".to_owned())
        }
        TurnOutcome::Failed(_) => Some("the turn failed".to_owned()),
        TurnOutcome::Done if pending > 0 => Some(format!("the turn is done, {pending} to decide")),
        TurnOutcome::Done => Some("the turn is done".to_owned()),
    }
}
