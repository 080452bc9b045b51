//! The least policy: what it allows, and what it does not.

use adit::doctor::least_policy;
use adit::models::Models;
use serde_json::Value;

fn policy(name: &str, region: Option<&str>) -> Value {
    least_policy(&Models::embedded(), &[(name.to_owned(), region.map(str::to_owned))], &|_| None)
}

/// Returns the resources of the statement with this name.
#[track_caller]
fn resources(policy: &Value, sid: &str) -> Vec<String> {
    let statements = policy["Statement"].as_array().unwrap();
    let found = statements.iter().find(|statement| statement["Sid"] == sid);
    let found = found.unwrap_or_else(|| panic!("no {sid} in {policy:#}"));
    found["Resource"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_profile_needs_itself_and_its_model_where_it_leads() {
    let policy = policy("eu.anthropic.claude-sonnet-5", Some("eu-west-1"));
    let profile = "arn:aws:bedrock:eu-west-1:*:inference-profile/eu.anthropic.claude-sonnet-5";
    assert_eq!(resources(&policy, "CallModels"), [profile]);
    let regions = ["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"];
    let models = regions.map(|region| format!("arn:aws:bedrock:{region}::foundation-model/anthropic.claude-sonnet-5"));
    assert_eq!(resources(&policy, "ReachModelsThroughProfiles"), models);
    let statement = &policy["Statement"][1];
    assert_eq!(statement["Condition"]["StringLike"]["bedrock:InferenceProfileArn"][0], profile);
    assert!(statement["Action"].as_array().unwrap().contains(&"bedrock:InvokeModelWithResponseStream".into()));
}

#[test]
fn names_are_followed_to_what_is_called() {
    let rows: &[(&str, Option<&str>, &[&str])] = &[
        // A global profile asks for the model in no region and in any.
        (
            "global.anthropic.claude-sonnet-5",
            Some("us-west-2"),
            &[
                "arn:aws:bedrock:us-west-2:*:inference-profile/global.anthropic.claude-sonnet-5",
                "arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-5",
                "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-5",
            ],
        ),
        // Another maker's model without a profile.
        (
            "amazon.nova-pro-v1:0",
            Some("us-east-1"),
            &["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"],
        ),
        (
            "us.amazon.nova-pro-v1:0",
            Some("us-gov-west-1"),
            &[
                "arn:aws-us-gov:bedrock:us-gov-west-1:*:inference-profile/us.amazon.nova-pro-v1:0",
                "arn:aws-us-gov:bedrock:us-east-2::foundation-model/amazon.nova-pro-v1:0",
            ],
        ),
        // An application's profile tells nobody its model; the condition holds the grant to it.
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
            None,
            &[
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
                "arn:aws:bedrock:*::foundation-model/*",
            ],
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123",
            None,
            &["arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123"],
        ),
    ];
    for (name, region, wanted) in rows {
        let text = policy(name, *region).to_string();
        for arn in *wanted {
            assert!(text.contains(&format!("\"{arn}\"")), "no {arn} for {name} in {text}");
        }
    }
}

#[test]
fn what_stands_behind_an_application_s_profile_is_all_that_is_allowed_once_it_is_known() {
    let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";
    let allowed = |behind: &str| {
        let called = [(arn.to_owned(), None)];
        let known = |asked: &str| (asked == arn).then(|| behind.to_owned());
        let policy = least_policy(&Models::embedded(), &called, &known);
        assert!(!policy.to_string().contains("foundation-model/*"), "{policy:#}");
        resources(&policy, "ReachModelsThroughProfiles")
    };
    let through = allowed("eu.anthropic.claude-sonnet-5");
    assert!(through.contains(&"arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-5".to_owned()));
    assert!(through.iter().all(|arn| arn.contains(":eu-")), "{through:?}");
    assert_eq!(allowed("amazon.nova-pro-v1:0"), ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]);
}

#[test]
fn an_alias_allows_every_id_that_it_may_become_and_no_more() {
    let policy = policy("sonnet-5", Some("ap-northeast-1"));
    let called = resources(&policy, "CallModels");
    assert_eq!(
        called,
        [
            "arn:aws:bedrock:ap-northeast-1:*:inference-profile/jp.anthropic.claude-sonnet-5",
            "arn:aws:bedrock:ap-northeast-1:*:inference-profile/global.anthropic.claude-sonnet-5",
        ]
    );
    let text = policy.to_string();
    assert!(!text.contains("haiku") && !text.contains("sonnet-4"), "{text}");
}

#[test]
fn what_adit_can_do_without_is_named_optional() {
    let policy = policy("sonnet", Some("us-east-1"));
    for statement in policy["Statement"].as_array().unwrap() {
        let text = statement["Action"].to_string();
        let is_extra = text.contains("CountTokens") || text.contains("ListInferenceProfiles");
        assert_eq!(is_extra, statement["Sid"].as_str().unwrap().starts_with("Optional"), "{statement:#}");
    }
}
