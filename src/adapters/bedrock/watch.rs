//! The watch over a silent stream: Bedrock sends no sign of life, and the SDK does not look.

use std::pin::pin;
use std::time::Duration;

use futures::SinkExt;
use futures::channel::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::engine::Delta;
use crate::session::Fault;

/// Where the deltas of one request go.
pub(in crate::adapters) type Out = mpsc::Sender<Result<Delta, Fault>>;

/// A year: as good as for ever, and safe to add to a clock.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long silence is borne, and how long a retry waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After so long the silence is told.
    pub first_word: Duration,
    /// Then again each so long.
    pub every: Duration,
    /// After so long the request is ended; zero never does.
    pub limit: Duration,
    /// The first pause before a retry; later ones double.
    pub backoff: Duration,
}

impl Patience {
    /// Returns the usual times, with the limit as configured.
    pub fn new(stall_seconds: u32) -> Self {
        Self {
            first_word: Duration::from_secs(10),
            every: Duration::from_secs(5),
            limit: Duration::from_secs(stall_seconds.into()),
            backoff: Duration::from_millis(500),
        }
    }

    /// Returns it with a limit, unless it has a nearer one.
    pub(super) fn up_to(self, most: Duration) -> Self {
        Self { limit: self.limit().min(most), ..self }
    }

    fn limit(&self) -> Duration {
        if self.limit.is_zero() { FOREVER } else { self.limit.min(FOREVER) }
    }
}

/// The time is up.
pub(in crate::adapters) struct Silence(pub(in crate::adapters) Duration);

/// Waits for one sign of life, telling how long there was none, and gives up at the limit.
pub(in crate::adapters) async fn watched<T>(
    patience: Patience,
    out: &mut Out,
    work: impl Future<Output = T>,
) -> Result<T, Silence> {
    let began = Instant::now();
    let mut work = pin!(work);
    let mut next = patience.first_word;
    loop {
        let is_last = next >= patience.limit();
        let until = began + next.min(patience.limit());
        match timeout_at(until, &mut work).await {
            Ok(value) => return Ok(value),
            Err(_) if is_last => return Err(Silence(began.elapsed())),
            Err(_) => {
                let seconds = u32::try_from(began.elapsed().as_secs()).unwrap_or(u32::MAX);
                tell(out, Delta::Silent(seconds)).await;
                next += patience.every.max(Duration::from_millis(1));
            }
        }
    }
}

/// Hands a delta on. Nobody is left to hear it only while the stream is being dropped.
pub(in crate::adapters) async fn tell(out: &mut Out, delta: Delta) {
    let _dropped = out.send(Ok(delta)).await;
}
