//! One step's request, sent until one answer is whole or nothing cures it.

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::error::SdkError;
use aws_sdk_bedrockruntime::operation::RequestId;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamError;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput as Opened;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::account::{Account, credentials_fault};
use super::canonical::{Noted, Wire};
use super::choice::Choice;
use super::failure::{Cure, Failure};
use super::history::{self, Wanted};
use super::provider::Inner;
use super::request::{self, Shape};
use super::stream::{self, Progress};
use super::verdict::{Refusal, judge};
use super::watch::{Out, Silence, tell, watched};
use super::words::{Place, causes};
use crate::config::Effort;
use crate::engine::{Delta, Request};
use crate::session::{Fault, FaultClass, ModelChoice};

/// How often an answer that had begun is asked for again: each time is paid for.
const RESENDS: u32 = 2;
/// How long the end of a complete answer is waited for, so that its connection can be used again.
const FAREWELL: Duration = Duration::from_secs(1);
/// The longest pause before a retry.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How many times longer a quota of a minute takes to recover than a passing fault.
const QUOTA_FACTOR: u32 = 10;

/// What a step has been through.
#[derive(Debug, Default)]
struct Course {
    /// Retries after passing faults.
    retries: u32,
    /// Retries of an answer that had begun.
    resends: u32,
    /// Times the request was sent.
    sent: u32,
    has_reloaded: bool,
    without_reasoning: bool,
    without_cache: bool,
    has_named_model: bool,
}

impl Inner {
    /// Answers one request into `out`: deltas, and at the end a fault if it could not be answered.
    pub(super) async fn answer(&self, request: Request, mut out: Out) {
        if let Err(fault) = self.try_answer(&request, &mut out).await {
            use futures::SinkExt;
            let _dropped = out.send(Err(fault)).await;
        }
    }

    async fn try_answer(&self, request: &Request, out: &mut Out) -> Result<(), Fault> {
        let mut account = self.account(out).await?;
        let mut choice = Choice::new(&request.model, &account.region, &self.models, &self.known);
        let mut course = Course::default();
        loop {
            let mut progress = Progress::default();
            course.sent += 1;
            let failure = match self.attempt(&account, &choice, request, &mut course, &mut progress, out).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            if failure.fault.class == FaultClass::Credentials {
                self.forget_account().await;
            }
            let Some(after) = self.remedy(&failure, &progress, &mut course, &mut choice, &account) else {
                return Err(conclusion(failure, &choice));
            };
            // Another id says so by itself once it answers.
            if progress.has_begun || !matches!(failure.cure, Cure::OtherModel | Cure::Profile) {
                let (fault, attempt) = (failure.fault.clone(), course.sent);
                tell(out, Delta::Retrying { fault, attempt, after }).await;
            }
            if !after.is_zero() {
                tokio::time::sleep(after).await;
            }
            if failure.cure == Cure::Reload {
                account = self.account(out).await?;
            }
        }
    }

    /// Changes what the failure asks for and returns the pause before the next try, or none to give up.
    fn remedy(
        &self,
        failure: &Failure,
        progress: &Progress,
        course: &mut Course,
        choice: &mut Choice,
        account: &Account,
    ) -> Option<Duration> {
        if progress.has_begun {
            course.resends += 1;
            if course.resends > RESENDS {
                return None;
            }
        }
        let once = |done: &mut bool| (!std::mem::replace(done, true)).then_some(Duration::ZERO);
        let reason = &failure.fault.message;
        match failure.cure {
            Cure::None => None,
            Cure::Again | Cure::Later => {
                course.retries += 1;
                (course.retries <= self.max_retries).then(|| self.pause(failure, course.retries))
            }
            Cure::Reload => once(&mut course.has_reloaded),
            Cure::WithoutReasoning => once(&mut course.without_reasoning),
            Cure::WithoutCache => once(&mut course.without_cache),
            Cure::OtherModel => choice.next_model(reason).then_some(Duration::ZERO),
            Cure::Profile => choice.next_profile(reason, &account.region, &self.models).then_some(Duration::ZERO),
        }
    }

