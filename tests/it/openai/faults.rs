//! What goes wrong, and what is made of it.

use std::time::Duration;

use adit::adapters::bedrock::Patience;
use adit::session::FaultClass;
use serde_json::json;

use super::server::{End, Heard, Reply, Server, ask, endpoint, events, finish, hear, provider, request, text, user};

#[tokio::test]
async fn refusals_have_their_class_and_a_way_out() {
    let said = |words: &str| json!({"error": {"message": words, "type": "x", "code": null}});
    let rows = [
        (Reply::refuse(401, &said("bad key")), FaultClass::Credentials, "key_env", 1),
        (Reply::refuse(403, &said("no")), FaultClass::Access, "allow this model", 1),
        (Reply::refuse(404, &said("model not found")), FaultClass::Model, "/v1", 1),
        (Reply::refuse(400, &json!({"error": "bad request"})), FaultClass::Invalid, "", 1),
        (
            Reply::refuse(400, &json!({"error": {"message": "This model's maximum context length is 8192 tokens"}})),
            FaultClass::ContextOverflow,
            "context",
            1,
        ),
        (
            Reply::refuse(400, &said("registry.ollama.ai/library/gemma does not support tools")),
            FaultClass::Model,
            "tools = false",
            1,
        ),
        (
            Reply::refuse(429, &json!({"error": {"message": "You exceeded it", "code": "insufficient_quota"}})),
            FaultClass::DailyQuota,
            "another model",
            1,
        ),
        (Reply::refuse(429, &said("slow down")), FaultClass::Throttled, "Wait", 5),
        (Reply::refuse(500, &said("oops")), FaultClass::Unavailable, "again", 5),
        (Reply::page(200), FaultClass::Network, "captive portal", 1),
        (Reply::page(302), FaultClass::Network, "captive portal", 1),
        (Reply::page(502), FaultClass::Unavailable, "again", 5),
        (Reply::stream("<html><body>hi</body></html>"), FaultClass::Truncated, "again", 5),
    ];
    for (reply, class, hint, requests) in rows {
        let words = String::from_utf8_lossy(&reply.body).into_owned();
        let (heard, server) = ask(vec![reply.with("x-request-id", "req-7")]).await;
        let fault = heard.fault.as_ref().unwrap_or_else(|| panic!("no fault for {words}"));
        assert_eq!(fault.class, class, "{words}: {fault:?}");
        assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{words}: {fault:?}");
        assert_eq!(fault.request_id.as_deref(), Some("req-7"), "{words}");
        assert_eq!((server.requests().len(), heard.retries()), (requests, requests - 1), "{words}: {fault:?}");
    }
}

#[tokio::test]
async fn what_breaks_is_sent_again_and_said() {
    let good = Reply::chunks(&[text("whole"), finish("stop")]);
    let broken = [
        Reply::stream(events(&[text("ha")])),
        Reply::stream(events(&[text("ha")])).ended(End::Cut),
        Reply::stream(events(&[text("ha")]) + "data: {\"choices\": [{\"del\n\n"),
        Reply::stream(events(&[text("ha")]) + "data: {\"error\": {\"message\": \"upstream died\", \"code\": 503}}\n\n"),
        Reply::stream(events(&[text("ha")]) + "data: {\"error\": \"upstream died\"}\n\n"),
        Reply::stream(""),
        Reply::refuse(503, &json!({})).with("retry-after", "0"),
    ];
    for reply in broken {
        let (heard, server) = ask(vec![reply.clone(), good.clone()]).await;
        let what = String::from_utf8_lossy(&reply.body).into_owned();
        assert_eq!(heard.fault, None, "{what}");
        assert_eq!(heard.text(), "whole", "{what}: what came before is void");
        assert_eq!((server.requests().len(), heard.retries()), (2, 1), "{what}");
    }
}

