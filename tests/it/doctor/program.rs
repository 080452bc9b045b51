//! `adit doctor` as it is run.

use adit::demo::{Endpoint, Reply, ServerStep};
use serde_json::Value;

use crate::headless::desk::{Outcome, Place, adit, finish};

pub(super) async fn doctor(place: &Place, arguments: &[&str]) -> (Outcome, Vec<Value>) {
    let mut all = vec!["doctor", "--json"];
    all.extend(arguments);
    let outcome = finish(adit(place, &all)).await;
    let report: Value = serde_json::from_str(&outcome.text()).unwrap_or_else(|_| panic!("{outcome:#?}"));
    assert_eq!(report["ok"], outcome.code == 0, "{outcome:#?}");
    (outcome, report["checks"].as_array().unwrap().clone())
}

/// Returns the state, the finding and the fix of a check.
#[track_caller]
fn found(checks: &[Value], name: &str) -> (String, String, String) {
    let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {checks:#?}"));
    let text = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
    (text("state"), text("finding"), text("fix"))
}

#[track_caller]
pub(super) fn check(checks: &[Value], name: &str, state: &str, finding: &str, fix: &str) {
    let (is, says, mends) = found(checks, name);
    assert_eq!(is, state, "{name}: {says}; {mends}");
    assert!(says.contains(finding) && mends.contains(fix), "{name}: {says}; {mends}");
}

#[tokio::test]
async fn a_machine_in_order_passes_and_nothing_is_called_unasked() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("yes").finish()).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let (outcome, checks) = doctor(&place, &[]).await;
    outcome.check(0, &[]);
    check(&checks, "git identity", "ok", "Tess <tess@example.org>", "");
    check(&checks, "repository", "ok", "on main", "");
    check(&checks, "config", "ok", "built in", "");
    check(&checks, "state folder", "ok", "yours alone", "");
    check(&checks, "region", "ok", "us-east-1 (from the environment)", "");
    check(&checks, "credentials", "ok", "from the environment's variables; they do not expire", "");
    check(&checks, "proxy", "ok", "none", "");
    check(&checks, "keyboard", "skipped", "no terminal", "");
    check(&checks, "model access", "skipped", "--yes", "");
    assert!(endpoint.requests().is_empty());
    assert!(!outcome.text().contains("secret"), "{outcome:#?}");
}

#[tokio::test]
async fn access_is_tried_with_one_token() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("yes").finish()).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let (outcome, checks) = doctor(&place, &["--yes", "--model", "sonnet-4.5"]).await;
    outcome.check(0, &[]);
    check(&checks, "model access", "ok", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "");
    let requests = endpoint.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].json["inferenceConfig"]["maxTokens"], 1);
}

#[tokio::test]
async fn a_refusal_is_told_with_its_way_out_and_a_quota_shows_access() {
    let refuse = |status, name: &'static str, message: &'static str| {
        move |_: &Value| vec![ServerStep::refuse(status, name, message)]
    };
    let denied = Endpoint::start(refuse(403, "AccessDeniedException", "not authorized")).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&denied.url());
    let (outcome, checks) = doctor(&place, &["--yes", "--model", "sonnet-4.5"]).await;
    outcome.check(1, &[]);
    check(&checks, "model access", "fail", "was denied", "bedrock:InvokeModelWithResponseStream");
    let full = Endpoint::start(refuse(429, "ThrottlingException", "Too many tokens, please wait")).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&full.url());
    let (outcome, checks) = doctor(&place, &["--yes", "--model", "sonnet-4.5"]).await;
    outcome.check(0, &[]);
    check(&checks, "model access", "warn", "may be called, but", "");
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_fix() {
    let mut place = Place::new(&[("a.txt", "a\n")]).without_credentials();
    place.variables.push(("AWS_PROFILE".to_owned(), "nowhere".to_owned()));
    place.variables.push(("HTTPS_PROXY".to_owned(), "socks5://me:hush@proxy.corp:1080".to_owned()));
    place.variables.push(("AWS_CA_BUNDLE".to_owned(), "/nowhere.pem".to_owned()));
    place.variables.push(("ADIT_MAX_STEPS".to_owned(), "many".to_owned()));
    let file = place.repo().join(".adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, "region = \"x\"\n").unwrap();
    let (outcome, checks) = doctor(&place, &["--yes"]).await;
    outcome.check(1, &[]);
    check(&checks, "repository", "warn", "commits are off", "git init");
    check(&checks, "credentials", "fail", "profile nowhere does not exist", "");
    check(&checks, "proxy", "fail", "proxy.corp:1080", "http://host:port");
    check(&checks, "certificates", "fail", "/nowhere.pem", "PEM");
    check(&checks, "model access", "skipped", "", "");
    let faults: Vec<&str> = checks
        .iter()
        .filter(|check| check["name"] == "config")
        .map(|check| check["finding"].as_str().unwrap())
        .collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("config.toml, line 1") && faults[1].contains("ADIT_MAX_STEPS"), "{faults:?}");
    assert!(!outcome.text().contains("hush"), "the proxy's password was told");
}

