//! What went wrong with a request, in the user's terms, and what may cure it.

use std::error::Error;
use std::time::Duration;

use serde_json::Value;

use super::super::bedrock::{causes, one_line};
use super::super::hushed::without_secrets;
use crate::session::{Fault, FaultClass};

/// A request that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) fault: Fault,
    pub(super) cure: Cure,
    /// How long the server asks to wait, where it does.
    pub(super) wait: Option<Duration>,
}

/// What may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// Nothing that adit can do.
    None,
    /// The same request, a moment later.
    Again,
    /// The same request, once a quota has recovered.
    Later,
    /// The same request at once, but only once: what was silent may have been worked on, and is paid for.
    Once,
    /// A request that does not ask what the answer costs.
    WithoutUsage,
}

/// Which endpoint was asked, and for what, as messages name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The endpoint's name in the configuration.
    pub(super) name: &'a str,
    pub(super) url: &'a str,
    pub(super) model: &'a str,
    pub(super) key_env: Option<&'a str>,
}

impl Failure {
    pub(super) fn new(class: FaultClass, message: impl Into<String>) -> Self {
        Self { fault: Fault::new(class, message), cure: Cure::None, wait: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.fault.hint = Some(hint.into());
        self
    }

    pub(super) fn cure(mut self, cure: Cure) -> Self {
        self.cure = cure;
        self
    }
}

impl Place<'_> {
    /// Says what a status and its body mean.
    pub(super) fn refused(&self, status: u16, body: &[u8]) -> Failure {
        let said: Value = serde_json::from_slice(body).unwrap_or_default();
        let words = match (words_of(&said), std::str::from_utf8(body)) {
            (Some(words), _) => words,
            (None, Ok(text)) if !looks_like_page(text) => one_line(text),
            (None, _) => String::new(),
        };
        let code = said.pointer("/error/code").or_else(|| said.pointer("/error/type")).and_then(Value::as_str);
        self.judge(Some(status), code.unwrap_or_default(), &words)
    }

    /// Says what a fault inside the stream means.
    pub(super) fn broke(&self, error: &Value) -> Failure {
        let words = words_of(error).unwrap_or_default();
        let code = error.get("code").or_else(|| error.get("type"));
        let status = code.and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let by_text = code.and_then(Value::as_str);
        let status = status.or_else(|| by_text.and_then(|text| text.parse().ok()));
        self.judge(status, by_text.unwrap_or_default(), &words)
    }

    fn judge(&self, status: Option<u16>, code: &str, words: &str) -> Failure {
        let Self { name, model, .. } = self;
        let lower = format!("{code} {words}").to_lowercase();
        let any = |needles: &[&str]| needles.iter().any(|needle| lower.contains(needle));
        let after = |ours: String| if words.is_empty() { ours } else { format!("{ours}: {words}") };
        if any(&[
            "context_length",
            "context length",
            "context window",
            "maximum context",
            "too long",
            "too many tokens in",
        ]) {
            return Failure::new(
                FaultClass::ContextOverflow,
                after(format!("the conversation is too long for {model}")),
            )
            .hint(format!("Start a new conversation, drop files from the context, or set `context` in [endpoint.{name}] to what the server offers."));
        }
        if any(&[
            "does not support tools",
            "tool use is not supported",
            "tools is not supported",
            "enable-auto-tool-choice",
        ]) {
            return Failure::new(FaultClass::Model, after(format!("{model} calls no tools at {name}")))
                .hint(format!("Set `tools = false` in [endpoint.{name}]: then edits come as SEARCH/REPLACE blocks."));
        }
        if any(&["stream_options", "include_usage"]) {
            return Failure::new(FaultClass::Invalid, after(format!("{name} refused the request")))
                .cure(Cure::WithoutUsage);
        }
        if any(&["insufficient_quota", "billing", "budget", "quota exceeded", "per day"]) {
            return Failure::new(FaultClass::DailyQuota, after(format!("the quota at {name} is used up")))
                .hint("Choose another model, or ask whoever runs the endpoint for more.");
        }
        match status {
            Some(401) => self.key_refused(&after),
            Some(403) => Failure::new(FaultClass::Access, after(format!("access to {model} at {name} was denied")))
                .hint("Ask whoever runs the endpoint to allow this model for your key."),
            Some(404) => Failure::new(FaultClass::Model, after(format!("{name} has no {model}"))).hint(format!(
                "Check `models` in [endpoint.{name}], and that `url` ends where /chat/completions begins, often in /v1."
            )),
            Some(413) => {
                Failure::new(FaultClass::ContextOverflow, after(format!("the request is too large for {name}")))
                    .hint("Start a new conversation, or drop files from the context.")
            }
            Some(429) => Failure::new(FaultClass::Throttled, after(format!("{name} takes no more requests just now")))
                .hint("Wait a minute and send the prompt again, or choose another model.")
                .cure(Cure::Later),
            Some(407) => Failure::new(FaultClass::Network, "the proxy asks for a login")
                .hint("Put user and password into HTTPS_PROXY, as http://user:password@host:port."),
            Some(408 | 425 | 500..=599) | None => {
                Failure::new(FaultClass::Unavailable, after(format!("{name} has a passing fault")))
                    .hint("Send the prompt again in a moment; the server's own log says more.")
                    .cure(Cure::Again)
            }
            Some(400..=499) => Failure::new(FaultClass::Invalid, after(format!("{name} refused the request"))),
            Some(other) => Failure::new(FaultClass::Other, after(format!("{name} answered with status {other}")))
                .hint(format!("Check `url` in [endpoint.{name}].")),
        }
    }

