//! How much a model thinks, images and tags, as they arrive at the service.

use std::collections::BTreeMap;

use adit::config::{Config, Effort, ThinkingConfig};
use adit::demo::{Reply, ServerStep};
use adit::engine::{Provider as _, Request};
use adit::session::{Block, Image, ImageFormat, Message, Role, Usage};
use serde_json::{Value, json};

use super::stage::{self, MODEL, Stage, assistant, reasoning, user, words};
use super::validator::breaches;

const BUDGETED: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const ALWAYS: &str = "us.anthropic.claude-sonnet-5-5";
const ASKED: &str = "us.anthropic.claude-sonnet-4-6";
const PLAIN: &str = "us.amazon.nova-pro-v1:0";

#[tokio::test]
async fn effort_is_asked_for_as_each_generation_takes_it() {
    let adaptive = json!({"thinking": {"type": "adaptive", "display": "summarized"}});
    let budget = |tokens: u32| json!({"thinking": {"type": "enabled", "budget_tokens": tokens}, "anthropic_beta": ["interleaved-thinking-2025-05-14"]});
    let none = Value::Null;
    let rows = [
        (BUDGETED, Effort::Auto, none.clone(), none.clone(), 32_000),
        (BUDGETED, Effort::Off, none.clone(), none.clone(), 32_000),
        (BUDGETED, Effort::Low, budget(2_000), none.clone(), 32_000),
        (BUDGETED, Effort::Max, budget(32_000), none.clone(), 40_000),
        (MODEL, Effort::Auto, adaptive.clone(), none.clone(), 32_000),
        (MODEL, Effort::Off, json!({"thinking": {"type": "disabled"}}), none.clone(), 32_000),
        (MODEL, Effort::Medium, adaptive.clone(), json!("medium"), 32_000),
        (ALWAYS, Effort::Off, json!({"thinking": {"type": "between_tools"}}), none.clone(), 32_000),
        (ALWAYS, Effort::Max, adaptive.clone(), json!("max"), 32_000),
        (ASKED, Effort::Auto, none.clone(), none.clone(), 32_000),
        (ASKED, Effort::Off, none.clone(), none.clone(), 32_000),
        (ASKED, Effort::High, adaptive.clone(), json!("high"), 32_000),
        (PLAIN, Effort::High, none.clone(), none.clone(), 8_192),
    ];
    let stage = Stage::new(vec![]).await;
    for (model, effort, extra, output, limit) in rows {
        let request = Request { effort, ..stage::request(model, vec![user("hello")]) };
        let body = stage.sent(request).await;
        assert_eq!(body["additionalModelRequestFields"], extra, "{model} {effort:?}");
        assert_eq!(body["outputConfig"]["effort"], output, "{model} {effort:?}");
        assert_eq!(body["inferenceConfig"]["maxTokens"], limit, "{model} {effort:?}");
        assert!(stage.bedrock.terms(model).thinks == (model != PLAIN), "{model}");
    }
}

#[tokio::test]
async fn a_temperature_is_told_to_those_that_take_it_as_they_are_asked() {
    let config = Config { temperature: Some(0.25), ..Config::default() };
    let stage = Stage::with(&config, stage::patient(), vec![]).await;
    let rows = [
        (BUDGETED, Effort::Auto, true),
        (BUDGETED, Effort::High, false),
        (ASKED, Effort::Auto, true),
        (ASKED, Effort::Low, false),
        (MODEL, Effort::Auto, false),
        (MODEL, Effort::Off, false),
        (ALWAYS, Effort::Auto, false),
        (PLAIN, Effort::Auto, false),
    ];
    for (model, effort, is_told) in rows {
        let request = Request { effort, ..stage::request(model, vec![user("hello")]) };
        let told = stage.sent(request).await["inferenceConfig"]["temperature"].as_f64();
        assert_eq!(told, is_told.then_some(0.25), "{model} {effort:?}");
    }
}

