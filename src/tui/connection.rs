//! How fast the connection to the terminal is, felt by when the terminal answers and by how long a write takes.
//!
//! A question goes out with the first bytes, and again with frames: of a quick connection one in a while, of a slow one
//! with each, so that what streams waits until the terminal has what was sent before. Of a narrow one, that lets only
//! kilobytes a second through, the rate is felt as well: a frame goes out in pieces then, each drawn from the newest
//! state, as fast as they pass. Nothing is asked at rest, and a terminal that never answers is never asked again.

use std::time::{Duration, Instant};

use super::pacing::Cause;
use super::throughput::Throughput;

/// An answer that takes so long comes over a slow connection.
const SLOW: Duration = Duration::from_millis(40);
/// An answer that takes so long comes over a connection on which each scroll is felt.
const FAR: Duration = Duration::from_millis(100);
/// An answer that has not come after so long is lost.
const LOST: Duration = Duration::from_secs(3);
/// A connection may stand still for so long in the middle of an answer.
const STALL: Duration = Duration::from_millis(400);
/// The first answer comes within so long, if the terminal answers at all.
const FIRST: Duration = Duration::from_secs(1);
/// Of a quick connection a frame carries a question once in so long.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// At the end an answer is waited for by so much longer than twice the slowest of the last ones took: what comes later is
/// typed at the shell's prompt.
const LATE: Duration = Duration::from_millis(50);
/// After so many lost answers nothing more is asked.
const MAX_LOST: u32 = 2;
/// What answers a key is held back only behind so many bytes that the terminal has not confirmed.
const MAX_AHEAD: usize = 1500;
/// The last so many times are kept for the overlay.
const KEPT: usize = 512;

/// Asks whether the terminal is there; it answers `ESC [ 0 n` when it has read all that came before.
pub(super) const ASK: &[u8] = b"\x1b[5n";

/// The connection to the terminal.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// When the question that is not answered yet went out.
    asked: Option<Instant>,
    last_asked: Option<Instant>,
    lost: u32,
    answers: bool,
    /// How long answers take, smoothed.
    trip: Option<Duration>,
    /// How long the slowest of the last ones took.
    longest: Duration,
    /// The bytes that went out since the last question.
    ahead: usize,
    throughput: Throughput,
    bytes: u64,
    frames: u64,
    largest: usize,
    last_write: Duration,
    echoes: Vec<Duration>,
    echoed: usize,
}

/// How far the conversation moves when it follows its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Follow {
    /// By a line.
    #[default]
    Line,
    /// By some lines.
    Lines,
    /// By part of a page.
    Page,
    /// By most of a page: what stays is sent again, so on a narrow connection little stays.
    MostOfPage,
}

impl Follow {
    /// Returns by how many rows, of so many.
    pub fn rows(self, height: usize) -> usize {
        match self {
            Self::Line => 1,
            Self::Lines => (height / 8).max(1),
            Self::Page => (height / 3).max(1),
            Self::MostOfPage => (height * 3 / 4).max(1),
        }
    }
}

/// What the overlay shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionReport {
    /// How long the terminal takes to answer; none where it does not.
    pub trip: Option<Duration>,
    /// How the conversation follows its end because of that.
    pub follow: Follow,
    /// Whether frames wait for the terminal.
    pub is_slow: bool,
    /// The bytes a second that a narrow connection lets through; frames go out in pieces then.
    pub narrow: Option<u64>,
    /// All bytes of this session.
    pub bytes: u64,
    /// All frames.
    pub frames: u64,
    /// The bytes of the largest frame.
    pub largest: usize,
    /// How long the last write took.
    pub last_write: Duration,
    /// From a key to the end of the write that shows it: median, 99 of 100, longest of the last ones.
    pub echo: Option<[Duration; 3]>,
}

impl Connection {
    /// Notes that a question went out.
    pub fn asks(&mut self, now: Instant) {
        self.asked = Some(now);
        self.last_asked = Some(now);
        self.ahead = 0;
        self.throughput.asks();
    }

    /// Notes that the terminal answered.
    pub fn answered(&mut self, now: Instant) {
        if let Some(asked) = self.asked.take() {
            self.lost = 0;
            let trip = now.saturating_duration_since(asked);
            self.throughput.answered(trip, now);
            self.longest = trip.max(self.longest - self.longest / 8);
            if !std::mem::replace(&mut self.answers, true) {
                // What writes felt like tells nothing of the way there and back.
                self.trip = None;
            }
            self.feel(trip);
        }
    }

    /// Notes a frame and how long its write took.
    pub fn wrote(&mut self, bytes: usize, took: Duration) {
        self.bytes += bytes as u64;
        self.ahead += bytes;
        self.last_write = took;
        // Who does not answer is known by what the connection lets through.
        if !self.answers || took >= SLOW {
            self.feel(took);
        }
    }

