//! What it means that a request was refused by the service, or never arrived.

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::error::SdkError;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::account::credentials_failure;
use super::canonical::Noted;
use super::failure::{Cure, Failure};
use super::stream;
use super::verdict::{Refusal, judge};
use super::words::{Place, causes};
use crate::session::FaultClass;

/// Says what it means that a request was refused or did not arrive.
pub(super) fn refused(error: &SdkError<ConverseStreamError, HttpResponse>, noted: &Noted, place: &Place) -> Failure {
    match error {
        SdkError::ServiceError(context) => {
            let raw = context.raw();
            let header = |name: &str| raw.headers().get(name);
            let status = raw.status().as_u16();
            let kind = header("content-type").unwrap_or_default();
            if is_page(status, kind) {
                return stream::page();
            }
            let bytes = raw.body().bytes().unwrap_or_default();
            // Whoever stands between writes plain words; a page for people is not quoted.
            let plain = if kind.starts_with("text/plain") { String::from_utf8_lossy(bytes) } else { "".into() };
            // Without a name, the SDK drops the service's words too.
            let body: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            let said = body.get("message").or_else(|| body.get("Message")).and_then(serde_json::Value::as_str);
            let metadata = context.err().meta();
            judge(
                &Refusal {
                    status: Some(status),
                    code: metadata.code().unwrap_or_default().to_owned(),
                    message: metadata.message().or(said).unwrap_or(&plain).to_owned(),
                    request_id: header("x-amzn-requestid").map(str::to_owned),
                    wait: header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs),
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

/// Tells whether what came is the page of a captive portal or a proxy: its status alone does not say what is wrong.
fn is_page(status: u16, kind: &str) -> bool {
    match status {
        200..=399 | 511 => kind.starts_with("text/"),
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
            return Some(credentials_failure(fault, place.profile.as_deref()));
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
