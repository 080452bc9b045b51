//! Interrupts, a reader that goes away, and a kill while a message is drafted.

use std::process::Stdio;

use adit::demo::{Endpoint, Reply, ServerStep};
use adit::session::{Entry, TurnOutcome};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use super::desk::{Place, adit, assert_numbered, edits, finish, finish_with_input, journal, script};

fn signal(child: &tokio::process::Child, name: &str) {
    let id = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

/// A model that says something and then nothing more.
fn hanging(_request: &Value) -> Vec<ServerStep> {
    Reply::new().text("I begin to think ").step(ServerStep::Hold).cut()
}

#[tokio::test]
async fn an_interrupt_in_the_stream_ends_with_130_and_a_valid_journal() {
    for name in ["INT", "TERM", "HUP"] {
        let endpoint = Endpoint::start(hanging).await.unwrap();
        let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
        let mut child = adit(&place, &["run", "--json", "think"]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while !text.contains("I begin") {
            assert!(lines.read_line(&mut text).await.unwrap() > 0, "{text}");
        }
        signal(&child, name);
        while lines.read_line(&mut text).await.unwrap() > 0 {}
        assert_eq!(child.wait().await.unwrap().code(), Some(130), "{name}");
        let (events, state) = journal(&place);
        assert_numbered(&events);
        assert_eq!(state.last_outcome, Some(TurnOutcome::Cancelled));
        assert!(state.is_ended && !state.is_busy());
        let said = |entry: &Entry| matches!(entry, Entry::Text { text, .. } if text.contains("I begin"));
        assert!(state.entries.iter().any(|entry| said(entry)), "the partial answer is kept");
        assert_eq!(state.last_prompt.as_deref(), Some("think"));
    }
}

#[tokio::test]
async fn an_interrupt_while_the_message_is_drafted_keeps_what_was_accepted_and_commits_nothing() {
    let mut model = edits("a.txt", "a\n", "A\n");
    let answer = move |request: &Value| match request.get("toolConfig") {
        None => Reply::new().step(ServerStep::Hold).cut(),
        Some(_) => model(request),
    };
    let endpoint = Endpoint::start(answer).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let child = adit(&place, &["run", "--accept", "all", "--commit", "shout"]).spawn().unwrap();
    endpoint.wait_for(|log| log.requests.iter().any(|request| request.json.get("toolConfig").is_none())).await;
    signal(&child, "INT");
    let output = child.wait_with_output().await.unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{err}");
    assert!(err.contains("stopped before the commit; what was accepted is on disk"), "{err}");
    assert_eq!(place.read("a.txt"), "A\n");
    assert_eq!(place.git(&["rev-list", "--count", "HEAD"]), "1\n");
    assert!(journal(&place).1.is_ended);
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_run_quietly() {
    // More than a pipe holds, so that the writer meets the reader's absence.
    let long = |_request: &Value| Reply::new().text(&"word ".repeat(40_000)).finish();
    for arguments in [&["run", "talk"][..], &["run", "--json", "talk"]] {
        let endpoint = Endpoint::start(long).await.unwrap();
        let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
        let mut child = adit(&place, arguments).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 1]).await.unwrap();
        drop(out);
        let output = child.wait_with_output().await.unwrap();
        assert_eq!(output.status.code(), Some(141));
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(err.lines().all(|line| line.starts_with("adit: sonnet is ")), "nothing but which model it is: {err}");
        let (events, state) = journal(&place);
        assert_numbered(&events);
        assert!(state.is_ended);
    }
    let place = Place::new(&[]);
    let mut child = adit(&place, &["config", "--default"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().await.unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[tokio::test]
async fn a_proposal_of_a_stopped_run_is_printed_and_stays_pending() {
    let mut steps = 0;
    let mut model = script(vec![vec![("write_file", json!({"path": "new.txt", "content": "new\n"}))]]);
    let answer = move |request: &Value| {
        steps += 1;
        if steps == 2 { hanging(request) } else { model(request) }
    };
    let endpoint = Endpoint::start(answer).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let mut child = adit(&place, &["run", "--accept", "all", "make it"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    endpoint.wait_for(|log| log.requests.len() == 2).await;
    signal(&child, "INT");
    let mut text = String::new();
    while lines.read_line(&mut text).await.unwrap() > 0 {}
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
    assert!(text.contains("+++ b/new.txt"), "{text}");
    assert!(!place.repo().join("new.txt").exists());
    assert_eq!(journal(&place).1.review.progress().pending, 1, "the file with its text");
    finish(adit(&place, &["sessions"])).await;
}

#[tokio::test]
async fn lines_that_nobody_types_wait_for_the_answers() {
    let endpoint = Endpoint::start(edits("a.txt", "a", "b")).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let words = "ask change it\nnext\naccept\n";
    let outcome = finish_with_input(adit(&place, &["--accessible"]), words).await;
    outcome.check(0, &[]);
    let text = outcome.text();
    let (answer, heard) = (text.find("The answer is complete."), text.find("line 1 added: b"));
    assert!(answer.is_some() && answer < heard, "{text}");
    assert_eq!(std::fs::read_to_string(place.repo().join("a.txt")).unwrap(), "b\n");

    let refused = |_: &Value| vec![ServerStep::refuse(403, "AccessDeniedException", "no")];
    let endpoint = Endpoint::start(refused).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let outcome = finish_with_input(adit(&place, &["--accessible"]), "ask change it").await;
    outcome.check(3, &[]);
    assert!(outcome.text().contains("It failed: "), "{}", outcome.text());
}
