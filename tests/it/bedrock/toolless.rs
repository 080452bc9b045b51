//! Models that take no tools: they write blocks of text, which become calls, and history is told to them in words.

use adit::adapters::bedrock::{Bedrock, Loopback};
use adit::config::Config;
use adit::demo::{Reply, ServerStep};
use adit::engine::Provider as _;
use adit::models::Models;
use adit::session::{Block, Message, Role, StopReason, ToolCall};
use serde_json::{Value, json};

use super::stage::{self, Heard, Stage};
use super::validator::breaches;

/// An id that the table does not know.
const PLAIN: &str = "deepseek.r1-v1:0";

const BLOCKS: &str = "I change it.\n\na.txt\n```\n<<<<<<< SEARCH\ntwo\n=======\nzwei\n>>>>>>> REPLACE\n```\n\nnew.txt\n```\n<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE\n```\n";

fn refusal() -> Vec<ServerStep> {
    let words = "This model doesn't support tool use in streaming mode.";
    vec![ServerStep::refuse(400, "ValidationException", words)]
}

fn calls(heard: &Heard) -> Vec<ToolCall> {
    let (message, _) = heard.answer.clone().finish();
    let blocks = message.map(|message| message.blocks.to_vec()).unwrap_or_default();
    blocks.into_iter().filter_map(|block| if let Block::ToolUse(call) = block { Some(call) } else { None }).collect()
}

fn check_calls(heard: &Heard) {
    assert_eq!(heard.fault, None);
    let found = calls(heard);
    let edits = json!({"path": "a.txt", "edits": [{"old_text": "two\n", "new_text": "zwei\n"}]});
    let made = json!({"path": "new.txt", "content": "new\n"});
    let told: Vec<(&str, &Value)> = found.iter().map(|call| (call.name.as_str(), &call.input)).collect();
    assert_eq!(told, [("edit_file", &edits), ("write_file", &made)], "{heard:#?}", heard = heard.deltas);
    assert_eq!(heard.answer.stop(), Some(&StopReason::ToolUse));
    assert_eq!(heard.text().trim(), "I change it.");
}

#[tokio::test]
async fn a_model_that_refuses_tools_is_asked_for_blocks_at_once_and_from_then_on() {
    let thoughtful = Reply::new().reasoning("Hm, a word.", "signed").text(BLOCKS).finish();
    let stage = Stage::new(vec![refusal(), thoughtful, Reply::new().text(BLOCKS).finish()]).await;
    let heard = stage.ask(PLAIN).await;
    check_calls(&heard);
    assert_eq!(heard.retried().len(), 1);
    assert!(heard.retried()[0].message.contains("write its edits as blocks of text"), "{:?}", heard.retried());
    let (message, _) = heard.answer.clone().finish();
    let kinds: Vec<&str> = message
        .iter()
        .flat_map(|message| message.blocks.iter())
        .map(|block| match block {
            Block::Reasoning { text, signature, .. } => {
                assert_eq!((text.as_str(), signature.as_deref()), ("Hm, a word.", Some("signed")));
                "thought"
            }
            Block::Text { .. } => "text",
            Block::ToolUse(_) => "call",
            Block::Image(_) | Block::ToolResult { .. } => "other",
        })
        .collect();
    assert_eq!(kinds, ["thought", "text", "call", "call"]);

    let again = stage.ask(PLAIN).await;
    check_calls(&again);
    assert_eq!(again.retried().len(), 0, "it is remembered");
    let requests = stage.endpoint.requests();
    assert_eq!(requests.len(), 3);
    assert!(!requests[0].json["system"].to_string().contains("SEARCH"), "the first is as for any model");
    for request in &requests[1..] {
        let system = request.json["system"][0]["text"].as_str().unwrap_or_default();
        assert!(system.starts_with("You are a pair programmer.\n") && system.contains("<<<<<<< SEARCH"), "{system}");
        assert!(request.json.get("toolConfig").is_none());
        assert_eq!(breaches(&request.json), [""; 0]);
    }
}

