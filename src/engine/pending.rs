//! The pieces of an answer on their way into the log: joined, and told at most once in a while.

use std::time::Duration;

use tokio::time::Instant;

use super::Delta;
use super::turn::later;
use crate::session::{EventKind, Level, Millis, ToolCallId};

/// On the average something is told once in this time at the most.
const PACE: Duration = Duration::from_millis(16);
/// One time may come so much earlier than that, where the ones before came late.
const LENIENCY: Duration = Duration::from_millis(8);
/// What comes too early waits for what comes next, but no longer than this.
const PATIENCE: Duration = Duration::from_millis(14);

/// When something may be told: the generic cell rate algorithm of ITU-T I.371.
///
/// The pace is kept by what comes, not by a clock of its own. At a hundred deltas a second five of eight are told as they
/// come and the others go along with the next one, so that most are shown at once, and nobody is woken in between.
#[derive(Default)]
struct Pace {
    /// When the next time would be, were they told evenly.
    next: Option<Instant>,
}

impl Pace {
    fn allows(&self, now: Instant) -> bool {
        self.next.is_none_or(|next| next <= now + LENIENCY)
    }

    fn told(&mut self, now: Instant) {
        self.next = Some(self.next.map_or(now, |next| next.max(now)) + PACE);
    }
}

/// Deltas that wait to be told, joined where they continue each other.
#[derive(Default)]
pub(super) struct Pending {
    events: Vec<EventKind>,
    since: Option<Instant>,
    is_urgent: bool,
    pace: Pace,
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

    /// Returns when what waits must be told, whether or not something comes before.
    pub(super) fn flush_at(&self) -> Option<Instant> {
        self.since.map(|since| since + PATIENCE)
    }

    /// Tells whether what waits should be told now.
    pub(super) fn is_urgent(&self) -> bool {
        self.is_urgent || (self.since.is_some() && self.pace.allows(Instant::now()))
    }

    pub(super) fn take(&mut self) -> Vec<EventKind> {
        self.is_urgent = false;
        if self.since.take().is_some() {
            self.pace.told(Instant::now());
        }
        std::mem::take(&mut self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns which of some deltas are told as they come, one every so many milliseconds.
    fn told_of(count: u64, every: u64) -> Vec<u64> {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut told = |number: &u64| {
            let now = start + Duration::from_millis(number * every);
            let is_told = pace.allows(now);
            if is_told {
                pace.told(now);
            }
            is_told
        };
        (0..count).filter(|number| told(number)).collect()
    }

    #[test]
    fn most_of_a_hundred_a_second_are_told_as_they_come() {
        assert_eq!(told_of(9, 10), [0, 1, 3, 4, 6, 8]);
        assert_eq!(told_of(1000, 10).len(), 625);
    }

    #[test]
    fn slow_ones_are_told_each_and_a_flood_at_the_pace() {
        assert_eq!(told_of(100, 20).len(), 100);
        assert_eq!(told_of(1600, 1).len(), 101);
    }

    #[test]
    fn what_waits_is_told_though_nothing_comes() {
        let mut pending = Pending::default();
        assert_eq!(pending.flush_at(), None);
        let text = |text: &str| Delta::Text { block: 0, text: text.to_owned() };
        pending.push(text("one"), Millis(0));
        let since = pending.since;
        pending.push(text(" two"), Millis(1));
        assert_eq!(pending.flush_at(), since.map(|since| since + PATIENCE), "from the first on");
        assert_eq!(pending.take(), [EventKind::TextDelta { text: "one two".to_owned() }]);
        assert_eq!(pending.flush_at(), None);
    }
}
