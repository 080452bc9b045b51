//! How far this machine's clock is from the service's.

use std::time::Duration;

use super::Check;

/// From here on AWS refuses signatures.
const REFUSED: u64 = 300;
/// Up to here the network may be to blame.
const UNTOLD: u64 = 30;

/// Returns the check of a clock that is so many seconds ahead of the service's; fewer than none is behind.
pub fn clock(ahead: i64) -> Check {
    let seconds = ahead.unsigned_abs();
    if seconds <= UNTOLD {
        return Check::ok("clock", format!("within {} s of the service's", seconds + 1));
    }
    let word = if ahead > 0 { "ahead of" } else { "behind" };
    let off = if seconds < 600 { format!("{seconds} s") } else { span(Duration::from_secs(seconds)) };
    let finding = format!("{off} {word} the service's");
    let fix = "Set the clock, for instance by `timedatectl set-ntp true`: AWS refuses signatures that are off by five minutes.";
    if seconds < REFUSED { Check::warn("clock", finding, fix) } else { Check::fail("clock", finding, fix) }
}

/// Returns a span of time in its largest two units.
pub fn span(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    match (minutes / 60 / 24, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
