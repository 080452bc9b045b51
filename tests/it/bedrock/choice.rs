//! Which id is called for what the user named.

use adit::adapters::bedrock::{Bedrock, Loopback};
use adit::config::Config;
use adit::demo::{Endpoint, Reply, ServerStep};
use adit::engine::{Delta, Provider as _};
use adit::models::Models;
use adit::session::{FaultClass, Message, ModelChoice, Role, Usage};
use serde_json::Value;

use super::stage::{self, Heard, Stage};

fn denied() -> Vec<ServerStep> {
    vec![ServerStep::refuse(403, "AccessDeniedException", "You don't have access to the model")]
}

fn on_demand() -> Vec<ServerStep> {
    let words = "Invocation of model ID anthropic.claude-sonnet-5 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile";
    vec![ServerStep::refuse(400, "ValidationException", words)]
}

fn answer() -> Vec<ServerStep> {
    Reply::new().text("hi").finish()
}

fn switched(heard: &Heard) -> Vec<(ModelChoice, String)> {
    let switches = heard.deltas.iter().filter_map(|delta| match delta {
        Delta::Switched { model, reason } => Some((model.clone(), reason.clone())),
        _ => None,
    });
    switches.collect()
}

#[tokio::test]
async fn the_alias_is_the_newest_sonnet_that_answers_and_is_remembered() {
    let stage = Stage::new(vec![denied(), denied(), answer()]).await;
    let heard = stage.ask("sonnet").await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "hi"));
    let expected =
        ["us.anthropic.claude-sonnet-5-5", "global.anthropic.claude-sonnet-5-5", "us.anthropic.claude-sonnet-5"];
    assert_eq!(stage.called(), expected);
    let switches = switched(&heard);
    let model = ModelChoice {
        name: "sonnet".to_owned(),
        id: "us.anthropic.claude-sonnet-5".to_owned(),
        region: Some("us-east-1".to_owned()),
        profile: None,
        context: 1_000_000,
    };
    assert_eq!(switches.iter().map(|(model, _)| model).collect::<Vec<_>>(), [&model]);
    assert!(switches[0].1.contains("sonnet is Claude Sonnet 5 here"), "{}", switches[0].1);
    assert!(switches[0].1.contains("access"), "{}", switches[0].1);

    stage.ask("sonnet").await;
    assert_eq!(stage.called().len(), 4, "the second request goes to the id that answered");
    assert_eq!(stage.called()[3], "us.anthropic.claude-sonnet-5");
    assert_eq!(stage.bedrock.resolve("sonnet").map(|choice| choice.id), Ok("us.anthropic.claude-sonnet-5".to_owned()));
    let usage = Usage { input: 1_000_000, output: 0, cache_read: 0, cache_write: 0, cache_write_hour: 0 };
    assert_eq!(stage.bedrock.cost_micros("sonnet", usage), Some(2_200_000));
}

#[tokio::test]
async fn an_alias_that_nothing_answers_names_the_first_reason() {
    let stage = Stage::new(vec![denied()]).await;
    let heard = stage.ask("sonnet-5.5").await;
    let fault = heard.fault.expect("nothing can be called");
    assert_eq!(fault.class, FaultClass::Access);
    assert!(
        fault.message.contains("none of 2 ids can be called, beginning with us.anthropic.claude-sonnet-5-5"),
        "{fault:?}"
    );
    assert_eq!(stage.called().len(), 2);
}

#[tokio::test]
async fn an_id_is_called_as_given() {
    let stage = Stage::new(vec![denied()]).await;
    let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
    for id in ["global.anthropic.claude-sonnet-5", "anthropic.claude-sonnet-4-5-20250929-v1:0"] {
        assert_eq!(stage.ask(id).await.fault.map(|fault| fault.class), Some(FaultClass::Access));
        assert_eq!(stage.called().last().map(String::as_str), Some(id));
    }
    assert_eq!(stage.called().len(), 2);
    stage.ask(arn).await;
    let path = stage.endpoint.requests().last().map(|request| request.path.clone()).unwrap_or_default();
    assert!(path.contains("application-inference-profile%2Fabc"), "{path}");
}

