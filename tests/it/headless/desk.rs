//! Runs the real program on a place of its own, with a model that follows a script.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use adit::demo::{Endpoint, Reply, ServerStep};
use adit::session::{Event, SessionState};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

pub use crate::terminal::pty::Place;

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a run left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Outcome {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// Asserts the exit code and that standard error has all of these.
    #[track_caller]
    pub fn check(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{self:#?}");
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {self:#?}");
        }
        self
    }

    /// Reads the output as events.
    pub fn events(&self) -> Vec<Event> {
        self.text().lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

/// One step of the scripted model: the tools that it calls, by name and input.
pub type Calls = Vec<(&'static str, Value)>;

/// A model that makes these calls step by step, says a closing text, and drafts `feat: do it`.
pub fn script(steps: Vec<Calls>) -> impl FnMut(&Value) -> Vec<ServerStep> + Send {
    let mut step = 0;
    move |request: &Value| {
        if request.get("toolConfig").is_none() {
            return Reply::new().text("feat: do it").finish();
        }
        step += 1;
        match steps.get(step - 1) {
            None => Reply::new().text("That is all.").finish(),
            Some(calls) => {
                let mut reply = Reply::new().text("I look.\n");
                for (index, (name, input)) in calls.iter().enumerate() {
                    reply = reply.tool(&format!("call-{step}-{index}"), name, input);
                }
                reply.finish()
            }
        }
    }
}

/// A model that reads a file, then replaces a text in it.
pub fn edits(path: &str, old: &str, new: &str) -> impl FnMut(&Value) -> Vec<ServerStep> + Send {
    script(vec![
        vec![("read_file", json!({"path": path}))],
        vec![("edit_file", json!({"path": path, "edits": [{"old_text": old, "new_text": new}]}))],
    ])
}

/// Returns the program, ready to run in the place's repository.
pub fn adit(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_adit"));
    command.args(arguments).current_dir(place.repo()).env_clear().envs(place.environment());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs it to its end.
pub async fn finish(mut command: Command) -> Outcome {
    let child = command.spawn().unwrap();
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("adit hangs").unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Outcome { code: output.status.code().unwrap_or(-1), out: output.stdout, err }
}

/// Runs it with this on standard input.
pub async fn finish_with_input(mut command: Command, input: &str) -> Outcome {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("adit hangs").unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Outcome { code: output.status.code().unwrap_or(-1), out: output.stdout, err }
}

/// Runs `adit` with these arguments against a scripted model.
pub async fn run(
    place: Place,
    model: impl FnMut(&Value) -> Vec<ServerStep> + Send + 'static,
    arguments: &[&str],
) -> (Place, Outcome, Endpoint) {
    let endpoint = Endpoint::start(model).await.unwrap();
    let place = place.with_endpoint(&endpoint.url());
    let outcome = finish(adit(&place, arguments)).await;
    (place, outcome, endpoint)
}

/// Returns what the model was told by the results of its tools, in order.
pub fn results(endpoint: &Endpoint) -> Vec<String> {
    let requests = endpoint.requests();
    let with_tools = requests.iter().filter(|request| request.json.get("toolConfig").is_some());
    let Some(last) = with_tools.max_by_key(|request| request.json["messages"].as_array().map_or(0, Vec::len)) else {
        return Vec::new();
    };
    let messages = last.json["messages"].as_array().unwrap();
    let blocks = messages.iter().flat_map(|message| message["content"].as_array().unwrap());
    let outputs = blocks.filter_map(|block| block.get("toolResult"));
    outputs.map(|result| result["content"][0]["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Returns the events of the place's only session, and their fold.
pub fn journal(place: &Place) -> (Vec<Event>, SessionState) {
    let mut found = Vec::new();
    collect(&place.state().join("adit/sessions"), &mut found);
    assert_eq!(found.len(), 1, "one session in {found:?}");
    let events = adit::adapters::journal::read(&found[0]).unwrap();
    let mut state = SessionState::default();
    events.iter().for_each(|event| state.apply(event));
    (events, state)
}

fn collect(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            into.push(path);
        }
    }
}

/// Asserts that events are numbered from 1 without gaps.
#[track_caller]
pub fn assert_numbered(events: &[Event]) {
    let numbers: Vec<u64> = events.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
}
