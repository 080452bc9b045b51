//! How fast the real program is in a real pseudo-terminal: start, echo, streaming, rest, memory.
//!
//! `cargo bench --bench terminal` starts the release binary on 200 columns and 50 rows against a server on
//! loopback and prints a table. Times are from the side of the user: from the key or frame that is sent to the
//! moment when the emulated screen shows what it does.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, unreachable_pub)]

#[path = "../tests/it/terminal/pty.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod pty;
#[path = "terminal/stream.rs"]
mod stream;

use std::fs;
use std::time::{Duration, Instant};

use pty::{CTRL_Q, Place, Screen};
use stream::Stream;

const COLUMNS: u16 = 200;
const ROWS: u16 = 50;
const STARTS: usize = 20;
const KEYS: usize = 200;
const FLOOD: usize = 20_000;
const STEADY: usize = 500;
const PAUSE: Duration = Duration::from_millis(10);
/// Between two keys; longer than a frame, so that a key does not wait for the frame of the one before.
const KEY_PAUSE: Duration = Duration::from_millis(23);
const REST: Duration = Duration::from_secs(5);
/// No text of ours holds it, and the composer shows it behind its sign.
const TYPED: &str = "› Q";

fn main() {
    // Cargo runs benchmarks when it tests everything, too; this one takes a minute and asserts nothing.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{:<52}{:>10}{:>10}{:>10}{:>10}{:>10}", "", "min", "median", "p95", "p99", "max");
    let small =
        Place::new(&[("src/lib.rs", "pub fn one() -> u32 {\n    1\n}\n"), ("README.md", "# Small\n")]).committed();
    starts("a small repository", &small);
    let large = large();
    starts("50,000 files", &large);
    drop(large);
    echo_at_rest(&small);
    stream_at_full_speed();
    stream_steadily();
}

/// Prints the figures of a sample.
fn row(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| format!("{:.1} ms", times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0);
    println!("{name:<52}{:>10}{:>10}{:>10}{:>10}{:>10}", at(0), at(50), at(95), at(99), at(100));
}

fn figure(name: &str, value: &str) {
    println!("{name:<52}{value:>20}");
}

fn large() -> Place {
    let names: Vec<String> = (0..50_000).map(|number| format!("part{:03}/file{number:05}.rs", number / 100)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "pub fn f() {}\n")).collect();
    Place::new(&files).committed()
}

fn starts(name: &str, place: &Place) {
    let (mut frames, mut keys, mut memory) = (Vec::new(), Vec::new(), String::new());
    for _ in 0..STARTS {
        let began = Instant::now();
        let mut screen = Screen::start(place, &[], COLUMNS, ROWS);
        screen.send("Q").wait("the first frame", |text| text.contains("Chat"));
        frames.push(began.elapsed());
        screen.wait_for(TYPED);
        keys.push(began.elapsed());
        memory = resident(&screen);
    }
    row(&format!("exec to first frame, {name}"), frames);
    row(&format!("exec to a typed character shown, {name}"), keys);
    figure(&format!("resident after that, {name}"), &memory);
}

/// Types a letter and takes it away again, so many times.
fn echo(screen: &mut Screen, keys: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..keys / 2 {
        std::thread::sleep(KEY_PAUSE);
        let began = Instant::now();
        screen.send("Q").wait_for(TYPED);
        times.push(began.elapsed());
        std::thread::sleep(KEY_PAUSE);
        let began = Instant::now();
        screen.send("\x7f").wait_gone(TYPED);
        times.push(began.elapsed());
    }
    times
}

fn echo_at_rest(place: &Place) {
    let mut screen = Screen::start(place, &[], COLUMNS, ROWS);
    screen.wait_for("main").send("Q").wait_for(TYPED).send("\x7f").wait_gone(TYPED);
    rest();
    figure("resident after start", &resident(&screen));
    let (cpu, bytes) = (cpu_now(&screen), screen.raw().len());
    std::thread::sleep(REST);
    let spent = cpu_now(&screen).saturating_sub(cpu);
    figure("5 s of rest", &format!("{} B, {:.2} ms CPU", screen.raw().len() - bytes, spent.as_secs_f64() * 1000.0));
    row("key to its echo, at rest", echo(&mut screen, KEYS));
    screen.send(CTRL_Q);
    screen.exit_code();
}

