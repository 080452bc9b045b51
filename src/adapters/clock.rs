//! The system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::engine::Clock;
use crate::session::Millis;

/// Tells the system's time.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// Returns the milliseconds since 1970; a clock set before that counts as 1970.
    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}
