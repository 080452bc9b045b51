//! What a profile takes its credentials from, looked at before AWS's chain is asked, which says less of what is missing.

use aws_config::Region;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::Env;

use super::account::variable;
use super::process::Process;
use super::sso;
use super::words::profile_words;
use crate::session::{Fault, FaultClass};

/// How far profiles that name each other as sources are followed.
const MOST_SOURCES: usize = 8;

/// The two variables of a pair of keys.
const KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
/// The variable of an API key.
pub(super) const BEARER: &str = "AWS_BEARER_TOKEN_BEDROCK";

/// Returns the credentials of a profile that was asked for by name, as the AWS CLI finds them: the environment's keys
/// do not count for it, and behind the profile stand only a container's and a machine's role. `process` is the one that
/// the profile runs itself, where it does.
pub(super) fn of_profile(
    name: &str,
    region: Option<Region>,
    http: Option<SharedHttpClient>,
    process: Option<Process>,
) -> CredentialsProviderChain {
    let mut config = ProviderConfig::without_region().with_region(region);
    if let Some(client) = http {
        config = config.with_http_client(client);
    }
    if let Some(process) = process {
        return CredentialsProviderChain::first_try("CredentialProcess", process);
    }
    let profile = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name).build();
    let container = EcsCredentialsProvider::builder().configure(&config).build();
    let machine = ImdsCredentialsProvider::builder().configure(&config).build();
    CredentialsProviderChain::first_try("Profile", profile)
        .or_else("EcsContainer", container)
        .or_else("Ec2InstanceMetadata", machine)
}

/// Tells whether the environment holds a pair of keys.
pub(super) fn has_keys(env: &Env) -> bool {
    half_of_keys(env).is_none() && variable(env, KEY).is_some()
}

/// Says which credentials are there and do not count, and why.
pub(super) fn passed_over(is_by_name: bool, env: &Env) -> &'static str {
    let (has_bearer, has_keys) = (variable(env, BEARER).is_some(), has_keys(env));
    let has_profile = variable(env, "AWS_PROFILE").is_some();
    match (is_by_name, has_bearer, has_keys) {
        (true, true, true) => {
            "asked for by name, so AWS_BEARER_TOKEN_BEDROCK and the keys in the environment do not count"
        }
        (true, true, false) => "asked for by name, so AWS_BEARER_TOKEN_BEDROCK in the environment does not count",
        (true, false, true) => "asked for by name, so the keys in the environment do not count",
        (true, false, false) => "",
        (false, true, true) => "it goes before the keys in the environment",
        (false, true, false) if has_profile => "it goes before AWS_PROFILE; --profile goes before it",
        (false, false, true) if has_profile => "they go before AWS_PROFILE; --profile goes before them",
        (false, _, _) => "",
    }
}

/// Returns the variable of a pair of keys that is set, and the one that is not, where that is so.
pub(super) fn half_of_keys(env: &Env) -> Option<(&'static str, &'static str)> {
    let secret = variable(env, SECRET).or_else(|| variable(env, "SECRET_ACCESS_KEY"));
    match (variable(env, KEY), secret) {
        (Some(_), None) => Some((KEY, SECRET)),
        (None, Some(_)) => Some((SECRET, KEY)),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// Returns the fault of half a pair of keys.
pub(super) fn half_a_pair((set, missing): (&str, &str)) -> Fault {
    Fault::new(FaultClass::Credentials, format!("{set} is set, but {missing} is not"))
        .with_hint(format!("Set {missing} as well, or unset {set}, and start again."))
}

/// Names what is missing of a profile and of those that it takes its credentials from.
pub(super) fn check_sources(profile: Option<&str>, files: &ProfileSet) -> Result<(), Fault> {
    let mut name = profile.unwrap_or("default").to_owned();
    let mut is_first = true;
    for _ in 0..MOST_SOURCES {
        let Some(found) = files.get_profile(&name) else { return Ok(()) };
        // Keys of its own count before that in a profile that others name.
        if is_first || found.get("aws_access_key_id").is_none() {
            sso::check_settings(&name, found, files)?;
        }
        is_first = false;
        if let Some(path) = found.get("web_identity_token_file") {
            check_token(path, &profile_words(Some(&name)))?;
        }
        let Some(source) = found.get("source_profile").filter(|source| *source != name) else { return Ok(()) };
        if files.get_profile(source).is_none() {
            let message =
                format!("the AWS profile {source} does not exist, which profile {name} names as its source_profile");
            return Err(Fault::new(FaultClass::Credentials, message).with_hint(format!(
                "Add a profile {source} to the AWS configuration, or mend source_profile of profile {name}."
            )));
        }
        source.clone_into(&mut name);
    }
    Ok(())
}

/// Names a token's file that cannot be read.
pub(super) fn check_token(path: &str, whose: &str) -> Result<(), Fault> {
    match std::fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(failure) => {
            let message = format!("cannot read the web identity token {path} of {whose}: {failure}");
            let hint = "Check the path: whoever starts adit must have put the token there.";
            Err(Fault::new(FaultClass::Credentials, message).with_hint(hint))
        }
    }
}

/// Returns a profile and those that it takes its credentials from, each behind the one that names it.
pub(super) fn sources(profile: Option<&str>, files: &ProfileSet) -> Vec<String> {
    let mut names = vec![profile.unwrap_or("default").to_owned()];
    while let Some(found) = names.last().and_then(|name| files.get_profile(name)).filter(|_| names.len() < MOST_SOURCES)
    {
        let source = found.get("source_profile").filter(|source| names.iter().all(|name| name != source));
        let Some(source) = source else { break };
        names.push(source.to_owned());
    }
    names
}