    /// Returns how long to wait: doubled each time, and spread so that clients do not come back together.
    fn pause(&self, failure: &Failure, retries: u32) -> Duration {
        if let Some(wait) = failure.wait {
            return wait.min(LONGEST_PAUSE);
        }
        let factor = if failure.cure == Cure::Later { QUOTA_FACTOR } else { 1 };
        let doubled = self.patience.backoff.saturating_mul(factor).saturating_mul(1 << (retries - 1).min(16));
        doubled.min(LONGEST_PAUSE).mul_f64(0.75 + fastrand::f64() / 2.0)
    }

    /// Sends the request once and hands its answer on.
    async fn attempt(
        &self,
        account: &Account,
        choice: &Choice,
        request: &Request,
        course: &mut Course,
        progress: &mut Progress,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let id = choice.id();
        let place = Place { region: account.region.clone(), profile: account.profile.clone(), model: id.to_owned() };
        let noted = Noted::default();
        let opened = self.open(account, id, request, course, &noted);
        let mut opened = match watched(self.patience, out, opened).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(failure)) => return Err(failure),
            Err(silence) => return Err(stalled(&silence)),
        };
        if noted.is_page() {
            return Err(stream::page());
        }
        self.known.keep(&request.model, id);
        if !std::mem::replace(&mut course.has_named_model, true)
            && let Some(reason) = choice.explanation(&self.models)
        {
            let model = self.described(&request.model, id, account);
            tell(out, Delta::Switched { model, reason }).await;
        }
        let request_id = opened.request_id().map(str::to_owned);
        let read = self.read(&mut opened, progress, &noted, &place, out).await;
        read.map_err(|mut failure| {
            failure.fault.request_id = failure.fault.request_id.take().or(request_id);
            failure
        })?;
        tell(out, Delta::Usage(progress.usage.unwrap_or_default())).await;
        Ok(())
    }

    async fn open(
        &self,
        account: &Account,
        id: &str,
        request: &Request,
        course: &Course,
        noted: &Noted,
    ) -> Result<Opened, Failure> {
        let place = Place { region: account.region.clone(), profile: account.profile.clone(), model: id.to_owned() };
        let wanted = Wanted { tools: !request.tools.is_empty(), reasoning: !course.without_reasoning };
        let messages = history::mended(&request.messages, wanted);
        if messages.is_empty() {
            return Err(Failure::new(FaultClass::Invalid, "there is nothing to send: the prompt is empty"));
        }
        let asked = request.max_tokens.or(Some(self.max_tokens));
        // Thinking by a budget demands the thoughts of earlier steps; without them it is left out.
        let effort = if course.without_reasoning { Effort::Auto } else { request.effort };
        let mut shape =
            Shape::new(id, self.models.find(id), asked, self.cache).with_effort(effort, self.thinking_budget);
        if course.without_cache {
            shape.cache = None;
        }
        let parts = request::parts(&request.system, &messages, &request.tools, shape).map_err(|error| {
            Failure::new(FaultClass::Invalid, format!("cannot put the request together: {}", causes(&error)))
        })?;
        let sent = account
            .client
            .converse_stream()
            .model_id(id)
            .set_system((!parts.system.is_empty()).then_some(parts.system))
            .set_messages(Some(parts.messages))
            .set_tool_config(parts.tools)
            .inference_config(parts.inference)
            .set_additional_model_request_fields(parts.extra)
            .set_output_config(parts.output)
            .set_request_metadata((!self.tags.is_empty()).then(|| request::metadata(&self.tags)))
            .customize()
            .interceptor(Wire(noted.clone()))
            .send();
        sent.await.map_err(|error| refused(&error, noted, &place))
    }

    /// Hands the events on until the answer is complete.
    async fn read(
        &self,
        opened: &mut Opened,
        progress: &mut Progress,
        noted: &Noted,
        place: &Place,
        out: &mut Out,
    ) -> Result<(), Failure> {
        loop {
            let event = if progress.has_stopped {
                // Nothing but figures can follow; a complete answer is not lost for them.
                let patience = if progress.usage.is_some() { FAREWELL } else { self.patience.first_word };
                match tokio::time::timeout(patience, opened.stream.recv()).await {
                    Ok(Ok(event)) => event,
                    Ok(Err(_)) | Err(_) => return Ok(()),
                }
            } else {
                match watched(self.patience, out, opened.stream.recv()).await {
                    Ok(Ok(event)) => event,
                    Ok(Err(error)) => return Err(stream::broken(&error, noted.is_page(), place)),
                    Err(silence) => return Err(stalled(&silence)),
                }
            };
            match event {
                Some(event) => {
                    if let Some(delta) = progress.read(event) {
                        tell(out, delta).await;
                    }
                }
                None if progress.has_stopped => return Ok(()),
                None => return Err(stream::cut_off()),
            }
        }
    }

    /// Describes the model that answers.
    pub(super) fn described(&self, name: &str, id: &str, account: &Account) -> ModelChoice {
        ModelChoice {
            name: name.to_owned(),
            id: id.to_owned(),
            region: Some(account.region.clone()),
            profile: account.profile.clone(),
            context: self.models.find(id).map_or(crate::models::UNKNOWN_CONTEXT, |model| model.context),
        }
    }
}