#[tokio::test]
async fn the_report_for_people_has_a_line_a_check() {
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    let outcome = finish(adit(&place, &["doctor"])).await;
    outcome.check(0, &[]);
    let text = outcome.text();
    assert!(text.lines().any(|line| line.starts_with("ok    repository")), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.contains("all is well") || line.contains("better")), "{text}");
}

#[tokio::test]
async fn the_policy_is_printed_without_credentials() {
    let place = Place::new(&[("a.txt", "a\n")]).committed().without_credentials();
    let outcome = finish(adit(&place, &["doctor", "--iam-policy", "--region", "eu-west-1"])).await;
    outcome.check(0, &[]);
    let policy: Value = serde_json::from_str(&outcome.text()).unwrap();
    assert_eq!(policy["Version"], "2012-10-17");
    assert!(policy.to_string().contains("inference-profile/eu.anthropic.claude-sonnet-5-5"), "{policy:#}");
}

/// A place whose own settings are these.
fn configured(place: &Place, text: &str) {
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

#[tokio::test]
async fn there_is_nothing_to_allow_where_only_endpoints_are_configured() {
    let place = Place::new(&[("a.txt", "a\n")]).committed().without_credentials();
    configured(&place, "model = \"l/q\"\n[endpoint.l]\nurl = \"http://127.0.0.1:1\"\nmodels = [\"q\"]\n");
    let outcome = finish(adit(&place, &["doctor", "--iam-policy"])).await;
    outcome.check(1, &["there is nothing to allow", "--model"]);
    assert_eq!(outcome.text(), "");
}

#[tokio::test]
async fn a_proxy_that_is_no_address_is_told() {
    for (value, finding) in [("::::", "does not name a host and a port"), ("socks5://127.0.0.1:1", "does not speak")] {
        let mut place = Place::new(&[("a.txt", "a\n")]).committed().without_credentials();
        place.variables.push(("HTTPS_PROXY".to_owned(), value.to_owned()));
        let (_, checks) = doctor(&place, &[]).await;
        check(&checks, "proxy", "fail", finding, "http://host:port");
    }
}

#[tokio::test]
async fn each_place_that_may_be_asked_has_its_line() {
    let script = |_: &Value| vec![ServerStep::refuse(403, "AccessDeniedException", "not authorized")];
    let endpoint = Endpoint::start(script).await.unwrap();
    let local = crate::openai::server::Server::start(vec![crate::openai::server::Reply::chunks(&[
        crate::openai::server::text("yes"),
        crate::openai::server::finish("stop"),
    ])])
    .await;
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let config = format!(
        "model = \"sonnet-4.5\"\n[[fallback]]\nregion = \"us-west-2\"\n[[fallback]]\nmodel = \"local/qwen\"\n\
         [[fallback]]\nprofile = \"nowhere\"\n[endpoint.local]\nurl = \"{}\"\nmodels = [\"qwen\"]\n",
        local.url()
    );
    configured(&place, &config);
    let (outcome, checks) = doctor(&place, &[]).await;
    assert!(endpoint.requests().is_empty() && local.requests().is_empty(), "nothing is called unasked");
    check(&checks, "model access", "skipped", "sonnet-4.5 was not called", "");
    check(&checks, "fallback 1", "skipped", "the same model in us-west-2: sonnet-4.5 was not called", "");
    check(&checks, "fallback 2", "skipped", "local/qwen: local/qwen was not called", "");
    check(
        &checks,
        "fallback 3",
        "fail",
        "the same model by profile nowhere: the AWS profile nowhere does not exist",
        "",
    );
    assert_eq!(outcome.code, 1);

    let (_, checks) = doctor(&place, &["--yes"]).await;
    check(&checks, "model access", "fail", "sonnet-4.5: access to anthropic.claude-sonnet-4-5", "bedrock:InvokeModel");
    check(
        &checks,
        "fallback 1",
        "fail",
        "the same model in us-west-2: sonnet-4.5: access to",
        "us-west-2#/modelaccess",
    );
    check(&checks, "fallback 2", "ok", "local/qwen: local/qwen answers", "");
    let names: Vec<&str> = checks.iter().map(|check| check["name"].as_str().unwrap()).collect();
    let of = |wanted: &str| names.iter().filter(|name| **name == wanted).count();
    assert_eq!([of("model access"), of("fallback 1"), of("fallback 2"), of("fallback 3")], [1; 4], "{names:?}");
    assert_eq!([of("credentials"), of("region"), of("proxy")], [1; 3], "{names:?}");
}

#[tokio::test]
async fn a_fallback_does_not_answer_for_the_first_place() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("yes").finish()).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let config = "model = \"local/qwen\"\nmax_retries = 0\n[[fallback]]\nmodel = \"sonnet-4.5\"\n[endpoint.local]\n\
                  url = \"http://127.0.0.1:1\"\nmodels = [\"qwen\"]\n";
    configured(&place, config);
    let (outcome, checks) = doctor(&place, &["--yes"]).await;
    outcome.check(1, &[]);
    check(&checks, "model access", "fail", "cannot reach", "");
    check(&checks, "fallback 1", "ok", "sonnet-4.5: sonnet-4.5 is us.anthropic.claude-sonnet-4-5", "");
}
