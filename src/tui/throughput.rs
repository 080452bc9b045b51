//! How many bytes a second a slow connection lets through, felt by when the terminal has read what was sent.
//!
//! A batch is what goes out between two questions. It begins to pass when it is sent or when the batch before it has passed,
//! whichever is later, and has passed when its question is answered, less the time that an answer takes on an empty line.
//! The best of the last batches counts, as in BBR's delivery rate (draft-ietf-ccwg-bbr): whatever sent too little, or met a
//! busy terminal, only seemed slow.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many batches count.
const KEPT: usize = 8;
/// A batch of fewer bytes tells nothing of the rate, and one of fewer still tells how long the way is.
const TELLING: usize = 500;
const NEXT_TO_NOTHING: usize = 200;
/// A batch that passes in less was not held up.
const AT_ONCE: Duration = Duration::from_millis(20);
/// A connection that lets more bytes a second through is not narrow.
const WIDE: f64 = 60_000.0;
/// What streams leaves so much of the line free behind it: a fifth, if pieces are as large as they may be.
const BREATH: Duration = Duration::from_millis(50);
/// What answers a key goes out when what is before it takes no longer than this.
const KEY_AHEAD: Duration = Duration::from_millis(250);
/// So long a piece of a frame may occupy a narrow connection, and it has at least so many bytes.
const PIECE: Duration = Duration::from_millis(200);
const SMALLEST: usize = 400;
/// An answer later than it should come by so much means that the connection has become slower.
const GRACE: Duration = Duration::from_millis(300);

/// The bytes on their way, and how quickly others passed.
#[derive(Debug, Clone, Default)]
pub(super) struct Throughput {
    /// How long an answer takes when nothing else is on the way.
    way: Option<Duration>,
    /// The bytes since the last question, and when the first of them went out.
    batch: Batch,
    /// The batch whose question is not answered yet.
    asked: Option<Batch>,
    /// When the batch before had passed.
    passed: Option<Instant>,
    /// The rates of the last batches, in bytes a second.
    rates: VecDeque<f64>,
    /// Until when the connection has to do with what was sent, as far as is known.
    busy_until: Option<Instant>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Batch {
    bytes: usize,
    began: Option<Instant>,
}

impl Throughput {
    /// Notes that bytes go out.
    pub(super) fn sends(&mut self, bytes: usize, now: Instant) {
        self.batch.bytes += bytes;
        self.batch.began = self.batch.began.or(Some(now));
        if let Some(takes) = self.takes(bytes) {
            self.busy_until = Some(self.busy_until.map_or(now, |until| until.max(now)) + takes);
        }
    }

    /// Notes that a question goes out behind them.
    pub(super) fn asks(&mut self) {
        self.asked = Some(std::mem::take(&mut self.batch));
    }

    /// Notes that the question was answered after so long.
    pub(super) fn answered(&mut self, trip: Duration, now: Instant) {
        let Some(batch) = self.asked.take() else { return };
        let passed = self.passed.replace(now);
        let way = match self.way {
            Some(way) if trip > way && batch.bytes < NEXT_TO_NOTHING => way + (trip - way) / 4,
            Some(way) => way.min(trip),
            None => trip,
        };
        self.way = Some(way);
        let Some(began) = batch.began.filter(|_| batch.bytes >= TELLING) else { return };
        let starts = passed.map_or(began + way, |passed| passed.max(began + way));
        let took = now.saturating_duration_since(starts);
        let rate = if took < AT_ONCE { f64::INFINITY } else { batch.bytes as f64 / took.as_secs_f64() };
        if self.rates.len() == KEPT {
            self.rates.pop_front();
        }
        self.rates.push_back(rate);
    }

    /// Returns how many bytes a second a narrow connection lets through; none where it is wide, or nothing is known.
    pub(super) fn narrow(&self) -> Option<f64> {
        self.rates.iter().copied().reduce(f64::max).filter(|rate| *rate < WIDE)
    }

    /// Returns the bytes that a piece of a frame may have; none where a frame may have any number.
    pub(super) fn piece(&self) -> Option<usize> {
        self.narrow().map(|rate| ((rate * PIECE.as_secs_f64()) as usize).max(SMALLEST))
    }

    /// Returns until when a narrow connection is busy, for what streams and for what answers a key; none where it
    /// is not narrow.
    pub(super) fn busy_until(&self, answers_key: bool) -> Option<Instant> {
        self.narrow()?;
        let until = self.busy_until?;
        if answers_key { until.checked_sub(KEY_AHEAD) } else { Some(until + BREATH) }
    }

    /// Returns when the question that went out then should be answered at the latest; none where the connection is not narrow.
    pub(super) fn due(&self, asked: Instant) -> Option<Instant> {
        let batch = self.asked?;
        Some(asked + self.way? + self.takes(batch.bytes)? * 2 + GRACE)
    }

    /// Returns how long a narrow connection takes for so many bytes.
    fn takes(&self, bytes: usize) -> Option<Duration> {
        self.narrow().map(|rate| Duration::from_secs_f64(bytes as f64 / rate))
    }
}
