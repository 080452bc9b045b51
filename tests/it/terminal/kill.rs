//! The process is killed in the middle of its writes: every file has its old or its new bytes, and the session goes on.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use adit::adapters::clock::SystemClock;
use adit::adapters::files::DiskFiles;
use adit::adapters::git::GitRepository;
use adit::adapters::journal::{self, FileJournal};
use adit::demo::{Endpoint, Reply, ServerStep};
use adit::engine::{Parts, start};
use adit::review::{Decision, Pick};
use adit::session::{EventKind, Op};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::pty::Place;
use crate::fakes::{self, ScriptedProvider};

const FILES: usize = 12;

fn name(number: usize) -> String {
    format!("file{number:02}.txt")
}

fn old(number: usize) -> String {
    (0..200).map(|line| format!("{number} {line}\n")).collect()
}

fn new(number: usize) -> String {
    old(number).replace(&format!("{number} 100\n"), "changed\n")
}

/// A model that reads every file, edits each, and is done.
fn answer(request: &Value) -> Vec<ServerStep> {
    let steps = request["messages"].as_array().unwrap().len() / 2;
    let mut reply = Reply::new();
    for number in 0..FILES {
        let (read, edit) = (format!("read{number}"), format!("edit{number}"));
        let change = json!({"path": name(number), "old_text": format!("\n{number} 100\n"), "new_text": "\nchanged\n"});
        reply = match steps {
            0 => reply.tool(&read, "read_file", &json!({"path": name(number)})),
            1 => reply.tool(&edit, "edit_file", &change),
            _ => reply,
        };
    }
    if steps > 1 { reply.text("done").finish() } else { reply.finish() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_write_leaves_old_or_new_bytes_and_a_session_that_goes_on() {
    #[allow(clippy::disallowed_methods)]
    let kills: usize = std::env::var("ADIT_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    let endpoint = Endpoint::start(answer).await.unwrap();
    // Two at a time: one waits for its process where the other looks at what is left.
    let mut rounds = JoinSet::new();
    for half in 0..2 {
        let url = endpoint.url();
        rounds.spawn(async move {
            for kill in (half..kills).step_by(2) {
                let files: Vec<(String, String)> = (0..FILES).map(|number| (name(number), old(number))).collect();
                let files: Vec<(&str, &str)> =
                    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
                let place = Place::in_memory(&files).with_endpoint(&url);
                let writes_before_the_kill = kill % (FILES + 1);
                tokio::task::block_in_place(|| kill_after(&place, writes_before_the_kill));
                go_on(&place).await;
            }
        });
    }
    while let Some(round) = rounds.join_next().await {
        round.unwrap();
    }
}

/// Runs adit and kills it once so many files are said to be written.
fn kill_after(place: &Place, writes: usize) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_adit"))
        .args(["run", "--json", "--accept", "all", "change them"])
        .current_dir(place.repo())
        .env_clear()
        .envs(place.environment())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        seen += usize::from(event["event"] == "file_written");
        if event["event"] == "hunks_decided" && writes == 0 || writes > 0 && seen == writes {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for number in 0..FILES {
        let text = place.read(&name(number));
        assert!(text == old(number) || text == new(number), "{}: neither old nor new", name(number));
    }
}

/// Opens the session from its journal, and accepts what is still pending.
async fn go_on(place: &Place) {
    let root = place.repo().canonicalize().unwrap();
    let journal = journal::latest(&place.state().join("adit/sessions"), &root).unwrap().unwrap();
    let (journal, past) = FileJournal::reopen(&journal).unwrap();
    let files = DiskFiles::open(&root).unwrap();
    let model = ScriptedProvider::new([]);
    let parts = fakes::parts(model, files, GitRepository::discover(&root), journal, past);
    let (handle, running) = start(Parts { clock: Arc::new(SystemClock), ..parts });
    let mut client = handle.subscribe().await.unwrap();
    for change in client.state.review.files() {
        let disk = std::fs::read(root.join(change.path.as_str())).unwrap();
        assert_eq!(
            disk,
            change.accepted.as_ref().unwrap().text.as_bytes(),
            "{} stands as the session says",
            change.path
        );
    }
    if client.state.review.progress().pending > 0 {
        let revision = client.state.review.revision();
        let op = Op::Decide { revision, pick: Pick::Everything, decision: Decision::Accepted, note: None };
        assert!(handle.send(op).await);
        let mut is_decided = false;
        while !(is_decided && client.state.unwritten.is_empty()) {
            let event = client.events.recv().await.unwrap();
            client.state.apply(&event);
            is_decided |= matches!(event.kind, EventKind::HunksDecided { .. });
            assert!(!matches!(event.kind, EventKind::Refused { .. } | EventKind::WriteFailed { .. }), "{event:?}");
        }
    }
    for number in 0..FILES {
        assert_eq!(place.read(&name(number)), new(number));
    }
    let names: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), FILES, "nothing is left beside the files: {names:?}");
    let written = client.state.review.files().filter(|change| !change.written.is_empty()).count();
    assert_eq!(written, FILES, "every accepted file can be committed");
    handle.send(Op::Shutdown).await;
    running.ended().await;
}