#[tokio::test]
async fn an_id_that_needs_a_profile_gets_one_and_keeps_it() {
    let stage = Stage::new(vec![on_demand(), denied(), answer()]).await;
    let heard = stage.ask("anthropic.claude-sonnet-5").await;
    assert_eq!(heard.fault, None);
    let expected = ["anthropic.claude-sonnet-5", "us.anthropic.claude-sonnet-5", "global.anthropic.claude-sonnet-5"];
    assert_eq!(stage.called(), expected);
    let switches = switched(&heard);
    assert_eq!(switches.len(), 1);
    assert_eq!(switches[0].0.id, "global.anthropic.claude-sonnet-5");
    stage.ask("anthropic.claude-sonnet-5").await;
    assert_eq!(stage.called().last().map(String::as_str), Some("global.anthropic.claude-sonnet-5"));
}

#[tokio::test]
async fn the_prefix_follows_the_region() {
    let rows = [
        ("eu-central-1", "eu.anthropic.claude-sonnet-5-5"),
        ("ap-northeast-1", "jp.anthropic.claude-sonnet-5-5"),
        ("ap-southeast-2", "au.anthropic.claude-sonnet-5-5"),
        ("ap-south-1", "global.anthropic.claude-sonnet-5-5"),
        ("us-gov-west-1", "us-gov.anthropic.claude-sonnet-5-5"),
    ];
    for (region, expected) in rows {
        let endpoint = Endpoint::start(|_: &Value| answer()).await.expect("loopback can be bound");
        let loopback = Loopback { region: region.to_owned(), ..Loopback::at(endpoint.url()) };
        let bedrock = Bedrock::with_endpoint(&Config::default(), Models::embedded(), loopback, stage::patient());
        let heard = stage::hear(bedrock.stream(stage::request("sonnet", vec![stage::user("hello")]))).await;
        assert_eq!(switched(&heard).first().map(|(model, _)| model.id.as_str()), Some(expected));
    }
}

#[tokio::test]
async fn names_are_resolved_or_the_known_ones_are_told() {
    let stage = Stage::new(vec![]).await;
    for name in
        ["sonnet", "sonnet-4.5", "haiku", "eu.anthropic.claude-sonnet-5", "arn:aws:bedrock:x", "amazon.nova-pro-v1:0"]
    {
        assert_eq!(
            stage.bedrock.resolve(name).map(|choice| (choice.name, choice.id)),
            Ok((name.to_owned(), name.to_owned()))
        );
    }
    for name in ["gpt", "sonnet-9.9", "", "a b.c", "../x.y\u{1b}[2J"] {
        let fault = stage.bedrock.resolve(name).expect_err(name);
        assert_eq!(fault.class, FaultClass::Model);
        assert!(fault.hint.as_deref().is_some_and(|hint| hint.contains("sonnet-4.5")), "{fault:?}");
    }
    assert_eq!(stage.bedrock.resolve("sonnet-4.5").map(|choice| choice.context), Ok(200_000));
    assert_eq!(stage.bedrock.resolve("sonnet-4.5").map(|choice| choice.region), Ok(None), "nothing was asked yet");
    stage.ask("haiku-4.5").await;
    let region = stage.bedrock.resolve("sonnet-4.5").map(|choice| choice.region);
    assert_eq!(region, Ok(Some("us-east-1".to_owned())), "the account is known now");
    assert!(stage.bedrock.models().iter().any(|(name, _)| name == "sonnet"));
}

