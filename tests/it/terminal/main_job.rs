//! The main job by keys alone, at the three layouts: ask, watch, decide, commit.

use adit::demo::{Reply, ServerStep};
use serde_json::{Value, json};

use super::grammar::{assert_clean, parameters};
use super::pty::{ALT_2, ALT_3, CTRL_S, Place, Screen};
use super::server::{Server, is_draft, place};
use crate::bedrock::validator::breaches;

/// Forty numbered lines, some of them replaced.
pub fn text(word: &str, replaced: &[(usize, &str)]) -> String {
    let line = |number: usize| match replaced.iter().find(|(at, _)| *at == number) {
        Some((_, text)) => format!("{text}\n"),
        None => format!("{word} {number:02}\n"),
    };
    (1..=40).map(line).collect()
}

/// The input of an edit that replaces some of the numbered lines.
pub fn edit(path: &str, word: &str, replaced: &[(usize, &str)]) -> Value {
    let edits: Vec<Value> = replaced
        .iter()
        .map(|(at, text)| json!({"old_text": format!("{word} {at:02}\n"), "new_text": format!("{text}\n")}))
        .collect();
    json!({"path": path, "edits": edits})
}

fn answer(request: &Value) -> Vec<ServerStep> {
    if is_draft(request) {
        return Reply::new().text("feat(greek): speak up\n\nThe letters were too quiet.").finish();
    }
    let alpha = [(3, "ALPHA three"), (12, "ALPHA twelve"), (30, "ALPHA thirty")];
    let beta = [(2, "BETA two"), (20, "BETA twenty")];
    match place(request).1 {
        0 => Reply::new()
            .text("I read the letters first.")
            .tool("read1", "read_file", &json!({"path": "src/alpha.txt"}))
            .tool("read2", "read_file", &json!({"path": "src/beta.txt"}))
            .finish(),
        1 => Reply::new()
            .text("Now I change two of them.")
            .tool("edit1", "edit_file", &edit("src/alpha.txt", "alpha", &alpha))
            .tool("edit2", "edit_file", &edit("src/beta.txt", "beta", &beta))
            .finish(),
        2 => Reply::new()
            .text("And a third.")
            .tool("write1", "write_file", &json!({"path": "src/gamma.txt", "content": "gamma\n"}))
            .finish(),
        _ => Reply::new().text("All **three** letters speak up now.").finish(),
    }
}

/// Returns the removed and added lines of a diff.
fn changes(diff: &str) -> Vec<&str> {
    let is_change = |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
    diff.lines().filter(is_change).collect()
}

/// A server whose model changes lines 3 and 30 of `alpha.txt`, and the repository with that file.
pub fn two_hunks() -> (Server, Place) {
    let server = Server::start(|request| match place(request).1 {
        0 => Reply::new().tool("read1", "read_file", &json!({"path": "alpha.txt"})).finish(),
        1 => {
            let lines = [(3, "ALPHA three"), (30, "ALPHA thirty")];
            Reply::new().tool("edit1", "edit_file", &edit("alpha.txt", "alpha", &lines)).finish()
        }
        _ => Reply::new().text("Done with it.").finish(),
    });
    let repo = Place::new(&[("alpha.txt", &text("alpha", &[]))]).committed().with_endpoint(&server.url());
    (server, repo)
}

fn check(columns: u16, rows: u16) {
    check_on(columns, rows, &[]);
}

