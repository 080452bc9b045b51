//! Refusals of the service: each has its class, its words and its way out.

use adit::config::Config;
use adit::demo::{Reply, ServerStep};
use adit::session::FaultClass;

use super::stage::{self, MODEL, Stage};

/// Asks once where no retry is allowed, and compares class, words and hint.
async fn check(step: ServerStep, class: FaultClass, words: &str, hint: &str) {
    let config = Config { max_retries: 0, throttle_seconds: 0, ..Config::default() };
    let stage = Stage::with(&config, stage::patient(), vec![vec![step.clone()]]).await;
    let fault = stage.ask(MODEL).await.fault.unwrap_or_else(|| panic!("{step:?} is no fault"));
    assert_eq!(fault.class, class, "{step:?}: {fault:?}");
    assert!(fault.message.contains(words), "{step:?}: {fault:?}");
    assert!(!fault.message.ends_with('.'), "{fault:?}");
    let said = fault.hint.clone().unwrap_or_default();
    assert!(said.contains(hint), "{step:?}: {fault:?}");
    assert!(said.is_empty() || said.ends_with('.'), "{fault:?}");
    assert_eq!(fault.request_id.as_deref(), Some("request-1"));
}

#[tokio::test]
async fn every_refusal_is_told_by_what_can_be_done() {
    let refuse = ServerStep::refuse;
    let rows = [
        (
            refuse(403, "ExpiredTokenException", "The security token included in the request is expired"),
            FaultClass::Credentials,
            "has expired",
            "aws sso login",
        ),
        (
            refuse(403, "UnrecognizedClientException", "The security token included in the request is invalid."),
            FaultClass::Credentials,
            "does not accept the keys",
            "get-caller-identity",
        ),
        (
            refuse(
                403,
                "InvalidSignatureException",
                "Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z",
            ),
            FaultClass::Credentials,
            "clock",
            "Set the clock",
        ),
        (
            refuse(403, "AccessDeniedException", "You don't have access to the model with the specified model ID."),
            FaultClass::Access,
            "us.anthropic.claude-sonnet-5 in us-east-1",
            "modelaccess",
        ),
        (
            refuse(
                403,
                "AccessDeniedException",
                "User: x is not authorized to perform: bedrock:InvokeModelWithResponseStream",
            ),
            FaultClass::Access,
            "not authorized",
            "inference-profile/us.anthropic.claude-sonnet-5 and arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-5",
        ),
        (
            refuse(403, "AccessDeniedException", "Bearer Token has expired"),
            FaultClass::Credentials,
            "API key",
            "AWS_BEARER_TOKEN_BEDROCK",
        ),
        (
            refuse(
                404,
                "ResourceNotFoundException",
                "Could not resolve the foundation model from the model identifier",
            ),
            FaultClass::Model,
            "cannot be called in us-east-1",
            "list-inference-profiles",
        ),
        (
            refuse(400, "ValidationException", "The provided model identifier is invalid."),
            FaultClass::Model,
            "identifier is invalid",
            "Choose another model",
        ),
        (
            refuse(400, "ValidationException", "Input is too long for requested model."),
            FaultClass::ContextOverflow,
            "too long",
            "new conversation",
        ),
        (
            refuse(400, "ValidationException", "prompt is too long: 210000 tokens > 200000 maximum"),
            FaultClass::ContextOverflow,
            "too long",
            "new conversation",
        ),
        (
            refuse(
                400,
                "ValidationException",
                "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
            ),
            FaultClass::ContextOverflow,
            "too long",
            "new conversation",
        ),
        (
            refuse(400, "ValidationException", "1 validation error detected: bad"),
            FaultClass::Invalid,
            "1 validation error",
            "Word the prompt differently",
        ),
        (
            refuse(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
            FaultClass::Credentials,
            "clock",
            "Set the clock",
        ),
        (
            refuse(400, "ValidationException", "Operation not allowed"),
            FaultClass::Access,
            "has not opened Bedrock's models for this account: Operation",
            "AWS Support",
        ),
        (
            refuse(
                400,
                "ValidationException",
                "INVALID_PAYMENT_INSTRUMENT: a valid payment instrument must be provided",
            ),
            FaultClass::Access,
            "cannot charge the account",
            "Billing",
        ),
        (
            refuse(
                403,
                "AccessDeniedException",
                "not authorized to perform: bedrock:Invoke on temperature/Operation not",
            ),
            FaultClass::Access,
            "was denied",
            "modelaccess",
        ),
        (
            refuse(403, "AccessDeniedException", "required AWS Marketplace actions (aws-marketplace:Subscribe)"),
            FaultClass::Access,
            "has not subscribed",
            "aws-marketplace:Subscribe",
        ),
        (
            refuse(403, "OptInRequired", "You must opt in"),
            FaultClass::Access,
            "has not opened us-east-1",
            "AWS Regions",
        ),
        (refuse(400, "ValidationException", "invalid beta flag"), FaultClass::Invalid, "a flag", "models.toml"),
        (
            refuse(400, "ValidationException", ""),
            FaultClass::Invalid,
            "refused the request with status 400, without saying why",
            "adit logs",
        ),
        (
            refuse(429, "ThrottlingException", "Too many tokens, please wait before trying again."),
            FaultClass::Throttled,
            "this minute",
            "Wait a minute",
        ),
        (
            refuse(429, "ThrottlingException", "Too many tokens per day, please wait before trying again."),
            FaultClass::DailyQuota,
            "this day",
            "quota",
        ),
        (
            refuse(400, "ServiceQuotaExceededException", "too many models"),
            FaultClass::DailyQuota,
            "a quota of the AWS account is used up: too many models",
            "Service Quotas console",
        ),
        (
            refuse(400, "ServiceQuotaExceededException", "Too many tokens per day"),
            FaultClass::DailyQuota,
            "this day",
            "quota",
        ),
        (refuse(500, "InternalServerException", "internal"), FaultClass::Unavailable, "passing fault", "again"),
        (
            refuse(503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
            FaultClass::Unavailable,
            "unable to process",
            "again",
        ),
        (refuse(424, "ModelErrorException", "model"), FaultClass::Unavailable, "passing fault", "again"),
        (refuse(408, "ModelTimeoutException", "slow"), FaultClass::Unavailable, "slow", "again"),
        (refuse(429, "ModelNotReadyException", "warming up"), FaultClass::Unavailable, "warming up", "again"),
        (refuse(400, "NewKindException", "who knows"), FaultClass::Invalid, "who knows", ""),
        (
            ServerStep::Refuse { status: 418, code: None, message: "tea".to_owned() },
            FaultClass::Other,
            "status 418: tea",
            "look at HTTPS_PROXY and the endpoint",
        ),
        (
            ServerStep::Refuse { status: 400, code: None, message: "Input is too long".to_owned() },
            FaultClass::ContextOverflow,
            "too long",
            "",
        ),
    ];
    for (step, class, words, hint) in rows {
        check(step, class, words, hint).await;
    }
}

#[tokio::test]
async fn a_web_page_is_named_as_such() {
    let page = |status: u16| ServerStep::Answer {
        status,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: b"<!DOCTYPE html><html><body>Log in to the hotel's network</body></html>".to_vec(),
    };
    for status in [200, 403, 511] {
        let stage = Stage::new(vec![vec![page(status)]]).await;
        let fault = stage.ask(MODEL).await.fault.expect("a page is no answer");
        assert_eq!(fault.class, FaultClass::Network);
        assert!(fault.message.contains("web page"), "{fault:?}");
        assert!(fault.hint.as_deref().is_some_and(|hint| hint.contains("captive portal")), "{fault:?}");
        assert_eq!(stage.called().len(), 1, "a page is not asked for again");
    }
}

#[tokio::test]
async fn the_status_counts_before_the_form_of_the_words() {
    let answer = |status: u16, kind: &str| ServerStep::Answer {
        status,
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body: b"too many".to_vec(),
    };
    let rows = [
        (answer(429, "text/plain"), FaultClass::Throttled, "this minute is used up: too many"),
        (answer(429, "text/html"), FaultClass::Throttled, "this minute is used up"),
        (answer(413, "text/plain"), FaultClass::ContextOverflow, "too long for the model: too many"),
        (answer(403, "text/plain"), FaultClass::Access, "was denied: too many"),
        (answer(418, "text/plain"), FaultClass::Other, "status 418: too many"),
    ];
    let config = Config { max_retries: 0, throttle_seconds: 0, ..Config::default() };
    for (step, class, words) in rows {
        let stage = Stage::with(&config, stage::patient(), vec![vec![step.clone()]]).await;
        let fault = stage.ask(MODEL).await.fault.expect("it is refused");
        assert_eq!(fault.class, class, "{step:?}: {fault:?}");
        assert!(fault.message.ends_with(words), "{step:?}: {fault:?}");
    }
}

#[tokio::test]
async fn a_refusal_in_any_form_is_read_as_far_as_it_can_be() {
    let answer = |status: u16, headers: &[(&str, &str)], body: &str| {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ServerStep::Answer { status, headers, body: body.as_bytes().to_vec() }
    };
    let named = ("x-amzn-errortype", "ValidationException");
    let xml = "<Error><Code>ThrottlingException</Code><Message>Too many tokens per day</Message></Error>";
    let to = |place: &'static str| [("location", place)];
    let rows = [
        (answer(400, &[named], "{}"), FaultClass::Invalid, "with status 400, without saying why"),
        (answer(400, &[], ""), FaultClass::Invalid, "with status 400, without saying why"),
        (answer(400, &[named], "{\"message\":\"on-demand thr"), FaultClass::Invalid, "{\"message\":\"on-demand thr"),
        (answer(400, &[named], "{\"message\":{\"a\":1}}"), FaultClass::Invalid, "refused the request: {\"a\":1}"),
        (answer(400, &[("content-type", "text/xml")], xml), FaultClass::DailyQuota, "this day is used up: Too many"),
        (
            answer(301, &to("https://me:pw@portal.invalid/login?x=1"), ""),
            FaultClass::Network,
            "a redirect to portal.invalid (status 301) came instead",
        ),
        (answer(307, &[], ""), FaultClass::Network, "a redirect (status 307) came instead"),
    ];
    let config = Config { max_retries: 0, throttle_seconds: 0, ..Config::default() };
    for (step, class, words) in rows {
        let stage = Stage::with(&config, stage::patient(), vec![vec![step.clone()]]).await;
        let fault = stage.ask(MODEL).await.fault.expect("it is refused");
        assert_eq!(fault.class, class, "{step:?}: {fault:?}");
        assert!(fault.message.contains(words), "{step:?}: {fault:?}");
        assert!(fault.hint.as_deref().is_some_and(|hint| hint.ends_with('.')), "{step:?}: {fault:?}");
    }
}

#[tokio::test]
async fn a_wait_that_the_service_asks_for_is_told_as_it_is() {
    let headers = |wait: &str| {
        vec![
            ("x-amzn-errortype".to_owned(), "ThrottlingException".to_owned()),
            ("retry-after".to_owned(), wait.to_owned()),
        ]
    };
    let rows = [("99999", "for 1 d 3 h:"), ("7200", "for 2 h 0 min:"), ("18446744073709551615", "Wait a minute")];
    let config = Config { throttle_seconds: 0, ..Config::default() };
    for (wait, words) in rows {
        let body = b"{\"message\":\"Too many requests\"}".to_vec();
        let answer = ServerStep::Answer { status: 429, headers: headers(wait), body };
        let stage = Stage::with(&config, stage::patient(), vec![vec![answer]]).await;
        let hint = stage.ask(MODEL).await.fault.and_then(|fault| fault.hint).unwrap_or_default();
        assert!(hint.contains(words), "{wait}: {hint}");
    }
}

#[tokio::test]
async fn a_limit_of_the_answer_is_learnt_from_the_refusal() {
    let mut limit = 2048;
    let refuse = move |body: &serde_json::Value| {
        let asked = body["inferenceConfig"]["maxTokens"].as_u64().unwrap_or_default();
        if asked <= limit {
            return Reply::new().text("hi").finish();
        }
        let words = format!(
            "The maximum tokens you requested exceeds the model limit of {limit}. Try again with a maximum tokens value that is lower than {limit}."
        );
        // From the second time on, the limit itself is too much.
        limit = 2047;
        vec![ServerStep::refuse(400, "ValidationException", &words)]
    };
    let endpoint = adit::demo::Endpoint::start(refuse).await.expect("loopback can be bound");
    let loopback = adit::adapters::bedrock::Loopback::at(endpoint.url());
    let models = adit::models::Models::embedded();
    let bedrock =
        adit::adapters::bedrock::Bedrock::with_endpoint(&Config::default(), models, loopback, stage::patient());
    let model = "us.meta.llama3-3-70b-instruct-v1:0";
    for _ in 0..2 {
        let request = stage::request(model, vec![stage::user("hello")]);
        let heard = stage::hear(adit::engine::Provider::stream(&bedrock, request)).await;
        assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "hi"));
    }
    let asked: Vec<u64> = endpoint
        .requests()
        .iter()
        .map(|request| request.json["inferenceConfig"]["maxTokens"].as_u64().unwrap_or_default())
        .collect();
    assert_eq!(asked, [8_192, 2_048, 2_047, 2_047], "it is remembered");
    assert_eq!(adit::engine::Provider::terms(&bedrock, model).max_output, 2_047);

    let words = "max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for this model";
    let refusal = vec![ServerStep::refuse(400, "ValidationException", words)];
    let stage = Stage::new(vec![refusal, Reply::new().text("hi").finish()]).await;
    let mut request = stage::request("us.meta.llama", vec![stage::user("hello")]);
    request.max_tokens = Some(200_000);
    assert_eq!(stage.sent(request).await["inferenceConfig"]["maxTokens"], 128_000);
}