#[tokio::test]
async fn a_profile_that_was_needed_is_remembered_across_sessions() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("models.json");
    let stage = Stage::new(vec![on_demand(), answer()]).await;
    let Stage { endpoint, bedrock } = stage;
    let bedrock = bedrock.remembering(file.clone());
    let request = || stage::request("anthropic.claude-sonnet-5", vec![stage::user("hello")]);
    assert_eq!(stage::hear(bedrock.stream(request())).await.fault, None);
    drop(bedrock);
    let calls = endpoint.requests().len();
    let loopback = Loopback::at(endpoint.url());
    let bedrock = Bedrock::with_endpoint(&Config::default(), Models::embedded(), loopback, stage::patient());
    let heard = stage::hear(bedrock.remembering(file.clone()).stream(request())).await;
    assert_eq!((heard.fault.clone(), endpoint.requests().len()), (None, calls + 1));
    let path = endpoint.requests().last().map(|request| request.path.clone()).unwrap_or_default();
    assert!(path.contains("us.anthropic.claude-sonnet-5"), "{path}");
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(&file).expect("it was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // Another region knows nothing of it; a damaged file teaches nothing.
    std::fs::write(&file, "{\"profiles\": 3}").expect("a file can be written");
    let loopback = Loopback { region: "eu-west-1".to_owned(), ..Loopback::at(endpoint.url()) };
    let bedrock = Bedrock::with_endpoint(&Config::default(), Models::embedded(), loopback, stage::patient());
    stage::hear(bedrock.remembering(file).stream(request())).await;
    let path = endpoint.requests().last().map(|request| request.path.clone()).unwrap_or_default();
    assert!(path.contains("/anthropic.claude-sonnet-5/"), "{path}");
}

#[tokio::test]
async fn an_id_that_needs_a_profile_gets_the_one_that_the_region_lists() {
    let nova = "Invocation of model ID amazon.nova-pro-v1:0 with on-demand throughput isn\u{2019}t supported.";
    let needed = || vec![ServerStep::refuse(400, "ValidationException", nova)];
    let profile = |id: &str| {
        serde_json::json!({
            "inferenceProfileName": "Nova Pro", "inferenceProfileArn": "a", "inferenceProfileId": id,
            "status": "ACTIVE", "type": "SYSTEM_DEFINED",
            "models": [{"modelArn": "arn:aws:bedrock:ap-south-1::foundation-model/amazon.nova-pro-v1:0"}]
        })
    };
    let listing = json(serde_json::json!({"inferenceProfileSummaries": [
        profile("global.amazon.nova-pro-v1:0"), profile("apac.amazon.nova-pro-v1:0")]}));
    for id in ["amazon.nova-pro-v1:0", "arn:aws:bedrock:ap-south-1::foundation-model/amazon.nova-pro-v1:0"] {
        let stage = Stage::new(vec![needed(), listing.clone(), answer()]).await;
        let heard = stage.ask(id).await;
        assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "hi"), "{id}");
        assert_eq!(stage.called().last().map(String::as_str), Some("apac.amazon.nova-pro-v1:0"), "{id}");
        assert_eq!(stage.endpoint.requests().len(), 3, "{id}");
        stage.ask(id).await;
        assert_eq!(stage.endpoint.requests().len(), 4, "{id}: it is remembered");
    }
    // Where the list may not be read, the table knows the prefixes of the region.
    let endpoint = Endpoint::start(move |body: &Value| if body.is_null() { denied() } else { needed() });
    let endpoint = endpoint.await.expect("loopback can be bound");
    let loopback = Loopback { region: "ap-northeast-1".to_owned(), ..Loopback::at(endpoint.url()) };
    let bedrock = Bedrock::with_endpoint(&Config::default(), Models::embedded(), loopback, stage::patient());
    let request = stage::request("amazon.nova-pro-v1:0", vec![stage::user("hello")]);
    assert!(stage::hear(bedrock.stream(request)).await.fault.is_some());
    let stage = Stage { endpoint, bedrock };
    let expected = ["", "jp.", "apac.", "global."].map(|prefix| format!("{prefix}amazon.nova-pro-v1:0"));
    assert_eq!(stage.called(), expected);
}

#[tokio::test]
async fn what_cannot_be_found_out_of_a_profile_is_asked_once_in_a_session() {
    let stage = Stage::new(vec![answer()]).await;
    let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
    for _ in 0..3 {
        assert_eq!(stage.ask(arn).await.text(), "hi");
    }
    let requests = stage.endpoint.requests();
    assert_eq!(requests.iter().filter(|request| request.method == "GET").count(), 1, "{requests:?}");
}

#[tokio::test]
async fn the_picker_names_the_price_of_what_will_be_called() {
    let stage = Stage::new(vec![]).await;
    let line = |bedrock: &Bedrock| {
        let models = bedrock.models();
        models.into_iter().find(|(name, _)| name == "sonnet-4.5").map(|(_, line)| line).unwrap_or_default()
    };
    assert!(line(&stage.bedrock).ends_with("$3.3 / $16.5 a million"), "{}", line(&stage.bedrock));
    let config = Config { region: "sa-east-1".to_owned(), ..Config::default() };
    let elsewhere = Bedrock::new(&config, Models::embedded());
    assert!(line(&elsewhere).ends_with("$3 / $15 a million"), "{}", line(&elsewhere));
}

