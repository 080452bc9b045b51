//! A profile's `credential_process`, run here so that its own words are heard and nobody waits for it unknowingly.
//!
//! The SDK drops what a process says beside JSON that cannot be used, and leaves one that hangs running.

use std::process::Stdio;
use std::time::SystemTime;

use aws_config::profile::{Profile, ProfileSet};
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_bedrockruntime::config::Credentials;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use tokio::process::Command;

use super::sources::sources;
use super::words::{one_line, profile_words};

/// What a profile may take its credentials from before it looks at `credential_process`.
const BEFORE: [&str; 7] = [
    "role_arn",
    "credential_source",
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "login_session",
];

/// The command of a profile that prints credentials.
#[derive(Clone)]
pub(super) struct Process {
    command: String,
    profile: String,
    is_alone: bool,
}

/// The group of a process that runs, with all that it has started; it ends with this.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // It may have ended just now.
            let _gone = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// A process that gave no credentials.
#[derive(Debug, thiserror::Error)]
#[error("the credential_process of {whose} {kind}")]
pub(super) struct ProcessFault {
    whose: String,
    /// What is wrong with what it did.
    pub(super) kind: Wrong,
}

/// What is wrong with what a process did.
#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error("cannot be run: {0}")]
    Start(std::io::Error),
    #[error("failed with {status}{}", said_too(.said))]
    Failed { status: std::process::ExitStatus, said: String },
    #[error("printed what is no JSON of credentials: {why}{}", said_too(.said))]
    Unusable { why: String, said: String },
}

impl std::fmt::Debug for Process {
    /// Writes no more of the command than is told: its arguments may be secret.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Process({})", self.words())
    }
}

impl Process {
    /// Returns the process that a profile itself takes its credentials from.
    pub(super) fn of(profile: Option<&str>, files: &ProfileSet) -> Option<Self> {
        let name = profile.unwrap_or("default");
        Self::in_profile(files.get_profile(name)?, name)
    }

    /// Returns the process that a profile, or the last of its sources, takes its credentials from.
    pub(super) fn behind(profile: Option<&str>, files: &ProfileSet) -> Option<Self> {
        let last = sources(profile, files).pop()?;
        Self::of(Some(&last), files)
    }

    fn in_profile(found: &Profile, name: &str) -> Option<Self> {
        let command = found.get("credential_process").filter(|command| !command.trim().is_empty())?;
        let comes_first = BEFORE.iter().any(|key| found.get(key).is_some());
        let (command, profile) = (command.to_owned(), name.to_owned());
        (!comes_first).then_some(Self { command, profile, is_alone: false })
    }

    /// Returns it as one that cannot read the terminal, which adit has for itself, and of which all is ended with it.
    pub(super) fn alone(self, is_alone: bool) -> Self {
        Self { is_alone, ..self }
    }

    /// Returns its name for people: the program, of which the arguments may be secret.
    pub(super) fn words(&self) -> String {
        let command = one_line(&self.command);
        let (program, has_more) = match command.split_once(char::is_whitespace) {
            Some((program, _)) => (program.to_owned(), " …"),
            None => (command, ""),
        };
        format!("`{program}{has_more}`, the credential_process of {}", profile_words(Some(&self.profile)))
    }

    async fn run(&self) -> Result<Credentials, Wrong> {
        let mut command = Command::new("sh");
        command.args(["-c", &self.command]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Whoever stops waiting ends it.
        command.kill_on_drop(true);
        if self.is_alone {
            command.process_group(0);
        }
        let child = command.spawn().map_err(Wrong::Start)?;
        let leader = child.id().filter(|_| self.is_alone).and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let mut group = Group(leader);
        let output = child.wait_with_output().await.map_err(Wrong::Start)?;
        // Its number may be another's from here on.
        group.0 = None;
        let said = one_line(&String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            return Err(Wrong::Failed { status: output.status, said });
        }
        read(&output.stdout).map_err(|why| Wrong::Unusable { why, said })
    }
}

impl ProvideCredentials for Process {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let fault = |kind| ProcessFault { whose: profile_words(Some(&self.profile)), kind };
        future::ProvideCredentials::new(async move {
            self.run().await.map_err(|kind| CredentialsError::provider_error(fault(kind)))
        })
    }
}

