//! How fast the real program is in a real pseudo-terminal: start, echo, streaming, rest, memory, size, a slow connection.
//!
//! `cargo bench --bench terminal` starts the release binary on 200 columns and 50 rows against a server on
//! loopback and prints a table; words after `--` choose parts of it (`start`, `echo`, `stream`, `size`, `slow`, `huge`;
//! of `size` also `talk`, `transcript`, `review`, `file` alone).
//! Times are from the side of the user: from the key or frame that is sent to the moment when the emulated screen
//! shows what it does. `cat` in place of the program gives the floor of the harness.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, unreachable_pub)]

#[path = "../tests/it/terminal/connection.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod connection;
#[path = "terminal/large.rs"]
mod large;
#[path = "terminal/measure.rs"]
mod measure;
#[path = "../tests/it/terminal/pty.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod pty;
#[path = "../tests/it/terminal/server.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod server;
#[path = "terminal/stream.rs"]
mod stream;
#[path = "terminal/table.rs"]
mod table;

use std::path::Path;
use std::time::{Duration, Instant};

use connection::Connection;
use measure::{cpu_now, resident, total_cpu};
use pty::{CTRL_Q, ESC, Place, Screen};
use stream::Stream;

const COLUMNS: u16 = 200;
const ROWS: u16 = 50;
const STARTS: usize = 20;
const KEYS: usize = 200;
const FLOOD: usize = 20_000;
const FLOODS: usize = 3;
const STEADY: usize = 2000;
const PAUSE: Duration = Duration::from_millis(10);
/// Between two keys; longer than a frame, so that a key does not wait for the frame of the one before.
const KEY_PAUSE: Duration = Duration::from_millis(23);
const REST: Duration = Duration::from_secs(5);
/// No text of ours holds it, and the composer shows it behind its sign.
const TYPED: &str = "› Q";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo runs benchmarks when it tests everything, too; this one takes minutes and asserts nothing.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let chosen: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let wants = |part: &str| chosen.is_empty() && part != "huge" || chosen.contains(&part);
    table::head();
    let small =
        Place::new(&[("src/lib.rs", "pub fn one() -> u32 {\n    1\n}\n"), ("README.md", "# Small\n")]).committed();
    if wants("start") {
        table::part("Start");
        starts("a small repository", &small, "15 ms", "20 ms");
        let large = many(50_000);
        starts("50,000 files", &large, "15 ms", "20 ms");
        large::completion(&large);
    }
    if wants("huge") {
        starts("500,000 files", &many(500_000), "30 ms", "40 ms");
    }
    if wants("echo") {
        table::part("At rest");
        at_rest(&small);
        floor(&small);
    }
    if wants("stream") {
        table::part("Streaming");
        at_full_speed();
        steadily();
    }
    if wants("size") {
        table::part("Size");
        large::three_files();
    }
    for (name, measure) in [
        ("talk", large::conversation as fn()),
        ("transcript", large::transcript),
        ("review", large::review),
        ("file", large::file),
    ] {
        if wants("size") || chosen.contains(&name) {
            measure();
        }
    }
    if wants("slow") {
        table::part("A connection of 5 kB/s with 150 ms each way");
        over_a_slow_connection();
    }
}

fn many(count: usize) -> Place {
    let names: Vec<String> = (0..count).map(|number| format!("part{:04}/file{number:05}.rs", number / 100)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "pub fn f() {}\n")).collect();
    Place::new(&files).committed()
}