#[tokio::test]
async fn any_model_is_asked_with_what_it_takes() {
    let refuse = |words: &str| vec![ServerStep::refuse(400, "ValidationException", words)];
    let answers = vec![
        refuse("This model doesn't support tool use."),
        refuse("This model doesn't support the system field. Remove system and try again."),
        refuse("This model doesn't support the cachePoint field. Remove cachePoint and try again."),
        answer(),
    ];
    let stage = Stage::new(answers).await;
    // An application's profile gets cache points, as nothing is known of it.
    let arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc";
    let history = vec![
        stage::user("hello"),
        stage::assistant(vec![stage::call("t1", "read_file", serde_json::json!({}))]),
        Message::new(Role::User, vec![stage::result("t1", "text")]),
    ];
    let heard = stage::hear(stage.bedrock.stream(stage::request(arn, history.clone()))).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str(), heard.retried().len()), (None, "hi", 3));
    assert!(heard.retried()[0].message.contains("takes no tools"), "{:?}", heard.retried());
    let again = stage::hear(stage.bedrock.stream(stage::request(arn, history))).await;
    assert_eq!((again.fault.clone(), again.retried().len()), (None, 0), "it is remembered");
    let body = stage.endpoint.requests().last().map(|request| request.json.clone()).unwrap_or_default();
    assert!(body.get("toolConfig").is_none() && body.get("system").is_none(), "{body:#}");
    assert!(!body.to_string().contains("cachePoint") && !body.to_string().contains("toolUse"), "{body:#}");
    let first = body["messages"][0]["content"][0]["text"].as_str().unwrap_or_default();
    assert!(first.starts_with("You are a pair programmer.\n") && first.contains("<<<<<<< SEARCH"), "{first}");
}

fn json(body: Value) -> Vec<ServerStep> {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    vec![ServerStep::Answer { status: 200, headers, body: body.to_string().into_bytes() }]
}

#[tokio::test]
async fn what_stands_behind_an_application_s_profile_is_found_out() {
    let behind = serde_json::json!({
        "inferenceProfileName": "team", "inferenceProfileArn": "a", "inferenceProfileId": "b", "status": "ACTIVE",
        "type": "APPLICATION", "models": [
            {"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-5"},
            {"modelArn": "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-sonnet-5"}
        ]
    });
    let stage = Stage::new(vec![json(behind), answer(), answer()]).await;
    let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
    assert_eq!(stage.ask(arn).await.text(), "hi");
    assert_eq!(stage.bedrock.resolve(arn).map(|choice| choice.context), Ok(1_000_000));
    let usage = Usage { input: 1_000_000, ..Usage::default() };
    assert_eq!(stage.bedrock.cost_micros(arn, usage), Some(2_200_000));
    let body = stage.endpoint.requests().last().map(|request| request.json.clone()).unwrap_or_default();
    assert_eq!(body["additionalModelRequestFields"]["thinking"]["type"], "adaptive");
    stage.ask(arn).await;
    assert_eq!(stage.endpoint.requests().len(), 3, "it is looked up once");
}

#[tokio::test]
async fn the_region_s_profiles_are_listed_where_that_is_allowed() {
    let profile = |id: &str, name: &str, status: &str| {
        serde_json::json!({
            "inferenceProfileName": name, "inferenceProfileArn": "a", "inferenceProfileId": id, "status": status,
            "type": "SYSTEM_DEFINED", "models": []
        })
    };
    let first = serde_json::json!({"nextToken": "more", "inferenceProfileSummaries": [
        profile("us.amazon.nova-pro-v1:0", "US Nova Pro", "ACTIVE"), profile("us.old.model", "Old", "DISABLED")]});
    let second = serde_json::json!({"inferenceProfileSummaries": [
        profile("us.anthropic.claude-sonnet-5", "US Claude Sonnet 5", "ACTIVE")]});
    let stage = Stage::new(vec![json(first), json(second)]).await;
    let found = stage.bedrock.discover().await;
    let expected = [
        ("us.anthropic.claude-sonnet-5", "Claude Sonnet 5, 1M tokens of context, $2.2 / $11 a million"),
        ("us.amazon.nova-pro-v1:0", "US Nova Pro, not in adit's table: no prices, and as much as it takes"),
    ];
    assert_eq!(found, expected.map(|(id, line)| (id.to_owned(), line.to_owned())));

    let stage = Stage::new(vec![denied()]).await;
    assert_eq!(stage.bedrock.discover().await, []);
}

