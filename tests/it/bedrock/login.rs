//! Logins and moves to other accounts in the middle of a session, with a false `aws` command of the test's own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use adit::adapters::bedrock::Bedrock;
use adit::config::Config;
use adit::demo::{Endpoint, Reply, ServerStep};
use adit::engine::{AccountChoice, Delta, Provider as _};
use adit::models::Models;
use adit::review::{Decision, Pick};
use adit::session::{EventKind, Fault, FaultClass, Login, Op, Passcode};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempDir;

use super::stage;
use crate::engine::bench::Bench;
use crate::fakes::{MemoryFiles, ScriptedProvider};

/// Marks the line that the child writes.
const MARK: &str = "adit-heard:";

/// What the child heard of one step of its plan.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Told {
    fault: Option<Fault>,
    logins: Vec<Login>,
    /// Page and code of each login, which are not written with it.
    prompts: Vec<(String, String)>,
    ended: usize,
    retried: usize,
    text: String,
}

/// Runs in a child with an environment of its own; does nothing in the parent.
#[tokio::test]
async fn child_follows_its_plan() {
    #[allow(clippy::disallowed_methods, reason = "the child is told its part by the environment")]
    let Ok(plan) = std::env::var("ADIT_TEST_CHILD_PLAN") else { return };
    let mut steps = plan.split(',');
    let profile = steps.next().unwrap_or_default().to_owned();
    let config = Config { profile, max_retries: 0, ..Config::default() };
    let bedrock = Bedrock::new(&config, Models::embedded()).with_profiles().await;
    let bedrock = if steps.next() == Some("attended") { bedrock.attended("aws") } else { bedrock };
    let bedrock = Arc::new(bedrock);
    let mut heard = Vec::new();
    for step in steps {
        let mut told = Told::default();
        match step.split_once(':') {
            Some(("profile", name)) => told.fault = bedrock.go_to(AccountChoice::Profile(name.to_owned())).err(),
            Some(("region", name)) => told.fault = bedrock.go_to(AccountChoice::Region(name.to_owned())).err(),
            _ if step == "side-calls" => told = side_calls(&bedrock).await,
            _ => {
                let mut stream = bedrock.stream(stage::request(stage::MODEL, vec![stage::user("hello")]));
                while let Some(item) = stream.next().await {
                    match item {
                        Err(fault) => told.fault = Some(fault),
                        Ok(Delta::LoginNeeded(login)) => {
                            let part = |text: &Option<String>| text.clone().unwrap_or_default();
                            told.prompts.push((part(&login.url), part(&login.code)));
                            if login.device.is_some() {
                                let code = if told.logins.is_empty() { "000000" } else { "123456" };
                                bedrock.passcode(Passcode(code.to_owned()));
                            }
                            told.logins.push(login);
                        }
                        Ok(Delta::LoginEnded) => told.ended += 1,
                        Ok(Delta::Retrying { .. }) => told.retried += 1,
                        Ok(Delta::Text { text, .. }) => told.text.push_str(&text),
                        Ok(_) => {}
                    }
                }
            }
        }
        heard.push(told);
    }
    use std::io::Write as _;
    let line = serde_json::to_string(&heard).expect("what was heard can be written");
    writeln!(std::io::stdout(), "\n{MARK}{line}").expect("the parent listens");
}

/// A turn, then a draft and a summary in a session whose login expires before each of them.
async fn side_calls(bedrock: &Arc<Bedrock>) -> Told {
    #[allow(clippy::disallowed_methods, reason = "the parent looks for the file where the child's home is")]
    let expired = Path::new(&std::env::var("HOME").expect("the child has a home")).join("expired");
    let expire = || std::fs::write(&expired, "").expect("a file can be written");
    let mut bench = Bench::with(MemoryFiles::default(), ScriptedProvider::default(), Vec::new(), |parts| {
        parts.provider = Arc::<Bedrock>::clone(bedrock);
        parts.model = stage::MODEL.to_owned();
    })
    .await;
    bench.ask("write it").await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    expire();
    bench.send(Op::DraftCommit).await;
    let drafted = bench.until(|event| matches!(event, EventKind::CommitDrafted { .. })).await;
    expire();
    bench.send(Op::Compact { focus: None }).await;
    let over = |event: &EventKind| matches!(event, EventKind::Compacted { .. } | EventKind::CompactionFailed { .. });
    let compacted = bench.until(over).await;
    let mut told = Told { text: format!("{drafted:?} {compacted:?}"), ..Told::default() };
    for event in bench.end().await {
        match event.kind {
            EventKind::LoginNeeded { login } if login.url.is_none() => told.logins.push(login),
            EventKind::LoginEnded => told.ended += 1,
            _ => {}
        }
    }
    told
}

