//! What it means that a request was refused by the service, or never arrived.

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::error::SdkError;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::Value;

use super::account::credentials_failure;
use super::canonical::Noted;
use super::failure::{Cure, Failure};
use super::stream;
use super::verdict::{Refusal, judge};
use super::words::{Place, causes, one_line};
use crate::session::FaultClass;

/// A longer body is no refusal's; its beginning says what there is to say.
const LONGEST_BODY: usize = 1 << 16;
/// A longer wait is not meant.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Says why a proxy made no tunnel, as the client says it; none where that is not what failed.
pub(super) fn without_tunnel(error: &SdkError<ConverseStreamError, HttpResponse>) -> Option<String> {
    let SdkError::DispatchFailure(_) = error else { return None };
    causes(error).split_once("tunnel error: ").map(|(_, why)| why.to_owned())
}

/// Says what it means that a request was refused or did not arrive.
pub(super) fn refused(error: &SdkError<ConverseStreamError, HttpResponse>, noted: &Noted, place: &Place) -> Failure {
    match error {
        SdkError::ServiceError(context) => {
            let raw = context.raw();
            let header = |name: &str| raw.headers().get(name);
            let status = raw.status().as_u16();
            let kind = header("content-type").unwrap_or_default();
            if (300..400).contains(&status) {
                return redirected(status, header("location").unwrap_or_default());
            }
            if is_page(status, kind) {
                return stream::page();
            }
            let metadata = context.err().meta();
            // Without a name, the SDK drops the service's words too.
            let body = Body::read(raw.body().bytes().unwrap_or_default(), kind);
            let said = metadata.message().filter(|said| !said.trim().is_empty());
            judge(
                &Refusal {
                    status: Some(status),
                    code: metadata.code().map_or(body.code, str::to_owned),
                    message: said.map_or(body.said, str::to_owned),
                    request_id: header("x-amzn-requestid").map(str::to_owned),
                    wait: header("retry-after")
                        .and_then(|text| text.parse().ok())
                        .map(Duration::from_secs)
                        .filter(|wait| *wait <= LONGEST_WAIT),
                },
                place,
            )
        }
        SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
            if let Some(failure) = credentials(error, place) {
                return failure;
            }
            unreachable(error, noted.host().unwrap_or("Bedrock"), place)
        }
        _ => {
            Failure::new(FaultClass::Network, format!("the answer cannot be read: {}", causes(error))).cure(Cure::Again)
        }
    }
}

/// What stands in the body of a refusal, in whatever form it came.
struct Body {
    code: String,
    said: String,
}

impl Body {
    fn read(bytes: &[u8], kind: &str) -> Self {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_BODY)]);
        let text = text.trim();
        if let Ok(body) = serde_json::from_slice::<Value>(bytes) {
            let said = ["/message", "/Message", "/error/message"].into_iter().find_map(|place| body.pointer(place));
            let said = said.map(|said| said.as_str().map_or_else(|| said.to_string(), str::to_owned));
            return Self { code: String::new(), said: said.unwrap_or_default() };
        }
        if text.starts_with('<') {
            // Other services of AWS write XML; a page for people is not quoted.
            let field = |name: &str| {
                let (_, rest) = text.split_once(&format!("<{name}>"))?;
                rest.split_once(&format!("</{name}>")).map(|(value, _)| value.trim().to_owned())
            };
            return Self { code: field("Code").unwrap_or_default(), said: field("Message").unwrap_or_default() };
        }
        // Whoever stands between writes plain words, or cuts what the service wrote.
        let said = if kind.starts_with("text/html") { "" } else { text };
        Self { code: String::new(), said: said.to_owned() }
    }
}

/// Says what a redirect means: Bedrock never sends one.
fn redirected(status: u16, location: &str) -> Failure {
    let mut failure = stream::page();
    let host =
        location.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let to = if host.is_empty() { String::new() } else { format!(" to {}", one_line(host)) };
    failure.fault.message = format!("a redirect{to} (status {status}) came instead of an answer from Bedrock");
    failure
}

/// Tells whether what came is the page of a captive portal or a proxy: its status alone does not say what is wrong.
fn is_page(status: u16, kind: &str) -> bool {
    match status {
        200..=299 | 511 => kind.starts_with("text/"),
        // What these mean does not depend on who says it.
        407 | 408 | 413 | 424 | 429 | 500..=599 => false,
        _ => kind.starts_with("text/html"),
    }
}

/// Looks for credentials that failed among the causes.
fn credentials(error: &(dyn std::error::Error + 'static), place: &Place) -> Option<Failure> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref::<CredentialsError>() {
            return Some(credentials_failure(fault, place.profile.as_deref(), place.login.as_deref()));
        }
        next = error.source();
    }
    None
}

/// Says why the endpoint could not be reached.
fn unreachable(error: &SdkError<ConverseStreamError, HttpResponse>, host: &str, place: &Place) -> Failure {
    let words = causes(error);
    let lower = words.to_lowercase();
    if lower.contains("apply endpoint") || lower.contains("invalid uri") {
        return Failure::new(FaultClass::Network, format!("the endpoint that is configured is no URL: {words}")).hint(
            "Write it as https://host or http://host:port: endpoint_url in the AWS configuration, or AWS_ENDPOINT_URL.",
        );
    }
    let failure = Failure::new(FaultClass::Network, format!("cannot reach {host} (region {}): {words}", place.region));
    if lower.contains("certificate") || lower.contains("unknownissuer") {
        return failure.hint(
            "A proxy with its own certificate may stand between: set AWS_CA_BUNDLE to its PEM file and try again.",
        );
    }
    if matches!(error, SdkError::ConstructionFailure(_)) {
        return failure.hint("Check region and endpoint in the AWS configuration.");
    }
    failure
        .hint("Check the network, the region's name, HTTPS_PROXY and the endpoint, then send the prompt again.")
        .cure(Cure::Again)
}