#[tokio::test]
async fn what_a_request_holds_follows_the_user_s_table() {
    let table = r#"
        [[model]]
        id = "anthropic.claude-sonnet-4-5-20250929-v1:0"
        betas = ["context-1m-2025-08-07"]
        fields = { top_k = 40 }
        [[model]]
        id = "anthropic.claude-sonnet-5"
        thinking = "on_request"
        efforts = ["low", "high"]
        temperature = "taken"
        [[model]]
        id = "amazon.nova-pro-v1:0"
        name = "Nova Pro"
        family = "nova"
        released = "2024-12-03"
        context = 300_000
        output = 5_000
        thinking = "none"
        temperature = "taken"
        cache_minimum = 0
        needs_profile = false
    "#;
    let models = adit::models::Models::embedded().overlaid(table).expect("it is well-formed");
    let config = Config { temperature: Some(0.5), ..Config::default() };
    let stage = Stage::over(&config, models, stage::patient(), vec![]).await;
    let long = json!({"anthropic_beta": ["context-1m-2025-08-07"], "top_k": 40});
    let thinking = json!({
        "anthropic_beta": ["context-1m-2025-08-07", "interleaved-thinking-2025-05-14"],
        "thinking": {"type": "enabled", "budget_tokens": 2_000},
        "top_k": 40,
    });
    let adaptive = json!({"thinking": {"type": "adaptive", "display": "summarized"}});
    let rows = [
        (BUDGETED, Effort::Auto, long, Value::Null, json!(0.5)),
        (BUDGETED, Effort::Low, thinking, Value::Null, Value::Null),
        (MODEL, Effort::Auto, Value::Null, Value::Null, json!(0.5)),
        (MODEL, Effort::Medium, adaptive.clone(), json!("low"), json!(0.5)),
        (MODEL, Effort::Max, adaptive, json!("high"), json!(0.5)),
        (PLAIN, Effort::Max, Value::Null, Value::Null, json!(0.5)),
    ];
    for (model, effort, extra, output, temperature) in rows {
        let request = Request { effort, ..stage::request(model, vec![user("hello")]) };
        let body = stage.sent(request).await;
        assert_eq!(body["additionalModelRequestFields"], extra, "{model} {effort:?}");
        assert_eq!(body["outputConfig"]["effort"], output, "{model} {effort:?}");
        assert_eq!(body["inferenceConfig"]["temperature"], temperature, "{model} {effort:?}");
    }
}

#[tokio::test]
async fn a_budget_of_the_configuration_counts_and_leaves_room_for_the_answer() {
    for (budget, expected, limit) in [(5_000, 5_000, 32_000), (10, 1_024, 32_000), (1_000_000, 56_000, 64_000)] {
        let thinking = ThinkingConfig { budget, ..ThinkingConfig::default() };
        let config = Config { thinking, ..Config::default() };
        let stage = Stage::with(&config, stage::patient(), vec![]).await;
        let request = Request { effort: Effort::Low, ..stage::request(BUDGETED, vec![user("hello")]) };
        let body = stage.sent(request).await;
        assert_eq!(body["additionalModelRequestFields"]["thinking"]["budget_tokens"], expected);
        assert_eq!(body["inferenceConfig"]["maxTokens"], limit);
    }
}

#[tokio::test]
async fn a_limit_of_the_user_s_holds_for_thoughts_and_answer_together() {
    // A limit, an effort, the budget that is asked for, if any.
    let rows = [
        (4_000, Effort::High, Some(2_000)),
        (20_000, Effort::High, Some(12_000)),
        (40_000, Effort::High, Some(16_000)),
        (2_048, Effort::Low, Some(1_024)),
        (1_500, Effort::Max, None),
    ];
    for (limit, effort, budget) in rows {
        let config = Config { max_tokens: limit, ..Config::default() };
        let stage = Stage::with(&config, stage::patient(), vec![]).await;
        let request = Request { effort, ..stage::request(BUDGETED, vec![user("hello")]) };
        let body = stage.sent(request).await;
        let thinking = &body["additionalModelRequestFields"]["thinking"];
        assert_eq!(thinking["budget_tokens"].as_u64(), budget, "{limit}: {body:#}");
        assert_eq!(body["inferenceConfig"]["maxTokens"], limit, "{limit}");
    }
}

#[tokio::test]
async fn images_that_a_model_refuses_are_named_and_it_is_remembered() {
    let refused = "This model doesn't support the image content block that you provided.";
    let refusal = vec![ServerStep::refuse(400, "ValidationException", refused)];
    let stage = Stage::new(vec![refusal, Reply::new().text("fine").finish()]).await;
    let image = Image { name: "a.png".to_owned(), format: ImageFormat::Png, width: 1, height: 2, data: "AAEC".into() };
    let history = vec![Message::new(Role::User, vec![Block::Image(image), words("what is it?")])];
    for asked in [2, 3] {
        let heard = stage::hear(stage.bedrock.stream(stage::request(PLAIN, history.clone()))).await;
        assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "fine"));
        let requests = stage.endpoint.requests();
        assert_eq!(requests.len(), asked, "the lesson is kept");
        let block = &requests[asked - 1].json["messages"][0]["content"][0];
        assert_eq!(block["text"], "[an image that you cannot see: a.png 1×2]", "{block}");
    }
}

