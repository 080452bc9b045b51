//! Escape sequences in everything that comes from outside: none of them reaches the terminal.

use adit::demo::{Reply, ServerStep};
use serde_json::json;

use super::grammar::assert_clean;
use super::pty::{ALT_2, ALT_3, CTRL_A, CTRL_S, ENTER, ESC, F8, Place, Screen};
use super::server::{Server, is_draft, place};

/// Sets the title, asks for a report, moves the cursor, writes to the clipboard; by 7-bit and 8-bit controls.
const EVIL: &str =
    "\x1b]0;EVIL\x07\x1b[777n\x1b[777;7H\x1b]52;c;RVZJTA==\x07\u{9b}777m\u{9d}0;EVIL\u{9c}\x1bcEVIL\x08\x0e\x05";

/// Fails when anything but adit's own sequences was sent.
fn assert_harmless(raw: &[u8]) {
    assert_clean(raw);
    let own_title = b"\x1b]2;adit: repo";
    assert!(raw.windows(own_title.len()).any(|window| window == own_title), "the window was not named");
}

#[test]
fn no_escape_sequence_from_outside_reaches_the_terminal() {
    let mut is_refused = false;
    let server = Server::start(move |request| {
        let new = format!("evil-{EVIL}.txt");
        if is_draft(request) {
            return Reply::new().text(&format!("feat: drafted {EVIL}\n\nbody {EVIL}")).finish();
        }
        match place(request) {
            (0, 0) => Reply::new()
                .reasoning(&format!("thinking {EVIL}"), "signature")
                .text(&format!("# Title {EVIL}\n\n```rust\nfn code() {{}} // {EVIL}\n```\n\n| a {EVIL} | b |\n| - | - |\n| c | d |\n\n[link {EVIL}](http://{EVIL}) [b](<https://b/{EVIL}>) http://c/{EVIL} `code {EVIL}`\n"))
                .tool("read1", "read_file", &json!({"path": "plain.txt"}))
                .tool("read2", "read_file", &json!({"path": new}))
                .tool("search1", "search", &json!({"pattern": EVIL}))
                .tool("odd1", "odd_tool", &json!({EVIL: EVIL}))
                .finish(),
            (0, 1) => Reply::new()
                .tool("edit1", "edit_file", &json!({"path": "plain.txt", "edits": [{"old_text": "line", "new_text": format!("line {EVIL}")}]}))
                .tool("write1", "write_file", &json!({"path": format!("sub-{EVIL}/new.rs"), "content": format!("// {EVIL}\nfn new() {{}}\n")}))
                .finish(),
            (0, _) => Reply::new().text(&format!("Settled {EVIL}")).finish(),
            (_, _) if !is_refused => {
                is_refused = true;
                vec![ServerStep::refuse(400, &format!("Odd{}", EVIL.replace(['\x07', '\x08', '\x0e', '\x05', '\x1b'], "")), EVIL)]
            }
            (_, _) => Reply::new().text("Quiet again.").finish(),
        }
    });
    let name = format!("bad{EVIL}.txt");
    let files = [("plain.txt", "line\n"), (name.as_str(), "x\n")];
    let repo = Place::new(&files).committed().with_endpoint(&server.url());
    repo.write("plain.txt", &format!("{EVIL}\nline\n{EVIL} after\n"));

    let mut screen = Screen::start(&repo, &[], 200, 50);
    screen
        .wait_for("main")
        .wait_for("bad")
        .send(&format!("Prompt \x1b[200~pasted {EVIL} text\x1b[201~"))
        .wait_for("pasted");
    screen.send(ENTER).wait_for("Settled").wait_for("decided");
    screen.send(ALT_3).send("]]]]").send("g").wait_for("sub-").send(CTRL_A).wait_gone("0 of");
    screen.send("c").wait_for("drafted").send(CTRL_S).wait_for("committed ");
    screen.send(ALT_2).send("Again.\r").wait_for("failed").send(F8).wait_for("Quiet again.");
    // The tree, its filter, and the file itself.
    screen.send("\x1b1").send("/bad").wait_for("bad").send(ENTER).send(ENTER).quit();
    assert_eq!(screen.exit_code(), 0);
    assert_harmless(&screen.raw());

    let mut screen = Screen::start(&repo, &["--continue"], 80, 24);
    screen.wait_for("Quiet again.").wait_for("Ctrl-G").send(ESC).wait_gone("Ctrl-G").send("g").wait_for("Title").quit();
    assert_eq!(screen.exit_code(), 0);
    assert_harmless(&screen.raw());
}