fn starts(name: &str, place: &Place, frame_goal: &str, key_goal: &str) {
    let (mut frames, mut keys, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let began = Instant::now();
        let mut screen = Screen::start(place, &[], COLUMNS, ROWS);
        screen.send("Q").wait("the first frame", |text| text.contains("Chat"));
        frames.push(began.elapsed());
        screen.wait_for(TYPED);
        keys.push(began.elapsed());
        screen.wait_for("main");
        settle();
        memory.push(resident(&screen));
    }
    table::times(&format!("exec to first frame, {name}"), frames, frame_goal);
    table::times(&format!("exec to a typed character shown, {name}"), keys, key_goal);
    table::amounts(&format!("resident after that, {name}"), memory, "MiB", "25 MiB");
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

fn at_rest(place: &Place) {
    let mut screen = Screen::start(place, &[], COLUMNS, ROWS);
    // What the starts before left in the composer goes.
    screen.wait_for("main").send("\x15").send("Q").wait_for(TYPED).send("\x7f").wait_gone(TYPED);
    settle();
    table::amounts("resident after start", vec![resident(&screen)], "MiB", "25 MiB");
    let (cpu, bytes) = (cpu_now(&screen), screen.raw().len());
    std::thread::sleep(REST);
    let spent = cpu_now(&screen).saturating_sub(cpu);
    table::times("5 s of rest: CPU", vec![spent], "0");
    table::amounts("5 s of rest: written", vec![(screen.raw().len() - bytes) as f64], "B", "0");
    let before = screen.raw().len();
    table::times("key to its echo, at rest", echo(&mut screen, KEYS), "1 ms p50, 3 ms p99");
    table::amounts("the same: bytes a key", vec![(screen.raw().len() - before) as f64 / KEYS as f64], "B", "");
    screen.send(CTRL_Q);
    screen.exit_code();
}

/// What the harness itself takes: keys echoed by the line, and the streamed text through `cat`.
fn floor(place: &Place) {
    let mut screen = Screen::start_program(place, Path::new("/bin/cat"), &[], COLUMNS, ROWS);
    let mut times = Vec::new();
    for number in 0..KEYS {
        std::thread::sleep(KEY_PAUSE);
        let began = Instant::now();
        screen.send("Q").wait_for(&"Q".repeat(number % 100 + 1));
        times.push(began.elapsed());
        if number % 100 == 99 {
            screen.send("\r").wait_for("Q\nQ");
            screen.send("\x15\r\r");
        }
    }
    table::times("floor: key to the line's own echo", times, "");
    let text: String = (0..FLOOD).map(|number| stream::word(number) + stream::gap(number)).collect();
    place.write("../flood.txt", &(text.clone() + "THE END"));
    let began = Instant::now();
    let mut screen = Screen::start_program(place, Path::new("/bin/cat"), &["../flood.txt"], COLUMNS, ROWS);
    screen.wait("the end", |text| text.contains("THE END"));
    table::times("floor: the text of 20,000 deltas through cat", vec![began.elapsed()], "");
    table::amounts("the same: written", vec![screen.raw().len() as f64 / 1000.0], "kB", "");
}

/// Lets what the start set going come to its end.
fn rest() {
    std::thread::sleep(Duration::from_secs(1));
}

/// Lets adit give back what it does not need any more, which it does when nothing has happened for a second.
fn settle() {
    std::thread::sleep(Duration::from_secs(3));
}

fn asked(stream: &Stream) -> (Place, Screen) {
    let place = Place::new(&[("src/lib.rs", "pub fn one() {}\n")]).committed().with_endpoint(&stream.url());
    let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
    screen.wait_for("main");
    rest();
    (place, screen)
}

fn at_full_speed() {
    let (mut walls, mut cpus, mut written, mut memory) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut echoes = Vec::new();
    for _ in 0..FLOODS {
        let stream = Stream::start(FLOOD, Duration::ZERO);
        let (_place, mut screen) = asked(&stream);
        let (cpu, bytes, began) = (cpu_now(&screen), screen.raw().len(), Instant::now());
        screen.send("Go.\r").wait_for("THE END");
        walls.push(began.elapsed());
        cpus.push(cpu_now(&screen).saturating_sub(cpu));
        written.push((screen.raw().len() - bytes) as f64 / 1000.0);
        settle();
        memory.push(resident(&screen));
        echoes.extend(echo(&mut screen, KEYS / 2));
    }
    table::times("20,000 deltas at once: wall", walls, "400 ms");
    table::times("20,000 deltas at once: CPU", cpus, "400 ms");
    table::amounts("20,000 deltas at once: written", written, "kB", "60 kB");
    table::amounts("20,000 deltas at once: resident afterwards", memory, "MiB", "40 MiB");
    table::times("key to its echo, after 20,000 deltas", echoes, "1 ms p50");
}

fn steadily() {
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
    table::times("100 deltas/s: delta sent to shown", times, "8 ms p50, 17 ms p95");
    table::times("100 deltas/s for 20 s: CPU", vec![spent], "500 ms");
    let rate = (screen.raw().len() - bytes) as f64 / 1000.0 / wall.as_secs_f64();
    table::amounts("100 deltas/s: written", vec![rate], "kB/s", "16 kB/s");
    drop(screen);

    let stream = Stream::start(1_000_000, PAUSE);
    let (_place, mut screen) = asked(&stream);
    screen.send("Go.\r").wait_for(&stream::word(10));
    table::times("key to its echo, 100 deltas/s", echo(&mut screen, 2 * KEYS), "2 ms p50, 8 ms p99");
    drop(screen);

    let stream = Stream::start(1_000_000, Duration::ZERO);
    let (_place, mut screen) = asked(&stream);
    screen.send("Go.\r").wait("the stream", |text| text.contains("w0"));
    table::times("key to its echo, deltas at full speed", echo(&mut screen, KEYS), "");
}

/// 100 deltas a second over a connection that takes 5 kB a second, and a stop in the middle of them.
fn over_a_slow_connection() {
    for (columns, rows) in [(80, 24), (COLUMNS, ROWS)] {
        let stream = Stream::start(1_000_000, PAUSE);
        let place = Place::new(&[("src/lib.rs", "pub fn one() {}\n")]).committed().with_endpoint(&stream.url());
        let began = Instant::now();
        let program = Path::new(env!("CARGO_BIN_EXE_adit"));
        let mut screen = Screen::start_over(&place, program, &[], (columns, rows), Some(Connection::SERIAL));
        screen.wait_for("main");
        let size = format!("{columns}x{rows}");
        table::times(&format!("exec to the whole first screen, {size}"), vec![began.elapsed()], "");
        table::amounts(&format!("the same: written, {size}"), vec![screen.raw().len() as f64], "B", "");
        rest();
        screen.send("Go.\r").wait_for(&stream::word(20));
        let (bytes, began) = (screen.raw().len(), Instant::now());
        std::thread::sleep(Duration::from_secs(10));
        let rate = (screen.raw().len() - bytes) as f64 / 1000.0 / began.elapsed().as_secs_f64();
        table::amounts(&format!("100 deltas/s: written, {size}"), vec![rate], "kB/s", "4 kB/s");
        let began = Instant::now();
        screen.send(ESC).wait_for("stopped");
        table::times(&format!("Esc to \"stopped\" shown, {size}"), vec![began.elapsed()], "300 ms are the line's");
        table::times(&format!("key to its echo, {size}"), echo(&mut screen, 10), "300 ms are the line's");
    }
}
