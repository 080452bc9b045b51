//! What a user who looks elsewhere is called for: a turn that has ended, and everything that waits for an answer.

use super::app::App;
use super::effect::Effect;
use crate::session::{Event, EventKind, FaultClass, TurnOutcome};

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
        Self { conflicts: if app.has_focus { 0 } else { conflicts() }, login: app.state.login.is_some() }
    }

    /// Returns the notice that an event is worth, after it was taken in.
    pub(super) fn notice(self, app: &App, event: &Event) -> Option<Effect> {
        if app.has_focus {
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
