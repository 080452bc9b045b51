//! One step's request, sent until one answer is whole or nothing cures it.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use reqwest::Response;

use super::super::bedrock::{Out, tell, watched};
use super::super::blocks::{self, Blocks};
use super::super::tries::{LONGEST_PAUSE, Tries};
use super::answer::Progress;
use super::chunk::Chunk;
use super::fault::{Cure, Failure, looks_like_page};
use super::provider::{Inner, Model};
use super::sse::Events;
use super::wire::{self, Shape};
use crate::engine::{Delta, Request};
use crate::session::{Fault, FaultClass};

/// So much of a refusal's body is read.
const BODY_LIMIT: usize = 64 << 10;

impl Inner {
    /// Answers one request into `out`: deltas, and at the end a fault if it could not be answered.
    pub(super) async fn answer(&self, request: Request, model: &Model<'_>, mut out: Out) {
        if let Err(fault) = self.try_answer(&request, model, &mut out).await {
            let _dropped = out.send(Err(fault)).await;
        }
    }

    async fn try_answer(&self, request: &Request, model: &Model<'_>, out: &mut Out) -> Result<(), Fault> {
        let mut tries = Tries::new(self.patience.backoff);
        let mut asks_usage = true;
        loop {
            let blocks = (!self.settings.tools && blocks::are_wanted(request)).then(|| Blocks::new(&request.messages));
            let mut progress = Progress::new(blocks);
            tries.sent += 1;
            let failure = match self.attempt(request, model, asks_usage, &mut progress, out).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            let after = if tries.may_resend(progress.has_begun) {
                self.remedy(&failure, &mut tries, &mut asks_usage)
            } else {
                None
            };
            let Some(after) = after else { return Err(failure.fault) };
            tries.wait(failure.fault, after, &self.hurry, out).await;
        }
    }

    /// Returns the pause before the next try, or none to give up.
    fn remedy(&self, failure: &Failure, tries: &mut Tries, asks_usage: &mut bool) -> Option<Duration> {
        match failure.cure {
            Cure::None => None,
            Cure::Again => tries.after_fault(failure.wait, self.max_retries),
            Cure::Later => {
                let (pause, count) = tries.after_quota(failure.wait);
                (count <= self.max_retries).then_some(pause.min(LONGEST_PAUSE))
            }
            Cure::Once => tries.after_silence(),
            Cure::WithoutUsage => std::mem::replace(asks_usage, false).then_some(Duration::ZERO),
        }
    }

    /// Sends the request once and hands its answer on.
    async fn attempt(
        &self,
        request: &Request,
        model: &Model<'_>,
        asks_usage: bool,
        progress: &mut Progress,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let place = model.place;
        let shape = Shape {
            model: place.model,
            tools: self.settings.tools,
            images: self.settings.images.see(place.model),
            temperature: self.temperature,
            max_tokens: request.max_tokens.or(self.max_tokens),
            usage: asks_usage,
        };
        let sent = self.open(wire::body(request, shape), &place)?;
        let response = match watched(self.patience, out, sent.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(place.unreachable(&error.without_url())),
            Err(silence) => return Err(place.stalled(silence.0)),
        };
        let request_id = header(&response, &["x-request-id", "x-litellm-call-id", "request-id"]);
        let status = response.status();
        let read = if status.is_success() {
            tell(out, Delta::Opened { request_id: request_id.clone() }).await;
            self.read(response, progress, model, out).await
        } else {
            let wait = header(&response, &["retry-after"]).and_then(|text| text.parse().ok()).map(Duration::from_secs);
            let is_page = kind(&response).starts_with("text/html");
            let body = start_of_body(response, self.patience.first_word).await;
            // The page of a gateway whose server is down is a passing fault like any other.
            Err(if is_page && !status.is_server_error() && status.as_u16() != 404 {
                place.page()
            } else {
                Failure { wait, ..place.refused(status.as_u16(), &body) }
            })
        };
        read.map_err(|mut failure| {
            failure.fault.request_id = failure.fault.request_id.take().or(request_id);
            failure
        })?;
        tell(out, Delta::Usage(progress.usage.unwrap_or_default())).await;
        Ok(())
    }

