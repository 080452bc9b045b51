//! What grows: long conversations, transcripts, reviews, files, and completion among many names.

use std::time::{Duration, Instant};

use adit::demo::Reply;
use serde_json::json;

use super::measure::resident;
use super::pty::{ALT_3, Place, Screen};
use super::server::{Server, place};
use super::{COLUMNS, KEY_PAUSE, ROWS, echo, rest, settle, table};

/// Sends a key so many times and measures until the screen shows something else.
fn keys(screen: &mut Screen, key: &str, count: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..count {
        std::thread::sleep(KEY_PAUSE);
        let before = screen.text();
        let began = Instant::now();
        screen.send(key).wait("another screen", |text| text != before);
        times.push(began.elapsed());
    }
    times
}

/// Returns prose of about so many bytes that ends with a word.
fn prose(bytes: usize, end: &str) -> String {
    let mut text = String::with_capacity(bytes + 100);
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&format!("Paragraph {number} has **some** words about `part_{number}`, and a few more of them that fill a line or two of the pane.\n\n"));
        if number % 40 == 0 {
            text.push_str(&format!("```rust\nfn part_{number}() -> u32 {{\n    {number}\n}}\n```\n\n"));
        }
        number += 1;
    }
    text + end
}

/// Three files edited by one answer: from Enter until the review shows them.
pub fn three_files() {
    let server = Server::start(|request| match place(request).1 {
        0 => {
            let read = |name: &str| json!({"path": name});
            Reply::new()
                .tool("read1", "read_file", &read("a.txt"))
                .tool("read2", "read_file", &read("b.txt"))
                .tool("read3", "read_file", &read("c.txt"))
                .finish()
        }
        1 => {
            let edit = |name: &str| json!({"path": name, "edits": [{"old_text": "line 7\n", "new_text": "LINE 7\n"}]});
            Reply::new()
                .tool("edit1", "edit_file", &edit("a.txt"))
                .tool("edit2", "edit_file", &edit("b.txt"))
                .tool("edit3", "edit_file", &edit("c.txt"))
                .finish()
        }
        _ => Reply::new().text("Edited.").finish(),
    });
    let text: String = (0..40).map(|line| format!("line {line}\n")).collect();
    let mut times = Vec::new();
    for _ in 0..10 {
        let files = [("a.txt", text.as_str()), ("b.txt", &text), ("c.txt", &text)];
        let place = Place::new(&files).committed().with_endpoint(&server.url());
        let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
        screen.wait_for("main");
        rest();
        let began = Instant::now();
        screen.send("Edit.\r").wait_for("of 3 decided").wait_for("LINE 7");
        times.push(began.elapsed());
    }
    table::times("three files edited: Enter to hunks shown", times, "40 ms");
}

/// 100 prompts and 100 answers of 10 kB each.
pub fn conversation() {
    const TURNS: usize = 100;
    let server = Server::start(|request| {
        let (prompt, _) = place(request);
        Reply::new().text(&prose(10_000, &format!("THE END OF {prompt}."))).finish()
    });
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
    screen.wait_for("main");
    rest();
    let mut times = Vec::new();
    for turn in 0..TURNS {
        let began = Instant::now();
        screen.send("Go on.\r").wait_for(&format!("THE END OF {turn}."));
        screen.wait("the end of the turn", |text| !text.contains("answering") && !text.contains("waiting"));
        times.push(began.elapsed());
    }
    table::times("200 messages, 1 MB: a turn, the first five", times[..5].to_vec(), "flat");
    table::times("200 messages, 1 MB: a turn, the last five", times[TURNS - 5..].to_vec(), "flat");
    settle();
    table::amounts("200 messages, 1 MB: resident", vec![resident(&screen)], "MiB", "40 MiB");
    table::times("200 messages, 1 MB: key to echo", echo(&mut screen, 100), "1 ms p50");
}

/// 10 MB in ten answers, read from the end upwards and back.
pub fn transcript() {
    let server = Server::start(|request| {
        let (prompt, _) = place(request);
        Reply::new().text(&prose(1_000_000, &format!("THE END OF {prompt}."))).finish()
    });
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    // All of it stays in the conversation.
    std::fs::create_dir_all(place.repo().join("../config/adit")).unwrap();
    place.write("../config/adit/config.toml", "compact_at = 0\n");
    let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
    screen.wait_for("main");
    for turn in 0..10 {
        screen.send("Go on.\r").wait_for(&format!("THE END OF {turn}."));
        screen.wait("the end of the turn", |text| !text.contains("answering") && !text.contains("waiting"));
    }
    rest();
    let mut times = keys(&mut screen, "\x1b[5~", 100);
    times.extend(keys(&mut screen, "\x1b[6~", 50));
    table::times("10 MB transcript: page key to screen", times, "8 ms p99");
    settle();
    table::amounts("10 MB transcript: resident", vec![resident(&screen)], "MiB", "20 MiB over start");
}

