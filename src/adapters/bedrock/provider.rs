//! Bedrock as the engine's provider.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use futures::channel::mpsc;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use tokio::sync::{Mutex, Notify};

use super::super::in_step::in_step;
use super::account::{self, Account, LONGEST_WAIT, Wishes};
use super::aws_cli::AwsCli;
use super::choice::Known;
use super::course::Limits;
use super::failure::Failure;
use super::lessons::Lessons;
use super::request::{self, Shape};
use super::watch::{Out, Patience, tell, watched};
use crate::config::{CacheTtl, Config};
use crate::engine::{AccountChoice, Delta, Provider, Request, Terms};
use crate::models::{self, Models, Thinking};
use crate::session::{Fault, FaultClass, Millis, ModelChoice, Passcode, Usage};

/// Regions that are offered; others can be typed.
const REGIONS: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "sa-east-1",
];

/// How many deltas may wait for the engine.
const WAITING: usize = 64;

/// Claude on Amazon Bedrock.
///
/// Making one reads nothing and asks nobody; region, profile and credentials are found at the first
/// request, kept, and found anew after they were refused.
#[derive(Debug)]
pub struct Bedrock {
    pub(super) inner: Arc<Inner>,
}

/// An endpoint on this machine, reached without AWS's configuration: the demo's, and the tests'.
#[derive(Clone, PartialEq, Eq)]
pub struct Loopback {
    /// Its address, as `http://127.0.0.1:8080`.
    pub url: String,
    /// The region that requests name.
    pub region: String,
    /// The key that signs them.
    pub access_key: String,
    /// The secret of that key.
    pub secret_key: String,
}

impl std::fmt::Debug for Loopback {
    /// Writes everything but the secret.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Loopback").field("url", &self.url).field("region", &self.region).finish_non_exhaustive()
    }
}

impl Loopback {
    /// Returns an endpoint with made-up keys in `us-east-1`.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            region: "us-east-1".to_owned(),
            access_key: "loopback".to_owned(),
            secret_key: "loopback".to_owned(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) wishes: std::sync::Mutex<Wishes>,
    /// The names of the profiles that can be chosen.
    profiles: Vec<String>,
    /// The account in use, and after how many moves it was found.
    account: Mutex<Option<(Arc<Account>, u32)>>,
    /// How often the user went to another profile or region.
    moves: AtomicU32,
    /// The command that logs in; none where nobody is there to do what it asks.
    pub(super) cli: Option<AwsCli>,
    /// One login runs at a time.
    pub(super) logging_in: Mutex<()>,
    /// How many logins were done.
    pub(super) logins: AtomicU32,
    /// The code that the user entered last, until it is used.
    passcode: std::sync::Mutex<Option<Passcode>>,
    /// Tells that a code was entered.
    pub(super) passcodes: Notify,
    pub(super) known: Known,
    pub(super) lessons: Lessons,
    /// The applications' profiles of which it could not be found out in this session what stands behind them.
    pub(super) opaque: std::sync::Mutex<BTreeSet<String>>,
    pub(super) models: Models,
    pub(super) patience: Patience,
    pub(super) cache: CacheTtl,
    pub(super) max_tokens: u32,
    pub(super) thinking_budget: u32,
    pub(super) temperature: Option<f32>,
    pub(super) tags: Arc<BTreeMap<String, String>>,
    pub(super) limits: Limits,
    /// Thoughts that the service has refused once, by their signatures; they are sent no more.
    pub(super) dead_thoughts: std::sync::Mutex<BTreeSet<String>>,
    /// Whether the user was told that `max_tokens` leaves no room to think.
    pub(super) has_told_of_thinking: AtomicBool,
    /// Ends the pauses before retries.
    pub(super) hurry: Notify,
}

impl Bedrock {
    /// Returns the provider for the user's configuration.
    pub fn new(config: &Config, models: Models) -> Self {
        Self::build(config, models, None, Patience::new(config.stall_seconds))
    }

    /// Returns a provider that reaches an endpoint on this machine and nothing else.
    pub fn with_endpoint(config: &Config, models: Models, loopback: Loopback, patience: Patience) -> Self {
        Self::build(config, models, Some(loopback), patience)
    }

