//! The real program's stream of bytes, read by three emulators: they show the same screen.

use adit::demo::Reply;
use serde_json::json;

use super::emulators::{Alacritty, Vt100, by_tmux, text};
use super::grammar::assert_clean;
use super::main_job::{edit, text as file};
use super::pty::{ALT_2, ALT_3, ESC, Place, Screen};
use super::server::{Server, place};

/// Text with much in it that terminals could differ on, and nothing on which they are known to.
const ANSWER: &str = "# Letters\n\nThe **first** of 漢字 and `code`, then a list:\n\n- one\n  - two *slanted*\n- 日本語のテキスト\n\n\
                      | file | what |\n| --- | --- |\n| alpha.txt | 大声 |\n\n```rust\nfn main() { println!(\"é, ü, ż\"); }\n```\n\n> quoted\n\n";

fn check(columns: u16, rows: u16) {
    let server = Server::start(|request| match place(request).1 {
        0 => Reply::new().tool("read1", "read_file", &json!({"path": "alpha.txt"})).finish(),
        1 => {
            let lines = [(3, "ALPHA 三"), (20, "ALPHA twenty"), (35, "ALPHA thirty-five")];
            Reply::new().tool("edit1", "edit_file", &edit("alpha.txt", "alpha", &lines)).finish()
        }
        _ => {
            let mut reply = Reply::new().text(ANSWER);
            for line in 0..40 {
                reply = reply.text(&format!("Sentence {line} of the answer.\n\n"));
            }
            reply.text("See [the guide](https://example.org/guide). That is all.").finish()
        }
    });
    let repo = Place::new(&[("alpha.txt", &file("alpha", &[])), ("src/main.rs", "fn main() {}\n")]).committed();
    let repo = repo.with_endpoint(&server.url());
    let mut screen = Screen::start(&repo, &[], columns, rows);
    let compare = |screen: &mut Screen, what: &str| {
        let raw = whole_frames(screen.raw());
        let (mut one, mut other) = (Vt100::new(columns, rows), Alacritty::new(columns, rows));
        one.feed(&raw);
        other.feed(&raw);
        let emulator_links = other.links();
        let (one, other) = (one.grid(), other.grid());
        assert_eq!(text(&one), text(&other), "{what}");
        assert_eq!(one, other, "{what}");
        assert_clean(&raw);
        // Vt100 and the tmux of the day know no links; they show the same words.
        let link = || emulator_links.iter().flatten().flatten();
        let is_seen = text(&one).contains("the guide");
        assert_eq!(link().count(), if is_seen { "the guide".len() } else { 0 }, "{what}");
        assert!(link().all(|address| address == "https://example.org/guide"), "{what}");
        if let Some(shown) = by_tmux(&raw, columns, rows) {
            assert_eq!(shown.trim_end(), text(&one).trim_end(), "{what}");
        }
    };
    screen.wait_for("main").send("Louder, 大.\r").wait_for("That is all.").wait_for("0 of 3 decided");
    compare(&mut screen, "after the answer");
    screen.send(ESC).send("kkk").send("\x1b[5~").wait_gone("That is all.");
    screen.send(ALT_3).send("a").wait_for("1 of 3 decided").send("t").send("]").send("v").send("j");
    screen.send("\x10revi").wait_for("revi").send(ESC).send(ALT_2).send("漢 and more");
    screen.wait_for("漢 and more");
    compare(&mut screen, "after reading, deciding and writing");
    screen.quit();
    assert_eq!(screen.exit_code(), 0);
}

/// Leaves out a frame that is still being written: an emulator that knows the marks of frames holds it back.
fn whole_frames(mut raw: Vec<u8>) -> Vec<u8> {
    let last = |mark: &[u8]| raw.windows(mark.len()).rposition(|bytes| bytes == mark);
    let (begin, end) = (last(b"\x1b[?2026h"), last(b"\x1b[?2026l"));
    if let Some(begin) = begin.filter(|begin| end.is_none_or(|end| end < *begin)) {
        raw.truncate(begin);
    }
    raw
}

#[test]
fn three_emulators_show_the_same_in_one_pane() {
    check(80, 24);
}

#[test]
fn three_emulators_show_the_same_in_three_panes() {
    check(200, 50);
}
