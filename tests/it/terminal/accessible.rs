//! The main job by words alone: linear text on the real program's terminal, and not one escape sequence.

use adit::demo::{Reply, ServerStep};
use serde_json::{Value, json};

use super::main_job::{edit, text};
use super::pty::{Place, Screen};
use super::server::{Server, is_draft, place};

fn answer(request: &Value) -> Vec<ServerStep> {
    if is_draft(request) {
        return Reply::new().text("feat: speak up\n\nThe letters were too quiet.").finish();
    }
    let alpha = [(3, "ALPHA three"), (12, "ALPHA twelve"), (30, "ALPHA thirty")];
    match place(request) {
        (0, 0) => Reply::new()
            .text("I read the file first. Then I change it.")
            .tool("read1", "read_file", &json!({"path": "src/alpha.txt"}))
            .finish(),
        (0, 1) => Reply::new()
            .tool("edit1", "edit_file", &edit("src/alpha.txt", "alpha", &alpha))
            .tool("write1", "write_file", &json!({"path": "src/gamma.txt", "content": "one\ntwo\x1b[31m\nthree\n"}))
            .finish(),
        (0, _) => Reply::new()
            .text("# Done\n\nAll **three** lines speak up. Take what you want.\n\n```rust\nlet x = 1;\n```\n")
            .finish(),
        _ => Reply::new().text("Understood.").finish(),
    }
}

fn start(server: &Server, repo: Place, arguments: &[&str]) -> (Place, Screen) {
    let repo = repo.with_endpoint(&server.url());
    let screen = Screen::start(&repo, arguments, 100, 50);
    (repo, screen)
}

fn alpha() -> Place {
    Place::new(&[("src/alpha.txt", &text("alpha", &[]))]).committed()
}

#[test]
fn the_main_job_by_words_alone() {
    let server = Server::start(answer);
    let (repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Make the letters louder.\r");
    screen.wait_for("\nThen I change it.").wait_for("The model reads src/alpha.txt.").wait_for("Heading: Done");
    screen.wait_for("All three lines speak up.").wait_for("Code in rust:").wait_for("End of code.");
    screen
        .wait_for("The answer is complete.")
        .wait_for("4 changes wait for you, in 2 files. Say next to hear the first.");
    assert_eq!(repo.read("src/alpha.txt"), text("alpha", &[]), "nothing is written before a decision");

    screen.send("next\r").wait_for("1. line 3 removed: alpha 03").wait_for("2. line 3 added: ALPHA three");
    screen.wait_for("Accept or reject?").send("accept\r");
    screen.wait_for("Accepted. 3 changes wait for you").wait_for("Wrote src/alpha.txt.");
    let written = text("alpha", &[(3, "ALPHA three")]);
    screen.wait_until("the first is written", |_| repo.read("src/alpha.txt") == written);
    screen.send("next\r").wait_for("line 12 added: ALPHA twelve").send("reject because twelve is loud enough\r");
    screen.wait_for("Rejected. 2 changes wait for you");
    screen.send("undo\r").wait_for("Undone. 3 changes wait for you").send("redo\r").wait_for("Done again. 2 changes");
    screen.send("next\r").wait_for("line 30 added: ALPHA thirty").send("note is thirty right\r");
    screen.wait_for("The model hears it with your next request.").send("accept\r").wait_for("One change waits for you");
    screen.send("next\r").wait_for("New file src/gamma.txt, 3 lines.");
    screen.wait_for("2. line 2 added: two(hidden character 001B)[31m");
    screen.send("accept 9\r").wait_for("There is no line 9: this change has 3 numbered lines.");
    screen.send("accept 1\r").wait_for("Wrote src/gamma.txt.");
    screen.wait_until("one line is written", |_| repo.read("src/gamma.txt") == "one\n");
    screen.send("undo\r").wait_for("Removed src/gamma.txt.").send("redo\r");
    screen.wait("it is written again", |text| text.matches("Wrote src/gamma.txt.").count() == 2);
    screen.send("next\r").wait_for("line 3 added: three").send("reject file\r").wait_for("No change waits for you.");

    screen
        .send("commit\r")
        .wait_for("1. feat: speak up")
        .wait_for("2. (empty)")
        .send("edit 1 feat: speak up a little\r");
    screen.wait_for("1. feat: speak up a little").send("yes\r");
    screen.wait("the message as it was written", |text| {
        text.lines().any(|line| line.starts_with("Committed ") && line.ends_with(": feat: speak up a little"))
    });
    let message = repo.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("feat: speak up a little\n\nThe letters were too quiet.\n"), "{message}");
    assert_eq!(repo.git(&["show", "HEAD:src/gamma.txt"]), "one\n");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");

    screen.send("ask Thanks.\r").wait_for("Understood.");
    let told = server.requests().last().unwrap().json.to_string();
    assert!(told.contains("twelve is loud enough") && told.contains("is thirty right"), "{told}");
    screen.wait(" the prompt", |text| text.trim_end().ends_with('>')).send("quit\r");
    assert_eq!(screen.exit_code(), 0);
    // But for the request to bracket what is pasted.
    let raw =
        String::from_utf8(screen.raw()).unwrap().replace("\x1b[?2004h", "").replace("\x1b[?2004l", "").into_bytes();
    assert!(!raw.iter().any(|byte| matches!(byte, 0x00..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f)), "not one escape sequence");
}

