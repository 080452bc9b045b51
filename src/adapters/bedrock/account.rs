//! The account: region, profile and credentials, found as the AWS CLI finds them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::profile::{ProfileFileLoadError, ProfileSet};
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{Builder, Credentials};
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use aws_types::os_shim_internal::{Env, Fs};

use super::super::hushed::{hush, hush_userinfo};
use super::certificates;
use super::failure::{Cure, Failure};
use super::guarded::Guarded;
use super::process::{Process, ProcessFault, Wrong};
use super::provider::Loopback;
use super::soundness::{check_api_key, check_endpoint, check_letters, check_services};
use super::sources::{
    BEARER, check_sources, check_token, half_a_pair, half_of_keys, has_keys, of_profile, passed_over,
};
use super::sso::{needs_login, sso_profile};
use super::words::{causes, profile_words};
use crate::session::{Fault, FaultClass, Passcode};

/// What the user asked for; the rest is AWS's own chain.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// The region, or none.
    pub(super) region: Option<String>,
    /// The profile, or none.
    pub(super) profile: Option<String>,
    /// An endpoint that is reached with these values and nothing else.
    pub(super) loopback: Option<Loopback>,
    /// Whether adit has the terminal for itself.
    pub(super) is_attended: bool,
}

/// A client that can be used.
#[derive(Debug)]
pub(super) struct Account {
    /// The client. Its own retries are off, so that none is silent.
    pub(super) client: Client,
    /// The client that is asked about models.
    pub(super) control: aws_sdk_bedrock::Client,
    /// The region that is called.
    pub(super) region: String,
    /// The profile, where one is named.
    pub(super) profile: Option<String>,
    /// The first credentials of the chain, as far as they may be told; none for an API key or on loopback.
    pub(super) found: Option<Found>,
    /// What else was there and does not count, in words; empty where nothing was.
    pub(super) passed_over: &'static str,
    /// Whether the environment's keys sign, and not a profile's.
    pub(super) by_keys: bool,
    /// The profile that an SSO login is done with; none where no login helps.
    pub(super) login: Option<String>,
}

/// What may be told of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where they come from, outermost first.
    pub(super) source: String,
    /// When they end.
    pub(super) expires: Option<SystemTime>,
}

impl Wishes {
    /// Returns the profile that holds, given or by the variable.
    fn profile(&self, env: &Env) -> Option<String> {
        self.profile.clone().or_else(|| variable(env, "AWS_PROFILE"))
    }
}

/// Returns a variable that is set and not empty.
pub(super) fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
}

/// Returns the names of the profiles in AWS's files, sorted; none where the files cannot be read.
pub(super) async fn profiles() -> Vec<String> {
    let files = aws_config::profile::load(&Fs::real(), &Env::real(), &Default::default(), None).await;
    let mut names: Vec<String> = files.map(|files| files.profiles().map(str::to_owned).collect()).unwrap_or_default();
    names.sort_unstable();
    names
}

impl Account {
    /// Finds region and credentials. Slow: it reads files, may run a process or ask the network.
    pub(super) async fn load(wishes: &Wishes, passcode: Option<Passcode>) -> Result<Self, Failure> {
        match &wishes.loopback {
            Some(loopback) => Ok(Self::on_loopback(loopback)),
            None => Self::from_chain(wishes, passcode).await,
        }
    }

