//! An endpoint as the engine's provider.

use std::sync::Arc;

use futures::channel::mpsc;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, future};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder};
use tokio::sync::Notify;

use super::super::bedrock::Patience;
use super::super::hushed::{hush, hush_userinfo};
use super::fault::{Failure, Place};
use super::run::{no_key, unusable_key};
use crate::config::{Config, EndpointConfig, EndpointName};
use crate::engine::{Delta, Provider, Request, Terms};
use crate::session::{Fault, FaultClass, ModelChoice, Usage};

/// How many deltas may wait for the engine.
const WAITING: usize = 64;

/// An endpoint that speaks OpenAI's protocol. Its models are named `NAME/model`.
pub struct OpenAi {
    inner: Arc<Inner>,
}

/// What an endpoint is given.
pub struct OpenAiSettings<'a> {
    /// Its name.
    pub name: &'a EndpointName,
    /// Where it is, and what it offers.
    pub endpoint: &'a EndpointConfig,
    /// The key, where its variable is set.
    pub key: Option<String>,
    /// PEM certificates that are trusted beside the system's.
    pub certificates: Option<Vec<u8>>,
    /// How long silence is borne, and how long a retry waits.
    pub patience: Patience,
}

pub(super) struct Inner {
    name: String,
    pub(super) settings: EndpointConfig,
    key: Key,
    /// None where the certificates cannot be used; the reason is told at the first request.
    client: Result<Client, String>,
    pub(super) patience: Patience,
    pub(super) max_tokens: Option<u32>,
    pub(super) temperature: Option<f64>,
    pub(super) max_retries: u32,
    /// Ends the pauses before retries.
    pub(super) hurry: Notify,
}

/// What the key's variable holds.
enum Key {
    /// The `Authorization` header; its value is marked as not to be shown.
    Header(HeaderValue),
    /// Nothing.
    Missing,
    /// What no header can carry.
    Unusable,
}

impl Key {
    fn read(key: Option<&str>) -> Self {
        let Some(key) = key.map(str::trim).filter(|key| !key.is_empty()) else { return Self::Missing };
        match HeaderValue::from_str(&format!("Bearer {key}")) {
            Ok(mut value) => {
                value.set_sensitive(true);
                Self::Header(value)
            }
            Err(_) => Self::Unusable,
        }
    }
}

/// The model that is asked.
pub(super) struct Model<'a> {
    pub(super) place: Place<'a>,
}

impl OpenAi {
    /// Returns an endpoint. Nothing is asked of it yet.
    pub fn new(config: &Config, settings: OpenAiSettings<'_>) -> Self {
        let OpenAiSettings { name, endpoint, key, certificates, patience } = settings;
        key.as_deref().into_iter().for_each(hush);
        hush_userinfo(&endpoint.url);
        let key = Key::read(key.as_deref());
        Self {
            inner: Arc::new(Inner {
                name: name.as_str().to_owned(),
                settings: endpoint.clone(),
                key,
                client: client(certificates.as_deref()),
                patience,
                max_tokens: (config.max_tokens > 0).then_some(config.max_tokens),
                temperature: config.temperature.filter(|given| given.is_finite()),
                max_retries: config.max_retries,
                hurry: Notify::new(),
            }),
        }
    }

    /// Returns the endpoint's name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    fn choice(&self, model: &str) -> ModelChoice {
        let id = format!("{}/{model}", self.inner.name);
        ModelChoice { name: id.clone(), id, region: None, profile: None, context: self.inner.settings.context }
    }
}

/// Returns a client whose connections give up in time; the answers' own silence is watched elsewhere.
fn client(certificates: Option<&[u8]>) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("adit/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(std::time::Duration::from_secs(10))
        // A redirect would carry the conversation to another place than the configured one.
        .redirect(reqwest::redirect::Policy::none());
    if let Some(pem) = certificates {
        let bundle = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| error.to_string())?;
        builder = builder.tls_certs_merge(bundle);
    }
    builder.build().map_err(|error| error.to_string())
}

