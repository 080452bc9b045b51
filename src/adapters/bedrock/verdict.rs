//! What a refusal of the service means, by its status, its name and its words.

use std::time::Duration;

use super::failure::{Cure, Failure};
use super::lessons::Extra;
use super::remedies::{of_access, of_request};
use super::words::{Place, one_line, sso_login};
use crate::doctor::span;
use crate::session::FaultClass;

/// A longer wait than this is not sat out: it is told.
const TOLD_WAIT: Duration = Duration::from_secs(120);

/// A refusal as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Refusal {
    /// The status of HTTP; none inside a stream.
    pub(super) status: Option<u16>,
    /// The error's name, as `ThrottlingException`; empty where none was given.
    pub(super) code: String,
    /// The service's words.
    pub(super) message: String,
    /// The service's id of the request.
    pub(super) request_id: Option<String>,
    /// How long the service asks to wait.
    pub(super) wait: Option<Duration>,
}

/// Says what a refusal means and what may cure it.
pub(super) fn judge(refusal: &Refusal, place: &Place) -> Failure {
    let said = Said { words: one_line(&refusal.message), lower: refusal.message.to_lowercase() };
    let mut failure = by_name(refusal, &said, place)
        .or_else(|| refusal.status.and_then(|status| by_status(status, &said, place)))
        .unwrap_or_else(|| other(refusal, &said));
    failure.fault.request_id.clone_from(&refusal.request_id);
    failure.wait = refusal.wait;
    if let Some(wait) = refusal.wait.filter(|wait| *wait >= TOLD_WAIT)
        && matches!(failure.cure, Cure::Later | Cure::Again)
    {
        let wait = span(wait);
        failure = failure.hint(format!(
            "The service asks to wait for {wait}: send the prompt again then, or choose another region or model."
        ));
    }
    if let Some(status) = refusal.status.filter(|_| said.words.is_empty() && failure.fault.class == FaultClass::Invalid)
    {
        failure.fault.message.push_str(&format!(" with status {status}, without saying why"));
    }
    if failure.fault.hint.is_none() {
        let is_cut = said.words.is_empty() || said.words.starts_with('{');
        let hint = match failure.fault.class {
            _ if is_cut => {
                "A proxy or gateway may have cut the answer: check HTTPS_PROXY and the endpoint; `adit logs` tells more."
            }
            FaultClass::Other => {
                "Send the prompt again; if it stays so, look at HTTPS_PROXY and the endpoint, or choose another region."
            }
            _ => {
                "Word the prompt differently, start a new conversation, or choose another model; the review stays as it is."
            }
        };
        failure = failure.hint(hint);
    }
    failure
}

/// The service's words, fit to be shown and fit to be searched.
struct Said {
    words: String,
    lower: String,
}

impl Said {
    fn any(&self, needles: &[&str]) -> bool {
        needles.iter().any(|needle| self.lower.contains(needle))
    }

    /// Returns our words, followed by the service's where it said something.
    fn after(&self, ours: &str) -> String {
        if self.words.is_empty() { ours.to_owned() } else { format!("{ours}: {}", self.words) }
    }
}

fn by_name(refusal: &Refusal, said: &Said, place: &Place) -> Option<Failure> {
    Some(match refusal.code.as_str() {
        "ExpiredTokenException" | "ExpiredToken" | "RequestExpired" | "TokenRefreshRequired" => expired(said, place),
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationTokenException"
        | "MissingAuthenticationToken" => keys(said, place),
        "RequestTimeTooSkewed" => clock(said),
        "AccessDeniedException" | "AccessDenied" | "UnauthorizedException" => denied(said, place),
        "OptInRequired" => {
            Failure::new(FaultClass::Access, said.after(&format!("the account has not opened {}", place.region))).hint(
                format!(
                    "Enable {} for the account under AWS Regions in the AWS console, or choose another region.",
                    place.region
                ),
            )
        }
        "ResourceNotFoundException" => not_callable(said, place),
        "ValidationException" => invalid(said, place),
        "ThrottlingException" | "TooManyRequestsException" | "Throttling" => throttled(said),
        "ServiceQuotaExceededException" => quota(said),
        "ModelNotReadyException"
        | "ModelTimeoutException"
        | "ModelErrorException"
        | "ModelStreamErrorException"
        | "InternalServerException"
        | "InternalFailure"
        | "ServiceUnavailableException" => unavailable(said),
        _ => return None,
    })
}

fn by_status(status: u16, said: &Said, place: &Place) -> Option<Failure> {
    Some(match status {
        400 => invalid(said, place),
        401 | 403 => denied(said, place),
        404 => not_callable(said, place),
        407 => Failure::new(FaultClass::Network, said.after("the proxy asks for a login"))
            .hint("Put user and password into HTTPS_PROXY, as http://user:password@host:port."),
        408 | 424 | 500..=599 => unavailable(said),
        413 => too_long(said),
        429 => throttled(said),
        _ => return None,
    })
}

