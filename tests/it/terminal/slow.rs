//! A connection of 5 kB a second with 150 ms each way: the main job works, little is sent, and a stop acts at once.

use std::path::Path;

use adit::demo::{Reply, ServerStep};
use serde_json::json;

use super::connection::Connection;
use super::endings::assert_given_back;
use super::grammar::assert_clean;
use super::main_job::{edit, text};
use super::pty::{ALT_2, ALT_3, CTRL_S, ESC, Place, Screen};
use super::server::{Server, is_draft, place};

fn start(repo: &Place, columns: u16, rows: u16) -> Screen {
    Screen::start_over(repo, Path::new(env!("CARGO_BIN_EXE_adit")), &[], (columns, rows), Some(Connection::SERIAL))
}

#[test]
fn the_main_job_over_a_slow_line() {
    let server = Server::start(|request| {
        if is_draft(request) {
            return Reply::new().text("feat: speak up").finish();
        }
        match place(request).1 {
            0 => Reply::new().tool("read1", "read_file", &json!({"path": "alpha.txt"})).finish(),
            1 => {
                let lines = [(3, "ALPHA three"), (30, "ALPHA thirty")];
                Reply::new().tool("edit1", "edit_file", &edit("alpha.txt", "alpha", &lines)).finish()
            }
            _ => {
                let mut reply = Reply::new();
                for line in 0..60 {
                    reply = reply.text(&format!("Sentence {line} says why the letters speak up.\n\n"));
                }
                reply.text("Done with it.").finish()
            }
        }
    });
    let repo = Place::new(&[("alpha.txt", &text("alpha", &[]))]).committed().with_endpoint(&server.url());
    let mut screen = start(&repo, 80, 24);
    screen.wait_for("main").send("Louder.\r").wait_for("Done with it.");
    screen
        .send(ALT_3)
        .wait_for("ALPHA three")
        .send("a")
        .wait_for("1 of 2 decided")
        .send("r")
        .wait_for("2 of 2 decided");
    screen.send("c").wait_for("speak up").wait_gone("drafting…").send(CTRL_S).wait_for("committed ");
    assert_eq!(repo.read("alpha.txt"), text("alpha", &[(3, "ALPHA three")]));
    screen.send(ALT_2).quit();
    assert_eq!(screen.exit_code(), 0);
    let raw = screen.wait_for_the_end().raw();
    assert_given_back(&screen);
    assert_clean(&raw);
    let count = |part: &[u8]| raw.windows(part.len()).filter(|window| *window == part).count();
    assert_eq!(count(b"\x1b[>4;1m"), 1, "keys are told apart where the terminal has no newer protocol");
    assert!(count(b"\x1b[?2026h") <= 1, "the terminal said that it does not know these marks");
    assert!(count(b"\x1b[5n") > 3, "the pace comes from the terminal's answers");
    let sent = raw.len();
    // The whole job, with an answer of 3 kB that scrolls by: some 9 kB. A peer sends as much in a tenth of a second.
    assert!(sent < 16_000, "{sent} bytes");
}

#[test]
fn a_stop_acts_at_once_because_nothing_waits_in_a_queue() {
    let server = Server::start(|_| {
        let mut reply = Reply::new();
        for word in 0..20_000 {
            let end = if word % 8 == 7 { "\n\n" } else { " " };
            reply = reply.text(&format!("word{word:05}{end}"));
        }
        reply.step(ServerStep::Hold).cut()
    });
    let repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    let mut screen = start(&repo, 120, 40);
    screen.wait_for("main").send("Go on and on.\r").wait_for("word0").send(ESC);
    server.wait(|log| log.abandoned == 1);
    let before = screen.raw().len();
    screen.wait_for("stopped");
    let after = screen.raw().len() - before;
    // A frame that is under way, the one that says so, and one more on a busy machine; a queue would hold all the words.
    assert!(after < 25_000, "{after} bytes were under way before the stop was seen");
    screen.quit();
    assert_eq!(screen.exit_code(), 0);
}