#[test]
fn a_conflict_is_settled_by_words() {
    let server = Server::start(answer);
    let (repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Make the letters louder.\r");
    screen.wait_for("The answer is complete.");
    repo.write("src/alpha.txt", &text("alpha", &[(3, "mine")]));
    screen.wait_for("there is a conflict. Say go src/alpha.txt.").send("go src/alpha.txt\r");
    screen.wait_for("Conflict in src/alpha.txt").send("show mine\r").wait_for("line 3: mine");
    screen.send("accept\r").wait_for("keep mine, take proposal or take both settles it.");
    screen.send("take proposal\r").wait_for("The conflict in src/alpha.txt is settled.");
    screen.send("next\r").wait_for("line 3 removed: mine").send("quit\r");
    screen.wait_for("adit --accessible --continue opens this session again.");
    assert_eq!(screen.exit_code(), 0);
    let (repo, mut screen) = start(&server, repo, &["--accessible", "--continue"]);
    screen.wait_for("4 changes wait for you").send("accept all\r").wait_for("No change waits for you.");
    screen.wait_until("all is written", |_| repo.read("src/alpha.txt").contains("ALPHA thirty"));
    screen.send("\x04");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn wrong_words_are_answered_and_nothing_is_sent() {
    let server = Server::start(answer);
    let (_repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("acept\r").wait_for("I do not know the word acept.");
    screen.send("accept\r").wait_for("Say next to hear a change first.");
    screen.send("commit\r").wait_for("Nothing was accepted yet.");
    screen.send("help com\r").wait_for("drafts a message for what you accepted");
    screen
        .send("proceed\r")
        .wait_for("Nothing waits to go on.")
        .send("code 1\r")
        .wait_for("No login waits for a code.");
    screen.send("add nope.txt\r").wait_for("There is no file nope.txt.");
    screen.send("drop nope\r").wait_for("The context has no file nope.");
    screen.send("undo\r").wait_for("There is nothing to undo.");
    screen.wait("the prompt", |text| text.trim_end().ends_with('>'));
    screen.send("ask\rone\r.\r").wait_for("The answer is complete.");
    screen.send("undo\r").wait_for("There is nothing of yours to undo.").wait_for("The model's edits stay.");
    screen.send("\x03").wait_for("Once more leaves.").send("\x03");
    assert_eq!(screen.exit_code(), 0);
    assert!(server.requests()[0].json.to_string().contains("one"));
}

#[test]
fn a_cap_is_passed_by_a_word() {
    let server = Server::start(answer);
    let place = alpha();
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, "[budget]\nsession = 0.001\n").unwrap();
    let (_repo, mut screen) = start(&server, place, &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Make the letters louder.\r");
    screen.wait_for("The session's cap of $0.0010 would be passed").wait_for("Say allow to make it all the same");
    assert_eq!(server.requests().len(), 0, "nothing was sent: {:?}", server.requests());
    screen.send("allow twice\r").wait_for("Say allow, or allow all.");
    screen.send("allow\r").wait_for("The model reads src/alpha.txt.");
    screen.wait("the second refusal", |text| text.matches("The call was not made.").count() == 2);
    assert_eq!(server.requests().len(), 1, "one call only");
    screen.send("allow all\r").wait_for("This session may pass the caps").wait_for("The answer is complete.");
    screen.send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn the_demo_talks_too() {
    let place = Place::new(&[]).without_credentials();
    let mut screen = Screen::start(&place, &["demo", "--accessible"], 100, 50);
    screen.wait_for("Say send to send it.").send("send\r").wait_for("The answer is complete.");
    screen.send("next\r").wait_for("Accept or reject?").send("accept all\r").wait_for("No change waits for you.");
    screen.send("commit\r").wait_for("Say yes to commit").send("yes\r").wait_for("Committed ").send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn requests_and_proposals_go_through_the_users_editor_and_the_history_is_told() {
    let server = Server::start(answer);
    let mut repo = alpha();
    // An editor that leaves its mark in the file that it is given, and reads a line of the terminal before.
    let script = "sh -c 'echo editing \"$(basename \"$0\")\"; read line; sed -i \"s/ALPHA three/$line/; s/speak up/$line/\" \"$0\"; \
                  test -s \"$0\" || echo \"$line\" > \"$0\"'";
    repo.variables.push(("VISUAL".to_owned(), script.to_owned()));
    let (repo, mut screen) = start(&server, repo, &["--accessible"]);
    screen.wait_for("say ask and your request.").send("write\r").wait_for("editing request.md");
    screen.send("Make the letters louder.\r").wait_for("The answer is complete.");
    let told = server.requests().first().unwrap().json.to_string();
    assert!(told.contains("Make the letters louder."), "what the editor read was for it alone: {told}");
    screen.wait(" the prompt", |text| text.trim_end().ends_with('>')).send("change\r");
    screen.wait_for("Say next to hear a change first.").send("next\r").wait_for("2. line 3 added: ALPHA three");
    screen.send("change\r").wait_for("editing alpha.txt").send("quiet three\r").wait_for("Your text is proposed now.");
    screen.send("go src/alpha.txt\r").wait_for("line 3 added: quiet three").send("accept\r").wait_for("Accepted.");
    screen.wait_until("it is written", |_| repo.read("src/alpha.txt").contains("quiet three"));
    screen.send("write message\r").wait_for("No message is offered; say commit first.").send("commit\r");
    screen.wait_for("1. feat: speak up").wait_for("no to leave.").send("write message\r");
    screen.wait_for("editing COMMIT_EDITMSG").send("whisper\r").wait_for("1. feat: whisper").wait_for("2. (empty)");
    screen.send("no\r").wait_for("Nothing was committed.");
    screen.send("history\r").wait_for("The review stands here.").wait_for("Say go to and a number to go there");
    screen.send("go to 99\r").wait_for("There is no point 99.").send("go to 1\r");
    screen.wait_for("The review stands at that point.");
    screen.wait_until("it is as it was", |_| repo.read("src/alpha.txt") == text("alpha", &[]));
    screen.send("attach nowhere.png\r").wait_for("nowhere.png").send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}

/// Tells whether the turn of the last answer is over, and not only one before it.
fn is_complete(text: &str) -> bool {
    text.contains("Understood.") && text.rfind("The answer is complete.") > text.rfind("Understood.")
}

#[test]
fn what_the_screen_shows_of_the_session_is_told_by_words() {
    let server = Server::start(answer);
    let (_repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("cost\r").wait_for("Nothing was spent in this session yet.");
    screen.send("timings\r").wait_for("No request has ended yet.").send("prompts\r").wait_for("You asked nothing");
    screen.send("help\r").wait_for("Words for reviewing: files, next,").wait_for("help and a topic, or help all.");
    screen.send("help account\r").wait_for("thinking and how much: lets the model think");
    screen.send("ask Make the letters louder.\r").wait_for("The answer is complete.");

    screen.send("cost\r").wait_for("The last request cost $0.").wait_for("This session cost $0.").wait_for("today");
    screen.send("turns\r").wait_for("tokens read").wait_for("Make the letters louder.");
    screen.send("timings\r").wait_for("Turn 1, request 3: ").wait_for("in all");
    screen
        .send("context\r")
        .wait_for("percent full")
        .wait_for("as the service counted last")
        .wait_for("The system prompt ");
    screen.send("thinking loud\r").wait_for("Say thinking off, low, medium, high, max or auto.");
    screen.send("thinking high\r").wait_for("Thinking: high.").send("thinking\r");
    screen.wait_for("The model's thinking is high.");
    screen.send("region\r").wait_for("The region is us-east-1.").send("profile\r").wait_for("No profile is named");
    screen.send("region us-west-2\r").wait_for("The model is sonnet in us-west-2.");
    screen.send("model\r").wait_for("Sonnet");

    screen.send("find twelve\r").wait_for("Change 2, in src/alpha.txt: 2. line 12 added: ALPHA twelve");
    screen.send("find nothing like it\r").wait_for("nothing like it is not found.");
    screen.send("go 9\r").wait_for("There is no change 9.").send("go 2\r").wait_for("Change 2 of 4: src/alpha.txt");
    screen.send("why\r").wait_for("The model made it for request 1: Make the letters louder.");
    screen.send("tell\r").wait_for("The model has heard of all your decisions and notes.");
    screen.send("accept because it is loud\r").wait_for("Accepted. 3 changes wait for you");
    screen.send("tell\r").wait("the second answer", is_complete);
    let told = server.requests().last().unwrap().json.to_string();
    assert!(told.contains("it is loud"), "{told}");
    screen.send("prompts\r").wait_for("1. Make the letters louder.").send("prompt 7\r").wait_for("There is no request");
    screen
        .send("prompt 1\r")
        .wait_for("Prepared:")
        .send("send\r")
        .wait("the third answer", |text| text.matches("Understood.").count() == 2 && is_complete(text));
    screen.send("uncompact\r").wait_for("No summary stands for a part of the conversation.");
    screen.send("compact the letters\r").wait_for("A summary stands for the conversation's beginning now: about ");
    screen.send("/uncompact\r").wait_for("The summary is taken back").send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn changes_are_counted_as_on_the_screen() {
    let server = Server::start(|request| match place(request).1 {
        0 => Reply::new().tool("read1", "read_file", &json!({"path": "src/alpha.txt"})).finish(),
        1 => Reply::new()
            .tool("edit1", "edit_file", &edit("src/alpha.txt", "alpha", &[(3, "three"), (5, "five"), (30, "thirty")]))
            .tool("write1", "write_file", &json!({"path": "src/gamma.txt", "content": "one\ntwo\n"}))
            .finish(),
        _ => Reply::new().text("Done.").finish(),
    });
    let (repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Change it.\r");
    screen.wait_for("4 changes wait for you, in 2 files.").send("next\r");
    screen.wait_for("Changes 1 to 2 of 4, together: src/alpha.txt, near line 3").send("files\r");
    screen.wait_for("src/alpha.txt: 3 changes wait, 3 lines to add and 3 to remove.");
    screen.wait_for("src/gamma.txt: one change waits, 2 lines to add and 0 to remove.");
    screen.send("accept\r").wait_for("Accepted. 2 changes wait for you, in 2 files.").send("next\r");
    screen
        .wait_for("Change 1 of 2: src/alpha.txt, near line 30")
        .send("reject\r")
        .wait_for("Rejected. One change waits");
    screen.send("status\r").wait_for("2 changes accepted, one change rejected since the last commit.");
    screen.send("quit\r").wait_for("One change still waits; adit --accessible --continue opens this session again.");
    assert_eq!(screen.exit_code(), 0);
    let mut screen = Screen::start(&repo, &["--continue"], 100, 30);
    screen.wait_for("3 of 4 decided").send(super::pty::CTRL_Q).wait_for("1 change is still pending");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn requests_that_wait_after_a_stop_are_told_and_taken_back_by_a_word() {
    let server = Server::start(|_| Reply::new().text("This much came. ").step(ServerStep::Hold).cut());
    let (_repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask first\r").wait_for("This much came.");
    screen.send("ask second\r").wait_for("your request waits for its end.").send("ask third\r");
    screen.wait("two wait", |text| text.matches("your request waits for its end.").count() == 2).send("stop\r");
    screen.wait_for("Stopped.").wait_for("2 requests wait and would be sent before your next one: second; third.");
    let has_word_after = |word: &'static str| {
        move |text: &str| text.split_once(word).is_some_and(|(_, rest)| rest.trim_end().ends_with('>'))
    };
    screen.wait("the prompt", has_word_after("Stopped.")).send("unqueue\r");
    screen.wait("one taken back", has_word_after("Taken back: third")).send("unqueue all\r");
    screen.wait("the other, too", has_word_after("Taken back: second")).send("unqueue\r");
    screen.wait_for("No request waits.").send("quit\r");
    assert_eq!(screen.exit_code(), 0);
    assert_eq!(server.requests().len(), 1, "nothing that waited was sent");
}

#[test]
fn pasted_lines_are_one_message_and_are_run_as_no_words() {
    let server = Server::start(|request| match place(request) {
        (0, _) => answer(request),
        _ => Reply::new().text("Understood.").finish(),
    });
    let (repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.");
    assert!(String::from_utf8(screen.raw()).unwrap().contains("\x1b[?2004h"), "the terminal brackets what is pasted");
    screen.send("ask Make them louder:\x1b[200~ all of\raccept all\rthem\x1b[201~, please\r");
    screen.wait_for("The answer is complete.").wait_for("4 changes wait for you");
    let told = server.requests().first().unwrap().json.to_string();
    assert!(told.contains(r"Make them louder: all of\naccept all\nthem, please"), "{told}");

    let has_word_after = |word: &'static str| {
        move |text: &str| text.rsplit_once(word).is_some_and(|(_, rest)| rest.trim_end().ends_with('>'))
    };
    screen.wait("the prompt", has_word_after("4 changes wait for you"));
    screen.send("\x1b[200~accept all\rcommit\ryes\r\x1b[201~\r").wait_for("Pasted 3 lines, prepared as a request.");
    screen.wait("the prompt", has_word_after("in your editor first.")).send("status\r");
    screen.wait("the state", |text| {
        text.rsplit_once("status").is_some_and(|(_, after)| after.contains("4 changes wait for you"))
    });
    assert_eq!(repo.read("src/alpha.txt"), text("alpha", &[]), "nothing was run");
    screen.send("send\r").wait_for("Understood.");
    assert!(server.requests().last().unwrap().json.to_string().contains(r"accept all\ncommit\nyes"));

    // Ctrl-C makes the terminal throw away what came of a paste, its end included.
    screen.wait("the prompt", has_word_after("Understood.")).send("\x1b[200~one\rtwo\r\x03");
    screen.wait_for("Once more leaves.").send("note x\r").wait_for("Say next to hear a change first.");
    screen.send("\x1b[A\r").wait_for("This line holds an arrow or another key that does nothing here");
    screen.send(&format!("note {}\r", "x".repeat(5_000))).wait_for("longer than a terminal passes on").send("quit\r");
    assert_eq!(screen.exit_code(), 0);
    assert!(String::from_utf8(screen.raw()).unwrap().contains("\x1b[?2004l"), "and is asked to do so no more");
}

#[test]
fn a_pause_before_another_try_is_told_with_its_seconds() {
    let server = Server::slowed_once("600");
    let (_repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Help.\r").wait_for("It is sent again in ").send("status\r");
    screen.wait("the pause", |text| {
        let told = text.split_once("A turn is running; it will be sent again in ").map(|(_, rest)| rest);
        let (seconds, rest) = told.and_then(|told| told.split_once(' ')).unwrap_or_default();
        seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0) && rest.starts_with("seconds: ")
    });
    screen.wait_for("Say retry to do so at once, stop to stop it.").send("retry\r").wait_for("All is well again.");
    screen.wait_for("The answer is complete.").send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn what_a_commit_takes_back_and_why_there_is_no_draft_is_told_by_words() {
    let server = Server::start(|request| match is_draft(request) {
        true => vec![ServerStep::refuse(403, "AccessDeniedException", "no drafts for you")],
        false => answer(request),
    });
    let (repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Make the letters louder.\r");
    screen.wait_for("The answer is complete.").send("next\r").wait_for("Accept or reject?").send("accept\r");
    screen.wait_for("Wrote src/alpha.txt.").send("commit\r").wait_for("Drafting a message.");
    screen.wait_for("annot draft a message: ").wait_for("no drafts for you").wait_for("1. Update alpha.txt");
    screen.send("yes\r").wait_for("Committed ");
    let first = repo.git(&["log", "-1", "--format=%h %s"]).trim().to_owned();
    assert!(first.ends_with(" Update alpha.txt"), "{first}");

    // What was committed and is undone since is taken back by the next commit.
    screen.send("undo\r").wait_for("Undone. ").send("commit taken back\r");
    screen.wait(&first, |text| {
        let told = text.split_once("This takes back ").map(|(_, rest)| rest.split_whitespace().collect::<String>());
        told.is_some_and(|told| told.starts_with(&format!("{}.", first.replace(' ', ""))))
    });
    screen
        .wait_for("1. taken back")
        .send("yes\r")
        .wait("the second commit", |text| text.matches("Committed ").count() == 2);
    assert_eq!(repo.git(&["diff", "HEAD~2", "--stat"]), "", "the letters are as before");
    screen.send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn what_is_committed_outside_is_told_by_words() {
    let server = Server::start(answer);
    let (repo, mut screen) = start(&server, alpha(), &["--accessible"]);
    screen.wait_for("say ask and your request.").send("ask Make the letters louder.\r");
    screen.wait_for("The answer is complete.").send("next\r").wait_for("Accept or reject?").send("accept file\r");
    screen.wait_for("Wrote src/alpha.txt.");
    repo.git(&["commit", "--quiet", "--all", "--message", "by hand"]);
    screen.wait_for("Someone else committed what you accepted in src/alpha.txt; nothing of it is left to commit.");
    screen
        .send("commit\r")
        .wait_for("What you accepted was committed outside of adit; nothing of it is left to commit.");
    screen.send("quit\r");
    assert_eq!(screen.exit_code(), 0);
}