    fn on_loopback(loopback: &Loopback) -> Self {
        let credentials =
            Credentials::new(&loopback.access_key, &loopback.secret_key, None, None, "adit's loopback endpoint");
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&loopback.url)
            .region(Region::new(loopback.region.clone()))
            .credentials_provider(credentials.clone())
            .http_client(certificates::loopback_client());
        let control = aws_sdk_bedrock::config::Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&loopback.url)
            .region(Region::new(loopback.region.clone()))
            .credentials_provider(credentials)
            .http_client(certificates::loopback_client())
            .retry_config(RetryConfig::disabled());
        Self {
            client: Client::from_conf(without_surprises(config).build()),
            control: aws_sdk_bedrock::Client::from_conf(control.build()),
            region: loopback.region.clone(),
            profile: None,
            found: None,
            passed_over: "",
            by_keys: false,
            login: None,
        }
    }

    async fn from_chain(wishes: &Wishes, passcode: Option<Passcode>) -> Result<Self, Failure> {
        let env = Env::real();
        let variable = |name: &str| variable(&env, name);
        let profile = wishes.profile(&env);
        let files = files(&env, profile.as_deref()).await.map_err(|error| unreadable_files(&error))?;
        check_profile(profile.as_deref(), &files, &env)?;
        check_endpoint(&env, profile.as_deref(), &files)?;
        hush_all(&env);
        // As with the AWS CLI, a profile that is asked for by name goes before the environment's keys; AWS_PROFILE does not.
        // The environment's API key is one of those keys.
        let has_bearer = wishes.profile.is_none() && variable(BEARER).is_some();
        let is_by_keys = wishes.profile.is_none() && has_keys(&env);
        if let Some(key) = variable(BEARER).filter(|_| has_bearer) {
            check_api_key(BEARER, &key)?;
        }
        if !has_bearer && !is_by_keys {
            check_environment(wishes, &env)?;
            check_sources(profile.as_deref(), &files)?;
        }

        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(TimeoutConfig::builder().connect_timeout(Duration::from_secs(10)).build())
            // Fresh ones come no faster than the first ones did, which were waited for as long.
            .identity_cache(IdentityCache::lazy().load_timeout(LONGEST_WAIT).build());
        if let Some(name) = &profile {
            loader = loader.profile_name(name);
        }
        if let Some(region) = &wishes.region {
            loader = loader.region(Region::new(region.clone()));
        }
        let mut http = None;
        let bundle = variable("AWS_CA_BUNDLE").or_else(|| files.get("ca_bundle").map(str::to_owned));
        if let Some(path) = bundle {
            let client = certificates::client_trusting(&path)?;
            loader = loader.http_client(client.clone());
            http = Some(client);
        }
        let process = |name: Option<&str>| Some(Process::of(name, &files)?.alone(wishes.is_attended));
        let guarded = profile.as_deref().and_then(|name| Guarded::find(name, &files));
        if let Some(role) = guarded.filter(|_| !has_bearer && !is_by_keys) {
            loader = loader
                .credentials_provider(role.assume(passcode, role.source().and_then(|name| process(Some(name)))).await?);
        } else if let Some(name) = &wishes.profile {
            let by_default = || aws_config::default_provider::region::Builder::default().profile_name(name).build();
            let region = match &wishes.region {
                Some(region) => Some(Region::new(region.clone())),
                None => by_default().region().await,
            };
            loader = loader.credentials_provider(of_profile(name, region, http, process(Some(name))));
        } else if let Some(process) = process(profile.as_deref()).filter(|_| !has_bearer && !is_by_keys) {
            loader = loader.credentials_provider(process);
        }
        let shared = loader.load().await;
        check_services(&shared, &env)?;
        let region = shared.region().map(ToString::to_string).ok_or_else(|| no_region(profile.as_deref()))?;
        let mut config = without_surprises(Builder::from(&shared));
        let mut control = aws_sdk_bedrock::config::Builder::from(&shared).retry_config(RetryConfig::disabled());
        let mut found = None;
        let login = sso_profile(profile.as_deref(), &files).filter(|_| !has_bearer && !is_by_keys);
        if !has_bearer {
            // The SDK would take the API key also where it does not count.
            config.set_auth_scheme_preference(Some([AuthSchemeId::from("sigv4")].into()));
            control.set_auth_scheme_preference(Some([AuthSchemeId::from("sigv4")].into()));
            let checked = checked_credentials(&shared, profile.as_deref(), login.as_deref()).await;
            let (checked, first) = checked.map_err(|failure| {
                let half = half_of_keys(&env).filter(|_| wishes.profile.is_none() && failure.has_found_nothing);
                half.map_or(failure, |half| half_a_pair(half).into())
            })?;
            control.set_credentials_provider(Some(checked.clone()));
            config.set_credentials_provider(Some(checked));
            found = Some(first);
        }
        Ok(Self {
            client: Client::from_conf(config.build()),
            control: aws_sdk_bedrock::Client::from_conf(control.build()),
            region,
            profile,
            found,
            passed_over: passed_over(wishes.profile.is_some(), &env),
            by_keys: is_by_keys && !has_bearer,
            login,
        })
    }
}

/// Credentials are waited for so long at most: a process may ask the user for something meanwhile.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(120);

async fn files(env: &Env, profile: Option<&str>) -> Result<ProfileSet, ProfileFileLoadError> {
    let profile = profile.map(|name| name.to_owned().into());
    aws_config::profile::load(&Fs::real(), env, &Default::default(), profile).await
}

/// Returns the process that credentials are waited for, where it is one.
pub(super) async fn process_of(wishes: &Wishes) -> Option<Process> {
    let env = Env::real();
    let is_by_environment = wishes.profile.is_none() && (has_keys(&env) || variable(&env, BEARER).is_some());
    if wishes.loopback.is_some() || is_by_environment {
        return None;
    }
    let profile = wishes.profile(&env);
    Process::behind(profile.as_deref(), &files(&env, profile.as_deref()).await.ok()?)
}

