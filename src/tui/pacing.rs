//! When the next frame is drawn: at once after a rest or a key, and never more often than eyes and lines can take.

use std::time::{Duration, Instant};

/// The least time between frames while an answer streams. The engine, which tells something once in 16 ms on the average and
/// in 8 ms at the least, sets the pace; a longer gap here would only add to the wait.
pub(super) const STREAM_GAP: Duration = Duration::from_millis(6);
/// The least time between frames that answer keys. What streams in between does not count: a person who types waits for
/// nothing.
pub(super) const KEY_GAP: Duration = Duration::from_millis(2);

/// Why a frame is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Something happened in the session, or time passed.
    Stream,
    /// The user pressed a key or resized the terminal.
    Key,
}

/// Says when to draw. It has no clock; the loop hands the time in.
#[derive(Debug, Clone, Default)]
pub struct Pacer {
    last: Option<Instant>,
    last_key: Option<Instant>,
    wanted: Option<Cause>,
}

impl Pacer {
    /// Notes that a frame is wanted.
    pub fn want(&mut self, cause: Cause) {
        self.wanted = self.wanted.max(Some(cause));
    }

    /// Returns when the wanted frame may be drawn; none when none is wanted.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let (last, gap) = match self.wanted? {
            Cause::Stream => (self.last, STREAM_GAP),
            Cause::Key => (self.last_key, KEY_GAP),
        };
        Some(last.map_or(now, |last| (last + gap).max(now)))
    }

    /// Returns why the next frame is wanted, if it is.
    pub fn wanted(&self) -> Option<Cause> {
        self.wanted
    }

    /// Notes that a frame was drawn.
    pub fn drawn(&mut self, now: Instant) {
        self.last = Some(now);
        if self.wanted.take() == Some(Cause::Key) {
            self.last_key = Some(now);
        }
    }
}
