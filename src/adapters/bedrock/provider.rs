//! Bedrock as the engine's provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::channel::mpsc;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, future};
use tokio::sync::Mutex;

use super::account::{Account, Wishes};
use super::choice::Known;
use super::request::{self, Shape};
use super::watch::{Out, Patience, watched};
use crate::config::{CacheTtl, Config};
use crate::engine::{Delta, Provider, Request, Terms};
use crate::models::{self, Models, Thinking};
use crate::session::{Fault, FaultClass, Millis, ModelChoice, Usage};

/// How many deltas may wait for the engine.
const WAITING: usize = 64;

/// Claude on Amazon Bedrock.
///
/// Making one reads nothing and asks nobody; region, profile and credentials are found at the first
/// request, kept, and found anew after they were refused.
#[derive(Debug)]
pub struct Bedrock {
    inner: Arc<Inner>,
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
    wishes: Wishes,
    account: Mutex<Option<Arc<Account>>>,
    pub(super) known: Known,
    pub(super) models: Models,
    pub(super) patience: Patience,
    pub(super) cache: CacheTtl,
    pub(super) max_tokens: u32,
    pub(super) max_retries: u32,
    pub(super) thinking_budget: u32,
    pub(super) tags: Arc<BTreeMap<String, String>>,
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

    fn build(config: &Config, models: Models, loopback: Option<Loopback>, patience: Patience) -> Self {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let wishes = Wishes { region: given(&config.region), profile: given(&config.profile), loopback };
        Self {
            inner: Arc::new(Inner {
                wishes,
                account: Mutex::new(None),
                known: Known::default(),
                models,
                patience,
                cache: config.cache,
                max_tokens: config.max_tokens,
                max_retries: config.max_retries,
                thinking_budget: config.thinking.budget,
                tags: Arc::new(request::tags(&config.tags)),
            }),
        }
    }
}

impl Inner {
    /// Returns the account, found at the first call.
    pub(super) async fn account(&self, out: &mut Out) -> Result<Arc<Account>, Fault> {
        let mut kept = self.account.lock().await;
        if let Some(account) = kept.as_ref() {
            return Ok(Arc::clone(account));
        }
        let account = match watched(self.patience, out, Account::load(&self.wishes)).await {
            Ok(account) => Arc::new(account?),
            Err(_) => {
                return Err(Fault::new(FaultClass::Credentials, "AWS's credentials did not come in time")
                    .with_hint("Check what the profile asks: a credential_process or the network may hang."));
            }
        };
        *kept = Some(Arc::clone(&account));
        Ok(account)
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
        // An alias of a family is described by its newest member until one has answered.
        let model = self.models.find(&id).or_else(|| self.models.all().find(|model| model.family == id));
        Ok(ModelChoice {
            name: name.to_owned(),
            context: model.map_or(models::UNKNOWN_CONTEXT, |model| model.context),
            region: self.wishes.region.clone(),
            profile: self.wishes.profile.clone(),
            id,
        })
    }
}

/// Returns the day, in UTC, by which prices are looked up.
fn today() -> String {
    jiff::Timestamp::now().to_string().chars().take(10).collect()
}

fn aliases(model: &models::Model) -> impl Iterator<Item = &str> {
    model.aliases.iter().map(String::as_str)
}

impl Provider for Bedrock {
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        let inner = Arc::clone(&self.inner);
        let (out, deltas) = mpsc::channel(WAITING);
        // The request is a part of the stream, not a task of its own: when the stream is dropped, so is the
        // request, and with it the connection.
        let work = stream::once(async move { inner.answer(request, out).await });
        stream::select(deltas, work.filter_map(|()| future::ready(None))).boxed()
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
            let price = model.prices.first();
            let price =
                price.map_or(String::new(), |price| format!(", ${} / ${} a million", price.input, price.output));
            let context = if model.context >= 1_000_000 {
                format!("{}M", model.context / 1_000_000)
            } else {
                format!("{}k", model.context / 1_000)
            };
            (name, format!("{}, {context} tokens of context{price}", model.name))
        });
        families.chain(models).collect()
    }

    fn cost_micros(&self, model: &str, usage: Usage) -> Option<u64> {
        let id = self.inner.known.get(model).unwrap_or_else(|| model.to_owned());
        let price = self.inner.models.price(&id, usage.context(), &today())?;
        // Where the service does not tell the lives of caches apart, all have the life that was asked for.
        let for_an_hour = match self.inner.cache {
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
        let id = self.inner.known.get(model).unwrap_or_else(|| model.to_owned());
        let table = self.inner.models.find(&id).or_else(|| self.inner.models.all().find(|model| model.family == id));
        let asked = Some(self.inner.max_tokens).filter(|tokens| *tokens > 0);
        let shape = Shape::new(&id, table, asked, self.inner.cache);
        let minutes = match shape.cache {
            None | Some(CacheTtl::Off) => 0,
            Some(CacheTtl::FiveMinutes) => 5,
            Some(CacheTtl::OneHour) => 60,
        };
        Terms {
            max_output: table.map_or(shape.max_tokens, |model| model.output),
            usual_output: shape.max_tokens,
            cache_lives: Millis(minutes * 60_000),
            cache_minimum: table.map_or(0, |model| model.cache_minimum),
            names: table
                .into_iter()
                .flat_map(|model| aliases(model).chain([model.id.as_str()]))
                .map(str::to_owned)
                .collect(),
            thinks: table.is_some_and(|model| model.thinking != Thinking::None),
            price_since: self.inner.models.price(&id, 0, &today()).map(|price| price.since.clone()),
        }
    }
}