    /// Hands the events on until the answer is complete.
    async fn read(
        &self,
        response: Response,
        progress: &mut Progress,
        model: &Model<'_>,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let place = model.place;
        let kind = kind(&response);
        if kind.starts_with("text/html") {
            return Err(place.page());
        }
        let is_whole = kind.starts_with("application/json");
        let mut events = Events::default();
        let mut whole = Vec::new();
        let mut body = response.bytes_stream();
        loop {
            let next = if progress.has_stopped() {
                // Nothing but figures can follow; a complete answer is not lost for them.
                match tokio::time::timeout(self.patience.first_word, body.next()).await {
                    Ok(Some(Ok(bytes))) => Some(bytes),
                    Ok(Some(Err(_)) | None) | Err(_) => None,
                }
            } else {
                match watched(self.patience, out, body.next()).await {
                    Ok(None) => None,
                    Ok(Some(Ok(bytes))) => Some(bytes),
                    Ok(Some(Err(error))) => {
                        let why = super::super::bedrock::causes(&error.without_url());
                        return Err(place.truncated(&format!("broke off: {why}")));
                    }
                    Err(silence) => return Err(place.stalled(silence.0)),
                }
            };
            let Some(bytes) = next else { break };
            if is_whole {
                whole.extend_from_slice(&bytes);
                if whole.len() > super::sse::LIMIT {
                    return Err(place.truncated("is longer than any answer"));
                }
                continue;
            }
            let came = events.push(&bytes).map_err(|_| place.truncated("is longer than any answer"))?;
            for data in came {
                if take(&data, progress, model, out).await? {
                    return conclude(progress, model, out).await;
                }
            }
        }
        let rest = if is_whole { Some(String::from_utf8_lossy(&whole).into_owned()) } else { events.finish() };
        if let Some(data) = rest {
            take(&data, progress, model, out).await?;
        }
        conclude(progress, model, out).await
    }
}

/// Takes the data of one event; true when it says that nothing follows.
async fn take(data: &str, progress: &mut Progress, model: &Model<'_>, out: &mut Out) -> Result<bool, Failure> {
    let place = model.place;
    let data = data.trim();
    if data == "[DONE]" {
        progress.said_done();
        return Ok(true);
    }
    if data.is_empty() {
        return Ok(false);
    }
    if looks_like_page(data) {
        return Err(place.page());
    }
    let chunk: Chunk =
        serde_json::from_str(data).map_err(|error| place.truncated(&format!("came damaged: {error}")))?;
    if let Some(error) = chunk.error.as_ref().filter(|error| !error.is_null()) {
        return Err(place.broke(error));
    }
    for delta in progress.read(chunk) {
        tell(out, delta).await;
    }
    Ok(false)
}

/// Ends an answer whose body has ended.
async fn conclude(progress: &mut Progress, model: &Model<'_>, out: &mut Out) -> Result<(), Failure> {
    if !progress.has_stopped() {
        return Err(model.place.truncated("ended before it was complete"));
    }
    for delta in progress.finish() {
        tell(out, delta).await;
    }
    Ok(())
}

/// Returns the first of these headers that is there, if it can be shown.
fn header(response: &Response, names: &[&str]) -> Option<String> {
    let value = names.iter().find_map(|name| response.headers().get(*name))?;
    let text = value.to_str().ok()?.trim();
    let is_id = !text.is_empty() && text.len() <= 128 && text.chars().all(|letter| letter.is_ascii_graphic());
    is_id.then(|| text.to_owned())
}

/// Returns the kind of body, in lower case.
fn kind(response: &Response) -> String {
    let value = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim_start().to_ascii_lowercase()
}

/// Returns the beginning of a refusal's body, as far as it comes in time.
async fn start_of_body(response: Response, patience: Duration) -> Vec<u8> {
    let mut body = response.bytes_stream();
    let mut bytes = Vec::new();
    while let Ok(Some(Ok(piece))) = tokio::time::timeout(patience, body.next()).await {
        bytes.extend_from_slice(&piece);
        if bytes.len() > BODY_LIMIT {
            break;
        }
    }
    bytes
}

/// Returns the fault of a key that is not there.
pub(super) fn no_key(name: &str, variable: &str) -> Failure {
    Failure::new(FaultClass::Credentials, format!("{variable}, which holds the key of {name}, is not set"))
        .hint(format!("Set {variable} and start adit anew, or take `key_env` out of [endpoint.{name}]."))
}

/// Returns the fault of a key that no request can carry.
pub(super) fn unusable_key(name: &str, variable: &str) -> Failure {
    let words = format!("{variable}, which holds the key of {name}, holds a line break or another control character");
    Failure::new(FaultClass::Credentials, words).hint(format!("Set {variable} to the key alone, and start adit anew."))
}
