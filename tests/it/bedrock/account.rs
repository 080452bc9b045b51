//! Region, profile and credentials as AWS's own configuration gives them, each in a process of its own.

use std::path::Path;
use std::process::Command;

use adit::adapters::bedrock::Bedrock;
use adit::config::Config;
use adit::demo::{Endpoint, Reply, ServerStep};
use adit::engine::Provider as _;
use adit::models::Models;
use adit::session::{Fault, FaultClass};
use serde_json::Value;

use super::stage;

/// Marks the line that the child writes.
const MARK: &str = "adit-heard:";

/// Runs in a child with an environment of its own; does nothing in the parent.
#[tokio::test]
async fn child_asks_by_its_environment() {
    #[allow(clippy::disallowed_methods, reason = "the child is told its part by the environment")]
    let Ok(profile) = std::env::var("ADIT_TEST_CHILD_PROFILE") else { return };
    let config = Config { profile, max_retries: 0, ..Config::default() };
    let bedrock = Bedrock::new(&config, Models::embedded());
    let heard = stage::hear(bedrock.stream(stage::request(stage::MODEL, vec![stage::user("hello")]))).await;
    use std::io::Write as _;
    let line = serde_json::to_string(&heard.fault).expect("a fault can be written");
    writeln!(std::io::stdout(), "\n{MARK}{line}").expect("the parent listens");
}

/// Asks in a child process with this profile, these variables and this configuration file.
async fn ask(profile: &str, variables: &[(&str, &str)], file: &str) -> Option<Fault> {
    let home = tempfile::tempdir().expect("a folder can be made");
    std::fs::create_dir(home.path().join(".aws")).expect("a folder can be made");
    std::fs::write(home.path().join(".aws/config"), file).expect("a file can be written");
    let mut child = child(home.path(), profile);
    child.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || child.output()).await.expect("joined").expect("the child runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(MARK)).unwrap_or_else(|| panic!("no answer: {text}"));
    serde_json::from_str(line).expect("the child writes JSON")
}

fn child(home: &Path, profile: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test knows its own file"));
    command.args(["--exact", "bedrock::account::child_asks_by_its_environment", "--nocapture"]);
    command.env_clear().env("HOME", home).env("ADIT_TEST_CHILD_PROFILE", profile);
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("NO_PROXY", "127.0.0.1").env("PATH", "/usr/bin:/bin");
    command
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "not-a-secret")];

/// A certificate made for this test; its key is thrown away.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBfzCCASWgAwIBAgIUXfBICC9wocFuztXI174i3TYMRP4wCgYIKoZIzj0EAwIw\n\
FDESMBAGA1UEAwwJYWRpdCB0ZXN0MCAXDTI2MTEyMzIzMjgzMVoYDzIxMjYxMDMw\n\
MjMyODMxWjAUMRIwEAYDVQQDDAlhZGl0IHRlc3QwWTATBgcqhkjOPQIBBggqhkjO\n\
PQMBBwNCAARJcRO/9uZa+pqT1Jlqee6+scZLyPI1oBatFNJXRQ5M9Fp/ktDj4Rki\n\
k+R2MsiD15HPGGuaHPwKMRP7AGayBFq0o1MwUTAdBgNVHQ4EFgQUHr1bWbvY7xfR\n\
qJKOuRincEgvROkwHwYDVR0jBBgwFoAUHr1bWbvY7xfRqJKOuRincEgvROkwDwYD\n\
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA8ipfJDJFhB2SoixlRcaK\n\
Kvsa1fA7+Ocxa+SaxH6biOcCIAkwgwyB8zGwJcxNDsMqvUlzxq7tL3/zOha7F8qS\n\
oXLK\n\
-----END CERTIFICATE-----\n\
";

