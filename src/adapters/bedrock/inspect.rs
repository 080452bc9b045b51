//! Looks at the account for the doctor: region, credentials, proxy, certificates, and a call of one token.

use std::sync::{Arc, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_bedrockruntime::types as sdk;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use aws_types::os_shim_internal::{Env, Fs};

use super::account::{Account, Found, Wishes, not_in_time, process_of};
use super::canonical::{Noted, Wire};
use super::certificates;
use super::choice::Choice;
use super::failure::{Cure, Failure};
use super::lessons::Extra;
use super::provider::{Bedrock, Inner};
use super::proxy;
use super::refused::{refused, without_tunnel};
use super::words::profile_words;
use crate::doctor::{Check, clock, span};
use crate::session::{Fault, FaultClass};

/// How long credentials and a call may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Credentials that end so soon are told as a warning.
const ENDS_SOON: Duration = Duration::from_secs(15 * 60);

/// What the look at the account gave.
#[derive(Debug)]
pub struct Inspection {
    /// The checks.
    pub checks: Vec<Check>,
    /// What a call would use; none where it is not known.
    account: Option<Account>,
}

impl Inspection {
    /// Returns the region that would be called.
    pub fn region(&self) -> Option<&str> {
        self.account.as_ref().map(|account| account.region.as_str())
    }
}

impl Bedrock {
    /// Looks at region, credentials, proxy and certificates. No model is called; what the credentials' own
    /// source asks (a process, the SSO service) is asked.
    pub async fn inspect(&self) -> Inspection {
        let env = Env::real();
        let variable = |name: &str| env.get(name).ok().filter(|value| !value.is_empty());
        let wishes = self.wishes();
        let mut checks = vec![proxy::check(&variable)];
        if let Some(path) = variable("AWS_CA_BUNDLE") {
            checks.push(bundle(&path));
        }
        let whose = wishes.profile.clone().or_else(|| variable("AWS_PROFILE"));
        let whose = profile_words(whose.as_deref());
        let loaded = match tokio::time::timeout(PATIENCE, Account::load(&wishes, None)).await {
            Ok(loaded) => loaded.map_err(|failure| failure.fault),
            Err(_) => Err(not_in_time(process_of(&wishes).await.as_ref(), PATIENCE)),
        };
        match loaded {
            Ok(account) => {
                let source = if wishes.region.is_some() {
                    "adit's settings"
                } else if variable("AWS_REGION").is_some() || variable("AWS_DEFAULT_REGION").is_some() {
                    "the environment"
                } else {
                    "AWS's files"
                };
                checks.push(Check::ok("region", format!("{} (from {source})", account.region)));
                let mut check = credentials(account.found.as_ref(), &whose, SystemTime::now());
                if !account.passed_over.is_empty() {
                    check.finding.push_str("; ");
                    check.finding.push_str(account.passed_over);
                }
                checks.push(check);
                Inspection { checks, account: Some(account) }
            }
            Err(fault) => {
                let name = match fault.class {
                    FaultClass::Region => "region",
                    FaultClass::Network if fault.message.starts_with("the endpoint ") => "endpoint",
                    FaultClass::Network => "certificates",
                    _ => "credentials",
                };
                // The bundle of the variable has been told already.
                if !checks.iter().any(|check| check.name == name) {
                    checks.push(failed(name, &fault));
                }
                Inspection { checks, account: None }
            }
        }
    }

    /// Returns the model behind an application's profile, as far as it was found out before.
    pub fn behind(&self, arn: &str) -> Option<String> {
        self.inner.lessons.base(arn)
    }

    fn wishes(&self) -> Wishes {
        self.inner.wishes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the region that settings, variables or AWS's files name. Nothing is called, not even the machine.
    pub async fn region(&self) -> Option<String> {
        let env = Env::real();
        let variable = |name: &str| env.get(name).ok().filter(|value| !value.is_empty());
        let wishes = self.wishes();
        let named = wishes.region.clone().or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
        if named.is_some() {
            return named;
        }
        let profile = wishes.profile.clone().or_else(|| variable("AWS_PROFILE")).map(Into::into);
        let files = aws_config::profile::load(&Fs::real(), &env, &Default::default(), profile).await.ok()?;
        files.get("region").map(str::to_owned)
    }

    /// Calls a model for one token and tells whether it may be called, and how far the clocks are apart.
    ///
    /// The ids that a name may mean are tried as a session would try them; nothing else is sent again.
    pub async fn try_call(&self, inspection: &Inspection, name: &str) -> Vec<Check> {
        let Some(account) = &inspection.account else {
            return vec![Check::skipped("model access", "there is nothing to call with yet")];
        };
        match tokio::time::timeout(PATIENCE, self.call(account, name)).await {
            Ok(checks) => checks,
            Err(_) => vec![Check::fail(
                "model access",
                format!("{name} gave no answer in {} s", PATIENCE.as_secs()),
                "Check the network and the endpoint, or try again: the service may be slow.",
            )],
        }
    }

    async fn call(&self, account: &Account, name: &str) -> Vec<Check> {
        let inner = &self.inner;
        let known = inner.known.get(name);
        let mut choice = Choice::new(name, &account.region, &inner.models, known);
        loop {
            let date = Date::default();
            let outcome = call_once(inner, account, choice.id(), &date).await;
            let failure = match outcome {
                Ok(()) => {
                    inner.known.keep(name, choice.id());
                    let id = choice.id();
                    let mut words =
                        if id == name { format!("{id} answers") } else { format!("{name} is {id}, which answers") };
                    let refused: Vec<&str> = inner.lessons.refused(id).into_iter().map(Extra::words).collect();
                    if !refused.is_empty() {
                        let refused = refused.join(", ");
                        words = format!(
                            "{words}; as found out before, it takes {refused} (models.json in the state folder)"
                        );
                    }
                    return with_clock(&date, Check::ok("model access", words));
                }
                Err(failure) => failure,
            };
            if failure.cure == Cure::Profile {
                choice.offer(inner.profiles_of(account, choice.id()).await);
            }
            let goes_on = match failure.cure {
                Cure::OtherModel => choice.next_model(&failure.fault),
                Cure::Profile => choice.next_profile(&failure.fault, &account.region, &inner.models),
                _ => false,
            };
            if !goes_on {
                return with_clock(&date, refusal(name, choice.id(), &failure));
            }
        }
    }
}

/// Sends a request for one token, without tools or reasoning, and drops the answer.
async fn call_once(inner: &Inner, account: &Account, id: &str, date: &Date) -> Result<(), Failure> {
    let place = inner.place(account, id);
    let invalid = |error: aws_sdk_bedrockruntime::error::BuildError| {
        Failure::new(FaultClass::Invalid, format!("cannot put the request together: {error}"))
    };
    let noted = Noted::default();
    let message = sdk::Message::builder()
        .role(sdk::ConversationRole::User)
        .content(sdk::ContentBlock::Text("Say yes.".to_owned()))
        .build()
        .map_err(invalid)?;
    let sent = account
        .client
        .converse_stream()
        .model_id(id)
        .messages(message)
        .inference_config(sdk::InferenceConfiguration::builder().max_tokens(1).build())
        .customize()
        .interceptor(date.clone())
        .interceptor(Wire(noted.clone()))
        .send();
    let mut opened = match sent.await {
        Ok(opened) => opened,
        Err(error) => {
            return Err(match without_tunnel(&error) {
                Some(why) => proxy::no_tunnel(&why, noted.host().unwrap_or("Bedrock")).await,
                None => refused(&error, &noted, &place),
            });
        }
    };
    if date.is_page() {
        return Err(super::stream::page());
    }
    // Read to its end, which is near: an exception may follow the head.
    loop {
        match opened.stream.recv().await {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(error) => return Err(super::stream::broken(&error, date.is_page(), &place)),
        }
    }
}

/// Says what a refused call means: a quota that is used up shows that access is given.
fn refusal(name: &str, id: &str, failure: &Failure) -> Check {
    let fault = &failure.fault;
    match fault.class {
        FaultClass::Throttled | FaultClass::DailyQuota => Check::warn(
            "model access",
            format!("{id} may be called, but {}", fault.message),
            fault.hint.clone().unwrap_or_else(|| "Try again later.".to_owned()),
        ),
        _ => {
            let mut check = failed("model access", fault);
            if name != id {
                check.finding = format!("{name}: {}", check.finding);
            }
            check
        }
    }
}

fn failed(name: &str, fault: &Fault) -> Check {
    let id = fault.request_id.as_ref().map(|id| format!(" (request id {id})")).unwrap_or_default();
    let finding = format!("{}{id}", fault.message);
    let mut check = Check::fail(name, finding, "");
    check.fix = fault.hint.clone();
    check
}

/// Notes when the other side says that it answers, and as what.
#[derive(Debug, Clone, Default)]
struct Date {
    at: Arc<OnceLock<(String, SystemTime)>>,
    content_type: Arc<OnceLock<String>>,
}

impl Date {
    fn is_page(&self) -> bool {
        self.content_type.get().is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/"))
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Date {
    fn name(&self) -> &'static str {
        "Date"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.response().headers();
        if let Some(date) = headers.get("date") {
            let _first_stays = self.at.set((date.to_owned(), SystemTime::now()));
        }
        if let Some(kind) = headers.get("content-type") {
            let _first_stays = self.content_type.set(kind.to_owned());
        }
        Ok(())
    }
}

/// Puts what the answer's date says of the clock before a check.
fn with_clock(date: &Date, check: Check) -> Vec<Check> {
    let theirs = date.at.get().and_then(|(text, here)| {
        let there = SystemTime::try_from(DateTime::from_str(text, Format::HttpDate).ok()?).ok()?;
        Some((there, *here))
    });
    let skew = |(there, here): (SystemTime, SystemTime)| match here.duration_since(there) {
        Ok(ahead) => i64::try_from(ahead.as_secs()).unwrap_or(i64::MAX),
        Err(behind) => i64::try_from(behind.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    };
    theirs.map(|times| clock(skew(times))).into_iter().chain([check]).collect()
}

fn credentials(found: Option<&Found>, whose: &str, now: SystemTime) -> Check {
    let Some(Found { source, expires }) = found else {
        return Check::ok("credentials", "an API key (AWS_BEARER_TOKEN_BEDROCK)");
    };
    let Some(expires) = expires else {
        return Check::ok("credentials", format!("{whose}, from {source}; they do not expire"));
    };
    match expires.duration_since(now) {
        Ok(left) if left > ENDS_SOON => {
            Check::ok("credentials", format!("{whose}, from {source}; they hold for {} more", span(left)))
        }
        Ok(left) => Check::warn(
            "credentials",
            format!("{whose}, from {source}; they end in {}", span(left)),
            "Log in anew before long work, for instance by `aws sso login`; adit asks for fresh ones by itself where it can.",
        ),
        Err(past) => Check::fail(
            "credentials",
            format!("{whose}, from {source}; they ended {} ago", span(past.duration())),
            "Log in again, or look at the clock.",
        ),
    }
}

fn bundle(path: &str) -> Check {
    match certificates::client_trusting(path) {
        Ok(_) => Check::ok("certificates", format!("AWS_CA_BUNDLE reads ({path})")),
        Err(fault) => failed("certificates", &fault),
    }
}