/// A file of 200,000 lines in which each tenth is changed.
pub fn review() {
    const LINES: usize = 200_000;
    let line = |number: usize, word: &str| format!("{word} {number}\n");
    let before: String = (0..LINES).map(|number| line(number, "line")).collect();
    let after: String = (0..LINES).map(|number| line(number, if number % 10 == 0 { "LINE" } else { "line" })).collect();
    let size = before.len() + after.len();
    let server = Server::start(move |request| match place(request).1 {
        0 => Reply::new().tool("read1", "read_file", &json!({"path": "a.txt"})).finish(),
        1 => Reply::new().tool("write1", "write_file", &json!({"path": "a.txt", "content": after})).finish(),
        _ => Reply::new().text("Written.").finish(),
    });
    let place = Place::new(&[("a.txt", before.as_str())]).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
    screen.wait_for("main");
    let began = Instant::now();
    screen.send("Shout.\r").wait_for("of 20000 decided");
    table::times("20,000-hunk review: Enter to hunks shown", vec![began.elapsed()], "");
    screen.send(ALT_3);
    rest();
    let mut times = keys(&mut screen, "j", 100);
    times.extend(keys(&mut screen, "\x1b[6~", 50));
    times.extend(keys(&mut screen, "]", 50));
    table::times("20,000-hunk review: key to screen", times, "8 ms p99");
    let mib = size as f64 / 1_048_576.0;
    settle();
    table::amounts(
        &format!("20,000-hunk review: resident ({mib:.1} MiB of text)"),
        vec![resident(&screen)],
        "MiB",
        "twice the text over start",
    );
    let began = Instant::now();
    screen.send("a").wait_for("1 of 20000 decided");
    table::times("20,000-hunk review: accept one", vec![began.elapsed()], "");
}

/// A file of 50 MB, opened from the tree.
pub fn file() {
    let text: String =
        (0..1_000_000).map(|number| format!("line {number} of a file that has a million of them...\n")).collect();
    let mib = text.len() as f64 / 1_048_576.0;
    let place = Place::new(&[("a.txt", text.as_str())]);
    let mut screen = Screen::start(&place, &[], COLUMNS, ROWS);
    screen.wait_for("a.txt").send("\x1b1");
    let before = resident(&screen);
    let began = Instant::now();
    screen.send("\r").wait("the file or why not", |text| text.contains("line 3 of") || text.contains("too large"));
    table::times("50 MB file view: Enter to shown", vec![began.elapsed()], "");
    if screen.text().contains("too large") {
        println!("    the file is refused as too large to show");
        return;
    }
    rest();
    screen.send(ALT_3);
    let mut times = keys(&mut screen, "\x1b[6~", 100);
    times.extend(keys(&mut screen, "j", 50));
    screen.send("G");
    rest();
    times.extend(keys(&mut screen, "\x1b[5~", 50));
    table::times("50 MB file view: key to screen", times, "8 ms p99");
    settle();
    table::amounts(
        &format!("50 MB file view: resident, over before ({mib:.0} MiB of text)"),
        vec![resident(&screen) - before],
        "MiB",
        "twice the text",
    );
}

/// Completion of a file's name among many.
pub fn completion(place: &Place) {
    let mut screen = Screen::start(place, &[], COLUMNS, ROWS);
    screen.wait_for("main").send(" @file49").wait_for("file49");
    screen.wait("all names", |text| text.contains("file49999") || text.contains("file499") || text.contains("file490"));
    std::thread::sleep(Duration::from_secs(2));
    let mut times = Vec::new();
    for number in 0..50 {
        std::thread::sleep(KEY_PAUSE);
        let wanted = format!("file49{:03}", number * 17 % 1000);
        screen.send("\x15");
        screen.wait_gone("file49");
        screen.send(&format!("@{}", &wanted[..8])).wait("an offer", |text| text.matches("file49").count() > 1);
        let before = screen.text();
        let began = Instant::now();
        screen.send(&wanted[8..]).wait("the offer", |text| text != before && text.contains(&format!("{wanted}.rs")));
        times.push(began.elapsed());
    }
    table::times("@ completion in 50,000 files: key to offer", times, "10 ms");
}