async fn check(fault: Option<Fault>, class: FaultClass, words: &str, hint: &str) {
    let fault = fault.expect("it cannot work");
    assert_eq!(fault.class, class, "{fault:?}");
    assert!(fault.message.contains(words), "{fault:?}");
    assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{fault:?}");
    assert!(!format!("{fault:?}").contains("not-a-secret"), "{fault:?}");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let file = "[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = us-east-1\n";
    let missing = ask("staging", &KEYS, file).await;
    check(missing, FaultClass::Credentials, "profile staging does not exist", "dev, prod").await;
    let by_variable = ask("", &[("AWS_PROFILE", "nope")], file).await;
    check(by_variable, FaultClass::Credentials, "profile nope does not exist", "dev, prod").await;
    let misnamed = ask("dev", &KEYS, "[dev]\nregion = eu-west-1\n").await;
    check(misnamed, FaultClass::Credentials, "profile dev does not exist", "it must be called [profile dev]").await;
    check(ask("", &KEYS, "").await, FaultClass::Region, "no AWS region", "AWS_REGION").await;
    check(
        ask("dev", &[], file).await,
        FaultClass::Credentials,
        "no AWS credentials were found for profile dev",
        "aws configure sso",
    )
    .await;
}

#[tokio::test]
async fn a_profile_asked_for_by_name_goes_before_the_environment_s_keys() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.expect("loopback can be bound");
    let url = endpoint.url();
    let key = "aws_access_key_id = fromprofile\naws_secret_access_key = s\n";
    let file = format!("[profile dev]\nregion = eu-west-1\nendpoint_url = {url}\n{key}");
    let both = [KEYS[0], KEYS[1]];
    assert_eq!(ask("dev", &both, &file).await, None);
    assert_eq!(ask("", &[KEYS[0], KEYS[1], ("AWS_PROFILE", "dev")], &file).await, None);
    let requests = endpoint.requests();
    let keys: Vec<&str> = requests.iter().map(|request| request.header("authorization").unwrap_or("")).collect();
    assert!(keys[0].contains("Credential=fromprofile/"), "{keys:?}");
    assert!(keys[1].contains("Credential=key/"), "the variable AWS_PROFILE does not: {keys:?}");
    // A profile without any does not fall back on them either.
    let empty = "[profile dev]\nregion = eu-west-1\n";
    check(ask("dev", &both, empty).await, FaultClass::Credentials, "found for profile dev", "aws configure").await;
}

#[tokio::test]
async fn what_settings_of_sso_lack_is_named() {
    let of_profile = "sso_account_id = 123456789012\nsso_role_name = R\n";
    let of_session = "sso_start_url = https://corp.invalid/start\nsso_region = eu-west-1\n";
    let rows = [
        (
            format!("sso_session = gone\n{of_profile}"),
            "names the sso-session gone, which is not in the AWS configuration",
            "Add a section [sso-session gone] with sso_start_url and sso_region",
        ),
        (
            format!("sso_session = c\n[sso-session c]\n{of_session}"),
            "profile corp has settings of SSO, but no sso_account_id and sso_role_name",
            "Add sso_account_id and sso_role_name to profile corp",
        ),
        (
            format!("sso_session = c\n{of_profile}[sso-session c]\nsso_region = eu-west-1\n"),
            "the sso-session c of profile corp has no sso_start_url",
            "Add sso_start_url to [sso-session c]",
        ),
        (
            format!("{of_profile}sso_start_url = https://corp.invalid/start\n"),
            "profile corp has settings of SSO, but no sso_region",
            "aws configure sso --profile corp",
        ),
    ];
    for (settings, words, hint) in rows {
        let file = format!("[profile corp]\nregion = eu-west-1\n{settings}");
        check(ask("corp", &[], &file).await, FaultClass::Credentials, words, hint).await;
    }
    // Whole, it is only the login that is missing.
    let whole = format!("[profile corp]\nregion = eu-west-1\n{of_profile}{of_session}");
    check(ask("corp", &[], &whole).await, FaultClass::Credentials, "SSO session of profile corp", "--profile corp")
        .await;
}

#[tokio::test]
async fn keys_of_the_environment_that_ended_are_told_as_such_and_not_sent_again() {
    let refuse = |code: &str| {
        let code = code.to_owned();
        move |_: &Value| vec![ServerStep::refuse(403, &code, "The security token included in the request is bad")]
    };
    let rows = [
        ("ExpiredTokenException", "the session of the environment's keys has expired"),
        ("UnrecognizedClientException", "AWS does not accept the environment's keys"),
    ];
    for (code, words) in rows {
        let endpoint = Endpoint::start(refuse(code)).await.expect("loopback can be bound");
        let url = endpoint.url();
        let file = "[profile dev]\nregion = us-east-1\n";
        let variables = [KEYS[0], KEYS[1], ("AWS_PROFILE", "dev"), ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url.as_str())];
        check(ask("", &variables, file).await, FaultClass::Credentials, words, "AWS_SESSION_TOKEN").await;
        assert_eq!(endpoint.requests().len(), 1, "read anew, they would be the same");
    }
}

