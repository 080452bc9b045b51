//! The pieces of an answer on their way into the log: joined, and told at most once in a while.

use std::time::Duration;

use tokio::time::Instant;

use super::Delta;
use super::turn::later;
use crate::session::{EventKind, Level, Millis, ToolCallId};

/// Deltas that come within this time are joined into one event: at a hundred a second, some 80 times a second something is
/// told, and half of what comes waits for less than 6 ms.
const COALESCE: Duration = Duration::from_millis(12);

/// Deltas that wait to be told, joined where they continue each other.
#[derive(Default)]
pub(super) struct Pending {
    events: Vec<EventKind>,
    since: Option<Instant>,
    is_urgent: bool,
    told: Option<Instant>,
    blocks: Vec<(u32, ToolCallId)>,
}

impl Pending {
    pub(super) fn push(&mut self, delta: Delta, now: Millis) {
        match delta {
            Delta::Text { text, .. } => match self.events.last_mut() {
                Some(EventKind::TextDelta { text: before }) => before.push_str(&text),
                _ => self.add(EventKind::TextDelta { text }),
            },
            Delta::Reasoning { text, .. } => match self.events.last_mut() {
                Some(EventKind::ReasoningDelta { text: before }) => before.push_str(&text),
                _ => self.add(EventKind::ReasoningDelta { text }),
            },
            Delta::ToolStarted { block, id, name } => {
                self.blocks.push((block, id.clone()));
                self.add(EventKind::ToolCallStarted { id, name });
            }
            Delta::ToolInput { block, json } => {
                let Some((_, id)) = self.blocks.iter().rev().find(|(known, _)| *known == block) else { return };
                match self.events.last_mut() {
                    Some(EventKind::ToolInputDelta { id: before, json: text }) if before == id => text.push_str(&json),
                    _ => {
                        let id = id.clone();
                        self.add(EventKind::ToolInputDelta { id, json });
                    }
                }
            }
            Delta::Silent(seconds) => {
                self.add(EventKind::StreamSilent { seconds });
                self.is_urgent = true;
            }
            Delta::Remark(text) => {
                self.add(EventKind::Notice { level: Level::Info, text, hint: None });
                self.is_urgent = true;
            }
            Delta::Retrying { fault, attempt, after } => {
                self.add(EventKind::StepRetried { fault, attempt, resumes_at: later(now, after) });
                self.is_urgent = true;
            }
            Delta::Switched { model, reason } => {
                self.add(EventKind::ModelChanged { model });
                self.add(EventKind::Notice { level: Level::Info, text: reason, hint: None });
                self.is_urgent = true;
            }
            Delta::LoginNeeded(login) => {
                self.add(EventKind::LoginNeeded { login });
                self.is_urgent = true;
            }
            Delta::LoginEnded => {
                self.add(EventKind::LoginEnded);
                self.is_urgent = true;
            }
            Delta::Opened { .. } | Delta::Signature { .. } | Delta::Redacted { .. } | Delta::BlockStopped { .. } => {}
            Delta::Unsent | Delta::Sent => {}
            // What was shown as text stands until the step ends, whose message has it as thought.
            Delta::TextWasThought | Delta::Stopped(_) | Delta::Usage(_) | Delta::Asking { .. } => {}
        }
    }

    pub(super) fn add(&mut self, event: EventKind) {
        self.since.get_or_insert_with(Instant::now);
        self.events.push(event);
    }

    /// Returns when what waits must be told: at once after a pause, else one interval after the last time.
    pub(super) fn flush_at(&self) -> Option<Instant> {
        let since = self.since?;
        Some(self.told.map_or(since, |told| since.max(told + COALESCE)))
    }

    pub(super) fn is_urgent(&self) -> bool {
        self.is_urgent || self.flush_at().is_some_and(|at| at <= Instant::now())
    }

    pub(super) fn take(&mut self) -> Vec<EventKind> {
        self.since = None;
        self.is_urgent = false;
        self.told = Some(Instant::now());
        std::mem::take(&mut self.events)
    }
}