/// Turns off what would retry, or end a stream, without the user hearing of it.
fn without_surprises(config: Builder) -> Builder {
    let config = match AppName::new("adit") {
        Ok(name) => config.app_name(name),
        Err(_) => config,
    };
    config.retry_config(RetryConfig::disabled()).stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

/// Asks for credentials once, so that faults of the profile are told before a request; what came is used
/// for the first request, so that no process runs twice.
async fn checked_credentials(
    config: &SdkConfig,
    profile: Option<&str>,
    login: Option<&str>,
) -> Result<(SharedCredentialsProvider, Found), Failure> {
    let Some(provider) = config.credentials_provider() else {
        return Err(no_credentials().into());
    };
    let first = provider.provide_credentials().await.map_err(|error| credentials_failure(&error, profile, login))?;
    let found = Found { source: source(&first), expires: first.expiry() };
    check_letters(&first, &found.source)?;
    hush_credentials(&first);
    let first = Arc::new(Mutex::new(Some(first)));
    let provider = SharedCredentialsProvider::new(provide_credentials_fn(move || {
        let kept = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let provider = provider.clone();
        async move {
            match kept {
                Some(credentials) => Ok(credentials),
                None => {
                    let fresh = provider.provide_credentials().await?;
                    check_letters(&fresh, &source(&fresh)).map_err(CredentialsError::invalid_configuration)?;
                    hush_credentials(&fresh);
                    Ok(fresh)
                }
            }
        }
    }));
    Ok((provider, found))
}

/// Keeps credentials out of all foreign words. The access key is no secret: AWS tells it back.
fn hush_credentials(credentials: &Credentials) {
    hush(credentials.secret_access_key());
    credentials.session_token().into_iter().for_each(hush);
}

/// Keeps the secrets of the environment out of all foreign words, whether they count or not.
fn hush_all(env: &Env) {
    let secrets = [BEARER, "AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    secrets.iter().filter_map(|name| variable(env, name)).for_each(|secret| hush(&secret));
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        let both = [variable(env, name), variable(env, &name.to_ascii_lowercase())];
        both.into_iter().flatten().for_each(|address| hush_userinfo(&address));
    }
}

/// Returns where credentials come from, as their provider says.
fn source(credentials: &Credentials) -> String {
    use AwsCredentialFeature as Feature;
    let features = credentials.get_property::<Vec<Feature>>().map(Vec::as_slice).unwrap_or_default();
    let mut words: Vec<&str> = features
        .iter()
        .rev()
        .filter_map(|feature| match feature {
            Feature::CredentialsEnvVars => Some("the environment's variables"),
            Feature::CredentialsProfile
            | Feature::CredentialsProfileSourceProfile
            | Feature::CredentialsProfileNamedProvider => Some("the profile"),
            Feature::CredentialsSso | Feature::CredentialsProfileSso => Some("an SSO session"),
            Feature::CredentialsProcess | Feature::CredentialsProfileProcess => Some("credential_process"),
            Feature::CredentialsStsAssumeRole => Some("an assumed role"),
            Feature::CredentialsStsAssumeRoleWebId
            | Feature::CredentialsEnvVarsStsWebIdToken
            | Feature::CredentialsProfileStsWebIdToken => Some("a web identity token"),
            Feature::CredentialsHttp => Some("a container's endpoint"),
            Feature::CredentialsImds => Some("the machine's role"),
            Feature::CredentialsLogin | Feature::CredentialsProfileLogin => Some("aws login"),
            _ => None,
        })
        .collect();
    words.dedup();
    if words.is_empty() { "AWS's chain".to_owned() } else { words.join(", ") }
}

/// Names what is missing of what the environment says of credentials.
fn check_environment(wishes: &Wishes, env: &Env) -> Result<(), Fault> {
    if wishes.profile.is_some() {
        return Ok(());
    }
    if variable(env, "AWS_ACCESS_KEY_ID").is_some()
        && let Some(half) = half_of_keys(env)
    {
        return Err(half_a_pair(half));
    }
    if let Some(path) = variable(env, "AWS_WEB_IDENTITY_TOKEN_FILE") {
        check_token(&path, "AWS_WEB_IDENTITY_TOKEN_FILE")?;
    }
    Ok(())
}

/// Names a profile that does not exist: the SDK's chain would say only that it found nothing.
fn check_profile(profile: Option<&str>, files: &ProfileSet, env: &Env) -> Result<(), Fault> {
    let Some(name) = profile else {
        return Ok(());
    };
    if files.get_profile(name).is_some() {
        return Ok(());
    }
    let mut known: Vec<&str> = files.profiles().collect();
    known.sort_unstable();
    let hint = if let Some(file) = misnamed(name, env) {
        format!("{file} has a section [{name}]: there it must be called [profile {name}].")
    } else if known.is_empty() {
        format!("There are no profiles; run `aws configure sso --profile {name}` to make one.")
    } else {
        format!("Choose one of {} by --profile or AWS_PROFILE.", known.join(", "))
    };
    Err(Fault::new(FaultClass::Credentials, format!("the AWS profile {name} does not exist")).with_hint(hint))
}

/// Returns the configuration file where it calls a section as only the file of credentials may: without "profile".
fn misnamed(name: &str, env: &Env) -> Option<String> {
    let by_home = || Some(format!("{}/.aws/config", variable(env, "HOME")?));
    let file = variable(env, "AWS_CONFIG_FILE").or_else(by_home)?;
    let text = std::fs::read_to_string(&file).ok()?;
    let is_head = |line: &str| {
        let inner = line.trim().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        inner.is_some_and(|(inner, _)| inner.trim() == name)
    };
    text.lines().any(is_head).then_some(file)
}

fn unreadable_files(error: &(dyn std::error::Error + 'static)) -> Fault {
    Fault::new(FaultClass::Credentials, format!("cannot read AWS's configuration: {}", causes(error)))
        .with_hint("Mend the file, or point AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE to other ones.")
}

fn no_region(profile: Option<&str>) -> Fault {
    Fault::new(FaultClass::Region, format!("no AWS region is set for {}", profile_words(profile)))
        .with_hint("Set AWS_REGION, add `region = us-east-1` to the profile, or set `region` in adit's configuration.")
}

fn no_credentials() -> Fault {
    Fault::new(FaultClass::Credentials, "no AWS credentials were found").with_hint(
        "Run `aws configure sso` or `aws configure`, set AWS_PROFILE, or set AWS_BEARER_TOKEN_BEDROCK; \
         then send the prompt again.",
    )
}

/// Looks for what a process did wrong among the causes.
fn process_fault<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a ProcessFault> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

/// Returns the fault of credentials that did not come in time.
pub(super) fn not_in_time(process: Option<&Process>, waited: Duration) -> Fault {
    let seconds = waited.as_secs();
    match process {
        Some(process) => {
            Fault::new(FaultClass::Credentials, format!("nothing came in {seconds} s from {}", process.words()))
                .with_hint("It was ended. Run it by hand to see what it waits for, then send the prompt again.")
        }
        None => Fault::new(FaultClass::Credentials, format!("AWS's credentials did not come in {seconds} s"))
            .with_hint("Check the network and what the profile asks, then send the prompt again."),
    }
}

/// Says what is wrong with the credentials, in the user's terms, and what may cure it; `login` is the profile that an
/// SSO login is done with, where there is one.
pub(super) fn credentials_failure(error: &CredentialsError, profile: Option<&str>, login: Option<&str>) -> Failure {
    let words = causes(error);
    let failure = |message: String| Failure::new(FaultClass::Credentials, message).cure(Cure::Reload);
    let whose = profile_words(profile);
    if let Some(login) = login.filter(|_| needs_login(&words)) {
        return failure(format!("the SSO session of {whose} is missing or has expired: {words}")).by_login_with(login);
    }
    if let Some(fault) = process_fault(error) {
        let hint = match fault.kind {
            Wrong::Start(_) => "Adit runs it by `sh -c`; check that there is a shell.",
            Wrong::Failed { .. } => {
                "Run the command of credential_process in the profile by hand to see what it needs."
            }
            Wrong::Unusable { .. } => {
                "Run the command of credential_process in the profile by hand: it must print JSON with Version, AccessKeyId and SecretAccessKey."
            }
        };
        return failure(fault.to_string()).hint(hint);
    }
    if words.contains("external process") && words.contains("could not parse") {
        return failure(format!("the credential_process of {whose} printed what is no JSON of credentials: {words}"))
            .hint("Run the command of credential_process in the profile by hand: it must print JSON with Version, AccessKeyId and SecretAccessKey.");
    }
    if words.contains("external process") {
        return failure(format!("the credential_process of {whose} failed: {words}"))
            .hint("Run the command of credential_process in the profile by hand to see what it needs.");
    }
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        let mut fault = no_credentials();
        if let Some(name) = profile {
            fault.message = format!("no AWS credentials were found for profile {name}");
        }
        let mut failure = Failure::from(fault).cure(Cure::Reload);
        failure.has_found_nothing = true;
        return failure;
    }
    failure(format!("cannot get AWS credentials from {whose}: {words}"))
        .hint("Check the profile with `aws sts get-caller-identity`, then send the prompt again.")
}