/// Returns the fault to tell at the end: of several ids that were refused, the first one's reason counts.
fn conclusion(failure: Failure, choice: &Choice) -> Fault {
    let mut fault = failure.fault;
    if let Some((first, reason)) = choice.refused.first()
        && matches!(failure.cure, Cure::OtherModel | Cure::Profile)
    {
        let tried = choice.refused.len() + 1;
        fault.message = format!("none of {tried} ids can be called, beginning with {first}: {reason}");
    }
    fault
}

/// Returns the failure of a request that was silent for too long. It is not sent again by itself: the
/// service may still be working, and a second answer would be paid for as well.
fn stalled(silence: &Silence) -> Failure {
    let seconds = silence.0.as_secs();
    Failure::new(FaultClass::Stalled, format!("no data from Bedrock for {seconds} s, so the request was ended"))
        .hint("Send the prompt again; `stall_seconds` in adit's configuration sets how long silence is borne.")
}

/// Says what it means that a request was refused or did not arrive.
fn refused(error: &SdkError<ConverseStreamError, HttpResponse>, noted: &Noted, place: &Place) -> Failure {
    match error {
        SdkError::ServiceError(context) => {
            let raw = context.raw();
            let header = |name: &str| raw.headers().get(name);
            let is_page = header("content-type").is_some_and(|kind| kind.starts_with("text/"));
            let status = raw.status().as_u16();
            if is_page && !(500..=599).contains(&status) && status != 407 {
                return stream::page();
            }
            // Without a name, the SDK drops the service's words too.
            let body: serde_json::Value =
                raw.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
            let said = body.get("message").or_else(|| body.get("Message")).and_then(serde_json::Value::as_str);
            let metadata = context.err().meta();
            judge(
                &Refusal {
                    status: Some(status),
                    code: metadata.code().unwrap_or_default().to_owned(),
                    message: metadata.message().or(said).unwrap_or_default().to_owned(),
                    request_id: header("x-amzn-requestid").map(str::to_owned),
                    wait: header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs),
                },
                place,
            )
        }
        SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
            if let Some(fault) = credentials(error, place) {
                return Failure { fault, cure: Cure::Reload, wait: None };
            }
            unreachable(error, noted.host().unwrap_or("Bedrock"), place)
        }
        _ => {
            Failure::new(FaultClass::Network, format!("the answer cannot be read: {}", causes(error))).cure(Cure::Again)
        }
    }
}

/// Looks for credentials that failed among the causes.
fn credentials(error: &(dyn std::error::Error + 'static), place: &Place) -> Option<Fault> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref::<CredentialsError>() {
            return Some(credentials_fault(fault, place.profile.as_deref()));
        }
        next = error.source();
    }
    None
}

/// Says why the endpoint could not be reached.
fn unreachable(error: &SdkError<ConverseStreamError, HttpResponse>, host: &str, place: &Place) -> Failure {
    let words = causes(error);
    let lower = words.to_lowercase();
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