#[tokio::test]
async fn a_proxy_that_makes_no_tunnel_is_named_with_what_it_says() {
    let rows = [
        (407, "asks for a login", "http://user:password@host:port", 1, ""),
        (407, "does not accept its user and password", "http://user:password@host:port", 1, "me:not-a-secret@"),
        (403, "refuses to connect to bedrock-runtime.us-east-1.amazonaws.com (status 403)", "NO_PROXY", 2, ""),
        (502, "cannot connect to bedrock-runtime.us-east-1.amazonaws.com (status 502)", "in a moment", 2, ""),
    ];
    for (status, words, hint, requests, user) in rows {
        let answer = move |_: &Value| {
            let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
            vec![ServerStep::Answer { status, headers, body: b"<html>no</html>".to_vec() }]
        };
        let proxy = Endpoint::start(answer).await.expect("loopback can be bound");
        let place = proxy.url().trim_start_matches("http://").to_owned();
        let url = format!("http://{user}{place}");
        let variables = [
            KEYS[0],
            KEYS[1],
            ("AWS_REGION", "us-east-1"),
            ("HTTPS_PROXY", url.as_str()),
            ("NO_PROXY", ""),
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://bedrock-runtime.us-east-1.amazonaws.com"),
        ];
        let fault = ask("", &variables, "").await;
        let named = format!("the proxy {place} of HTTPS_PROXY {words}");
        check(fault, FaultClass::Network, &named, hint).await;
        let asked = proxy.requests();
        assert!(asked.iter().all(|request| request.method == "CONNECT"), "{asked:?}");
        assert_eq!(asked.len(), requests, "{status}");
    }
}

#[tokio::test]
async fn a_proxy_of_a_kind_that_is_not_spoken_is_told() {
    let variables = [
        KEYS[0],
        KEYS[1],
        ("AWS_REGION", "us-east-1"),
        ("HTTPS_PROXY", "socks5://127.0.0.1:1"),
        ("NO_PROXY", ""),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://bedrock-runtime.us-east-1.amazonaws.com"),
    ];
    let words = "the proxy 127.0.0.1:1 of HTTPS_PROXY is of a kind that adit does not speak";
    check(ask("", &variables, "").await, FaultClass::Network, words, "http://host:port").await;
}

#[tokio::test]
async fn a_role_that_is_denied_is_told_in_the_service_s_words() {
    let answer = |_: &Value| {
        let body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>\
                    AccessDenied</Code><Message>User: b is not authorized to perform: sts:AssumeRole on \
                    role/DataProcessor</Message></Error></ErrorResponse>";
        let headers = vec![("content-type".to_owned(), "text/xml".to_owned())];
        vec![ServerStep::Answer { status: 403, headers, body: body.as_bytes().to_vec() }]
    };
    let sts = Endpoint::start(answer).await.expect("loopback can be bound");
    let url = sts.url();
    let file = "[profile r]\nrole_arn = arn:aws:iam::123456789012:role/DataProcessor\nsource_profile = b\n\
                region = us-east-1\n[profile b]\naws_access_key_id = key\naws_secret_access_key = not-a-secret\n";
    let fault = ask("r", &[("AWS_ENDPOINT_URL_STS", url.as_str())], file).await;
    let words = "cannot get AWS credentials from profile r: AccessDenied: User: b is not authorized";
    check(fault, FaultClass::Credentials, words, "get-caller-identity").await;
}