    /// Returns it with a login in the middle of a session: `aws` is the command that does it. Only where
    /// somebody reads what it asks for.
    pub fn attended(mut self, aws: impl Into<OsString>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.cli = Some(AwsCli { program: aws.into() });
            locked(&inner.wishes).is_attended = true;
        }
        self
    }

    /// Returns it with a file that keeps what is learnt of the account for later sessions.
    pub fn remembering(mut self, file: PathBuf) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.lessons = Lessons::in_file(file);
        }
        self
    }

    /// Returns it with the profiles of AWS's files, for completion.
    pub async fn with_profiles(mut self) -> Self {
        let profiles = account::profiles().await;
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.profiles = profiles;
        }
        self
    }

    fn build(config: &Config, models: Models, loopback: Option<Loopback>, patience: Patience) -> Self {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let wishes =
            Wishes { region: given(&config.region), profile: given(&config.profile), loopback, is_attended: false };
        Self {
            inner: Arc::new(Inner {
                wishes: std::sync::Mutex::new(wishes),
                profiles: Vec::new(),
                account: Mutex::new(None),
                moves: AtomicU32::new(0),
                cli: None,
                logging_in: Mutex::new(()),
                logins: AtomicU32::new(0),
                passcode: std::sync::Mutex::default(),
                passcodes: Notify::new(),
                known: Known::default(),
                lessons: Lessons::default(),
                opaque: std::sync::Mutex::default(),
                models,
                patience,
                cache: config.cache,
                max_tokens: config.max_tokens,
                thinking_budget: config.thinking.budget,
                temperature: config.temperature.map(|given| given as f32).filter(|given| given.is_finite()),
                tags: Arc::new(request::tags(&config.tags)),
                limits: Limits {
                    retries: config.max_retries,
                    quota: Duration::from_secs(config.throttle_seconds.into()),
                },
                dead_thoughts: std::sync::Mutex::default(),
                has_told_of_thinking: AtomicBool::new(false),
                hurry: Notify::new(),
            }),
        }
    }
}

impl Inner {
    /// Returns the account, found at the first call.
    pub(super) async fn account(&self, out: &mut Out) -> Result<Arc<Account>, Failure> {
        let mut kept = self.account.lock().await;
        let moves = self.moves.load(Ordering::Acquire);
        if let Some((account, _)) = kept.as_ref().filter(|(_, at)| *at == moves) {
            return Ok(Arc::clone(account));
        }
        let wishes = locked(&self.wishes).clone();
        let passcode = locked(&self.passcode).take();
        let account = Arc::new(match wishes.loopback {
            // Nothing is looked for.
            Some(_) => Account::load(&wishes, None).await?,
            None => {
                tell(out, Delta::Unsent).await;
                let account = self.load(&wishes, passcode, out).await?;
                tell(out, Delta::Sent).await;
                account
            }
        });
        *kept = Some((Arc::clone(&account), moves));
        Ok(account)
    }

    /// Finds the account, and says what is waited for where that takes long.
    async fn load(&self, wishes: &Wishes, passcode: Option<Passcode>, out: &mut Out) -> Result<Account, Failure> {
        let patience = self.patience.up_to(LONGEST_WAIT);
        let mut aside = out.clone();
        let told = async {
            tokio::time::sleep(patience.first_word.min(patience.limit / 2)).await;
            if let Some(process) = account::process_of(wishes).await {
                let (words, most) = (process.words(), patience.limit.as_secs());
                tell(&mut aside, Delta::Remark(format!("waiting for {words}, at most {most} s"))).await;
            }
            std::future::pending::<std::convert::Infallible>().await
        };
        let loaded = tokio::select! {
            biased;
            loaded = watched(patience, out, Account::load(wishes, passcode)) => loaded,
            never = told => match never {},
        };
        match loaded {
            Ok(account) => account,
            Err(silence) => Err(account::not_in_time(account::process_of(wishes).await.as_ref(), silence.0).into()),
        }
    }