#[tokio::test]
async fn a_model_that_the_table_says_to_take_no_tools_is_never_offered_any() {
    let text = "[[model]]\nid = \"anthropic.claude-sonnet-5\"\ntools = false\n";
    let models = Models::embedded().overlaid(text).expect("the entry is well-formed");
    let answers = vec![Reply::new().text(BLOCKS).finish()];
    let stage = Stage::over(&Config::default(), models, stage::patient(), answers).await;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("models.json");
    let loopback = Loopback::at(stage.endpoint.url());
    let models = Models::embedded().overlaid(text).expect("the entry is well-formed");
    let bedrock = Bedrock::with_endpoint(&Config::default(), models, loopback, stage::patient());
    let bedrock = bedrock.remembering(file.clone());
    let heard = stage::hear(bedrock.stream(stage::request(stage::MODEL, vec![stage::user("hello")]))).await;
    check_calls(&heard);
    assert_eq!(heard.retried().len(), 0);
    let body = stage.endpoint.requests()[0].json.clone();
    assert!(body.get("toolConfig").is_none() && body["system"].to_string().contains("<<<<<<< SEARCH"), "{body:#}");
    assert!(!file.exists(), "what the table says is not learnt: it may say otherwise tomorrow");
    let told = bedrock.models().into_iter().find(|(name, _)| name == "sonnet-5").map(|(_, words)| words);
    assert!(told.is_some_and(|words| words.contains("without tools")));
    // A request that has no tools of its own is not one for edits.
    let plain = adit::engine::Request {
        tools: std::sync::Arc::from(Vec::new()),
        ..stage::request(stage::MODEL, vec![stage::user("draft a message")])
    };
    let heard = stage::hear(bedrock.stream(plain)).await;
    assert_eq!((calls(&heard).len(), heard.text().contains("<<<<<<< SEARCH")), (0, true), "its text stays as it is");
    let body = stage.endpoint.requests()[1].json.clone();
    assert!(!body["system"].to_string().contains("SEARCH"), "{body:#}");
}

#[tokio::test]
async fn history_goes_over_in_words_and_back_as_calls() {
    let edit = json!({"path": "a.txt", "edits": [{"old_text": "one", "new_text": "eins"}]});
    let failed = Block::ToolResult {
        id: adit::session::ToolCallId("t2".to_owned()),
        output: adit::session::ToolOutput { text: "no match".to_owned(), is_error: true },
    };
    let history = vec![
        stage::user("translate it"),
        stage::assistant(vec![
            stage::reasoning("I look."),
            stage::call("t1", "read_file", json!({"path": "a.txt"})),
            stage::call("t2", "edit_file", edit),
        ]),
        Message::new(Role::User, vec![stage::result("t1", "one\ntwo\n"), failed]),
        stage::assistant(vec![stage::words("Again.")]),
        stage::user("go on"),
    ];
    let stage = Stage::new(vec![refusal(), Reply::new().text(BLOCKS).finish()]).await;
    let heard = stage::hear(stage.bedrock.stream(stage::request(PLAIN, history.clone()))).await;
    check_calls(&heard);
    let body = stage.endpoint.requests()[1].json.clone();
    assert_eq!(breaches(&body), [""; 0], "{body:#}");
    let said = |body: &Value, at: usize| body["messages"][at]["content"].to_string();
    let written = said(&body, 1);
    assert!(written.contains(r"a.txt\n```\n<<<<<<< SEARCH\none\n=======\neins\n>>>>>>> REPLACE"), "{written}");
    assert!(written.contains("[called read_file with "), "{written}");
    let told = said(&body, 2);
    assert!(told.contains(r"What became of your blocks, in their order:\n1. failed: no match"), "{told}");
    assert!(told.contains(r"[what read_file gave: one\ntwo\n]"), "{told}");
    assert!(!body.to_string().contains("toolUse") && !body.to_string().contains("toolResult"), "{body:#}");

    // The conversation that came of it, sent to a model that takes tools.
    let (message, _) = heard.answer.clone().finish();
    let message = message.expect("it said something");
    let results = calls(&heard).into_iter().map(|call| stage::result(&call.id.0, "done")).collect();
    let mut history = history;
    history.extend([message, Message::new(Role::User, results)]);
    let body = stage.sent(stage::request(stage::MODEL, history)).await;
    assert_eq!(breaches(&body), [""; 0], "{body:#}");
    let last = &body["messages"][5]["content"];
    let names: Vec<&Value> = last
        .as_array()
        .into_iter()
        .flatten()
        .map(|block| &block["toolUse"]["name"])
        .filter(|name| !name.is_null())
        .collect();
    assert_eq!(names, ["edit_file", "write_file"], "{last:#}");
    assert!(body["messages"][1]["content"].to_string().contains("toolUse"), "the earlier calls are calls again");
}

#[tokio::test]
async fn what_one_model_refuses_is_not_held_against_the_next() {
    // The newest of the family takes no tools, and then turns out not to be callable at all.
    let denied = || vec![ServerStep::refuse(403, "AccessDeniedException", "You don't have access to the model")];
    let stage = Stage::new(vec![refusal(), denied(), Reply::new().text("hi").finish()]).await;
    let heard = stage.ask("sonnet").await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "hi"));
    let requests = stage.endpoint.requests();
    let offered: Vec<bool> = requests.iter().map(|request| request.json.get("toolConfig").is_some()).collect();
    assert_eq!(offered, [true, false, true]);
}
