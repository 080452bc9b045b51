//! The configuration as data: every key with its meaning; layers are merged before it is read.

mod endpoint;
mod layers;
mod ranges;
mod screen;
mod thinking;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use endpoint::{EndpointConfig, EndpointName, Seeing};
pub use layers::{ConfigFault, Layer, Origin};
pub use screen::{Glyphs, Links, Notify, Progress, ScreenConfig};
pub use thinking::{Effort, ThinkingConfig};

/// All settings, after the layers are merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Model id, inference profile, ARN or alias.
    pub model: String,
    /// AWS region; empty leaves it to AWS's own variables and files.
    pub region: String,
    /// AWS profile; empty leaves it to AWS's own variables and files.
    pub profile: String,
    /// How much the model may write in one answer; 0 leaves it to the model's table.
    pub max_tokens: u32,
    /// How freely models choose their words, for those that can be told; none leaves it to the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// How long prompt caches live: "off", "5m" or "1h".
    pub cache: CacheTtl,
    /// How many steps a turn may have.
    pub max_steps: u32,
    /// A stream that is silent for so many seconds is ended.
    pub stall_seconds: u32,
    /// How often a request that failed in passing is sent again.
    pub max_retries: u32,
    /// For so many seconds in all a request waits for a quota of the minute; before a fallback 30 at most.
    pub throttle_seconds: u32,
    /// A tool's result is cut at so many bytes.
    pub tool_output_bytes: usize,
    /// Where else to ask when the first place cannot answer, in this order.
    pub fallback: Vec<Fallback>,
    /// At how many percent of the model's context the conversation is compacted; 0 is never.
    pub compact_at: u32,
    /// How much the model thinks.
    pub thinking: ThinkingConfig,
    /// Caps on what may be spent.
    pub budget: BudgetConfig,
    /// Words that go with every request, for AWS's own reports.
    pub tags: BTreeMap<String, String>,
    /// Commits.
    pub commit: CommitConfig,
    /// The screen.
    pub screen: ScreenConfig,
    /// Spans for a collector.
    pub telemetry: TelemetryConfig,
    /// Endpoints that speak OpenAI's protocol, by the name that stands before their models.
    #[serde(rename = "endpoint", skip_serializing_if = "BTreeMap::is_empty")]
    pub endpoints: BTreeMap<EndpointName, EndpointConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: "sonnet".to_owned(),
            region: String::new(),
            profile: String::new(),
            max_tokens: 0,
            temperature: None,
            cache: CacheTtl::FiveMinutes,
            max_steps: 50,
            stall_seconds: 300,
            max_retries: 4,
            throttle_seconds: 900,
            tool_output_bytes: 50_000,
            fallback: Vec::new(),
            compact_at: 80,
            thinking: ThinkingConfig::default(),
            budget: BudgetConfig::default(),
            tags: BTreeMap::from([("project".to_owned(), PROJECT.to_owned())]),
            commit: CommitConfig::default(),
            screen: ScreenConfig::default(),
            telemetry: TelemetryConfig::default(),
            endpoints: BTreeMap::new(),
        }
    }
}

/// A place that is asked when those before it cannot answer; what is empty is as for the first place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fallback {
    /// Model id, inference profile, ARN or alias.
    pub model: String,
    /// AWS region.
    pub region: String,
    /// AWS profile.
    pub profile: String,
}

impl Config {
    /// Returns the configuration as it is for a fallback.
    pub fn at(&self, fallback: &Fallback) -> Self {
        let other = |own: &str, first: &str| if own.trim().is_empty() { first.to_owned() } else { own.to_owned() };
        Self {
            model: other(&fallback.model, &self.model),
            region: other(&fallback.region, &self.region),
            profile: other(&fallback.profile, &self.profile),
            ..self.clone()
        }
    }
}

impl Fallback {
    /// Returns its name for notices: what differs from the first place.
    pub fn label(&self) -> String {
        let given = |before: &str, text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| format!("{before}{text}"))
        };
        let parts = [given("", &self.model), given("in ", &self.region), given("by profile ", &self.profile)];
        let label: Vec<String> = parts.into_iter().flatten().collect();
        match (label.is_empty(), self.model.trim().is_empty()) {
            (true, _) => "the fallback".to_owned(),
            (false, true) => format!("the same model {}", label.join(" ")),
            (false, false) => label.join(" "),
        }
    }
}

/// How long prompt caches live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CacheTtl {
    /// No cache points are sent.
    #[serde(rename = "off")]
    Off,
    /// Five minutes, refreshed by each use.
    #[serde(rename = "5m")]
    FiveMinutes,
    /// One hour, at twice the input's price to write.
    #[serde(rename = "1h")]
    OneHour,
}

/// Stands for the project's name in the value of a tag.
const PROJECT: &str = "{project}";

/// Caps on what may be spent, in dollars; 0 is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BudgetConfig {
    /// By one session.
    pub session: f64,
    /// In one day, by all sessions.
    pub day: f64,
    /// In one month, by all sessions.
    pub month: f64,
    /// The part of the longest answer that a call is reckoned with before it is made, in percent.
    pub output_percent: u32,
    /// A prompt cache that saves more dollars than this is not thrown away without a question; 0 never asks.
    pub cache_warning: f64,
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self { session: 0.0, day: 0.0, month: 0.0, output_percent: 25, cache_warning: 0.25 }
    }
}

/// Spans for a collector that speaks OpenTelemetry's protocol.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// The collector's address; naming one turns telemetry on.
    pub endpoint: String,
    /// Turns it on for the collector that OpenTelemetry's own variables name.
    pub enabled: bool,
    /// Whether prompts, answers and what tools are given and give are sent as well.
    pub content: bool,
}

impl TelemetryConfig {
    /// Tells whether spans are sent at all.
    pub fn is_on(&self) -> bool {
        self.enabled || !self.endpoint.trim().is_empty()
    }
}

/// How commits are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CommitConfig {
    /// Whether drafted messages follow Conventional Commits.
    pub conventional: bool,
    /// The trailer that names the model; empty adds none.
    pub trailer: String,
    /// Where a commit tells of the prompts behind it: "off", "note" or "trailer".
    pub provenance: ProvenancePlace,
}

/// Where a commit tells of the prompts behind it. `adit blame` reads adit's own journals in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvenancePlace {
    /// Nowhere.
    #[default]
    Off,
    /// In a git note under `refs/notes/adit`: the prompts, and which lines came from which.
    Note,
    /// In trailers of the message: the first line of each prompt.
    Trailer,
}

impl Default for CommitConfig {
    fn default() -> Self {
        Self { conventional: true, trailer: "Assisted-by: adit ({model})".to_owned(), provenance: ProvenancePlace::Off }
    }
}

/// The built-in configuration, with every key and what it means.
pub const DEFAULT_TEXT: &str = include_str!("../assets/config.toml");
