//! What must be right before a request can be made of it: the endpoint's address and the letters of keys.

use aws_config::profile::ProfileSet;
use aws_sdk_bedrockruntime::config::Credentials;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_types::SdkConfig;
use aws_types::os_shim_internal::Env;
use aws_types::service_config::ServiceConfigKey;

use super::super::hushed::without_secrets;
use super::account::variable;
use super::words::{one_line, profile_words};
use crate::session::{Fault, FaultClass};

/// The variables that name an endpoint, the stronger one first.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"];

/// Names an endpoint that is no address: the SDK would say so only with the request in its words.
pub(super) fn check_endpoint(env: &Env, profile: Option<&str>, files: &ProfileSet) -> Result<(), Fault> {
    if ignores_configured(env) {
        return Ok(());
    }
    // The SDK takes an empty one for an address, and ends the whole program over it.
    let is_empty = |name: &&&str| env.get(name).is_ok_and(|value| value.trim().is_empty());
    if let Some(name) = ENDPOINTS.iter().find(is_empty) {
        return Err(Fault::new(FaultClass::Network, format!("{name} is set, but empty"))
            .with_hint(format!("Unset {name}, or set it to an address as https://host or http://host:port.")));
    }
    let by_variable = ENDPOINTS.iter().find_map(|name| Some(((*name).to_owned(), variable(env, name)?)));
    let by_profile = || {
        let url = files.get_profile(profile.unwrap_or("default"))?.get("endpoint_url")?;
        Some((format!("{} (endpoint_url)", profile_words(profile)), url.to_owned()))
    };
    let Some((whose, url)) = by_variable.or_else(by_profile) else { return Ok(()) };
    let Some(why) = wrong_with(&url) else { return Ok(()) };
    Err(no_address(&url, &whose, why))
}

/// Names an endpoint of a `[services]` section that is no address. Which section counts, only the SDK knows.
pub(super) fn check_services(shared: &SdkConfig, env: &Env) -> Result<(), Fault> {
    let key = ServiceConfigKey::builder().service_id("Bedrock Runtime").env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let found = key.build().ok().and_then(|key| shared.service_config()?.load_config(key));
    match found.filter(|_| !ignores_configured(env)) {
        Some(url) => wrong_with(&url).map_or(Ok(()), |why| Err(no_address(&url, "the AWS configuration", why))),
        None => Ok(()),
    }
}

fn ignores_configured(env: &Env) -> bool {
    variable(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn no_address(url: &str, whose: &str, why: &str) -> Fault {
    let url = one_line(&without_secrets(url));
    Fault::new(FaultClass::Network, format!("the endpoint `{url}` of {whose} is no URL: {why}"))
        .with_hint(format!("Write it as https://host or http://host:port, or take it out of {whose}."))
}

/// Says what is wrong with an address; none where nothing is.
fn wrong_with(url: &str) -> Option<&'static str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest else { return Some("it needs http:// or https://") };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') {
        return Some("it names no host");
    }
    if !url.chars().all(|letter| letter.is_ascii_graphic()) {
        return Some("it holds a blank or another letter that stands in no address");
    }
    HttpRequest::empty().set_uri(url).is_err().then_some("it cannot be read")
}

/// Names a key that no header can hold: the SDK ends the whole program over it.
pub(super) fn check_letters(credentials: &Credentials, source: &str) -> Result<(), Fault> {
    let token = credentials.session_token().unwrap_or_default();
    let rows = [
        ("access key", credentials.access_key_id()),
        ("secret key", credentials.secret_access_key()),
        ("session token", token),
    ];
    for (name, value) in rows {
        if let Some(what) = foreign_letter(value) {
            return Err(Fault::new(FaultClass::Credentials, format!("the {name} from {source} holds {what}"))
                .with_hint(
                    "Set it anew, without anything before, in or behind it; often it was copied with the line's end.",
                ));
        }
    }
    Ok(())
}

/// Names an API key that no header can hold.
pub(super) fn check_api_key(variable: &str, key: &str) -> Result<(), Fault> {
    match foreign_letter(key) {
        Some(what) => Err(Fault::new(FaultClass::Credentials, format!("the API key in {variable} holds {what}"))
            .with_hint(format!("Set {variable} anew, without anything before, in or behind the key."))),
        None => Ok(()),
    }
}

/// Names what stands in a key that cannot be one of its letters.
fn foreign_letter(key: &str) -> Option<&'static str> {
    key.chars().find(|letter| !letter.is_ascii_graphic()).map(|letter| match letter {
        '\n' | '\r' => "a line break",
        letter if letter.is_whitespace() => "a blank",
        letter if letter.is_control() => "a control character",
        _ => "a letter that is in no key",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_named_and_a_password_is_not_told() {
        let checked = |name: &str, value: &str| {
            let env = Env::from_slice(&[(name, value)]);
            check_endpoint(&env, None, &ProfileSet::default()).err().map(|fault| fault.message).unwrap_or_default()
        };
        assert_eq!(checked("AWS_ENDPOINT_URL", ""), "AWS_ENDPOINT_URL is set, but empty");
        let told = checked("AWS_ENDPOINT_URL", "user:pa55word@127.0.0.1:1");
        assert_eq!(told, "the endpoint `…@127.0.0.1:1` of AWS_ENDPOINT_URL is no URL: it needs http:// or https://");
    }

    #[test]
    fn an_address_is_told_from_what_is_none() {
        for url in ["http://127.0.0.1:80", "https://host/path/", "http://[::1]:8080", "https://user:pass@host"] {
            assert_eq!(wrong_with(url), None, "{url}");
        }
        let rows = [
            ("bedrock-runtime.us-east-1.amazonaws.com", "it needs http:// or https://"),
            ("127.0.0.1:9", "it needs http:// or https://"),
            ("https://", "it names no host"),
            ("http://:80", "it names no host"),
            ("http://user:pass@/x", "it names no host"),
            ("http://host/a b", "it holds a blank or another letter that stands in no address"),
            ("http://[::1", "it cannot be read"),
        ];
        for (url, why) in rows {
            assert_eq!(wrong_with(url), Some(why), "{url}");
        }
    }
}
