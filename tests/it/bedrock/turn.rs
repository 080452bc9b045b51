//! A turn as it should go.

use adit::demo::Reply;
use adit::engine::Provider as _;
use adit::session::{Block, Message, Role, StopReason, ToolCall, ToolCallId, Usage};
use serde_json::json;

use super::stage::{self, MODEL, Stage};

#[tokio::test]
async fn an_answer_with_reasoning_text_and_tools_arrives_whole() {
    let reply = Reply::new()
        .reasoning("let me see", "sealed")
        .text("I read the file: naïve 日本.")
        .tool("t1", "read_file", &json!({"path": "src/ä.rs", "new": "\"x\""}))
        .tool("t2", "list", &json!({}))
        .finish_as(
            "tool_use",
            json!({"inputTokens": 11, "outputTokens": 7, "totalTokens": 48, "cacheReadInputTokens": 20, "cacheWriteInputTokens": 10}),
        );
    let stage = Stage::new(vec![reply]).await;
    let heard = stage.ask(MODEL).await;

    assert_eq!(heard.fault, None);
    assert_eq!(heard.answer.stop(), Some(&StopReason::ToolUse));
    assert_eq!(
        heard.answer.usage(),
        Usage { input: 11, output: 7, cache_read: 20, cache_write: 10, cache_write_hour: 0 }
    );
    let call = |id: &str, name: &str, input| {
        Block::ToolUse(ToolCall { id: ToolCallId(id.to_owned()), name: name.to_owned(), input })
    };
    let expected = Message::new(
        Role::Assistant,
        vec![
            Block::Reasoning { text: "let me see".to_owned(), signature: Some("sealed".to_owned()), redacted: None },
            stage::words("I read the file: naïve 日本."),
            call("t1", "read_file", json!({"path": "src/ä.rs", "new": "\"x\""})),
            call("t2", "list", json!({})),
        ],
    );
    assert_eq!(heard.answer.finish(), (Some(expected), Vec::new()));
}

#[tokio::test]
async fn a_request_is_signed_and_names_the_model_in_its_path() {
    let stage = Stage::new(vec![]).await;
    stage.ask("us.anthropic.claude-sonnet-4-5-20250929-v1:0").await;
    let requests = stage.endpoint.requests();
    let request = requests.first().expect("a request arrived");

    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream");
    let authorization = request.header("authorization").expect("the request is signed");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=loopback/"), "{authorization}");
    assert!(authorization.contains("/us-east-1/bedrock/aws4_request"), "{authorization}");
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
    assert!(request.header("user-agent").is_some_and(|agent| agent.contains("app/adit")));
}

#[tokio::test]
async fn the_sdk_verifies_nothing_less_when_bytes_come_one_by_one() {
    let mut steps = Reply::new().text("piece by piece").finish();
    steps.insert(0, adit::demo::ServerStep::Split(1));
    let stage = Stage::new(vec![steps]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "piece by piece"));
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    use futures::StreamExt as _;
    let mut steps = Reply::new().text("a beginning").cut();
    steps.push(adit::demo::ServerStep::Hold);
    let stage = Stage::new(vec![steps]).await;
    let mut stream = stage.bedrock.stream(stage::request(MODEL, vec![stage::user("hello")]));
    for wanted in ["Opened", "Text"] {
        let delta = stream.next().await.expect("something comes").expect("it is no fault");
        assert!(format!("{delta:?}").starts_with(wanted), "{delta:?}");
    }
    drop(stream);
    let log = stage.endpoint.wait_for(|log| log.abandoned == 1).await;
    assert_eq!((log.requests.len(), log.answered, log.abandoned), (1, 0, 1));
}

#[tokio::test]
async fn dropping_the_stream_before_the_head_closes_the_connection() {
    use futures::FutureExt as _;
    use futures::StreamExt as _;
    let stage = Stage::new(vec![vec![adit::demo::ServerStep::Hold]]).await;
    let mut stream = stage.bedrock.stream(stage::request(MODEL, vec![stage::user("hello")]));
    let mut arrived = Box::pin(stage.endpoint.wait_for(|log| log.requests.len() == 1)).fuse();
    futures::select_biased! {
        _ = arrived => {}
        item = stream.next().fuse() => panic!("nothing should come: {item:?}"),
    }
    drop(stream);
    assert_eq!(stage.endpoint.wait_for(|log| log.abandoned == 1).await.abandoned, 1);
}

#[tokio::test]
async fn a_complete_answer_counts_though_its_figures_never_come() {
    use adit::demo::ServerStep;
    let stop = ServerStep::event("messageStop", json!({"stopReason": "end_turn"}));
    for end in [ServerStep::Abort, ServerStep::Frame(b"garbage that is no frame at all".to_vec())] {
        let mut steps = Reply::new().text("all said").step(stop.clone()).cut();
        steps.push(end);
        let stage = Stage::new(vec![steps]).await;
        let heard = stage.ask(MODEL).await;
        assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "all said"));
        assert_eq!(heard.deltas.last(), Some(&adit::engine::Delta::Usage(Usage::default())));
        assert_eq!(stage.called().len(), 1);
    }
}