impl Inner {
    /// Returns the request, ready to be sent.
    pub(super) fn open(&self, body: String, place: &Place<'_>) -> Result<RequestBuilder, Failure> {
        match (&self.settings.key_env, &self.key) {
            (Some(variable), Key::Missing) => return Err(no_key(&self.name, variable)),
            (Some(variable), Key::Unusable) => return Err(unusable_key(&self.name, variable)),
            (_, Key::Header(_)) | (None, _) => {}
        }
        let client = self.client.as_ref().map_err(|why| {
            Failure::new(FaultClass::Network, format!("cannot set up the connection to {}: {why}", place.name))
                .hint("Check the certificates that AWS_CA_BUNDLE or SSL_CERT_FILE names.")
        })?;
        let url = format!("{}/chat/completions", self.settings.url.trim_end_matches('/'));
        let mut request = client.post(url).header(CONTENT_TYPE, "application/json").body(body);
        if let Key::Header(key) = &self.key {
            request = request.header(AUTHORIZATION, key.clone());
        }
        Ok(request)
    }
}

impl Provider for OpenAi {
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        let inner = Arc::clone(&self.inner);
        let (out, deltas) = mpsc::channel(WAITING);
        // The request is a part of the stream, not a task of its own: when the stream is dropped, so is the
        // request, and with it the connection.
        let work = stream::once(async move {
            let prefix = format!("{}/", inner.name);
            let model = request.model.strip_prefix(&prefix).unwrap_or(&request.model).to_owned();
            let place = Place {
                name: &inner.name,
                url: &inner.settings.url,
                model: &model,
                key_env: inner.settings.key_env.as_deref(),
            };
            inner.answer(request, &Model { place }, out).await;
        });
        stream::select(deltas, work.filter_map(|()| future::ready(None))).boxed()
    }

    fn hurry(&self) {
        self.inner.hurry.notify_waiters();
    }

    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault> {
        let Inner { name: endpoint, settings, .. } = &*self.inner;
        let model = name.trim().strip_prefix(&format!("{endpoint}/")).unwrap_or_default();
        if settings.models.iter().any(|known| known == model) {
            return Ok(self.choice(model));
        }
        let known: Vec<String> = settings.models.iter().map(|model| format!("{endpoint}/{model}")).collect();
        Err(Fault::new(FaultClass::Model, format!("{} is no model of the endpoint {endpoint}", name.trim()))
            .with_hint(format!("Choose one of {}, or add it to `models` in [endpoint.{endpoint}].", known.join(", "))))
    }

    fn models(&self) -> Vec<(String, String)> {
        let settings = &self.inner.settings;
        let tools = if settings.tools { "" } else { ", without tools" };
        let price = match (settings.price_input, settings.price_output) {
            (Some(input), Some(output)) => format!(", ${input} / ${output} a million"),
            _ => String::new(),
        };
        let line = format!("at {}, {}k tokens of context{tools}{price}", settings.url, settings.context / 1000);
        settings.models.iter().map(|model| (format!("{}/{model}", self.inner.name), line.clone())).collect()
    }

    fn terms(&self, model: &str) -> Terms {
        let model = model.strip_prefix(&format!("{}/", self.inner.name)).unwrap_or(model);
        Terms { sees_images: self.inner.settings.images.see(model), ..Terms::default() }
    }

    fn cost_micros(&self, _model: &str, usage: Usage) -> Option<u64> {
        let settings = &self.inner.settings;
        let (input, output) = (settings.price_input?, settings.price_output?);
        let cached = settings.price_cache_read.unwrap_or(input);
        let cost = (usage.input + usage.cache_write) as f64 * input
            + usage.cache_read as f64 * cached
            + usage.output as f64 * output;
        Some(cost.round().max(0.0) as u64)
    }
}
