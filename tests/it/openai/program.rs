//! The real program with an endpoint of its own.

use serde_json::json;

use super::server::{Reply, Server, delta, finish, text, usage};
use crate::headless::desk::{Place, adit, finish as run};

fn place(server: &Server, more: &str) -> Place {
    let place = Place::new(&[("a.txt", "one\ntwo\n")]).committed().without_credentials();
    let config = format!(
        "model = \"local/qwen\"\n[endpoint.local]\nurl = \"{}\"\nmodels = [\"qwen\"]\nprice_input = 1.0\nprice_output = 2.0\n{more}",
        server.url()
    );
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, config).unwrap();
    place
}

#[tokio::test]
async fn a_gateway_edits_a_file_without_any_aws_account() {
    let call = |id: &str, name: &str, arguments: serde_json::Value| {
        delta(json!({"tool_calls": [{"index": 0, "id": id, "type": "function",
                     "function": {"name": name, "arguments": arguments.to_string()}}]}))
    };
    let edit = json!({"path": "a.txt", "edits": [{"old_text": "two", "new_text": "zwei"}]});
    let server = Server::start(vec![
        Reply::chunks(&[call("1", "read_file", json!({"path": "a.txt"})), finish("tool_calls"), usage(100, 0, 10)]),
        Reply::chunks(&[text("I edit."), call("2", "edit_file", edit), finish("tool_calls"), usage(200, 0, 10)]),
        Reply::chunks(&[text("Done."), finish("stop"), usage(300, 0, 10)]),
    ])
    .await;
    let mut place = place(&server, "key_env = \"GATEWAY_KEY\"\n");
    place.variables.push(("GATEWAY_KEY".to_owned(), "sk-hush".to_owned()));
    let outcome = run(adit(&place, &["run", "--accept", "all", "translate it"])).await;
    outcome.check(0, &["wrote a.txt"]);
    assert_eq!(place.read("a.txt"), "one\nzwei\n");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.header("authorization") == Some("Bearer sk-hush")));
    let shown = run(adit(&place, &["config"])).await.text();
    assert!(shown.contains("GATEWAY_KEY") && !shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_key_that_no_request_can_carry_is_told_as_such() {
    let server = Server::start(vec![]).await;
    let mut place = place(&server, "key_env = \"GATEWAY_KEY\"\n");
    place.variables.push(("GATEWAY_KEY".to_owned(), "sk-\nhush".to_owned()));
    let outcome = run(adit(&place, &["run", "hello"])).await;
    outcome.check(3, &["GATEWAY_KEY, which holds the key of local, holds a line break or another control character"]);
    assert!(server.requests().is_empty() && !outcome.err.contains("hush"), "{}", outcome.err);
}

#[tokio::test]
async fn a_model_without_tools_edits_by_blocks_and_mends_what_failed() {
    let block = |old: &str| format!("a.txt\n```\n<<<<<<< SEARCH\n{old}\n=======\nzwei\n>>>>>>> REPLACE\n```\n");
    let server = Server::start(vec![
        Reply::chunks(&[text(&block("tow")), finish("stop")]),
        Reply::chunks(&[text(&block("two")), finish("stop")]),
        Reply::chunks(&[text("Done."), finish("stop")]),
    ])
    .await;
    let place = place(&server, "tools = false\n");
    let outcome = run(adit(&place, &["run", "--accept", "all", "translate @a.txt"])).await;
    outcome.check(0, &["wrote a.txt"]);
    assert_eq!(place.read("a.txt"), "one\nzwei\n");
    let told =
        |at: usize| server.requests()[at].json["messages"].as_array().unwrap().last().unwrap()["content"].clone();
    assert!(told(1).as_str().unwrap().contains("1. failed: no match"), "{}", told(1));
    assert!(told(2).as_str().unwrap().contains("1. Edited a.txt"), "{}", told(2));
}

#[tokio::test]
async fn a_workspace_may_define_no_endpoint_and_name_none() {
    let server = Server::start(vec![Reply::chunks(&[text("hi"), finish("stop")])]).await;
    for (text, words) in [
        ("\n[endpoint.evil]\nurl = \"http://127.0.0.1:1\"\nmodels = [\"m\"]\n", "line 2: endpoint may not"),
        ("model = \"local/qwen\"\n", "line 1: model may not name an endpoint"),
    ] {
        let place = place(&server, "");
        std::fs::create_dir(place.repo().join(".adit")).unwrap();
        place.write(".adit/config.toml", text);
        run(adit(&place, &["run", "hello"])).await.check(2, &[words]);
    }
    let place = place(&server, "");
    run(adit(&place, &["run", "--model", "local/other", "hello"])).await.check(2, &["no model of the endpoint local"]);
    run(adit(&place, &["run", "hello"])).await.check(0, &[]);
}

/// The smallest picture that there is.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(3, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn an_image_of_a_prompt_reaches_an_endpoint_that_sees_and_is_missed_aloud_elsewhere() {
    use base64::Engine as _;
    let url = format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(picture()));
    for (more, told) in [("images = true\n", ""), ("", "local/qwen does not see images: it is only told of a.png")] {
        let server = Server::start(vec![Reply::chunks(&[text("hi"), finish("stop")])]).await;
        let place = place(&server, more);
        std::fs::write(place.repo().join("a.png"), picture()).unwrap();
        let outcome = run(adit(&place, &["run", "what is in @a.png"])).await;
        outcome.check(0, &[told]);
        let sent = server.requests()[0].json.to_string();
        assert_eq!(sent.contains(&url), told.is_empty(), "{sent}");
        assert_eq!(sent.contains("an image that you cannot see: a.png 3×2"), !told.is_empty(), "{sent}");
    }
}