fn expired(said: &Said, place: &Place) -> Failure {
    if place.by_keys {
        // Read anew, they would be the same.
        return Failure::new(FaultClass::Credentials, said.after("the session of the environment's keys has expired")).hint(
            "Put fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN into the environment and start \
             adit anew, or unset them so that a profile counts.",
        );
    }
    let login = sso_login(place.profile.as_deref());
    Failure::new(
        FaultClass::Credentials,
        said.after(&format!("the AWS session of {} has expired", place.profile_words())),
    )
    .hint(format!("Log in again, for instance by `{login}`, and send the prompt again."))
    .cure(Cure::Reload)
}

fn keys(said: &Said, place: &Place) -> Failure {
    if said.any(&["signature expired", "signature not yet current", "clock"]) {
        return clock(said);
    }
    if place.by_keys {
        return Failure::new(FaultClass::Credentials, said.after("AWS does not accept the environment's keys")).hint(
            "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, which belong together, and start adit \
             anew.",
        );
    }
    Failure::new(
        FaultClass::Credentials,
        said.after(&format!("AWS does not accept the keys of {}", place.profile_words())),
    )
    .hint("Check them with `aws sts get-caller-identity`; a session token belongs to its own pair of keys.")
    .cure(Cure::Reload)
}

fn clock(said: &Said) -> Failure {
    Failure::new(FaultClass::Credentials, said.after("this machine's clock differs from AWS's"))
        .hint("Set the clock (the AWS signature holds for five minutes) and send the prompt again.")
}

fn denied(said: &Said, place: &Place) -> Failure {
    if said.any(&["difference between the request time and the current time"]) {
        return clock(said);
    }
    if said.any(&["did not allow prompt caching"]) {
        return no_caching(said);
    }
    if said.any(&["bearer token", "api key"]) {
        return Failure::new(FaultClass::Credentials, said.after("Bedrock does not accept the API key"))
            .hint("Make a new key in the Bedrock console and set AWS_BEARER_TOKEN_BEDROCK, or unset it.");
    }
    if said.any(&["security token included in the request is expired"]) {
        return expired(said, place);
    }
    if let Some(failure) = of_access(&said.words, &said.lower) {
        return failure;
    }
    let Place { region, model, .. } = place;
    Failure::new(FaultClass::Access, said.after(&format!("access to {model} in {region} was denied")))
        .hint(format!(
            "Open the model under Model access at https://console.aws.amazon.com/bedrock/home?region={region}#/modelaccess, \
             and allow bedrock:InvokeModelWithResponseStream on {} for {}.",
            resource(place),
            place.profile_words()
        ))
        .cure(Cure::OtherModel)
}

fn no_caching(said: &Said) -> Failure {
    Failure::new(FaultClass::Access, said.after("the model takes no prompt caching, so it is asked without"))
        .hint("Set `cache = \"off\"` in adit's configuration.")
        .cure(Cure::Without(Extra::Cache))
}

/// Returns the resource that a policy must name for a model.
fn resource(place: &Place) -> String {
    let model = &place.model;
    match &place.base {
        _ if model.starts_with("arn:") => model.clone(),
        Some(base) => {
            format!("arn:aws:bedrock:*:*:inference-profile/{model} and arn:aws:bedrock:*::foundation-model/{base}")
        }
        None => format!("arn:aws:bedrock:*::foundation-model/{model}"),
    }
}

fn not_callable(said: &Said, place: &Place) -> Failure {
    if let Some(failure) = of_access(&said.words, &said.lower) {
        return failure;
    }
    let Place { region, model, .. } = place;
    Failure::new(FaultClass::Model, said.after(&format!("{model} cannot be called in {region}")))
        .hint(format!("Choose another model, or a region that has it; `aws bedrock list-inference-profiles --region {region}` lists the ids."))
        .cure(Cure::OtherModel)
}

/// Returns the most tokens of an answer that a refusal allows, where that is what it is about.
fn output_limit(lower: &str) -> Option<u32> {
    let number = |text: &str| -> Option<u32> {
        let digits: String = text.chars().filter(|letter| *letter != ',').take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|limit| *limit > 0)
    };
    if let Some((_, rest)) = lower.split_once("maximum tokens you requested exceeds the model limit of ") {
        return number(rest);
    }
    let (before, rest) = lower.split_once("which is the maximum allowed number of output tokens")?;
    let (_, limit) = before.trim_end_matches([' ', ',']).rsplit_once('>')?;
    number(limit.trim()).filter(|_| lower.contains("max_tokens") && !rest.is_empty())
}