/// Lets what the start set going come to its end.
fn rest() {
    std::thread::sleep(Duration::from_secs(1));
}

fn asked(stream: &Stream) -> (Place, Screen) {
    let place = Place::new(&[("src/lib.rs", "pub fn one() {}\n")]).committed().with_endpoint(&stream.url());
    let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
    screen.wait_for("main");
    rest();
    (place, screen)
}

fn stream_at_full_speed() {
    let stream = Stream::start(FLOOD, Duration::ZERO);
    let (_place, mut screen) = asked(&stream);
    let (cpu, bytes, began) = (total_cpu(&screen), screen.raw().len(), Instant::now());
    screen.send("Go.\r").wait_for("THE END");
    let (wall, spent) = (began.elapsed(), total_cpu(&screen).saturating_sub(cpu));
    figure("20,000 deltas at once: wall", &format!("{:.0} ms", wall.as_secs_f64() * 1000.0));
    figure("20,000 deltas at once: CPU", &format!("{:.0} ms", spent.as_secs_f64() * 1000.0));
    figure("20,000 deltas at once: written", &format!("{} kB", (screen.raw().len() - bytes) / 1000));
    figure("resident after 20,000 deltas", &resident(&screen));
    row("key to its echo, after 20,000 deltas", echo(&mut screen, KEYS));
}

fn stream_steadily() {
    let stream = Stream::start(STEADY, PAUSE);
    let (_place, mut screen) = asked(&stream);
    let (cpu, bytes) = (total_cpu(&screen), screen.raw().len());
    screen.send("Go.\r");
    let mut times: Vec<Duration> = Vec::new();
    let began = Instant::now();
    while times.len() < STEADY {
        let next = stream::word(times.len());
        screen.wait_for(&next);
        let (shown, text) = (Instant::now(), screen.text());
        let sent = stream.sent();
        while times.len() < STEADY && text.contains(&stream::word(times.len())) {
            times.push(shown.saturating_duration_since(sent[times.len()]));
        }
    }
    let (wall, spent) = (began.elapsed(), total_cpu(&screen).saturating_sub(cpu));
    row("100 deltas/s: delta sent to shown", times);
    let seconds = wall.as_secs_f64();
    figure("100 deltas/s: CPU of one core", &format!("{:.1} %", spent.as_secs_f64() / seconds * 100.0));
    let rate = (screen.raw().len() - bytes) as f64 / 1000.0 / seconds;
    figure("100 deltas/s: written", &format!("{rate:.1} kB/s"));
    drop(screen);

    let stream = Stream::start(1_000_000, PAUSE);
    let (_place, mut screen) = asked(&stream);
    screen.send("Go.\r").wait_for(&stream::word(10));
    row("key to its echo, 100 deltas/s", echo(&mut screen, KEYS));
    drop(screen);

    let stream = Stream::start(1_000_000, Duration::ZERO);
    let (_place, mut screen) = asked(&stream);
    screen.send("Go.\r").wait("the stream", |text| text.contains("w0"));
    row("key to its echo, deltas at full speed", echo(&mut screen, KEYS));
}

fn resident(screen: &Screen) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", screen.process())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map_or("unknown".to_owned(), |kilobytes| format!("{:.1} MB", kilobytes / 1000.0))
}

/// Returns what the threads that live now have used, to the nanosecond.
fn cpu_now(screen: &Screen) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{}/task", screen.process())) else { return Duration::ZERO };
    let of = |thread: std::io::Result<fs::DirEntry>| {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(threads.filter_map(of).sum())
}

/// Returns what the process has used since its start, to a hundredth of a second.
fn total_cpu(screen: &Screen) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", screen.process())).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}
