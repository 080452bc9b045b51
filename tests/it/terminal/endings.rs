//! However the program ends, the terminal is given back and nothing is lost.

use adit::demo::Reply;

use super::main_job::{text, two_hunks};
use super::pty::{ALT_3, CTRL_A, CTRL_Z, ENTER, Place, Screen};
use super::server::Server;

/// What a terminal is switched to, and back again by.
const MODES: &[(&str, &str)] = &[
    ("\x1b[?1049h", "\x1b[?1049l"),
    ("\x1b[?2004h", "\x1b[?2004l"),
    ("\x1b[?1004h", "\x1b[?1004l"),
    ("\x1b[?2031h", "\x1b[?2031l"),
    ("\x1b[?1000h", "\x1b[?1000l"),
    ("\x1b[?1002h", "\x1b[?1002l"),
    ("\x1b[?1006h", "\x1b[?1006l"),
    ("\x1b[?2026h", "\x1b[?2026l"),
    ("\x1b[?25l", "\x1b[?25h"),
    ("\x1b[22;2t", "\x1b[23;2t"),
    ("\x1b[>4;1m", "\x1b[>4m"),
];

pub fn assert_given_back(screen: &Screen) {
    let raw = String::from_utf8_lossy(&screen.raw()).into_owned();
    for (on, off) in MODES {
        let (on_at, off_at) = (raw.rfind(on), raw.rfind(off));
        assert!(on_at.is_none() || on_at < off_at, "{on:?} at {on_at:?} is not taken back by {off:?} at {off_at:?}");
    }
    assert!(raw.contains(MODES[0].0), "the alternate screen was never entered");
    assert!(!screen.is_alternate());
}

/// A shell that runs the program and then says how it ended and how the terminal is.
const SHELL: &str = r#"(echo $BASHPID > "$HOME/pid"; exec "$@"); code=$?; stty -a; echo "ended with $code""#;

/// Starts the program below a shell, so that what it leaves behind can be seen.
fn start(repo: &Place, arguments: &[&str]) -> Screen {
    let program = env!("CARGO_BIN_EXE_adit");
    let all: Vec<&str> = ["-c", SHELL, "bash", program].into_iter().chain(arguments.iter().copied()).collect();
    Screen::start_program(repo, "bash".as_ref(), &all, 120, 40)
}

fn signal(repo: &Place, name: &str) {
    let pid = repo.read("../home/pid");
    let status = std::process::Command::new("kill").args(["-s", name, pid.trim()]).status().unwrap();
    assert!(status.success());
}

fn ended(screen: &mut Screen, code: &str) {
    screen.wait_for(&format!("ended with {code}"));
    assert_given_back(screen);
    assert_cooked(screen);
}

/// Fails unless the screen shows `stty -a` of a line as shells leave it.
fn assert_cooked(screen: &Screen) {
    let text = screen.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    for word in ["icanon", "echo", "isig", "opost", "icrnl"] {
        assert!(words.contains(&word), "the line is left without {word}:\n{text}");
    }
}

fn continued(repo: &Place) -> Screen {
    let mut screen = start(repo, &["--continue"]);
    screen.wait_for("Done with it.").wait_for("1 of 2 decided").wait_for("ALPHA thirty");
    screen
}

#[test]
fn every_ending_gives_the_terminal_back_and_the_session_goes_on() {
    let (_server, mut repo) = two_hunks();
    let accepted = text("alpha", &[(3, "ALPHA three")]);
    let mut screen = start(&repo, &[]);
    screen.wait_for("main").send("Louder.\r").wait_for("Done with it.").send(ALT_3).send("a");
    screen.wait_for("1 of 2 decided").wait_until("it is written", |_| repo.read("alpha.txt") == accepted);
    screen.quit();
    ended(&mut screen, "0");
    assert!(screen.text().contains("still pending"), "{}", screen.text());

    for (name, code) in [("TERM", "143"), ("HUP", "129"), ("INT", "130"), ("QUIT", "131")] {
        let mut screen = continued(&repo);
        signal(&repo, name);
        ended(&mut screen, code);
    }

    let mut screen = Screen::start(&repo, &["--continue"], 120, 40);
    screen.wait_for("1 of 2 decided").hang_up();
    screen.exit_code();

    repo.variables.push(("ADIT_PANIC".to_owned(), "1".to_owned()));
    let mut screen = start(&repo, &["--continue"]);
    ended(&mut screen, "101");
    assert!(screen.text().contains("a panic was asked for"), "{}", screen.text());
    repo.variables.pop();

    let mut screen = continued(&repo);
    assert_eq!(repo.read("alpha.txt"), accepted);
    screen.send(ALT_3).send(CTRL_A).wait_for("2 of 2 decided");
    let all = text("alpha", &[(3, "ALPHA three"), (30, "ALPHA thirty")]);
    screen.wait_until("the rest is written", |_| repo.read("alpha.txt") == all);
}

#[test]
fn an_end_in_mid_stream_keeps_what_came() {
    let server = Server::start(|_| Reply::new().text("This much came.").step(adit::demo::ServerStep::Hold).cut());
    let repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    let mut screen = start(&repo, &[]);
    screen.wait_for("main").send("Talk.\r").wait_for("This much came.");
    signal(&repo, "TERM");
    ended(&mut screen, "143");
    start(&repo, &["--continue"]).wait_for("This much came.").wait_for("Talk.");
}

#[test]
fn ctrl_z_and_fg() {
    let (_server, repo) = two_hunks();
    let arguments = ["--norc", "--noprofile", "-i"];
    let mut screen = Screen::start_program(&repo, "bash".as_ref(), &arguments, 120, 40);
    screen.send(&format!("bind 'set enable-bracketed-paste off'; PS1='ready> '{ENTER}")).wait_for("\nready> ");
    screen.send(&format!("{}{ENTER}", env!("CARGO_BIN_EXE_adit"))).wait_for("Nothing to review yet.");
    for round in 1..=2 {
        // The shell's screen still shows the round before.
        let shows = |word: &'static str| move |text: &str| text.matches(word).count() == round;
        screen.send("draft").wait_for("draft").send(CTRL_Z).wait("the stop", shows("Stopped"));
        assert_given_back(&screen);
        screen.send(&format!("stty -a{ENTER}")).wait("the line's state", shows("flusho"));
        assert_cooked(&screen);
        screen.send(&format!("fg{ENTER}")).wait_for("Nothing to review yet.").wait_for("draft");
    }
    screen.send("\x15").send("Louder.\r");
    screen.wait_for("Done with it.").quit().wait_for("still pending");
    screen.wait("the shell again", |text| text.trim_end().ends_with("ready>"));
    assert_given_back(&screen);
}