#[tokio::test]
async fn an_answer_that_had_begun_is_asked_for_twice_more_at_most() {
    let (heard, server) = ask(vec![Reply::stream(events(&[text("ha")])).ended(End::Cut)]).await;
    assert_eq!(heard.fault.unwrap().class, FaultClass::Truncated);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_context_that_overflows_inside_the_stream_is_not_sent_again() {
    let error = "data: {\"error\": {\"message\": \"context length exceeded\", \"code\": 400}}\n\n";
    let (heard, server) = ask(vec![Reply::stream(error)]).await;
    assert_eq!(heard.fault.unwrap().class, FaultClass::ContextOverflow);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_cannot_tell_the_cost_is_asked_without() {
    let refuse = Reply::refuse(400, &json!({"error": {"message": "Unknown field: stream_options"}}));
    let (heard, server) = ask(vec![refuse, Reply::chunks(&[text("hi"), finish("stop")])]).await;
    assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "hi"));
    let requests = server.requests();
    assert!(requests[0].json.get("stream_options").is_some());
    assert!(requests[1].json.get("stream_options").is_none());
}

/// Asks an endpoint of which silence is not borne for long.
async fn ask_impatiently(server: &Server, limit: Duration) -> Heard {
    use adit::adapters::openai::{OpenAi, OpenAiSettings};
    use adit::config::{Config, EndpointName};
    let name = EndpointName::try_from("local".to_owned()).unwrap();
    let millis = Duration::from_millis;
    let patience = Patience { first_word: millis(20), every: millis(20), limit, backoff: millis(1) };
    let endpoint = endpoint(&server.url());
    let settings = OpenAiSettings { name: &name, endpoint: &endpoint, key: None, certificates: None, patience };
    hear(&OpenAi::new(&Config::default(), settings), request(vec![user("hello")])).await
}

#[tokio::test]
async fn silence_is_told_and_the_request_is_sent_once_more() {
    use adit::engine::Delta;
    let silent = || Reply::stream(events(&[text("hi")])).ended(End::Hang);
    let server = Server::start(vec![silent(), silent(), silent()]).await;
    let heard = ask_impatiently(&server, Duration::from_millis(400)).await;
    assert_eq!(heard.fault.as_ref().map(|fault| fault.class), Some(FaultClass::Stalled));
    assert!(heard.deltas.iter().any(|delta| matches!(delta, Delta::Silent(_))));
    let retried = |delta: &&Delta| matches!(delta, Delta::Retrying { fault, after, .. } if fault.class == FaultClass::Stalled && after.is_zero());
    assert_eq!(heard.deltas.iter().filter(retried).count(), 1, "once, and it is told");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn what_was_silent_once_may_answer_the_second_time() {
    let silent = Reply::stream(events(&[text("half an ans")])).ended(End::Hang);
    let server = Server::start(vec![silent, Reply::chunks(&[text("whole"), finish("stop")])]).await;
    // Long enough for a busy machine to answer the second time.
    let heard = ask_impatiently(&server, Duration::from_secs(4)).await;
    assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "whole"), "the half one is dropped");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let heard = hear(&provider(&endpoint(&url), None), request(vec![user("hello")])).await;
    let fault = heard.fault.unwrap();
    assert_eq!(fault.class, FaultClass::Network);
    assert!(fault.message.contains("local") && fault.message.contains(&url), "{fault:?}");
    assert!(fault.hint.unwrap().contains("Start the server"));
}

#[tokio::test]
async fn a_key_is_sent_and_never_told() {
    let server = Server::start(vec![Reply::refuse(401, &json!({"error": {"message": "bad key"}}))]).await;
    let mut endpoint = endpoint(&server.url());
    endpoint.key_env = Some("LOCAL_KEY".to_owned());
    let heard = hear(&provider(&endpoint, Some("sk-hush")), request(vec![user("hello")])).await;
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer sk-hush"));
    let fault = format!("{:?}", heard.fault.unwrap());
    assert!(fault.contains("LOCAL_KEY") && !fault.contains("hush"), "{fault}");
    // Without its key it is not asked at all.
    let heard = hear(&provider(&endpoint, None), request(vec![user("hello")])).await;
    let fault = heard.fault.unwrap();
    assert_eq!(fault.class, FaultClass::Credentials);
    assert!(fault.message.contains("LOCAL_KEY"), "{fault:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(vec![Reply::chunks(&[text("caught"), finish("stop")])]).await;
    let (heard, _) = ask(vec![Reply::refuse(307, &json!({})).with("location", &elsewhere.url())]).await;
    assert!(heard.fault.unwrap().hint.unwrap().contains("url"));
    assert!(elsewhere.requests().is_empty());
}