    /// Notes that a frame, or a piece of one, was drawn and goes out.
    pub fn drew(&mut self, bytes: usize, now: Instant) {
        self.frames += 1;
        self.largest = self.largest.max(bytes);
        self.throughput.sends(bytes, now);
    }

    /// Returns how many bytes of a frame may go out at once; none where all may.
    pub fn piece(&self) -> Option<usize> {
        self.throughput.piece().filter(|_| self.is_slow())
    }

    /// Notes how long a key took until its frame was written.
    pub fn echoed(&mut self, took: Duration) {
        if self.echoes.len() < KEPT {
            self.echoes.push(took);
        } else {
            self.echoes[self.echoed % KEPT] = took;
        }
        self.echoed += 1;
    }

    /// Tells whether the next frame carries a question; gives up an answer that is lost.
    pub fn wants_to_ask(&mut self, now: Instant) -> bool {
        if let Some(asked) = self.asked {
            if now.saturating_duration_since(asked) < LOST {
                return false;
            }
            self.asked = None;
            self.lost += 1;
        }
        let is_time = self.last_asked.is_none_or(|last| now.saturating_duration_since(last) >= ASK_AGAIN);
        self.lost < MAX_LOST && self.last_asked.is_some() && (self.is_slow() || is_time)
    }

    /// Tells whether an answer is on its way.
    pub fn is_waiting(&self) -> bool {
        self.asked.is_some()
    }

    /// Returns how long an escape that came alone may wait for its rest, because it may be the first byte of the answer
    /// that is on its way.
    ///
    /// A connection may break the answer behind that byte, and what it would do as the key Esc (stop a turn, close a sheet)
    /// is not taken back by the rest. So an escape waits, but only when the answer can be there: not in the first half of
    /// the time that answers take, nor after it was lost. For the key this costs little, also where each frame of a slow
    /// connection carries a question: the answer comes, begins with an escape of its own, and shows that the one before it
    /// was the key.
    pub fn answer_is_due(&self, now: Instant) -> Option<Duration> {
        let waited = now.saturating_duration_since(self.asked?);
        match self.trip.filter(|_| self.answers) {
            Some(trip) => (waited >= trip / 2 && waited < LOST).then(|| (trip + STALL).min(LOST - waited)),
            // Whether it answers at all is not known yet.
            None => (waited < FIRST).then_some(STALL),
        }
    }

    /// Returns until when a frame is held back, at the longest; none where it may go.
    ///
    /// On a narrow connection that is until what was sent has passed, on another slow one until the terminal answers.
    pub fn held_until(&self, cause: Cause, now: Instant) -> Option<Instant> {
        if !self.is_slow() {
            return None;
        }
        let is_late = |asked| self.throughput.due(asked).is_none_or(|due| due <= now);
        let Some(asked) = self.asked.filter(|asked| is_late(*asked)) else {
            return self.throughput.busy_until(cause == Cause::Key);
        };
        match cause {
            Cause::Key if self.ahead <= MAX_AHEAD => None,
            Cause::Key | Cause::Stream => Some(asked + LOST),
        }
    }

    /// Returns how long the connection takes to be quiet again after the program ends: as long as an answer may be late.
    pub fn farewell(&self, now: Instant) -> Duration {
        let Some(asked) = self.asked else { return Duration::ZERO };
        let most = if self.answers { self.longest * 2 + LATE } else { FIRST };
        let until = self.throughput.due(asked).unwrap_or(asked).max(asked + most.min(LOST));
        until.min(asked + LOST).saturating_duration_since(now)
    }

    /// Returns how the conversation follows its end.
    pub fn follow(&self) -> Follow {
        match self.trip {
            Some(_) if self.piece().is_some() => Follow::MostOfPage,
            Some(trip) if trip >= FAR => Follow::Page,
            Some(trip) if trip >= SLOW => Follow::Lines,
            Some(_) | None => Follow::Line,
        }
    }

    /// Tells whether the connection is slow.
    pub fn is_slow(&self) -> bool {
        self.trip.is_some_and(|trip| trip >= SLOW)
    }

    /// Returns what there is to tell.
    pub fn report(&self) -> ConnectionReport {
        let mut echoes = self.echoes.clone();
        echoes.sort_unstable();
        let at = |part: usize| echoes.get(echoes.len().saturating_sub(1) * part / 100).copied().unwrap_or_default();
        ConnectionReport {
            trip: self.trip,
            follow: self.follow(),
            is_slow: self.is_slow(),
            narrow: self.throughput.narrow().filter(|_| self.is_slow()).map(|rate| rate as u64),
            bytes: self.bytes,
            frames: self.frames,
            largest: self.largest,
            last_write: self.last_write,
            echo: (!echoes.is_empty()).then(|| [at(50), at(99), at(100)]),
        }
    }

    /// Takes a time in: shorter ones at once, longer ones by and by.
    fn feel(&mut self, took: Duration) {
        self.trip = Some(match self.trip {
            Some(trip) if took > trip => (trip * 2 + took) / 3,
            Some(_) | None => took,
        });
    }
}
