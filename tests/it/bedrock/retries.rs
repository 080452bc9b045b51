//! What is sent again, how often, after which pauses, and what is sent once.

use adit::config::Config;
use adit::demo::{Reply, ServerStep};
use adit::session::FaultClass;

use super::stage::{self, MODEL, Stage};

#[tokio::test]
async fn passing_faults_are_retried_and_every_retry_is_told() {
    let throttle = ServerStep::refuse(429, "ThrottlingException", "Too many tokens, please wait");
    let down = ServerStep::refuse(503, "ServiceUnavailableException", "down");
    let answers = vec![vec![throttle], vec![down], vec![ServerStep::Abort], Reply::new().text("at last").finish()];
    let stage = Stage::new(answers).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "at last"));
    let classes: Vec<FaultClass> = heard.retried().iter().map(|fault| fault.class).collect();
    assert_eq!(classes, [FaultClass::Throttled, FaultClass::Unavailable, FaultClass::Network]);
    assert_eq!(stage.called().len(), 4);
}

#[tokio::test]
async fn retries_end_where_the_configuration_says() {
    let config = Config { max_retries: 2, throttle_seconds: 0, ..Config::default() };
    for (refusal, class, retries) in [
        (ServerStep::refuse(500, "InternalServerException", "oh"), FaultClass::Unavailable, 2),
        (ServerStep::refuse(429, "ThrottlingException", "slow down"), FaultClass::Throttled, 0),
    ] {
        let stage = Stage::with(&config, stage::patient(), vec![vec![refusal]]).await;
        let heard = stage.ask(MODEL).await;
        assert_eq!(heard.fault.as_ref().map(|fault| fault.class), Some(class));
        assert_eq!((heard.retried().len(), stage.called().len()), (retries, retries + 1));
    }
}

#[tokio::test]
async fn a_quota_of_the_minute_is_waited_for_as_long_as_it_takes() {
    let throttle = vec![ServerStep::refuse(429, "ThrottlingException", "Too many tokens, please wait")];
    let mut answers = vec![throttle; 12];
    answers.push(Reply::new().text("at last").finish());
    let stage = Stage::with(&Config { max_retries: 0, ..Config::default() }, stage::patient(), answers).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "at last"));
    assert_eq!(heard.retried().len(), 12);
}

#[tokio::test]
async fn pauses_grow_are_spread_and_follow_what_the_service_asks() {
    let patience = adit::adapters::bedrock::Patience { backoff: std::time::Duration::from_secs(2), ..stage::patient() };
    let refuse = |wait: Option<&str>| {
        let mut headers = vec![("x-amzn-errortype".to_owned(), "ThrottlingException".to_owned())];
        headers.extend(wait.map(|wait| ("retry-after".to_owned(), wait.to_owned())));
        vec![ServerStep::Answer { status: 429, headers, body: b"{\"message\":\"slow down\"}".to_vec() }]
    };
    let answers = vec![refuse(None), refuse(None), refuse(Some("33")), Reply::new().text("well").finish()];
    let stage = Stage::with(&Config::default(), patience, answers).await;
    let mut stream = adit::engine::Provider::stream(&stage.bedrock, stage::request(MODEL, vec![stage::user("hello")]));
    let mut pauses = Vec::new();
    while let Some(item) = futures::StreamExt::next(&mut stream).await {
        if let adit::engine::Delta::Retrying { after, .. } = item.expect("no fault") {
            pauses.push(after.as_secs_f64());
            // Cut short by the user: nothing here waits for real.
            adit::engine::Provider::hurry(&stage.bedrock);
        }
    }
    assert!((15.0..=25.0).contains(&pauses[0]) && (30.0..=50.0).contains(&pauses[1]), "{pauses:?}");
    assert_eq!(pauses[2..], [33.0]);
    assert_eq!(stage.called().len(), 4);
}

#[tokio::test]
async fn what_no_retry_cures_is_sent_once() {
    let rows = [
        ("ValidationException", "Input is too long for requested model."),
        ("ThrottlingException", "Too many tokens per day, please wait before trying again."),
        ("AccessDeniedException", "no"),
    ];
    for (code, message) in rows {
        let stage = Stage::new(vec![vec![ServerStep::refuse(400, code, message)]]).await;
        let heard = stage.ask(MODEL).await;
        assert!(heard.fault.is_some(), "{code}");
        assert_eq!((heard.deltas.len(), stage.called().len()), (0, 1), "{code}");
    }
}

#[tokio::test]
async fn refused_credentials_are_read_anew_once() {
    let expired = vec![ServerStep::refuse(403, "ExpiredTokenException", "expired")];
    let stage = Stage::new(vec![expired.clone(), Reply::new().text("fresh").finish()]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "fresh"));
    assert_eq!(heard.retried().len(), 1);

    let stage = Stage::new(vec![expired]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!(heard.fault.as_ref().map(|fault| fault.class), Some(FaultClass::Credentials));
    assert_eq!(stage.called().len(), 2);
}

#[tokio::test]
async fn a_refused_signature_is_mended_by_leaving_reasoning_out() {
    let refusal =
        ServerStep::refuse(400, "ValidationException", "messages.1.content.0: Invalid `signature` in `thinking` block");
    let stage = Stage::new(vec![vec![refusal], Reply::new().text("mended").finish()]).await;
    let history = vec![
        stage::user("hello"),
        stage::assistant(vec![stage::reasoning("hm"), stage::words("hi")]),
        stage::user("and now?"),
    ];
    let heard = stage::hear(adit::engine::Provider::stream(&stage.bedrock, stage::request(MODEL, history))).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "mended"));
    assert_eq!(heard.retried().len(), 1);
    let bodies: Vec<String> =
        stage.endpoint.requests().iter().map(|request| request.json["messages"].to_string()).collect();
    assert!(bodies[0].contains("reasoningContent") && !bodies[1].contains("reasoningContent"), "{bodies:?}");
}

#[tokio::test]
async fn a_model_without_caching_is_asked_without_cache_points() {
    let words = "You invoked an unsupported model or your request did not allow prompt caching.";
    let refusal = ServerStep::refuse(403, "AccessDeniedException", words);
    let stage = Stage::new(vec![vec![refusal], Reply::new().text("fine").finish()]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "fine"));
    let bodies: Vec<String> = stage.endpoint.requests().iter().map(|request| request.json.to_string()).collect();
    assert!(bodies[0].contains("cachePoint") && !bodies[1].contains("cachePoint"), "{bodies:?}");
}
