//! A terminal that changes its size, in a storm.

use adit::demo::Reply;

use super::pty::{Place, Screen};
use super::server::Server;

#[test]
fn after_a_storm_of_resizes_the_screen_is_as_if_it_had_always_been_so() {
    let server = Server::start(|_| Reply::new().text("Hello.").finish());
    let files = [("src/one.rs", "fn one() {}\n"), ("src/two.rs", "fn two() {}\n"), ("README.md", "# Read me\n")];
    let repo = Place::new(&files).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&repo, &[], 100, 30);
    screen.wait_for("main");
    for (columns, rows) in [(80, 24), (120, 40), (200, 50), (20, 6)] {
        for step in 0..20 {
            screen.resize(31 + step * 11 % 190, 4 + step * 7 % 60);
        }
        screen.resize(columns, rows);
        let mut fresh = Screen::start(&repo, &[], columns, rows);
        fresh.wait(&format!("a first screen of {columns}x{rows}"), |text| columns < 80 || text.contains("main"));
        if columns > 140 {
            fresh.wait_for("README.md");
        }
        let calm = |text: &str| !text.trim().is_empty();
        fresh.wait("something", calm);
        let wanted = std::cell::RefCell::new(fresh);
        screen.wait_until(&format!("the screen of a fresh start at {columns}x{rows}"), |text| {
            let wanted = wanted.borrow().text();
            calm(&wanted) && text == wanted
        });
    }
}

/// As dtach and abduco tell a program that another terminal is there.
#[test]
fn word_of_the_same_size_sets_the_terminal_up_and_paints_it_anew() {
    let repo = Place::new(&[]).without_credentials();
    let mut screen = Screen::start(&repo, &["demo"], 80, 24);
    screen.wait_for("Ask for");
    let pid = screen.process().to_string();
    let status = std::process::Command::new("kill").args(["-WINCH", &pid]).status().unwrap();
    assert!(status.success());
    for mode in ["\x1b[?1049h", "\x1b[?2004h", "\x1b[?1004h", "\x1b[?1000h", "\x1b[?1006h"] {
        screen.wait_raw_times(mode, 2);
    }
    screen.wait_raw_times("Ask for", 2).wait_for("Ask for");
    // So does the key that paints anew.
    screen.send("\x0c").wait_raw_times("\x1b[?1049h", 3).wait_raw_times("Ask for", 3);
}
