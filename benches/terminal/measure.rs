//! What the kernel knows of a process: memory, time on a processor.

use std::fs;
use std::time::Duration;

use super::pty::Screen;

/// Returns the resident memory in MiB.
pub fn resident(screen: &Screen) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", screen.process())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).map_or(f64::NAN, |kib| kib / 1024.0)
}

/// Returns what the threads that live now have used, to the nanosecond.
pub fn cpu_now(screen: &Screen) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{}/task", screen.process())) else { return Duration::ZERO };
    let of = |thread: std::io::Result<fs::DirEntry>| {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(threads.filter_map(of).sum())
}

/// Returns what the process has used since its start, to a hundredth of a second.
pub fn total_cpu(screen: &Screen) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", screen.process())).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}