/// Does the main job on a terminal that says this of itself; returns everything that was sent to it.
fn check_on(columns: u16, rows: u16, terminal: &[(&str, &str)]) -> Vec<u8> {
    let server = Server::start(answer);
    let committed = [("src/alpha.txt", text("alpha", &[])), ("src/beta.txt", text("beta", &[]))];
    let files: Vec<(&str, &str)> = committed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut repo = Place::new(&files).committed().with_endpoint(&server.url());
    let said = terminal.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    repo.variables.extend(said);
    repo.write("src/alpha.txt", &text("alpha", &[(20, "mine, staged")]));
    repo.git(&["add", "src/alpha.txt"]);
    let mine = [(20, "mine, staged"), (38, "mine, unstaged")];
    repo.write("src/alpha.txt", &text("alpha", &mine));

    let mut screen = Screen::start(&repo, &[], columns, rows);
    screen.wait_for("main").send("Make the letters louder.\r");
    screen.wait_for("All three letters speak up now.").wait_for("0 of 6 decided");
    assert_eq!(repo.read("src/alpha.txt"), text("alpha", &mine), "nothing is written before a decision");
    assert!(!repo.repo().join("src/gamma.txt").exists());

    // beta first: accept its first hunk, take that back, reject it, accept the second; then the new file; then alpha.
    screen.send(ALT_3).wait_for("ALPHA three").send("}]").send("a").wait_for("1 of 6 decided");
    screen.wait_until("beta's first hunk is written", |_| repo.read("src/beta.txt").contains("BETA two"));
    screen.send("u").wait_for("0 of 6 decided");
    screen.wait_until("beta is as before", |_| repo.read("src/beta.txt") == text("beta", &[]));
    screen.send("ra").wait_for("2 of 6 decided").send("A").wait_for("3 of 6 decided");
    screen.send("n").send("a").send("r").send("a").wait_for("6 of 6 decided");

    let alpha = [(3, "ALPHA three"), (20, "mine, staged"), (30, "ALPHA thirty"), (38, "mine, unstaged")];
    screen.wait_until("alpha is written", |_| repo.read("src/alpha.txt") == text("alpha", &alpha));
    assert_eq!(repo.read("src/beta.txt"), text("beta", &[(20, "BETA twenty")]));
    assert_eq!(repo.read("src/gamma.txt"), "gamma\n");

    screen.send("c").wait_for("feat(greek): speak up").wait_gone("drafting…").send(CTRL_S).wait_for("committed ");
    let log = repo.git(&["log", "-p", "-U0", "-1", "--format=%an%n%B%n--"]);
    let (message, diff) = log.split_once("\n--\n").unwrap();
    let trailer = "Assisted-by: adit (";
    assert!(message.starts_with("Tess\nfeat(greek): speak up\n\nThe letters were too quiet.\n\n"), "{message}");
    assert!(message.lines().any(|line| line.starts_with(trailer)), "{message}");
    assert_eq!(
        changes(diff),
        ["-alpha 03", "+ALPHA three", "-alpha 30", "+ALPHA thirty", "-beta 20", "+BETA twenty", "+gamma"]
    );
    assert_eq!(changes(&repo.git(&["diff", "-U0", "--cached"])), ["-alpha 20", "+mine, staged"]);
    assert_eq!(changes(&repo.git(&["diff", "-U0"])), ["-alpha 38", "+mine, unstaged"]);
    assert_eq!(repo.read("src/alpha.txt"), text("alpha", &alpha));
    assert_eq!(repo.git(&["status", "--porcelain"]), "MM src/alpha.txt\n");

    for request in server.requests() {
        assert_eq!(breaches(&request.json), Vec::<String>::new());
    }
    screen.send(ALT_2).quit();
    assert_eq!(screen.exit_code(), 0);
    let raw = screen.raw();
    assert_clean(&raw);
    raw
}

#[test]
fn the_main_job_in_one_pane() {
    check(80, 24);
}

#[test]
fn the_main_job_in_two_panes() {
    check(120, 40);
}

#[test]
fn the_main_job_in_three_panes() {
    check(200, 50);
}

/// Fails when a colour was sent that such a terminal does not have.
fn assert_colours(raw: &[u8], allowed: impl Fn(&[u32]) -> bool) {
    for parameters in parameters(raw) {
        let has_color = parameters.iter().any(|number| matches!(number, 30..=49 | 90..=107));
        assert!(!has_color || allowed(&parameters), "{parameters:?} was sent");
    }
}

#[test]
fn the_main_job_on_a_console_with_sixteen_colours() {
    let raw = check_on(80, 25, &[("TERM", "linux"), ("COLORTERM", "")]);
    assert_colours(&raw, |numbers| !numbers.iter().any(|number| matches!(number, 38 | 48)));
    let asks = |part: &[u8]| raw.windows(part.len()).any(|window| window == part);
    assert!(!asks(b"\x1b]") && !asks(b"\x1b[?2026"), "a console prints what it does not know");
}

#[test]
fn the_main_job_without_colour() {
    let raw = check_on(100, 30, &[("NO_COLOR", "1")]);
    assert_colours(&raw, |_| false);
    let raw = check_on(80, 24, &[("TERM", "vt220"), ("COLORTERM", "")]);
    assert_colours(&raw, |_| false);
}

#[test]
fn the_main_job_in_screen_which_has_no_24_bit_colours() {
    let raw = check_on(120, 40, &[("TERM", "screen-256color"), ("STY", "1.pts")]);
    assert_colours(&raw, |numbers| !numbers.windows(2).any(|pair| matches!(pair, [38 | 48, 2])));
}

#[test]
fn the_main_job_on_a_light_ground() {
    check_on(120, 40, &[("COLORFGBG", "0;15"), ("ADIT_SCREEN__THEME", "light")]);
}
