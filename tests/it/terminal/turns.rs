//! Turns that do not go straight: one stopped in the middle, and one while hunks are pending.

use adit::demo::{Reply, ServerStep};
use serde_json::{Value, json};

use super::main_job::{edit, text};
use super::pty::{ALT_2, ALT_3, CTRL_A, ESC, Place, Screen};
use super::server::{Server, place};
use crate::bedrock::validator::breaches;

/// Returns the texts that a tool's result or the user's own blocks hold, joined.
fn said(message: &Value) -> String {
    let mut all = String::new();
    for block in message["content"].as_array().unwrap() {
        let inner = block["toolResult"]["content"].as_array().cloned().unwrap_or_default();
        for text in std::iter::once(block).chain(&inner).filter_map(|block| block["text"].as_str()) {
            all.push_str(text);
            all.push('\n');
        }
    }
    all
}

#[test]
fn esc_keeps_the_partial_answer_and_the_history_stays_valid() {
    let mut asked = 0;
    let server = Server::start(move |_| {
        asked += 1;
        if asked > 1 {
            return Reply::new().text("Here I am again.").finish();
        }
        let begun = json!({"toolUse": {"toolUseId": "edit1", "name": "edit_file"}});
        let half = json!({"toolUse": {"input": "{\"path\": \"src/alpha.txt\", \"edits\": [{\"old_text\": \"alpha 0"}});
        Reply::new()
            .text("I read the letters, and then")
            .tool("read1", "read_file", &json!({"path": "src/alpha.txt"}))
            .step(ServerStep::event("contentBlockStart", json!({"contentBlockIndex": 2, "start": begun})))
            .step(ServerStep::event("contentBlockDelta", json!({"contentBlockIndex": 2, "delta": half})))
            .step(ServerStep::Hold)
            .cut()
    });
    let repo = Place::new(&[("src/alpha.txt", &text("alpha", &[]))]).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&repo, &[], 120, 40);
    screen.wait_for("main").send("Louder.\r");
    screen.wait_for("I read the letters, and then").wait_for("edit src/alpha.txt").send(ESC).wait_for("stopped");
    let shown = screen.text();
    assert!(shown.contains("I read the letters, and then"), "the partial answer is gone:\n{shown}");
    assert!(!shown.contains(" of "), "something is pending:\n{shown}");
    // The endpoint sees the client hang up: the stream really ended.
    server.wait(|log| log.abandoned == 1);

    screen.send("And now?\r").wait_for("Here I am again.");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let body = &requests[1].json;
    assert_eq!(breaches(body), Vec::<String>::new());
    let messages = body["messages"].as_array().unwrap();
    assert!(said(&messages[1]).contains("I read the letters, and then"), "{body:#}");
    assert!(!body.to_string().contains("alpha 0"), "half a call was sent: {body:#}");
    assert_eq!(repo.read("src/alpha.txt"), text("alpha", &[]));
}

#[test]
fn a_second_prompt_meets_its_own_pending_edits_and_hears_the_rejection() {
    let server = Server::start(|request| {
        let first = [(3, "ALPHA three"), (20, "ALPHA twenty"), (35, "ALPHA thirty-five")];
        let again =
            json!({"path": "src/alpha.txt", "edits": [{"old_text": "ALPHA twenty\n", "new_text": "Alpha twenty\n"}]});
        match place(request) {
            (0, 0) => Reply::new().tool("read1", "read_file", &json!({"path": "src/alpha.txt"})).finish(),
            (0, 1) => Reply::new().tool("edit1", "edit_file", &edit("src/alpha.txt", "alpha", &first)).finish(),
            (0, _) => Reply::new().text("Three lines are louder.").finish(),
            (_, 0) => Reply::new().tool("read2", "read_file", &json!({"path": "src/alpha.txt"})).finish(),
            (_, 1) => Reply::new().tool("edit2", "edit_file", &again).finish(),
            (_, _) => Reply::new().text("One of them is softer now.").finish(),
        }
    });
    let repo = Place::new(&[("src/alpha.txt", &text("alpha", &[]))]).committed().with_endpoint(&server.url());
    let mut screen = Screen::start(&repo, &[], 200, 50);
    screen.wait_for("main").send("Louder.\r").wait_for("Three lines are louder.");
    screen
        .send(ALT_3)
        .send("M")
        .wait_for("Reject, and say why")
        .send("three is never loud\r")
        .wait_for("1 of 3 decided");
    screen.send(ALT_2).send("Softer again, a bit.\r").wait_for("One of them is softer now.");
    screen.wait_for("1 of 3 decided").wait_for("Alpha twenty").wait_gone("ALPHA twenty");

    let requests = server.requests();
    assert_eq!(requests.len(), 6);
    let prompt = said(requests[3].json["messages"].as_array().unwrap().last().unwrap());
    assert!(prompt.contains("three is never loud") && prompt.contains("Softer again, a bit."), "{prompt}");
    assert!(prompt.contains("rejected"), "{prompt}");
    let read = said(requests[4].json["messages"].as_array().unwrap().last().unwrap());
    assert!(read.contains("ALPHA twenty") && read.contains("ALPHA thirty-five"), "not its own target: {read}");
    assert!(read.contains("alpha 03") && !read.contains("ALPHA three"), "the rejected line came back: {read}");
    for request in requests {
        assert_eq!(breaches(&request.json), Vec::<String>::new());
    }

    screen.send(ALT_3).send(CTRL_A).wait_for("3 of 3 decided");
    let last = text("alpha", &[(20, "Alpha twenty"), (35, "ALPHA thirty-five")]);
    screen.wait_until("what was accepted is written", |_| repo.read("src/alpha.txt") == last);
}