#[tokio::test]
async fn what_a_profile_s_sources_lack_is_named() {
    let gone = "[profile app]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = gone\n";
    let words = "profile gone does not exist, which profile app names";
    check(ask("app", &[], gone).await, FaultClass::Credentials, words, "source_profile of profile app").await;
    let token = "[profile app]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/r\n\
                 web_identity_token_file = /nowhere/token\n";
    check(ask("app", &[], token).await, FaultClass::Credentials, "/nowhere/token of profile app", "path").await;
    let region = ("AWS_REGION", "eu-west-1");
    let by_variable =
        [region, ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")];
    check(ask("", &by_variable, "").await, FaultClass::Credentials, "/nowhere/token of AWS_WEB", "path").await;
    for (set, missing) in [(KEYS[0], KEYS[1].0), (KEYS[1], KEYS[0].0)] {
        let words = format!("{} is set, but {missing} is not", set.0);
        check(ask("", &[set, region], "").await, FaultClass::Credentials, &words, missing).await;
    }
    let process = "[profile dev]\nregion = eu-west-1\ncredential_process = echo not JSON\n";
    check(ask("dev", &[], process).await, FaultClass::Credentials, "no JSON of credentials", "by hand").await;
}

#[tokio::test]
async fn a_login_that_expired_or_a_process_that_failed_is_named() {
    let sso = "[profile dev]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = R\n\
               [sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.invalid/start\n";
    check(
        ask("dev", &[], sso).await,
        FaultClass::Credentials,
        "SSO session of profile dev",
        "`aws sso login --profile dev`",
    )
    .await;
    let process =
        "[profile dev]\nregion = eu-west-1\ncredential_process = sh -c \"echo the vault is locked >&2; exit 3\"\n";
    check(ask("dev", &[], process).await, FaultClass::Credentials, "the vault is locked", "by hand").await;
}

#[tokio::test]
async fn a_certificate_file_that_cannot_be_used_is_named() {
    let region = ("AWS_REGION", "us-east-1");
    let absent = ask("", &[KEYS[0], KEYS[1], region, ("AWS_CA_BUNDLE", "/nowhere.pem")], "").await;
    check(absent, FaultClass::Network, "/nowhere.pem", "PEM").await;
    let home = tempfile::tempdir().expect("a folder can be made");
    let path = home.path().join("bad.pem");
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n")
        .expect("a file can be written");
    let bad = ask("", &[KEYS[0], KEYS[1], region, ("AWS_CA_BUNDLE", &path.to_string_lossy())], "").await;
    check(bad, FaultClass::Network, "no usable certificate", "PEM").await;

    let bundle = format!("{CERTIFICATE}-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n# a remark\n");
    std::fs::write(&path, bundle).expect("a file can be written");
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.expect("loopback can be bound");
    let url = endpoint.url();
    let path = path.to_string_lossy();
    let good = [KEYS[0], KEYS[1], region, ("AWS_CA_BUNDLE", &path), ("AWS_ENDPOINT_URL", &url)];
    assert_eq!(ask("", &good, "").await, None, "one bad certificate among good ones is passed over");
}

#[tokio::test]
async fn variables_profiles_and_bearer_tokens_lead_to_the_endpoint() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.expect("loopback can be bound");
    let url = endpoint.url();
    let by_variables = [KEYS[0], KEYS[1], ("AWS_REGION", "eu-west-3"), ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", &url)];
    assert_eq!(ask("", &by_variables, "").await, None);
    let process = format!(
        "[profile dev]\nregion = ap-southeast-2\nendpoint_url = {url}\ncredential_process = echo '{{\"Version\": 1, \
         \"AccessKeyId\": \"fromprocess\", \"SecretAccessKey\": \"s\"}}'\n"
    );
    assert_eq!(ask("dev", &[], &process).await, None);
    let bearer = [("AWS_BEARER_TOKEN_BEDROCK", "token-1"), ("AWS_REGION", "us-west-2"), ("AWS_ENDPOINT_URL", &url)];
    assert_eq!(ask("", &bearer, "").await, None);

    let requests = endpoint.requests();
    let authorized: Vec<&str> = requests.iter().map(|request| request.header("authorization").unwrap_or("")).collect();
    assert_eq!(authorized.len(), 3);
    assert!(
        authorized[0].contains("Credential=key/") && authorized[0].contains("/eu-west-3/bedrock/"),
        "{authorized:?}"
    );
    assert!(
        authorized[1].contains("fromprocess/") && authorized[1].contains("/ap-southeast-2/bedrock/"),
        "{authorized:?}"
    );
    assert_eq!(authorized[2], "Bearer token-1");
}