    /// Changes who or what is called from the next request on.
    fn go_to(&self, choice: AccountChoice) -> Result<(), Fault> {
        match choice {
            AccountChoice::Profile(name) => {
                if !self.profiles.is_empty() && !self.profiles.contains(&name) {
                    return Err(Fault::new(FaultClass::Credentials, format!("the AWS profile {name} does not exist"))
                        .with_hint(format!("Choose one of {}.", self.profiles.join(", "))));
                }
                locked(&self.wishes).profile = Some(name);
            }
            AccountChoice::Region(name) => {
                let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
                if name.is_empty() || name.len() > 32 || !name.chars().all(fits) {
                    return Err(Fault::new(FaultClass::Region, "that is no name of an AWS region")
                        .with_hint("Regions are named like us-east-1."));
                }
                locked(&self.wishes).region = Some(name);
            }
        }
        self.moves.fetch_add(1, Ordering::AcqRel);
        self.known.forget();
        locked(&self.opaque).clear();
        Ok(())
    }

    /// Returns the id that is called for a name: the one that has answered, else the first that will be tried.
    fn called_as(&self, name: &str) -> String {
        let known = || self.lessons.profile(&self.likely_region(), name);
        let first = || self.models.candidates(name, &self.likely_region())?.into_iter().next();
        self.known.get(name).or_else(known).or_else(first).unwrap_or_else(|| name.to_owned())
    }

    /// Returns the region that is called, as far as it is known before the first request. Where it is not, it is one
    /// with a prefix of its own: those are dearer than the profiles that lead anywhere.
    fn likely_region(&self) -> String {
        let found = self.found_region();
        found.or_else(|| locked(&self.wishes).region.clone()).unwrap_or_else(|| REGIONS[0].to_owned())
    }

    /// Returns the region of the account, once it was found and while it counts.
    fn found_region(&self) -> Option<String> {
        let kept = self.account.try_lock().ok()?;
        let moves = self.moves.load(Ordering::Acquire);
        kept.as_ref().filter(|(_, at)| *at == moves).map(|(account, _)| account.region.clone())
    }

    /// Finds the account anew at the next request.
    pub(super) async fn forget_account(&self) {
        *self.account.lock().await = None;
    }

    fn describe(&self, name: &str) -> Result<ModelChoice, Fault> {
        let name = name.trim();
        let id = match self.known.get(name) {
            Some(id) => id,
            None if self.models.is_alias(name) || models::is_id(name) => name.to_owned(),
            None => {
                let families = self.models.families().into_iter();
                let known: Vec<&str> = families.chain(self.models.all().flat_map(aliases)).collect();
                return Err(Fault::new(FaultClass::Model, format!("{name} is no known model"))
                    .with_hint(format!("Choose one of {}, or give a full model id or ARN.", known.join(", "))));
            }
        };
        let wishes = locked(&self.wishes).clone();
        // An alias of a family is described by its newest member until one has answered.
        let model = self.model_of(&id).or_else(|| self.models.all().find(|model| model.family == id));
        Ok(ModelChoice {
            name: name.to_owned(),
            context: model.map_or(models::UNKNOWN_CONTEXT, |model| model.context),
            region: wishes.region.or_else(|| self.found_region()),
            profile: wishes.profile,
            id,
        })
    }
}