#[tokio::test]
async fn of_several_refused_ids_the_hint_is_of_the_one_that_is_named() {
    let stage = Stage::new(vec![vec![ServerStep::refuse(403, "AccessDeniedException", "no")]]).await;
    let fault = stage.ask("sonnet").await.fault.expect("none answers");
    let called = stage.called();
    assert!(called.len() > 1, "{called:?}");
    assert!(fault.message.contains(&format!("beginning with {}: access to {}", called[0], called[0])), "{fault:?}");
    let hint = fault.hint.as_deref().unwrap_or_default();
    assert!(hint.contains(&format!("inference-profile/{} ", called[0])), "{fault:?}");
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_told() {
    let stage = Stage::new(vec![]).await;
    let url = stage.endpoint.url();
    let host = url.trim_start_matches("http://").to_owned();
    let config = Config { max_retries: 1, ..Config::default() };
    drop(stage);
    let loopback = adit::adapters::bedrock::Loopback::at(url);
    let models = adit::models::Models::embedded();
    let bedrock = adit::adapters::bedrock::Bedrock::with_endpoint(&config, models, loopback, stage::patient());
    let request = stage::request(MODEL, vec![stage::user("hello")]);
    let heard = stage::hear(adit::engine::Provider::stream(&bedrock, request)).await;
    let fault = heard.fault.clone().expect("nothing answers");
    assert_eq!(fault.class, FaultClass::Network);
    assert!(
        fault.message.starts_with(&format!("cannot reach {host} (region us-east-1): tcp connect error")),
        "{fault:?}"
    );
    assert_eq!(heard.retried().len(), 1);
}