fn invalid(said: &Said, place: &Place) -> Failure {
    if let Some(limit) = output_limit(&said.lower) {
        return Failure::new(FaultClass::Invalid, said.after(&format!("the model writes {limit} tokens at most")))
            .hint("Set `max_tokens` in adit's configuration to no more than that.")
            .cure(Cure::Within(limit));
    }
    if said.any(&["on-demand throughput isn", "on-demand throughput is not"]) {
        let Place { region, model, .. } = place;
        return Failure::new(FaultClass::Model, said.after(&format!("{model} needs an inference profile")))
            .hint(format!("Put the prefix of the region before the id, as `us.` or `eu.`, or `global.`, for {region}."))
            .cure(Cure::Profile);
    }
    if said.any(&["model identifier is invalid", "model id is invalid", "invalid model", "end of its life", "legacy"]) {
        return not_callable(said, place);
    }
    if said.any(&["too long", "context limit", "context window", "too many input tokens", "maximum context"]) {
        return too_long(said);
    }
    let refused = Failure::new(FaultClass::Invalid, said.after("Bedrock refused the request"));
    if said.any(&[
        "invalid `signature`",
        "invalid signature",
        "expected toolresult",
        "`thinking`",
        "`redacted_thinking`",
    ]) {
        return refused
            .hint("Start a new conversation; the review and what was accepted stay as they are.")
            .cure(Cure::WithoutReasoning);
    }
    if said.any(&["support tool use", "tool use is not supported", "support the toolconfig field"]) {
        let words = "the model takes no tools, so it is asked to write its edits as blocks of text";
        return Failure::new(FaultClass::Model, said.after(words))
            .hint("Choose a model that takes tools, so that it can read files and search by itself.")
            .cure(Cure::Without(Extra::Tools));
    }
    if said.any(&["support the image", "support image", "image input is not supported", "images are not supported"]) {
        return Failure::new(FaultClass::Model, said.after("the model takes no images"))
            .hint("Choose a model that sees images, or go on without them.")
            .cure(Cure::Without(Extra::Images));
    }
    if said.any(&["support the system field", "support system messages", "support system prompts"]) {
        return refused.cure(Cure::Without(Extra::System));
    }
    if said.any(&["cachepoint", "prompt caching"]) {
        if said.any(&["ttl", "1h"]) && !said.any(&["5m"]) {
            let words = "the model takes no cache of one hour, so it is asked for one of five minutes";
            return Failure::new(FaultClass::Invalid, said.after(words))
                .hint("Set `cache = \"5m\"` in adit's configuration.")
                .cure(Cure::Without(Extra::LongCache));
        }
        return no_caching(said);
    }
    of_access(&said.words, &said.lower).or_else(|| of_request(&said.words, &said.lower)).unwrap_or(refused)
}

fn too_long(said: &Said) -> Failure {
    Failure::new(FaultClass::ContextOverflow, said.after("the conversation is too long for the model"))
        .hint("Start a new conversation, or drop files from the context; the review stays as it is.")
}

fn throttled(said: &Said) -> Failure {
    if said.any(&["per day", "daily"]) {
        return daily(said);
    }
    Failure::new(FaultClass::Throttled, said.after("Bedrock's quota of this minute is used up"))
        .hint("Wait a minute and send the prompt again, or choose another region or model.")
        .cure(Cure::Later)
}

fn daily(said: &Said) -> Failure {
    Failure::new(FaultClass::DailyQuota, said.after("Bedrock's quota of this day is used up"))
        .hint("Choose another region or model, or ask for a higher quota in the Service Quotas console.")
}

/// A quota of the account that is not one of the minute; only its words tell which.
fn quota(said: &Said) -> Failure {
    if said.any(&["per day", "daily"]) {
        return daily(said);
    }
    Failure::new(FaultClass::DailyQuota, said.after("a quota of the AWS account is used up"))
        .hint("Choose another region or model, or look the quota up in the Service Quotas console and ask for more.")
}

fn unavailable(said: &Said) -> Failure {
    Failure::new(FaultClass::Unavailable, said.after("Bedrock has a passing fault"))
        .hint("Send the prompt again in a moment.")
        .cure(Cure::Again)
}

fn other(refusal: &Refusal, said: &Said) -> Failure {
    let name = match (refusal.code.as_str(), refusal.status) {
        ("", Some(status)) => format!("Bedrock answered with status {status}"),
        ("", None) => "Bedrock broke the answer off".to_owned(),
        (code, _) => format!("Bedrock answered with {}", one_line(code)),
    };
    Failure::new(FaultClass::Other, said.after(&name))
}