#[tokio::test]
async fn each_further_id_is_announced_before_it_is_called() {
    use futures::StreamExt as _;
    let stage = Stage::new(vec![denied(), denied(), answer()]).await;
    let mut stream = stage.bedrock.stream(stage::request("sonnet", vec![stage::user("hello")]));
    let mut announced = Vec::new();
    while let Some(Ok(delta)) = stream.next().await {
        if let Delta::Asking { model } = delta {
            assert!(!stage.called().contains(&model.id), "{} was called already", model.id);
            announced.push(model.id);
        }
    }
    assert_eq!(announced, ["global.anthropic.claude-sonnet-5-5", "us.anthropic.claude-sonnet-5"]);

    // Whoever leaves then has paid for nothing more.
    let stage = Stage::new(vec![denied(), answer()]).await;
    let mut stream = stage.bedrock.stream(stage::request("sonnet", vec![stage::user("hello")]));
    while let Some(Ok(delta)) = stream.next().await {
        if matches!(delta, Delta::Asking { .. }) {
            break;
        }
    }
    drop(stream);
    assert_eq!(stage.called(), ["us.anthropic.claude-sonnet-5-5"]);
}

#[tokio::test]
async fn an_alias_is_reckoned_at_the_price_of_what_will_be_called_before_anything_has_answered() {
    let usage = Usage { input: 100_000, output: 0, cache_read: 0, cache_write: 0, cache_write_hour: 0 };
    let stage = Stage::new(vec![]).await;
    for (name, cost) in [("sonnet", 220_000), ("sonnet-4.5", 330_000), ("haiku", 110_000), ("opus-5.5", 440_000)] {
        assert_eq!(stage.bedrock.cost_micros(name, usage), Some(cost), "{name}");
        let terms = stage.bedrock.terms(name);
        assert!(terms.price_since.is_some() && terms.cache_minimum > 0 && terms.thinks, "{name}: {terms:?}");
    }
    let config = Config { region: "sa-east-1".to_owned(), ..Config::default() };
    let elsewhere = Bedrock::new(&config, Models::embedded());
    assert_eq!(elsewhere.cost_micros("sonnet", usage), Some(200_000), "the global profile is all that there is");
}

#[tokio::test]
async fn an_application_s_profile_is_priced_as_what_it_was_made_from() {
    let base = "anthropic.claude-sonnet-5";
    let there = |regions: &[&str]| -> Vec<String> {
        regions.iter().map(|region| format!("arn:aws:bedrock:{region}::foundation-model/{base}")).collect()
    };
    let rows = [
        (there(&["", "us-east-1"]), 2_000_000),
        (there(&["us-east-1", "eu-west-1", "ap-northeast-1"]), 2_000_000),
        (there(&["us-east-1", "us-west-2", "ca-central-1"]), 2_200_000),
        (there(&["us-east-1"]), 2_200_000),
    ];
    for (arns, cost) in rows {
        let models: Vec<Value> = arns.iter().map(|arn| serde_json::json!({"modelArn": arn})).collect();
        let behind = serde_json::json!({
            "inferenceProfileName": "team", "inferenceProfileArn": "a", "inferenceProfileId": "b", "status": "ACTIVE",
            "type": "APPLICATION", "models": models
        });
        let stage = Stage::new(vec![json(behind), answer()]).await;
        let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
        assert_eq!(stage.ask(arn).await.text(), "hi");
        let usage = Usage { input: 1_000_000, ..Usage::default() };
        assert_eq!(stage.bedrock.cost_micros(arn, usage), Some(cost), "{arns:?}");
    }
}
