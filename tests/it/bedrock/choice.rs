//! Which id is called for what the user named.

use adit::adapters::bedrock::{Bedrock, Loopback};
use adit::config::Config;
use adit::demo::{Endpoint, Reply, ServerStep};
use adit::engine::{Delta, Provider as _};
use adit::models::Models;
use adit::session::{FaultClass, ModelChoice, Usage};
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
    assert!(stage.bedrock.models().iter().any(|(name, _)| name == "sonnet"));
}
