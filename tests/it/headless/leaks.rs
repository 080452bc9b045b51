//! What must not be told is not told: requests and keys that others quote, and keys that no request can hold.

use adit::demo::{Endpoint, Reply, ServerStep};
use serde_json::Value;

use super::desk::{Outcome, Place, adit, finish, journal};

/// What must stand nowhere.
const PRIVATE: [&str; 4] = ["PRIVATE-PROMPT", "hunter2hunter2", "pa55word-of-the-host", "token+of/the=session"];

fn place() -> Place {
    Place::new(&[("secret.env", "DB_PASSWORD=hunter2hunter2\n")]).committed()
}

/// Runs a prompt about a private file, and returns what came of it.
async fn ask(place: &Place) -> Outcome {
    finish(adit(place, &["run", "--model", "us.anthropic.claude-sonnet-5", "PRIVATE-PROMPT @secret.env"])).await
}

/// Asserts that nothing private is in the output, the log and the journal's faults; the prompt itself is in the journal.
#[track_caller]
fn check_hushed(place: &Place, outcomes: &[&Outcome]) {
    let log = std::fs::read_to_string(place.state().join("adit/adit.log")).unwrap_or_default();
    let (events, _) = journal(place);
    let faults = events.iter().filter(|event| {
        let word = serde_json::to_value(&event.kind).unwrap()["event"].to_string();
        !word.contains("turn_started")
    });
    let faults: String = faults.map(|event| serde_json::to_string(event).unwrap()).collect();
    for text in outcomes.iter().flat_map(|outcome| [outcome.text(), outcome.err.clone()]).chain([log, faults]) {
        for private in PRIVATE {
            assert!(!text.contains(private), "{private} is told: {text}");
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_is_no_url_is_named_before_anything_is_sent() {
    for (url, why) in [
        ("bedrock-runtime.us-east-1.amazonaws.com", "it needs http:// or https://"),
        ("127.0.0.1:9", "it needs http:// or https://"),
        ("https://", "it names no host"),
        ("http://[::1", "it cannot be read"),
        ("http://user:pa55word-of-the-host@127.0.0.1:9/a b", "it holds a blank"),
    ] {
        let place = place().with_endpoint(url);
        let outcome = ask(&place).await;
        outcome.check(
            1,
            &["the endpoint `", "of AWS_ENDPOINT_URL_BEDROCK_RUNTIME is no URL", why, "Write it as https://host"],
        );
        assert!(!outcome.err.contains("sending again"), "{}", outcome.err);
        let doctor = finish(adit(&place, &["doctor", "--yes"])).await;
        assert!(doctor.text().contains("is no URL") && doctor.code == 1, "{doctor:#?}");
        check_hushed(&place, &[&outcome, &doctor]);
    }
}

#[tokio::test]
async fn an_endpoint_in_a_section_of_services_is_told_without_the_request() {
    for (written, told) in [("127.0.0.1:9", "127.0.0.1:9"), ("", ""), ("user:pa55word-of-the-host@h", "…@h")] {
        let place = place();
        let home = place.repo().join("../home/.aws");
        std::fs::create_dir(&home).unwrap();
        let text =
            format!("[default]\nservices = here\n[services here]\nbedrock-runtime =\n  endpoint_url = {written}\n");
        std::fs::write(home.join("config"), text).unwrap();
        let outcome = ask(&place).await;
        let told = format!("the endpoint `{told}` of the AWS configuration is no URL: it needs http:// or https://");
        outcome.check(1, &[&told]);
        assert!(!outcome.err.contains("sending again"), "{}", outcome.err);
        check_hushed(&place, &[&outcome]);
    }
}

#[tokio::test]
async fn user_and_password_of_an_address_are_not_told() {
    let place = place().with_endpoint("http://user:pa55word-of-the-host@127.0.0.1:9");
    let outcome = ask(&place).await;
    outcome.check(1, &["cannot reach 127.0.0.1:9"]);
    check_hushed(&place, &[&outcome]);
}

#[tokio::test]
async fn what_the_service_quotes_of_a_signature_holds_no_token() {
    let words = "The request signature we calculated does not match the signature you provided. The Canonical String for \
                 this request should have been 'POST\n/model\nx-amz-security-token:token+of/the=session\n' and token+of/the=session";
    let quoted = ["InvalidSignatureException", "ValidationException"];
    for code in quoted {
        let refused = move |_: &Value| vec![ServerStep::refuse(403, code, words)];
        let endpoint = Endpoint::start(refused).await.unwrap();
        let mut place = place().with_endpoint(&endpoint.url());
        place.variables.push(("AWS_SESSION_TOKEN".to_owned(), PRIVATE[3].to_owned()));
        place.variables.push(("ADIT_MAX_RETRIES".to_owned(), "0".to_owned()));
        let outcome = ask(&place).await;
        assert!(outcome.err.contains("does not match the signature you provided…"), "{}", outcome.err);
        check_hushed(&place, &[&outcome]);
    }
    // Where a token stands in words that are nobody's form, it is left out by itself.
    let refused =
        |_: &Value| vec![ServerStep::refuse(400, "ValidationException", "bad header token+of/the=session here")];
    let endpoint = Endpoint::start(refused).await.unwrap();
    let mut place = place().with_endpoint(&endpoint.url());
    place.variables.push(("AWS_SESSION_TOKEN".to_owned(), PRIVATE[3].to_owned()));
    let outcome = ask(&place).await;
    outcome.check(1, &["bad header … here"]);
    check_hushed(&place, &[&outcome]);
}

#[tokio::test]
async fn a_key_that_no_request_can_hold_is_named_before_anything_is_sent() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.unwrap();
    let rows = [
        ("AWS_ACCESS_KEY_ID", "AKIAX\r", "the access key from the environment's variables holds a line break"),
        ("AWS_ACCESS_KEY_ID", "AK\nIAX", "the access key from the environment's variables holds a line break"),
        (
            "AWS_ACCESS_KEY_ID",
            "AK\u{1}IAX",
            "the access key from the environment's variables holds a control character",
        ),
        ("AWS_SESSION_TOKEN", "to ken", "the session token from the environment's variables holds a blank"),
        ("AWS_BEARER_TOKEN_BEDROCK", "key\n", "the API key in AWS_BEARER_TOKEN_BEDROCK holds a line break"),
    ];
    for (name, value, words) in rows {
        let mut place = place().with_endpoint(&endpoint.url());
        place.variables.push((name.to_owned(), value.to_owned()));
        let outcome = ask(&place).await;
        outcome.check(3, &[words, "anew"]);
        assert!(!outcome.err.contains("panicked") && !outcome.err.contains("sending again"), "{}", outcome.err);
        let doctor = finish(adit(&place, &["doctor"])).await;
        assert!(doctor.code == 1 && !doctor.err.contains("panicked"), "{doctor:#?}");
        let told = doctor.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(words), "{told}");
        let cost = finish(adit(&place, &["cost"])).await.text();
        assert_eq!(cost, "nothing was spent\n", "nothing is reserved for what was never sent");
    }
    // The same from a file.
    let place = place().without_credentials().with_endpoint(&endpoint.url());
    let home = place.repo().join("../home/.aws");
    std::fs::create_dir(&home).unwrap();
    let text = "[default]\nregion = us-east-1\ncredential_process = printf '{\"Version\":1,\"AccessKeyId\":\"A\\\\nB\",\"SecretAccessKey\":\"s\"}'\n";
    std::fs::write(home.join("config"), text).unwrap();
    ask(&place).await.check(3, &["the access key from credential_process holds a line break"]);
    assert_eq!(endpoint.requests().len(), 0);
}

#[tokio::test]
async fn a_draft_that_is_none_is_no_commit_message() {
    for (stop, text, why) in [
        ("refusal", "I cannot help with that.", "the model refused (refusal)"),
        ("guardrail_intervened", "Blocked by policy.", "the model refused (guardrail_intervened)"),
        ("max_tokens", "feat: half a mess", "the text was cut off at the token limit"),
    ] {
        let mut step = 0;
        let model = move |request: &Value| {
            if request.get("toolConfig").is_none() {
                let usage = serde_json::json!({"inputTokens": 100, "outputTokens": 20, "totalTokens": 120});
                return Reply::new().text(text).finish_as(stop, usage);
            }
            step += 1;
            let made = serde_json::json!({"path": "n.txt", "content": "x\n"});
            if step == 1 {
                Reply::new().tool("t1", "write_file", &made).finish()
            } else {
                Reply::new().text("Done.").finish()
            }
        };
        let endpoint = Endpoint::start(model).await.unwrap();
        let place = place().with_endpoint(&endpoint.url());
        let model = "us.anthropic.claude-sonnet-5";
        let outcome =
            finish(adit(&place, &["run", "--model", model, "--accept", "all", "--commit", "make n.txt"])).await;
        outcome.check(0, &["cannot draft a message", why]);
        assert!(place.git(&["log", "-1", "--format=%s"]).starts_with("Update n.txt"), "{outcome:#?}");
        let (_, state) = journal(&place);
        let steps = finish(adit(&place, &["cost", "--format", "json"])).await.text();
        let rows: Value = serde_json::from_str(&steps).unwrap();
        assert_eq!(rows[0]["calls"], 3, "the draft was paid for all the same");
        assert_eq!(rows[0]["cost_micros"].as_u64(), state.cost_micros);
    }
}