/// A home folder with AWS's files and commands.
struct Home(TempDir);

impl Home {
    fn new(config: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder can be made");
        std::fs::create_dir_all(home.path().join(".aws")).expect("a folder can be made");
        std::fs::create_dir_all(home.path().join("bin")).expect("a folder can be made");
        std::fs::write(home.path().join(".aws/config"), config).expect("a file can be written");
        Self(home)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(self, name: &str, script: &str) -> Self {
        let file = self.path().join("bin").join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}")).expect("a file can be written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("a file can be made to run");
        self
    }

    /// Follows a plan in a child: profile, then "attended" or "alone", then the steps.
    async fn follow(&self, plan: &str, variables: &[(&str, &str)]) -> Vec<Told> {
        let mut child = Command::new(std::env::current_exe().expect("a test knows its own file"));
        child.args(["--exact", "bedrock::login::child_follows_its_plan", "--nocapture"]);
        child.env_clear().env("HOME", self.path()).env("ADIT_TEST_CHILD_PLAN", plan);
        child.env("AWS_EC2_METADATA_DISABLED", "true").env("NO_PROXY", "127.0.0.1");
        child.env("PATH", format!("{}:/usr/bin:/bin", self.path().join("bin").display()));
        child.envs(variables.iter().copied());
        let output = tokio::task::spawn_blocking(move || child.output()).await.expect("joined").expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains("not-a-secret"), "{text}");
        let line = text.lines().find_map(|line| line.strip_prefix(MARK)).unwrap_or_else(|| panic!("no answer: {text}"));
        serde_json::from_str(line).expect("the child writes JSON")
    }

    fn asked(&self) -> String {
        std::fs::read_to_string(self.path().join("asked")).unwrap_or_default()
    }
}

async fn answering(answers: Vec<Vec<ServerStep>>) -> Endpoint {
    let mut answers = answers.into_iter();
    let script = move |_: &Value| answers.next().unwrap_or_else(|| Reply::new().text("hi").finish());
    Endpoint::start(script).await.expect("loopback can be bound")
}

/// A profile whose credentials come from a process that needs the SSO login of another, as
/// `aws configure export-credentials --profile base`.
fn profile(endpoint: &Endpoint) -> String {
    format!(
        "[profile dev]\nregion = eu-west-1\nendpoint_url = {}\ncredential_process = export-credentials --profile base\n\
         [profile base]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = R\n\
         [sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.invalid/start\n",
        endpoint.url()
    )
}

const EXPORT: &str = "if test -f $HOME/logged-in; then
  echo '{\"Version\": 1, \"AccessKeyId\": \"fresh\", \"SecretAccessKey\": \"not-a-secret\"}'
else echo 'Error when retrieving token from sso: Token has expired and refresh failed' >&2; exit 255; fi\n";

const LOG_IN: &str = "echo \"$*\" >> $HOME/asked
echo 'Browser will not be automatically opened.'
echo 'Please visit the following URL:'
echo; echo 'https://device.sso.eu-west-1.amazonaws.com/'; echo
echo 'Then enter the code:'
echo; echo 'ABCD-EFGH'; echo
touch $HOME/logged-in
echo 'Successfully logged into Start URL: https://corp.invalid/start'\n";

const PAGE: &str = "https://device.sso.eu-west-1.amazonaws.com/";

