//! When a paste that comes slowly is told of, and when its end is no longer waited for.

use std::time::{Duration, Instant};

/// A paste that is not over so soon is told of.
const TELL: Duration = Duration::from_millis(250);
/// So long nothing may come of a paste before it is taken as it is: a connection that stands still is no lost end.
const PAUSE: Duration = Duration::from_secs(3);

/// The paste that is open.
#[derive(Debug, Default)]
pub(super) struct Pasting {
    /// When it began, and when the last of it came.
    since: Option<(Instant, Instant)>,
}

impl Pasting {
    /// Notes that these bytes came while a paste was open; returns when to look at it again.
    pub(super) fn goes_on(&mut self, now: Instant, bytes: &[u8]) -> Instant {
        let (began, last) = self.since.get_or_insert((now, now));
        // Someone who presses Esc, Ctrl-C or Ctrl-Q again and again does not put the end off.
        if !matches!(bytes, [] | [0x1b | 0x03 | 0x11]) {
            *last = now;
        }
        let (tell, give_up) = (*began + TELL, *last + PAUSE);
        if tell > now { tell } else { give_up }
    }

    /// Tells whether it takes long enough to be told of.
    pub(super) fn is_long(&self, now: Instant) -> bool {
        self.since.is_some_and(|(began, _)| began + TELL <= now)
    }

    /// Tells whether nothing came of it for so long that its end is not waited for.
    pub(super) fn is_stuck(&self, now: Instant) -> bool {
        self.since.is_some_and(|(_, last)| last + PAUSE <= now)
    }
}

/// Returns what is said while it comes.
pub(super) fn words(bytes: usize) -> String {
    match bytes / 1024 {
        0 => "pasting…".to_owned(),
        kilobytes => format!("pasting… {kilobytes} kB"),
    }
}

/// What is said when its end is not waited for any more.
pub(super) const CUT: &str = "the end of the paste did not come; what came of it is here";
