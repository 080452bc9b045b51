//! What `adit run` prints and leaves: text, diff, events, files, commits.

use serde_json::json;

use super::desk::{Place, adit, assert_numbered, edits, finish_with_input, journal, run, script};
use adit::demo::Endpoint;
use adit::session::{EventKind, SessionState};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";

#[tokio::test]
async fn text_and_a_diff_go_to_the_output_and_nothing_is_written() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let (place, outcome, _endpoint) = run(place, edits("a.txt", "two\n", "TWO\n"), &["run", "shout"]).await;
    outcome.check(0, &["read_file a.txt", "edit_file a.txt"]);
    let text = outcome.text();
    assert!(text.starts_with("I look.\n") && text.contains("That is all.\ndiff --git a/a.txt b/a.txt\n"), "{text}");
    assert!(text.contains("-two\n+TWO\n"), "{text}");
    assert_eq!(place.read("a.txt"), TEXT);
    let (events, state) = journal(&place);
    assert_numbered(&events);
    assert_eq!(state.review.progress().pending, 1, "it waits for `adit --continue`");
}

#[tokio::test]
async fn the_printed_diff_applies_with_git() {
    let crlf = TEXT.replace('\n', "\r\n");
    let unended = TEXT.trim_end();
    let bom = format!("\u{feff}{TEXT}");
    let names = ["crlf.txt", "unended.txt", "bom.txt", "with space.txt", "-dash.txt", "größe 🎉.txt", "q\"uote.txt"];
    let texts = [&crlf, unended, &bom, TEXT, TEXT, TEXT, TEXT];
    let files: Vec<(&str, &str)> = names.into_iter().zip(texts).collect();
    let place = Place::new(&files).committed();
    let mut change: Vec<_> = names
        .iter()
        .map(|name| ("edit_file", json!({"path": name, "edits": [{"old_text": "two", "new_text": "TWO"}, {"old_text": "nine", "new_text": "NINE"}]})))
        .collect();
    change.push(("write_file", json!({"path": "new/file.txt", "content": "fresh\n"})));
    change.push(("write_file", json!({"path": "empty.txt", "content": ""})));
    change.push(("delete_file", json!({"path": "with space.txt"})));
    change.push(("move_file", json!({"from": "crlf.txt", "to": "moved/crlf.txt"})));
    let reads = names.iter().map(|name| ("read_file", json!({"path": name}))).collect();
    let (place, outcome, _endpoint) = run(place, script(vec![reads, change]), &["run", "shout"]).await;
    outcome.check(0, &[]);
    let start = outcome.out.windows(11).position(|bytes| bytes == b"diff --git ").unwrap();
    std::fs::write(place.state().join("patch"), &outcome.out[start..]).unwrap();
    let patch = place.state().join("patch");
    place.git(&["apply", "--whitespace=nowarn", patch.to_str().unwrap()]);
    let shouted = |text: &str| text.replace("two", "TWO").replace("nine", "NINE");
    assert_eq!(place.read("moved/crlf.txt"), shouted(&crlf));
    assert_eq!(place.read("unended.txt"), shouted(unended));
    assert_eq!(place.read("bom.txt"), shouted(&bom));
    for name in ["-dash.txt", "größe 🎉.txt", "q\"uote.txt"] {
        assert_eq!(place.read(name), shouted(TEXT), "{name}");
    }
    assert_eq!((place.read("new/file.txt").as_str(), place.read("empty.txt").as_str()), ("fresh\n", ""));
    assert!(!place.repo().join("with space.txt").exists() && !place.repo().join("crlf.txt").exists());
}

#[tokio::test]
async fn json_is_the_whole_log() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let arguments = ["run", "--json", "--accept", "all", "shout"];
    let (place, outcome, _endpoint) = run(place, edits("a.txt", "two\n", "TWO\n"), &arguments).await;
    outcome.check(0, &[]);
    let events = outcome.events();
    assert_numbered(&events);
    let (kept, state) = journal(&place);
    assert_eq!(events, kept, "what is printed is what the journal has");
    let mut folded = SessionState::default();
    events.iter().for_each(|event| folded.apply(event));
    assert_eq!((folded.entries, folded.is_ended), (state.entries, true));
    assert!(matches!(events[0].kind, EventKind::SessionStarted { .. }));
    assert_eq!(place.read("a.txt"), TEXT.replace("two", "TWO"));
}