#[tokio::test]
async fn an_expired_sso_login_is_done_anew_and_the_request_goes_on() {
    let endpoint = answering(vec![]).await;
    let home = Home::new(&profile(&endpoint)).command("export-credentials", EXPORT).command("aws", LOG_IN);
    let told = home.follow("dev,attended,ask", &[]).await;
    assert_eq!((told[0].fault.clone(), told[0].text.as_str()), (None, "hi"));
    assert_eq!((told[0].ended, told[0].retried), (1, 0));
    assert_eq!(told[0].prompts.last(), Some(&(PAGE.to_owned(), "ABCD-EFGH".to_owned())));
    let login = &told[0].logins[0];
    assert!(login.reason.contains("SSO session of profile dev"), "{login:?}");
    assert_eq!(login.command.as_deref(), Some("aws sso login --profile base"));
    assert_eq!(home.asked(), "sso login --no-browser --use-device-code --profile base\n");
    assert_eq!(endpoint.requests().len(), 1);
}

#[tokio::test]
async fn a_session_that_expires_in_the_middle_sends_the_same_request_again() {
    let refusal = vec![ServerStep::refuse(403, "ExpiredTokenException", "expired")];
    let endpoint = answering(vec![Reply::new().text("one").finish(), refusal]).await;
    // The credentials hold until they are asked for a second time.
    let export = format!(
        "if test -f $HOME/second -o ! -f $HOME/first; then touch $HOME/first $HOME/logged-in; else rm -f $HOME/logged-in; touch $HOME/second; fi\n{EXPORT}"
    );
    let home = Home::new(&profile(&endpoint)).command("export-credentials", &export).command("aws", LOG_IN);
    let told = home.follow("dev,attended,ask,ask", &[]).await;
    assert_eq!((told[0].text.as_str(), told[0].logins.len()), ("one", 0));
    assert_eq!((told[1].fault.clone(), told[1].text.as_str()), (None, "hi"));
    assert_eq!((told[1].ended, told[1].retried), (1, 1));
    let bodies: Vec<Value> = endpoint.requests().iter().map(|request| request.json.clone()).collect();
    assert_eq!(bodies.len(), 3);
    assert_eq!(bodies[1], bodies[2], "it is the same request");
}

#[tokio::test]
async fn an_older_command_is_asked_without_the_flag_that_it_does_not_know() {
    let endpoint = answering(vec![]).await;
    let old = format!(
        "case \"$*\" in *--use-device-code*) echo 'Unknown options: --use-device-code' >&2; exit 252;; esac\n{LOG_IN}"
    );
    let home = Home::new(&profile(&endpoint)).command("export-credentials", EXPORT).command("aws", &old);
    let told = home.follow("dev,attended,ask", &[]).await;
    assert_eq!((told[0].fault.clone(), told[0].text.as_str()), (None, "hi"));
    assert_eq!(home.asked(), "sso login --no-browser --profile base\n");
}

#[tokio::test]
async fn a_login_that_fails_or_cannot_run_says_how_to_go_on() {
    let endpoint = answering(vec![]).await;
    let broken = "echo 'Error: the code has expired' >&2; exit 1\n";
    let home = Home::new(&profile(&endpoint)).command("export-credentials", EXPORT).command("aws", broken);
    let fault = home.follow("dev,attended,ask", &[]).await.remove(0).fault.expect("it failed");
    assert_eq!(fault.class, FaultClass::Credentials);
    assert!(fault.message.contains("the login failed: Error: the code has expired"), "{fault:?}");

    let home = Home::new(&profile(&endpoint)).command("export-credentials", EXPORT);
    let mut told = home.follow("dev,attended,ask", &[("PATH", &home.path().join("bin").display().to_string())]).await;
    // Without a shell in the path the process cannot run either; the fault is told all the same.
    assert!(told.remove(0).fault.is_some());
    let told = home.follow("dev,attended,ask", &[]).await.remove(0);
    let hint = told.fault.clone().and_then(|fault| fault.hint).unwrap_or_default();
    assert!(hint.contains("Install the AWS CLI") && hint.contains("aws sso login --profile base"), "{told:?}");

    // Nobody is there to log in: it is said, and nothing is run.
    let home = Home::new(&profile(&endpoint)).command("export-credentials", EXPORT).command("aws", LOG_IN);
    let told = home.follow("dev,alone,ask", &[]).await.remove(0);
    assert!(told.logins.is_empty() && home.asked().is_empty());
    assert!(told.fault.and_then(|fault| fault.hint).unwrap_or_default().contains("aws sso login --profile base"));
    assert_eq!(endpoint.requests().len(), 0);
}

