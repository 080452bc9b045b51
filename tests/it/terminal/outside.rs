//! What leaves the screen besides its cells: a recording, a refusal, notices.

use adit::demo::Reply;

use super::pty::{Place, Screen};
use super::server::Server;

#[test]
fn a_recording_replays_to_the_same_screen_and_never_overwrites() {
    let server = Server::start(|_| Reply::new().text("Recorded, 漢字 too.").finish());
    let repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&repo, &["--record", "../state/session.cast"], 100, 30);
    screen.wait_for("main").send("Hello.\r").wait_for("Recorded, 漢字 too.").wait_gone("answering");
    let shown = screen.text();
    screen.quit();
    assert_eq!(screen.exit_code(), 0);
    let text = std::fs::read_to_string(repo.state().join("session.cast")).unwrap();
    let mut lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let head = lines.next().unwrap();
    assert_eq!(
        (head["version"].as_u64(), head["width"].as_u64(), head["height"].as_u64()),
        (Some(2), Some(100), Some(30))
    );
    let cells = |count| std::num::NonZeroU16::new(count).unwrap();
    let mut emulator = vt100::Parser::new(cells(30), cells(100), 0);
    let mut last = 0.0;
    let mut is_seen = false;
    for event in lines {
        let at = event[0].as_f64().unwrap();
        assert!(at >= last && event[1] == "o", "{event}");
        last = at;
        emulator.process(event[2].as_str().unwrap().as_bytes());
        is_seen |= emulator.screen().contents() == shown;
    }
    assert!(is_seen, "the recording never shows the last screen:\n{}", emulator.screen().contents());
    assert!(!text.contains("[5n") && !text.contains("]11;?"), "questions to the terminal are recorded");

    let mut screen = Screen::start(&repo, &["--record", "../state/session.cast"], 100, 30);
    assert_eq!(screen.exit_code(), 2);
    screen.wait_for_the_end();
    assert!(screen.text().contains("the file is there already"), "{}", screen.text());
    assert_eq!(std::fs::read_to_string(repo.state().join("session.cast")).unwrap(), text);
}

#[test]
fn who_is_killed_leaves_a_recording_of_whole_lines_up_to_the_last_frame() {
    let repo = Place::new(&[("a.txt", "a\n")]).committed();
    let mut screen = Screen::start(&repo, &["--record", "../state/session.cast"], 100, 30);
    screen.wait_for("main").send("a last word").wait_for("a last word");
    let pid = rustix::process::Pid::from_raw(i32::try_from(screen.process()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    screen.wait_for_the_end();
    let text = std::fs::read_to_string(repo.state().join("session.cast")).unwrap();
    assert!(text.ends_with("]\n"), "{text}");
    let cells = |count| std::num::NonZeroU16::new(count).unwrap();
    let mut emulator = vt100::Parser::new(cells(30), cells(100), 0);
    for line in text.lines().skip(1) {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        emulator.process(event[2].as_str().unwrap().as_bytes());
    }
    assert!(emulator.screen().contents().contains("a last word"), "{}", emulator.screen().contents());
}

#[test]
fn a_dumb_terminal_is_refused_with_a_word() {
    let mut repo = Place::new(&[("a.txt", "a\n")]);
    repo.variables.push(("TERM".to_owned(), "dumb".to_owned()));
    let mut screen = Screen::start(&repo, &[], 100, 30);
    assert_eq!(screen.exit_code(), 2);
    screen.wait_for_the_end();
    assert!(screen.text().contains("adit run"), "{}", screen.text());
    assert!(!screen.raw().contains(&0x1b));
}

#[test]
fn the_bell_rings_only_for_who_looks_elsewhere() {
    let server = Server::start(|_| Reply::new().text("An answer.").finish());
    let repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&repo, &[], 100, 30);
    screen.wait_for("main").send("One.\r").wait_for("An answer.").wait_gone("answering");
    assert!(!screen.raw().contains(&0x07), "it rang for somebody who looks");
    // The window loses the focus, and what is typed nevertheless counts.
    screen.send("\x1b[OTwo.\r").wait("the second answer", |text| text.matches("An answer.").count() == 2);
    screen.wait_gone("answering").wait_gone("waiting");
    screen.quit();
    assert_eq!(screen.exit_code(), 0);
    assert!(screen.raw().contains(&0x07), "it did not ring");
}
