//! Models without tools: their blocks become calls while they stream in.

use adit::engine::{Delta, Provider as _};
use adit::session::{Block, Message, Role, StopReason};
use serde_json::{Value, json};

use super::server::{Heard, Reply, Server, endpoint, finish, hear, provider, request, text, user};

const ANSWER: &str = "I change `two` first.\n\nsrc/a.rs\n```rust\n<<<<<<< SEARCH\none\n\ttwo \"q\"\n=======\none\n\tzwei \\ ä\n>>>>>>> REPLACE\n```\n\n\
                      Then a new file:\n\nsrc/new.rs\n```rust\n<<<<<<< SEARCH\n=======\nfn new() {}\n>>>>>>> REPLACE\n```\nDone.";

async fn answer(body: &str, pieces: usize, messages: Vec<Message>) -> Heard {
    let letters: Vec<char> = body.chars().collect();
    let mut chunks: Vec<Value> = letters.chunks(pieces).map(|piece| text(&piece.iter().collect::<String>())).collect();
    chunks.push(finish("stop"));
    let server = Server::start(vec![Reply::chunks(&chunks)]).await;
    let mut endpoint = endpoint(&server.url());
    endpoint.tools = false;
    hear(&provider(&endpoint, None), request(messages)).await
}

#[tokio::test]
async fn blocks_are_calls_and_the_rest_is_text() {
    for pieces in [1, 3, 1_000] {
        let heard = answer(ANSWER, pieces, vec![user("hello")]).await;
        assert_eq!(heard.fault, None);
        let calls = heard.calls();
        assert_eq!(calls.len(), 2, "{heard:#?}");
        let edits = json!([{"old_text": "one\n\ttwo \"q\"\n", "new_text": "one\n\tzwei \\ ä\n"}]);
        assert_eq!(
            (calls[0].name.as_str(), &calls[0].input),
            ("edit_file", &json!({"path": "src/a.rs", "edits": edits}))
        );
        let made = json!({"path": "src/new.rs", "content": "fn new() {}\n"});
        assert_eq!((calls[1].name.as_str(), &calls[1].input), ("write_file", &made));
        assert_ne!(calls[0].id, calls[1].id);
        assert_eq!(heard.answer.stop(), Some(&StopReason::ToolUse));
        let text = heard.text();
        assert!(text.starts_with("I change `two` first.") && text.ends_with("Done."), "{text}");
        assert!(!text.contains("SEARCH") && !text.contains("```"), "{text}");
    }
}

#[tokio::test]
async fn a_block_shows_while_it_streams() {
    let server = Server::start(vec![
        Reply::stream(super::server::events(&[text("a.rs\n```\n<<<<<<< SEARCH\nold\n=======\nne")]))
            .ended(super::server::End::Hang),
    ])
    .await;
    let mut endpoint = endpoint(&server.url());
    endpoint.tools = false;
    use futures::StreamExt as _;
    let mut stream = provider(&endpoint, None).stream(request(vec![user("hello")]));
    let mut json = String::new();
    while !json.contains("new_text") {
        match stream.next().await.unwrap().unwrap() {
            Delta::ToolInput { json: piece, .. } => json.push_str(&piece),
            Delta::ToolStarted { name, .. } => assert_eq!(name, "edit_file"),
            Delta::Opened { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(json.starts_with("{\"path\":\"a.rs\",\"edits\":[{\"old_text\":\"old\\n\""), "{json}");
}

#[tokio::test]
async fn a_block_without_its_end_is_never_run() {
    for body in ["a.rs\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n", "a.rs\n```\n<<<<<<< SEARCH\nold\n"] {
        let heard = answer(body, 5, vec![user("hello")]).await;
        let (_, cut) = heard.blocks();
        assert_eq!((heard.calls().len(), cut.as_slice()), (0, ["edit_file".to_owned()].as_slice()), "{body}");
    }
}

#[tokio::test]
async fn a_misspelt_name_means_a_file_that_was_shown() {
    let shown = "The file src/deep/adapter.rs, as it stands now (pending edits included):\n<file>\nold\n</file>";
    let message =
        Message::new(Role::User, vec![Block::Text { text: shown.to_owned() }, Block::Text { text: "go".to_owned() }]);
    let body = "adapter.rs\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n```\n";
    let heard = answer(body, 4, vec![message]).await;
    assert_eq!(heard.calls()[0].input["path"], "src/deep/adapter.rs");
}

#[tokio::test]
async fn plain_text_stays_as_it_is() {
    let body = "Run this:\n\n```sh\nls <<<<<<< SEARCH\n```\n\n| a | b |\n\n```rust\nfn a() {}\n```\n\nword\n";
    for pieces in [1, 6, 1_000] {
        let heard = answer(body, pieces, vec![user("hello")]).await;
        assert_eq!((heard.text().as_str(), heard.answer.stop()), (body, Some(&StopReason::EndTurn)));
    }
}

#[tokio::test]
async fn blocks_in_thoughts_that_were_not_opened_are_not_run() {
    let block = |new: &str| format!("a.rs\n```\n<<<<<<< SEARCH\nold\n=======\n{new}\n>>>>>>> REPLACE\n```\n");
    let body = format!("Perhaps:\n\n{}\nNo.\n</think>\n\nSo:\n\n{}", block("bad"), block("good"));
    for pieces in [1, 7, 1_000] {
        let heard = answer(&body, pieces, vec![user("hello")]).await;
        let calls = heard.calls();
        assert_eq!(calls.len(), 1, "{heard:#?}");
        assert_eq!(calls[0].input["edits"][0]["new_text"], "good\n");
        assert!(heard.text().trim() == "So:", "{:?}", heard.text());
    }
}