#[tokio::test]
async fn a_refused_signature_takes_the_thoughts_off_the_wire_and_the_budget_with_them() {
    for (model, extra) in
        [(BUDGETED, Value::Null), (MODEL, json!({"thinking": {"type": "adaptive", "display": "summarized"}}))]
    {
        let refusal = vec![ServerStep::refuse(
            400,
            "ValidationException",
            "messages.1.content.0: Invalid `signature` in `thinking` block",
        )];
        let stage =
            Stage::with(&Config::default(), stage::patient(), vec![refusal, Reply::new().text("hi").finish()]).await;
        let history = vec![user("go"), assistant(vec![reasoning("hm"), words("so")]), user("on")];
        let heard =
            stage::hear(stage.bedrock.stream(Request { effort: Effort::High, ..stage::request(model, history) })).await;
        assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "hi"));
        let requests = stage.endpoint.requests();
        assert!(requests[0].json.to_string().contains("reasoningContent"), "{model}: sent as it came");
        assert!(!requests[1].json.to_string().contains("reasoningContent"), "{model}: stripped");
        assert_eq!(requests[1].json["additionalModelRequestFields"], extra, "{model}");
    }
}

#[tokio::test]
async fn images_and_tags_arrive() {
    let tags = BTreeMap::from([("project".to_owned(), "ferry ü".to_owned()), ("team".to_owned(), "a/b".to_owned())]);
    let stage = Stage::with(&Config { tags, ..Config::default() }, stage::patient(), vec![]).await;
    let image = Image { name: "a.png".to_owned(), format: ImageFormat::Png, width: 1, height: 1, data: "AAEC".into() };
    let history =
        vec![Message::new(Role::User, vec![words("The image a.png:"), Block::Image(image), words("what is it?")])];
    let body = stage.sent(stage::request(MODEL, history)).await;
    assert_eq!(breaches(&body), Vec::<String>::new(), "{body:#}");
    assert_eq!(body["messages"][0]["content"][1], json!({"image": {"format": "png", "source": {"bytes": "AAEC"}}}));
    assert_eq!(body["requestMetadata"], json!({"project": "ferry _", "team": "a/b"}));

    let stage = Stage::with(&Config { tags: BTreeMap::new(), ..Config::default() }, stage::patient(), vec![]).await;
    let body = stage.sent(stage::request(MODEL, vec![user("hello")])).await;
    assert_eq!(body.get("requestMetadata"), None);
}

#[tokio::test]
async fn an_image_is_named_to_a_model_that_does_not_see() {
    let table = "[[model]]\nid = \"anthropic.claude-sonnet-5\"\nimages = false\n";
    let models = adit::models::Models::embedded().overlaid(table).expect("it is well-formed");
    let stage = Stage::over(&Config::default(), models, stage::patient(), vec![]).await;
    let image = Image { name: "a.png".to_owned(), format: ImageFormat::Png, width: 1, height: 2, data: "AAEC".into() };
    let history = vec![Message::new(Role::User, vec![Block::Image(image), words("what is it?")])];
    let rows = [
        (MODEL, false, json!({"text": "[an image that you cannot see: a.png 1×2]"})),
        (ALWAYS, true, json!({"image": {"format": "png", "source": {"bytes": "AAEC"}}})),
        (PLAIN, true, json!({"image": {"format": "png", "source": {"bytes": "AAEC"}}})),
    ];
    for (model, sees, expected) in rows {
        assert_eq!(stage.bedrock.terms(model).sees_images, sees, "{model}");
        let body = stage.sent(stage::request(model, history.clone())).await;
        assert_eq!(body["messages"][0]["content"][0], expected, "{model}");
    }
}

#[tokio::test]
async fn caches_of_an_hour_are_priced_as_such() {
    let stage = Stage::new(vec![]).await;
    let cost = |cache_write, cache_write_hour| {
        let usage = Usage { cache_write, cache_write_hour, ..Usage::default() };
        stage.bedrock.cost_micros("global.anthropic.claude-sonnet-5", usage)
    };
    assert_eq!(cost(1_000_000, 0), Some(2_500_000));
    assert_eq!(cost(1_000_000, 1_000_000), Some(4_000_000));
    assert_eq!(cost(1_000_000, 500_000), Some(3_250_000));
    let config = Config { cache: adit::config::CacheTtl::OneHour, ..Config::default() };
    let hourly = Stage::with(&config, stage::patient(), vec![]).await;
    let usage = Usage { cache_write: 1_000_000, ..Usage::default() };
    assert_eq!(hourly.bedrock.cost_micros("global.anthropic.claude-sonnet-5", usage), Some(4_000_000));
    let terms = hourly.bedrock.terms("global.anthropic.claude-sonnet-5");
    assert_eq!((terms.cache_lives.0, terms.price_since.as_deref()), (3_600_000, Some("2026-06-30")));
}