#[tokio::test]
async fn accept_and_commit_leave_exactly_the_proposal_and_the_users_own_changes_apart() {
    let place = Place::new(&[("a.txt", TEXT), ("old.txt", TEXT), ("gone.txt", "bye\n")]).committed();
    std::fs::write(place.repo().join("staged.txt"), "mine\n").unwrap();
    place.git(&["add", "staged.txt"]);
    std::fs::write(place.repo().join("a.txt"), TEXT.replace("nine", "my nine")).unwrap();
    let model = script(vec![
        vec![("read_file", json!({"path": "a.txt"})), ("read_file", json!({"path": "old.txt"}))],
        vec![
            ("edit_file", json!({"path": "a.txt", "edits": [{"old_text": "two\n", "new_text": "TWO\n"}]})),
            ("move_file", json!({"from": "old.txt", "to": "sub/new.txt"})),
            ("edit_file", json!({"path": "sub/new.txt", "edits": [{"old_text": "one\n", "new_text": "ONE\n"}]})),
            ("delete_file", json!({"path": "gone.txt"})),
        ],
    ]);
    let (place, outcome, _endpoint) = run(place, model, &["run", "--accept", "all", "--commit", "do it"]).await;
    outcome.check(0, &["wrote a.txt", "committed ", "feat: do it"]);
    let shown = place.git(&["show", "--format=%s%n%b", "--name-status", "-M50%"]);
    assert!(shown.starts_with("feat: do it\nAssisted-by: adit ("), "{shown}");
    for line in ["M\ta.txt", "D\tgone.txt", "\told.txt\tsub/new.txt"] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    assert!(!shown.contains("staged.txt"), "{shown}");
    assert_eq!(place.git(&["show", "HEAD:a.txt"]), TEXT.replace("two", "TWO"));
    assert_eq!(place.git(&["status", "--short"]), " M a.txt\nA  staged.txt\n");
    assert_eq!(place.git(&["diff", "--", "a.txt"]).matches("\n+").count(), 2, "the header and the user's line");
}

#[tokio::test]
async fn the_prompt_can_come_from_standard_input() {
    let endpoint = Endpoint::start(script(Vec::new())).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let outcome = finish_with_input(adit(&place, &["run", "-"]), "what is\nthis?\n").await;
    outcome.check(0, &[]);
    assert!(endpoint.requests()[0].json.to_string().contains(r"what is\nthis?"));
    finish_with_input(adit(&place, &["run", "-"]), " \n").await.check(2, &["the prompt is empty"]);
}

#[tokio::test]
async fn wrong_usage_is_told_and_costs_nothing() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let rows: [(&[&str], &str); 5] = [
        (&["run"], "required"),
        (&["run", "--commit", "x"], "--commit needs --accept all"),
        (&["run", "nowhere", "x"], "cannot open nowhere"),
        (&["run", "a.txt", "x"], "a.txt is not a folder"),
        (&["run", "--accept", "some", "x"], "possible values"),
    ];
    for (arguments, words) in rows {
        super::desk::finish(adit(&place, arguments)).await.check(2, &[words]);
    }
    let unknown = ["run", "--model", "sonet", "x"];
    super::desk::finish(adit(&place, &unknown)).await.check(2, &["sonet is no known model", "sonnet-5"]);
    super::desk::finish(adit(&place, &[])).await.check(2, &["the full screen needs a terminal", "adit run"]);
}

#[tokio::test]
async fn an_answer_without_a_proposal_commits_nothing() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let arguments = ["run", "--accept", "all", "--commit", "explain"];
    let (place, outcome, endpoint) = run(place, script(Vec::new()), &arguments).await;
    outcome.check(0, &["nothing was proposed"]);
    assert_eq!(endpoint.requests().len(), 1, "no message is drafted");
    assert_eq!(place.git(&["rev-list", "--count", "HEAD"]), "1\n");
}