pub(super) fn locked<T>(value: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn aliases(model: &models::Model) -> impl Iterator<Item = &str> {
    model.aliases.iter().map(String::as_str)
}

/// Returns the day in the form of the table.
pub(super) fn today() -> String {
    let now = jiff::Timestamp::now().to_string();
    now.get(..10).unwrap_or(&now).to_owned()
}

impl Provider for Bedrock {
    fn discover(&self) -> BoxFuture<'static, Vec<(String, String)>> {
        let inner = Arc::clone(&self.inner);
        async move {
            // Nobody logs in for a list; its silence is told to nobody.
            let (mut out, _nobody) = mpsc::channel(WAITING);
            match inner.account(&mut out).await {
                Ok(account) => inner.discovered(&account).await,
                Err(_) => Vec::new(),
            }
        }
        .boxed()
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        let inner = Arc::clone(&self.inner);
        let (out, deltas) = mpsc::channel(WAITING);
        // The request is a part of the stream, not a task of its own: when the stream is dropped, so is the
        // request, and with it the connection.
        in_step(deltas, async move { inner.answer(request, out).await })
    }

    fn hurry(&self) {
        self.inner.hurry.notify_waiters();
    }

    fn passcode(&self, code: Passcode) {
        *locked(&self.inner.passcode) = Some(code);
        self.inner.passcodes.notify_waiters();
    }

    fn go_to(&self, account: AccountChoice) -> Result<(), Fault> {
        self.inner.go_to(account)
    }

    fn accounts(&self) -> Vec<AccountChoice> {
        let profiles = self.inner.profiles.iter().cloned().map(AccountChoice::Profile);
        let regions = REGIONS.iter().map(|name| AccountChoice::Region((*name).to_owned()));
        profiles.chain(regions).collect()
    }

    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault> {
        self.inner.describe(name)
    }

    fn models(&self) -> Vec<(String, String)> {
        let table = &self.inner.models;
        let families = table.families().into_iter().map(|family| {
            let newest = table.all().find(|model| model.family == family).map_or("", |model| model.name.as_str());
            (family.to_owned(), format!("the newest that this account can call, at best {newest}"))
        });
        let models = table.all().map(|model| {
            let name = model.aliases.first().unwrap_or(&model.id).clone();
            let called = self.inner.called_as(&name);
            let price = table.price(&called, 0, &today());
            let price =
                price.map_or(String::new(), |price| format!(", ${} / ${} a million", price.input, price.output));
            let tools = if model.tools { "" } else { ", without tools" };
            (name, format!("{}, {} tokens of context{tools}{price}", model.name, model.context_words()))
        });
        families.chain(models).collect()
    }

    fn cost_micros(&self, model: &str, usage: Usage) -> Option<u64> {
        let id = self.inner.called_as(model);
        let price = self.inner.models.price(&self.inner.priced_as(&id), usage.context(), &today())?;
        // Where the service does not tell the lives of caches apart, all have the life that was asked for.
        let cache = self.inner.cache_within(Some(self.inner.cache), &self.inner.lessons.refused(&id));
        let for_an_hour = match cache.unwrap_or(CacheTtl::Off) {
            CacheTtl::OneHour if usage.cache_write_hour == 0 => usage.cache_write,
            CacheTtl::OneHour | CacheTtl::FiveMinutes | CacheTtl::Off => usage.cache_write_hour.min(usage.cache_write),
        };
        let cost = usage.input as f64 * price.input
            + usage.output as f64 * price.output
            + usage.cache_read as f64 * price.cache_read
            + (usage.cache_write - for_an_hour) as f64 * price.cache_write
            + for_an_hour as f64 * price.input * 2.0;
        Some(cost.round() as u64)
    }

    fn terms(&self, model: &str) -> Terms {
        let id = self.inner.called_as(model);
        let table = self.inner.model_of(&id);
        let asked = Some(self.inner.max_tokens).filter(|tokens| *tokens > 0);
        let output = self.inner.lessons.output(&id);
        let shape = Shape::new(&id, table, &self.inner.models, asked, self.inner.cache).within(output);
        let minutes = match self.inner.cache_within(shape.cache, &self.inner.lessons.refused(&id)) {
            None | Some(CacheTtl::Off) => 0,
            Some(CacheTtl::FiveMinutes) => 5,
            Some(CacheTtl::OneHour) => 60,
        };
        Terms {
            max_output: table.map_or(shape.max_tokens, |model| model.output).min(output.unwrap_or(u32::MAX)),
            usual_output: shape.max_tokens,
            cache_lives: Millis(minutes * 60_000),
            cache_minimum: table.map_or(0, |model| model.cache_minimum),
            names: table
                .into_iter()
                .flat_map(|model| aliases(model).chain([model.id.as_str()]))
                .map(str::to_owned)
                .collect(),
            sees_images: shape.sees_images(),
            thinks: table.is_some_and(|model| model.thinking != Thinking::None),
            price_since: self
                .inner
                .models
                .price(&self.inner.priced_as(&id), 0, &today())
                .map(|price| price.since.clone()),
        }
    }
}
