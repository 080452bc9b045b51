//! What is sent.

use adit::config::{EndpointConfig, Seeing};
use adit::engine::Provider as _;
use adit::session::{Block, FaultClass, Image, ImageFormat, Message, Role, ToolCall, ToolCallId, ToolOutput, Usage};
use serde_json::json;

use super::server::{Reply, Server, endpoint, finish, hear, provider, request, text, user};

fn conversation() -> Vec<Message> {
    let call = |id: &str| {
        Block::ToolUse(ToolCall {
            id: ToolCallId(id.into()),
            name: "edit_file".into(),
            input: json!({"path": "a.rs", "edits": [{"old_text": "one", "new_text": "two"}]}),
        })
    };
    let result = |id: &str, text: &str, is_error| Block::ToolResult {
        id: ToolCallId(id.into()),
        output: ToolOutput { text: text.into(), is_error },
    };
    let reasoning = Block::Reasoning { text: "hm".into(), signature: Some("s".into()), redacted: None };
    vec![
        user("change it"),
        Message::new(Role::Assistant, vec![reasoning, Block::Text { text: "I do.".into() }, call("a"), call("b")]),
        Message::new(
            Role::User,
            vec![result("a", "Edited.", false), result("b", "no match", true), Block::Text { text: "go on".into() }],
        ),
    ]
}

async fn sent(tools: bool) -> serde_json::Value {
    let server = Server::start(vec![Reply::chunks(&[text("hi"), finish("stop")])]).await;
    let mut endpoint = endpoint(&server.url());
    endpoint.tools = tools;
    let heard = hear(&provider(&endpoint, None), request(conversation())).await;
    assert_eq!(heard.fault, None);
    let requests = server.requests();
    assert_eq!(requests[0].path, "/v1/chat/completions");
    requests[0].json.clone()
}

#[tokio::test]
async fn a_conversation_is_sent_as_the_protocol_has_it() {
    let arguments = "{\"edits\":[{\"new_text\":\"two\",\"old_text\":\"one\"}],\"path\":\"a.rs\"}";
    let call =
        |id: &str| json!({"id": id, "type": "function", "function": {"name": "edit_file", "arguments": arguments}});
    let sent = sent(true).await;
    assert_eq!(
        sent["messages"],
        json!([
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "change it"},
            {"role": "assistant", "content": "I do.", "tool_calls": [call("a"), call("b")]},
            {"role": "tool", "tool_call_id": "a", "content": "Edited."},
            {"role": "tool", "tool_call_id": "b", "content": "Error: no match"},
            {"role": "user", "content": "go on"},
        ])
    );
    assert_eq!(sent["model"], "qwen");
    assert_eq!(sent["stream"], true);
    assert_eq!(sent["stream_options"], json!({"include_usage": true}));
    assert_eq!(sent["tools"][0]["function"]["name"], "edit_file");
    assert!(sent.get("max_tokens").is_none());
}

#[tokio::test]
async fn without_tools_calls_are_blocks_and_results_are_words() {
    let sent = sent(false).await;
    assert!(sent.get("tools").is_none());
    let messages = sent["messages"].as_array().unwrap();
    assert!(messages[0]["content"].as_str().unwrap().contains("<<<<<<< SEARCH"));
    let said = messages[2]["content"].as_str().unwrap();
    assert!(said.contains("a.rs\n```\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n```"), "{said}");
    let heard = messages[3]["content"].as_str().unwrap();
    assert!(heard.contains("1. Edited.\n2. failed: no match") && heard.ends_with("go on"), "{heard}");
    assert_eq!(messages.len(), 4);
}

#[test]
fn models_are_named_by_their_endpoint() {
    let provider = provider(&endpoint("http://127.0.0.1:1/v1"), None);
    let choice = provider.resolve("local/org/deep").unwrap();
    assert_eq!((choice.id.as_str(), choice.context), ("local/org/deep", 32_000));
    let fault = provider.resolve("local/other").unwrap_err();
    assert_eq!(fault.class, FaultClass::Model);
    assert!(fault.hint.unwrap().contains("local/qwen"));
    assert_eq!(provider.models().len(), 2);
    let usage = Usage { input: 1_000, output: 100, cache_read: 10_000, cache_write: 0, cache_write_hour: 0 };
    assert_eq!(provider.cost_micros("local/qwen", usage), Some(1_000 + 200 + 1_000));
}

#[tokio::test]
async fn thoughts_are_shown_and_never_sent_back() {
    let server = Server::start(vec![
        Reply::chunks(&[text("<think>secret"), text(" plan</think>Yes."), finish("stop")]),
        Reply::chunks(&[text("Done."), finish("stop")]),
    ])
    .await;
    let provider = provider(&endpoint(&server.url()), None);
    let heard = hear(&provider, request(vec![user("go")])).await;
    let (blocks, _) = heard.blocks();
    assert_eq!(blocks.len(), 2, "{blocks:#?}");
    let history = vec![user("go"), Message::new(Role::Assistant, blocks), user("on")];
    assert_eq!(hear(&provider, request(history)).await.fault, None);
    let sent = server.requests()[1].json["messages"].clone();
    assert_eq!(sent[2], json!({"role": "assistant", "content": "Yes."}));
    assert!(!sent.to_string().contains("secret"), "{sent}");
}

#[tokio::test]
async fn images_are_shown_to_models_that_see_and_named_to_the_others() {
    let image = |format| Image { name: "a".into(), format, width: 3, height: 2, data: "AAEC".into() };
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Webp];
    let mut blocks = vec![Block::Text { text: "The images:".into() }];
    blocks.extend(formats.map(|format| Block::Image(image(format))));
    blocks.push(Block::Text { text: "what are they?".into() });
    let history = vec![Message::new(Role::User, blocks)];
    let shown = json!([
                {"type": "text", "text": "The images:"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAEC"}},
                {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAEC"}},
                {"type": "image_url", "image_url": {"url": "data:image/gif;base64,AAEC"}},
                {"type": "image_url", "image_url": {"url": "data:image/webp;base64,AAEC"}},
                {"type": "text", "text": "what are they?"},
    ]);
    let named =
        json!(format!("The images:\n\n{}what are they?", "[an image that you cannot see: a 3×2]\n\n".repeat(4)));
    let these = |name: &str| Seeing::These(vec![name.to_owned()]);
    for (seeing, images, expected) in [
        (Seeing::All(true), true, &shown),
        (these("qwen"), true, &shown),
        (Seeing::All(false), false, &named),
        (these("other"), false, &named),
    ] {
        let server = Server::start(vec![Reply::chunks(&[text("hi"), finish("stop")])]).await;
        let endpoint = EndpointConfig { images: seeing, ..endpoint(&server.url()) };
        let provider = provider(&endpoint, None);
        assert_eq!(provider.terms("local/qwen").sees_images, images);
        assert_eq!(hear(&provider, request(history.clone())).await.fault, None);
        assert_eq!(server.requests()[0].json["messages"][1], json!({"role": "user", "content": expected}));
    }
}