#[tokio::test]
async fn refused_thoughts_are_sent_no_more_and_later_ones_are() {
    let words_of_it = "messages.1.content.0: Invalid `signature` in `thinking` block";
    let refusal = || vec![ServerStep::refuse(400, "ValidationException", words_of_it)];
    for model in [BUDGETED, MODEL] {
        let answers = vec![refusal(), Reply::new().text("hi").finish()];
        let stage = Stage::with(&Config::default(), stage::patient(), answers).await;
        let ask = async |history: Vec<Message>| {
            let request = Request { effort: Effort::High, ..stage::request(model, history) };
            let heard = stage::hear(stage.bedrock.stream(request)).await;
            assert_eq!((heard.fault.as_ref(), heard.text().as_str()), (None, "hi"));
            heard.retried().len()
        };
        let sealed = |signature: &str| Block::Reasoning {
            text: "hm".to_owned(),
            signature: Some(signature.to_owned()),
            redacted: None,
        };
        let call = || stage::call("t1", "read_file", json!({"path": "a"}));
        let result = || Message::new(Role::User, vec![stage::result("t1", "text")]);
        // In the middle of a turn.
        let mut history = vec![user("go"), assistant(vec![sealed("old"), call()]), result()];
        assert_eq!(ask(history.clone()).await, 1);
        history.extend([assistant(vec![sealed("new"), words("so")]), user("on")]);
        assert_eq!(ask(history.clone()).await, 0, "{model}: the same refusal is not met again");
        let requests = stage.endpoint.requests();
        let body = requests[2].json.to_string();
        assert!(
            !body.contains("old") && body.contains("\"new\""),
            "{model}: only what was refused is left out: {body}"
        );
        let thinks = |at: usize| requests[at].json["additionalModelRequestFields"]["thinking"]["type"].clone();
        let effort = |at: usize| requests[at].json["outputConfig"]["effort"].clone();
        if model == BUDGETED {
            assert_eq!((thinks(0), thinks(1), thinks(2)), (json!("enabled"), Value::Null, json!("enabled")));
        } else {
            assert_eq!((thinks(1), effort(1), effort(2)), (json!("adaptive"), json!("high"), json!("high")));
        }
    }
}

#[tokio::test]
async fn a_refused_hour_leaves_five_minutes_and_it_is_told_and_remembered() {
    let words_of_it = "system.1.cachePoint.ttl: 1h cache TTL is not supported for this model";
    let refusal = vec![ServerStep::refuse(400, "ValidationException", words_of_it)];
    let config = Config { cache: adit::config::CacheTtl::OneHour, ..Config::default() };
    let stage = Stage::with(&config, stage::patient(), vec![refusal, Reply::new().text("hi").finish()]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.retried().len()), (None, 1));
    let told = &heard.retried()[0].message;
    assert!(told.contains("no cache of one hour, so it is asked for one of five minutes"), "{told}");
    assert_eq!(stage.ask(MODEL).await.retried().len(), 0);
    let points: Vec<(usize, usize)> = stage
        .endpoint
        .requests()
        .iter()
        .map(|request| request.json.to_string())
        .map(|body| (body.matches("cachePoint").count(), body.matches("\"1h\"").count()))
        .collect();
    assert!(points[0].0 > 0 && points[0].1 == points[0].0, "{points:?}");
    assert_eq!(points[1..], [(points[0].0, 0), (points[0].0, 0)], "the points stay, for a shorter time");
    // What the service does not tell apart is reckoned at what was asked for.
    let usage = Usage { cache_write: 1_000_000, ..Usage::default() };
    assert_eq!(stage.bedrock.cost_micros(MODEL, usage), Some(2_750_000));
    assert_eq!(stage.bedrock.terms(MODEL).cache_lives, adit::session::Millis(5 * 60_000));

    // Where the short one is refused as well there is none.
    let refuse = |words: &str| vec![ServerStep::refuse(400, "ValidationException", words)];
    let answers = vec![refuse(words_of_it), refuse(words_of_it), Reply::new().text("hi").finish()];
    let stage = Stage::with(&config, stage::patient(), answers).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.retried().len()), (None, 2));
    assert!(!stage.endpoint.requests()[2].json.to_string().contains("cachePoint"));
}