    fn key_refused(&self, after: &impl Fn(String) -> String) -> Failure {
        let Self { name, key_env, .. } = self;
        let hint = match key_env {
            Some(variable) => format!("Put a key that holds into {variable}, and start adit anew."),
            None => format!("Set `key_env` in [endpoint.{name}] to the variable that holds your key."),
        };
        Failure::new(FaultClass::Credentials, after(format!("{name} does not accept the key"))).hint(hint)
    }

    /// Says why the endpoint could not be reached, or broke the connection before the answer began.
    pub(super) fn unreachable(&self, error: &(dyn Error + 'static)) -> Failure {
        let (name, url) = (self.name, without_secrets(self.url));
        let words = causes(error);
        let lower = words.to_lowercase();
        let failure = Failure::new(FaultClass::Network, format!("cannot reach {name} at {url}: {words}"));
        if lower.contains("certificate") || lower.contains("unknownissuer") {
            return failure.hint("A proxy with its own certificate may stand between: set SSL_CERT_FILE or AWS_CA_BUNDLE to its PEM file.");
        }
        failure
            .hint(format!(
                "Start the server, or mend `url` in [endpoint.{name}]; HTTPS_PROXY and NO_PROXY count as well."
            ))
            .cure(Cure::Again)
    }

    /// Says what a page for people means where an answer was due.
    pub(super) fn page(&self) -> Failure {
        let (name, url) = (self.name, without_secrets(self.url));
        Failure::new(FaultClass::Network, format!("a web page came instead of an answer from {name}")).hint(format!(
            "A captive portal or a proxy answers in its place, or {url} is no address of an API: log in to the network \
             in a browser, or mend `url` in [endpoint.{name}]."
        ))
    }

    pub(super) fn truncated(&self, why: &str) -> Failure {
        Failure::new(FaultClass::Truncated, format!("the answer from {} {why}", self.name))
            .hint("Send the prompt again.")
            .cure(Cure::Again)
    }

    /// Returns the failure of a request that was silent for too long. It is sent again once, and what that costs is
    /// told: the server may still be working on the first one.
    pub(super) fn stalled(&self, silence: Duration) -> Failure {
        let (name, seconds) = (self.name, silence.as_secs());
        Failure::new(FaultClass::Stalled, format!("no data from {name} for {seconds} s, so the request was ended"))
            .hint("Send the prompt again; `stall_seconds` in adit's configuration sets how long silence is borne.")
            .cure(Cure::Once)
    }
}

/// Returns the words of an error, however the server wraps them.
fn words_of(said: &Value) -> Option<String> {
    let error = said.get("error").unwrap_or(said);
    let words = [error.get("message"), Some(error), said.get("message"), said.get("detail")];
    words.into_iter().flatten().find_map(Value::as_str).map(one_line).filter(|words| !words.is_empty())
}

/// Tells whether a body is a page for people.
pub(super) fn looks_like_page(text: &str) -> bool {
    let start = text.trim_start().get(..14).unwrap_or(text.trim_start()).to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head")
}