/// Returns a process's own words, behind ours.
fn said_too(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!("; it said: {said}") }
}

/// Reads what a process printed. What is wrong is told without the text, which may hold keys.
fn read(printed: &[u8]) -> Result<Credentials, String> {
    let value: Value = serde_json::from_slice(printed)
        .map_err(|fault| format!("it cannot be read at line {}, column {}", fault.line(), fault.column()))?;
    let Value::Object(fields) = value else { return Err("it is no object".to_owned()) };
    let field = |name: &str| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let text = |name: &str| field(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let needed = |name: &str| text(name).ok_or_else(|| format!("it has no {name}"));
    match field("Version").and_then(Value::as_u64) {
        Some(1) => {}
        Some(other) => return Err(format!("its Version is {other}, and only 1 is known")),
        None => return Err("it has no Version".to_owned()),
    }
    let expiry = match text("Expiration") {
        Some(time) => {
            let time = DateTime::from_str(&time, Format::DateTimeWithOffset).ok();
            Some(time.and_then(|time| SystemTime::try_from(time).ok()).ok_or("its Expiration is no time")?)
        }
        None => None,
    };
    let (key, secret) = (needed("AccessKeyId")?, needed("SecretAccessKey")?);
    let mut credentials = Credentials::new(key, secret, text("SessionToken"), expiry, "CredentialProcess");
    let features: &mut Vec<AwsCredentialFeature> = credentials.get_property_mut_or_default();
    features.push(AwsCredentialFeature::CredentialsProcess);
    Ok(credentials)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_prints_is_read_as_the_aws_cli_reads_it() {
        let whole = br#"{"Version": 1, "accessKeyId": "key", "SecretAccessKey": "hush", "SessionToken": "t",
            "Expiration": "2026-11-28T14:00:00+02:00", "Other": [1]}"#;
        let read_whole = read(whole).unwrap();
        assert_eq!((read_whole.access_key_id(), read_whole.session_token()), ("key", Some("t")));
        let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_867_200);
        assert_eq!(read_whole.expiry(), Some(at));
        let rows = [
            ("not JSON: hush", "it cannot be read at line 1, column 2"),
            ("", "it cannot be read at line 1, column 0"),
            ("[\"hush\"]", "it is no object"),
            (r#"{"AccessKeyId": "hush", "SecretAccessKey": "hush"}"#, "it has no Version"),
            (r#"{"Version": 2, "AccessKeyId": "hush"}"#, "its Version is 2, and only 1 is known"),
            (r#"{"Version": 1, "AccessKeyId": "hush"}"#, "it has no SecretAccessKey"),
            (r#"{"Version": 1, "AccessKeyId": "", "SecretAccessKey": "hush"}"#, "it has no AccessKeyId"),
            (
                r#"{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "hush", "Expiration": "hush"}"#,
                "its Expiration is no time",
            ),
        ];
        for (printed, why) in rows {
            assert_eq!(read(printed.as_bytes()).unwrap_err(), why, "{printed}");
        }
    }

    #[test]
    fn it_is_named_without_what_may_be_secret() {
        let named = |command: &str| {
            let process = Process { command: command.to_owned(), profile: "dev".to_owned(), is_alone: false };
            assert!(!format!("{process:?}").contains("hush"));
            process.words()
        };
        assert_eq!(named("op-aws  --token hush"), "`op-aws …`, the credential_process of profile dev");
        assert_eq!(named(" /opt/keys\u{1b}[2J "), "`/opt/keys[2J`, the credential_process of profile dev");
    }
}
