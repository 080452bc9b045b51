//! The configuration as data: every key with its meaning; layers are merged before it is read.

mod layers;
mod ranges;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use layers::{ConfigFault, Layer, Origin};

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

/// How much a model is to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// As the model does by itself.
    #[default]
    Auto,
    /// Not at all, or as little as it can.
    Off,
    /// A little.
    Low,
    /// More.
    Medium,
    /// Much.
    High,
    /// As much as it can.
    Max,
}

impl Effort {
    /// Every one, with its word in settings and commands.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Auto, "auto"),
        (Self::Off, "off"),
        (Self::Low, "low"),
        (Self::Medium, "medium"),
        (Self::High, "high"),
        (Self::Max, "max"),
    ];

    /// Returns its word.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(effort, _)| *effort == self).map_or("auto", |(_, name)| name)
    }
}

/// How much models think.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThinkingConfig {
    /// Of all models that are not named.
    pub effort: Effort,
    /// The tokens for models that think by a budget; 0 goes by the effort.
    pub budget: u32,
    /// By id or alias.
    pub models: BTreeMap<String, Effort>,
}

impl ThinkingConfig {
    /// Returns what is configured for a model that goes by this name and this id; none where an entry may hold for it by
    /// another of its names.
    pub fn told_by(&self, name: &str, id: &str) -> Option<Effort> {
        let named = self.models.get(name).or_else(|| self.models.get(id)).copied();
        named.or_else(|| self.models.is_empty().then_some(self.effort))
    }
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

/// An endpoint's name: letters, digits, `-` and `_`, so that `NAME/model` can be told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EndpointName(String);

impl EndpointName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EndpointName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        if name.is_empty() || !name.chars().all(fits) {
            return Err(format!("an endpoint's name has letters, digits, - and _ only, not {name:?}"));
        }
        Ok(Self(name))
    }
}

impl From<EndpointName> for String {
    fn from(name: EndpointName) -> Self {
        name.0
    }
}

/// An endpoint that speaks OpenAI's protocol: a gateway in front of Bedrock, or a server of local models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointConfig {
    /// The address before `/chat/completions`, as `http://127.0.0.1:11434/v1`.
    pub url: String,
    /// The variable that holds the key; without it none is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_env: Option<String>,
    /// The models that can be chosen, as the endpoint names them.
    pub models: Vec<String>,
    /// How many tokens a model reads.
    #[serde(default = "endpoint_context")]
    pub context: u32,
    /// Whether the models call tools; those that do not answer with blocks of text to search and replace.
    #[serde(default = "yes")]
    pub tools: bool,
    /// Which of the models see images.
    #[serde(default)]
    pub images: Seeing,
    /// Dollars for a million tokens read; without it the cost is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_input: Option<f64>,
    /// Dollars for a million tokens written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_output: Option<f64>,
    /// Dollars for a million tokens read from a cache; without it, as for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_cache_read: Option<f64>,
}

/// Says which models of an endpoint see images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Seeing {
    /// All of them, or none.
    All(bool),
    /// These, as the endpoint names them.
    These(Vec<String>),
}

impl Default for Seeing {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Seeing {
    /// Tells whether a model, as the endpoint names it, sees images.
    pub fn see(&self, model: &str) -> bool {
        match self {
            Self::All(all) => *all,
            Self::These(models) => models.iter().any(|known| known == model),
        }
    }
}

fn endpoint_context() -> u32 {
    32_768
}

fn yes() -> bool {
    true
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

/// How the screen looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenConfig {
    /// "auto" (by the terminal's background), a theme that comes with adit, or one of the user's folder.
    pub theme: String,
    /// Whether adit takes the mouse.
    pub mouse: bool,
    /// Whether the difference is shown side by side where there is room.
    pub side_by_side: bool,
    /// Lines of context around a hunk.
    pub context_lines: usize,
    /// How adit tells that a turn has ended while its window is not looked at.
    pub notify: Notify,
    /// Whether the terminal's icon shows that a turn runs.
    pub progress: Progress,
    /// With which signs adit draws.
    pub glyphs: Glyphs,
    /// Whether links of the conversation are links of the terminal's.
    pub links: Links,
    /// Whether adit names the terminal's window.
    pub title: bool,
    /// A tmTheme file for the colours of code; empty takes the theme's.
    pub code_theme: String,
    /// The preset of keys: "default", "vim", "emacs" or "lazygit-like".
    pub keys: String,
    /// Whether newcomers are shown around.
    pub tour: bool,
    /// Whether linear text for screen readers takes the place of the full screen.
    pub accessible: bool,
}

impl Default for ScreenConfig {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            mouse: true,
            side_by_side: false,
            context_lines: 3,
            notify: Notify::Auto,
            progress: Progress::Auto,
            glyphs: Glyphs::Auto,
            links: Links::Auto,
            title: true,
            code_theme: String::new(),
            keys: "default".to_owned(),
            tour: true,
            accessible: false,
        }
    }
}

/// How adit tells that a turn has ended while its window is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// By the way that the terminal is known to understand.
    Auto,
    /// Not at all.
    Off,
    /// By the bell.
    Bell,
    /// By OSC 9.
    Osc9,
    /// By OSC 777.
    Osc777,
    /// By OSC 99.
    Osc99,
}

/// Whether the terminal's icon shows that a turn runs (OSC 9;4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// Where the terminal is known to show it.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// With which signs adit draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Glyphs {
    /// As the terminal's name suggests.
    #[default]
    Auto,
    /// With all of them.
    Full,
    /// With those that the font of a PC's console has.
    Console,
    /// With ASCII only.
    Ascii,
}

/// Whether links of the conversation are links of the terminal's (OSC 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// Where the terminal is known to show them the address is left away; where that is not known it stands there, too.
    Auto,
    /// Always, without the address.
    On,
    /// Never: the address stands behind the words.
    Off,
}

/// The built-in configuration, with every key and what it means.
pub const DEFAULT_TEXT: &str = include_str!("../assets/config.toml");