#[tokio::test]
async fn the_login_goes_to_the_profile_that_has_the_settings_of_sso() {
    let file = "[profile work]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = base\n\
                [profile base]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = R\n\
                [sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.invalid/start\n";
    let home = Home::new(file).command("aws", "echo \"$*\" >> $HOME/asked\nexit 1\n");
    let told = home.follow("work,attended,ask", &[]).await.remove(0);
    assert_eq!(home.asked(), "sso login --no-browser --use-device-code --profile base\n", "{told:?}");
}

#[tokio::test]
async fn what_is_no_matter_of_sso_starts_no_login() {
    let endpoint = answering(vec![]).await;
    let url = endpoint.url();
    let failing = |words: &str| format!("echo '{words}' >&2; exit 3\n");
    let by_process = format!("[profile dev]\nregion = eu-west-1\nendpoint_url = {url}\ncredential_process = keys\n");
    let of_sso = profile(&endpoint).replace("export-credentials", "keys");
    // The letters alone say nothing, and without settings of SSO no login helps.
    let rows = [
        (&by_process, failing("the request processor is down")),
        (&by_process, failing("Error when retrieving token from sso: Token has expired and refresh failed")),
        (&of_sso, failing("the request processor is down")),
    ];
    for (file, keys) in rows {
        let home = Home::new(file).command("keys", &keys).command("aws", LOG_IN);
        let told = home.follow("dev,attended,ask", &[]).await.remove(0);
        assert!(told.logins.is_empty() && home.asked().is_empty(), "{told:?}");
        let fault = told.fault.expect("there are no credentials");
        assert!(fault.message.contains("the credential_process of profile dev failed"), "{fault:?}");
    }
}

/// The answer of STS to an AssumeRole.
fn sts(is_right: bool) -> Vec<ServerStep> {
    let (status, body) = if is_right {
        (
            200,
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
             <AccessKeyId>assumed</AccessKeyId><SecretAccessKey>not-a-secret</SecretAccessKey><SessionToken>t\
             </SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
             </AssumeRoleResponse>",
        )
    } else {
        (
            403,
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>\
             AccessDenied</Code><Message>MultiFactorAuthentication failed with invalid MFA one time pass code.\
             </Message></Error></ErrorResponse>",
        )
    };
    let headers = vec![("content-type".to_owned(), "text/xml".to_owned())];
    vec![ServerStep::Answer { status, headers, body: body.as_bytes().to_vec() }]
}

#[tokio::test]
async fn a_role_that_asks_for_a_device_gets_its_code_from_the_user() {
    let mut codes = 0;
    let script = move |body: &Value| {
        if !body.is_null() {
            return Reply::new().text("hi").finish();
        }
        codes += 1;
        sts(codes > 1)
    };
    let endpoint = Endpoint::start(script).await.expect("loopback can be bound");
    let url = endpoint.url();
    let file = format!(
        "[profile prod]\nregion = eu-west-1\nendpoint_url = {url}\nrole_arn = arn:aws:iam::123456789012:role/R\n\
         source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n[profile base]\n\
         aws_access_key_id = base\naws_secret_access_key = not-a-secret\nendpoint_url = {url}\n"
    );
    let home = Home::new(&file);
    let told = home.follow("prod,attended,ask", &[]).await.remove(0);
    assert_eq!((told.fault.clone(), told.text.as_str()), (None, "hi"), "{told:?}");
    assert_eq!((told.logins.len(), told.ended), (2, 2), "the first code was wrong");
    assert_eq!(told.logins[0].device.as_deref(), Some("arn:aws:iam::123456789012:mfa/me"));
    assert!(told.logins[1].reason.contains("invalid MFA"), "{:?}", told.logins[1]);
    let requests = endpoint.requests();
    let authorized = requests.last().and_then(|request| request.header("authorization")).unwrap_or_default();
    assert!(authorized.contains("Credential=assumed/"), "{authorized}");
    let form = String::from_utf8_lossy(&requests[1].body).into_owned();
    assert!(form.contains("TokenCode=123456") && form.contains("SerialNumber="), "{form}");

    let alone = home.follow("prod,alone,ask", &[]).await.remove(0).fault.expect("nobody can enter a code");
    assert!(alone.hint.unwrap_or_default().contains("export-credentials"));
}