#[tokio::test]
async fn an_endpoint_stands_in_for_bedrock_and_bedrock_for_an_endpoint() {
    use adit::demo::{Endpoint, Reply as Answer, ServerStep};
    // A quota of the day is used up; the local model answers.
    let used_up =
        |_: &serde_json::Value| vec![ServerStep::refuse(429, "ThrottlingException", "Too many tokens per day")];
    let bedrock = Endpoint::start(used_up).await.unwrap();
    let local = Server::start(vec![Reply::chunks(&[text("from the desk"), finish("stop"), usage(10, 0, 5)])]).await;
    let config = |first: &str, fallback: &str, url: &str| {
        format!(
            "model = \"{first}\"\nmax_retries = 0\n[[fallback]]\nmodel = \"{fallback}\"\n[endpoint.local]\nurl = \"{url}\"\n\
             models = [\"qwen\"]\nprice_input = 1.0\nprice_output = 2.0\n"
        )
    };
    let place = Place::new(&[("a.txt", "one\n")]).committed().with_endpoint(&bedrock.url());
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, config("sonnet-4.5", "local/qwen", &local.url())).unwrap();
    let outcome = run(adit(&place, &["run", "hello"])).await;
    outcome.check(0, &["the first choice cannot answer, so local/qwen is asked from now on", "quota of this day"]);
    assert!(outcome.text().contains("from the desk"), "{outcome:#?}");
    assert_eq!((bedrock.requests().len(), local.requests().len()), (1, 1));
    assert_eq!(local.requests()[0].json["model"], "qwen");
    let spent = run(adit(&place, &["cost", "--by", "model", "--format", "json"])).await.text();
    assert!(spent.contains("local/qwen"), "who answered is paid: {spent}");

    // The local server is down; Bedrock answers.
    let bedrock = Endpoint::start(|_: &serde_json::Value| Answer::new().text("from afar").finish()).await.unwrap();
    let place = Place::new(&[("a.txt", "one\n")]).committed().with_endpoint(&bedrock.url());
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, config("local/qwen", "sonnet-4.5", "http://127.0.0.1:1/v1")).unwrap();
    let outcome = run(adit(&place, &["run", "hello"])).await;
    outcome.check(0, &["so sonnet-4.5 is asked from now on"]);
    assert!(outcome.text().contains("from afar"), "{outcome:#?}");
    assert!(bedrock.requests()[0].path.contains("claude-sonnet-4-5"));
}

#[tokio::test]
async fn an_endpoint_that_goes_silent_is_asked_once_more_and_then_the_fallback() {
    use adit::demo::{Endpoint, Reply as Answer};
    let silent = || Reply::stream(super::server::events(&[text("half")])).ended(super::server::End::Hang);
    let local = Server::start(vec![silent(), silent(), silent()]).await;
    let bedrock = Endpoint::start(|_: &serde_json::Value| Answer::new().text("from afar").finish()).await.unwrap();
    let mut place = Place::new(&[("a.txt", "one\n")]).committed().with_endpoint(&bedrock.url());
    // Long enough for a busy machine to answer in.
    place.variables.push(("ADIT_STALL_SECONDS".to_owned(), "3".to_owned()));
    let config = format!(
        "model = \"local/qwen\"\n[[fallback]]\nmodel = \"us.anthropic.claude-sonnet-5\"\n\
         [endpoint.local]\nurl = \"{}\"\nmodels = [\"qwen\"]\n",
        local.url()
    );
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, config).unwrap();
    let outcome = run(adit(&place, &["run", "hello"])).await;
    outcome.check(0, &["no data from local for 3 s", "is asked from now on"]);
    assert_eq!(outcome.text().trim(), "from afar");
    assert_eq!((local.requests().len(), bedrock.requests().len()), (2, 1));
}

#[tokio::test]
async fn only_models_of_the_endpoint_can_be_said_to_see() {
    let server = Server::start(vec![Reply::chunks(&[text("hi"), finish("stop")])]).await;
    run(adit(&place(&server, "images = [\"qwen\"]\n"), &["run", "hello"])).await.check(0, &[]);
    let place = place(&server, "images = [\"llava\"]\n");
    let words = "endpoint.local.images names \"llava\", which is not in `models`";
    run(adit(&place, &["run", "hello"])).await.check(2, &["config.toml, line 7", words]);
}