#[tokio::test]
async fn profile_and_region_change_inside_a_session() {
    let endpoint = answering(vec![]).await;
    let url = endpoint.url();
    let profile = |name: &str, region: &str| {
        format!(
            "[profile {name}]\nregion = {region}\nendpoint_url = {url}\naws_access_key_id = {name}\n\
             aws_secret_access_key = not-a-secret\n"
        )
    };
    let home = Home::new(&(profile("dev", "eu-west-1") + &profile("prod", "us-east-1")));
    let plan = "dev,attended,ask,profile:prod,ask,region:ap-south-1,ask,profile:nope,region:no where,ask";
    let told = home.follow(plan, &[]).await;
    let faults: Vec<Option<String>> =
        told.iter().map(|told| told.fault.as_ref().map(|fault| fault.message.clone())).collect();
    let expected = [
        None,
        None,
        None,
        None,
        None,
        Some("the AWS profile nope does not exist".to_owned()),
        Some("that is no name of an AWS region".to_owned()),
        None,
    ];
    assert_eq!(faults, expected);
    let requests = endpoint.requests();
    let scopes: Vec<String> = requests
        .iter()
        .map(|request| {
            let authorized = request.header("authorization").unwrap_or_default();
            let scope = authorized.split("Credential=").nth(1).unwrap_or_default();
            let parts: Vec<&str> = scope.split('/').collect();
            format!("{} {}", parts[0], parts[2])
        })
        .collect();
    assert_eq!(scopes, ["dev eu-west-1", "prod us-east-1", "prod ap-south-1", "prod ap-south-1"]);
}

#[tokio::test]
async fn a_login_that_expires_before_a_draft_or_a_summary_is_done_and_they_go_on() {
    let refusal = || vec![ServerStep::refuse(403, "ExpiredTokenException", "expired")];
    let write = serde_json::json!({"path": "new.txt", "content": "new\n"});
    let endpoint = answering(vec![
        Reply::new().tool("t1", "write_file", &write).finish(),
        Reply::new().text("Done.").finish(),
        refusal(),
        Reply::new().text("feat: after the login").finish(),
        refusal(),
        Reply::new().text("SUMMARY after the login").finish(),
    ])
    .await;
    let export = EXPORT.replace("test -f $HOME/logged-in", "test ! -f $HOME/expired");
    let log_in = format!("rm -f $HOME/expired\n{LOG_IN}");
    let home = Home::new(&profile(&endpoint)).command("export-credentials", &export).command("aws", &log_in);
    let told = home.follow("dev,attended,side-calls", &[]).await.remove(0);
    assert!(told.text.contains("feat: after the login") && told.text.contains("SUMMARY after the login"), "{told:?}");
    assert_eq!((told.logins.len(), told.ended), (2, 2), "{told:?}");
    assert_eq!(home.asked().lines().count(), 2);
    let bodies: Vec<Value> = endpoint.requests().iter().map(|request| request.json.clone()).collect();
    assert_eq!(bodies.len(), 6);
    assert_eq!((&bodies[2], &bodies[4]), (&bodies[3], &bodies[5]), "it is the same request");
}
