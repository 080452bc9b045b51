//! The configuration as data: every key with its meaning; layers are merged before it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: "sonnet".to_owned(),
            region: String::new(),
            profile: String::new(),
            max_tokens: 0,
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
        if label.is_empty() { "the fallback".to_owned() } else { label.join(" ") }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// The built-in configuration, with every key and what it means.
pub const DEFAULT_TEXT: &str = include_str!("../assets/config.toml");

/// Where settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file of the user's own.
    User(String),
    /// A file that came with the workspace, whoever wrote it: it may not choose who is called, and as whom.
    Workspace(String),
    /// A variable of the environment.
    Variable(String),
}

/// Some settings, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Where they come from.
    pub origin: Origin,
    /// Their TOML.
    pub text: String,
}

/// What is wrong with a setting, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigFault {
    /// The file and its line, from 1, or the variable.
    pub place: String,
    /// What is wrong; it names the key and what would be right.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

const SEE_KEYS: &str = "Run `adit config --default` to see every key.";
const SET_ELSEWHERE: &str = "A folder's own file may come from anyone. Put this into your configuration file \
                             (`adit config --path` names it), or give it as a variable or a flag.";

/// What a workspace's file may not set: it would send code to a place, or as somebody, that the user did not choose,
/// or spend what the user did not grant.
const NOT_FOR_WORKSPACES: [&str; 5] = ["region", "profile", "fallback", "budget", "tags"];

impl Config {
    /// Returns the settings of the layers, lowest first, on top of the built-in ones.
    ///
    /// Each layer is checked by itself, so that a fault names the place that holds it.
    pub fn from_layers(layers: &[Layer]) -> Result<Self, ConfigFault> {
        let mut merged = toml::Table::new();
        for layer in layers {
            let table = layer.check()?;
            merge(&mut merged, table);
        }
        merged.try_into().map_err(|error: toml::de::Error| ConfigFault {
            place: "the configuration".to_owned(),
            message: error.message().to_owned(),
            hint: SEE_KEYS,
        })
    }

    /// Puts the project's name where the tags' values want it.
    pub fn name_project(&mut self, name: &str) {
        for value in self.tags.values_mut() {
            *value = value.replace(PROJECT, name);
        }
    }

    /// Returns the layers that variables of the form `ADIT_KEY` or `ADIT_TABLE__KEY` stand for, by name.
    ///
    /// A value that is a number or a truth value is taken as such where the key wants one, else as text.
    pub fn environment_layers(variables: impl IntoIterator<Item = (String, String)>) -> Vec<Layer> {
        let mut layers = Vec::new();
        for (name, value) in variables {
            let Some(key) = name.strip_prefix("ADIT_").map(str::to_ascii_lowercase) else { continue };
            if RESERVED_VARIABLES.contains(&key.as_str()) {
                continue;
            }
            let as_text = layer_of(&name, &key, toml::Value::String(value.clone()));
            let typed = match value.as_str() {
                "true" => Some(toml::Value::Boolean(true)),
                "false" => Some(toml::Value::Boolean(false)),
                text => {
                    let number = || text.parse().ok().filter(|value: &f64| value.is_finite()).map(toml::Value::Float);
                    text.parse().ok().map(toml::Value::Integer).or_else(number)
                }
            };
            // A profile may well be called 123456789012.
            let typed = typed.map(|value| layer_of(&name, &key, value));
            layers.push(match typed {
                Some(typed) if as_text.check().is_err() => typed,
                Some(_) | None => as_text,
            });
        }
        layers.sort_by(|left, right| left.origin.name().cmp(right.origin.name()));
        layers
    }
}

/// Variables that start with `ADIT_` and are no settings.
const RESERVED_VARIABLES: &[&str] = &["corpus", "cases", "kills", "panic", "log"];

fn layer_of(name: &str, key: &str, value: toml::Value) -> Layer {
    let mut table = toml::Table::new();
    match key.split_once("__") {
        None => table.insert(key.to_owned(), value),
        Some((outer, inner)) => {
            let inside = toml::Table::from_iter([(inner.to_owned(), value)]);
            table.insert(outer.to_owned(), inside.into())
        }
    };
    Layer { origin: Origin::Variable(name.to_owned()), text: table.to_string() }
}

impl Origin {
    fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Workspace(name) | Self::Variable(name) => name,
        }
    }
}

impl Layer {
    /// Returns the layer's table if every key and value in it is right.
    fn check(&self) -> Result<toml::Table, ConfigFault> {
        let unreadable = |error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start.min(self.text.len()));
            let message = error.message().replace('\n', " ");
            let message = match self.key_at(start) {
                Some(key) if !message.contains(&format!("`{key}`")) => format!("{key}: {message}"),
                Some(_) | None => message,
            };
            ConfigFault { place: self.place(start), message, hint: SEE_KEYS }
        };
        let config = toml::from_str::<Config>(&self.text).map_err(unreadable)?;
        let table: toml::Table = toml::from_str(&self.text).map_err(unreadable)?;
        if matches!(self.origin, Origin::Workspace(_)) {
            let is_arn = table.contains_key("model") && config.model.trim_start().starts_with("arn:");
            let refused = NOT_FOR_WORKSPACES.into_iter().find(|key| table.contains_key(*key));
            let (key, what) = match (refused, is_arn) {
                (Some(key), _) => (key, "may not be set by a workspace's file"),
                (None, true) => ("model", "may not be an ARN in a workspace's file"),
                (None, false) => return Ok(table),
            };
            let message = format!("{key} {what}");
            return Err(ConfigFault { place: self.place(self.start_of(key)), message, hint: SET_ELSEWHERE });
        }
        Ok(table)
    }

    fn place(&self, start: usize) -> String {
        match &self.origin {
            Origin::User(name) | Origin::Workspace(name) => {
                format!("{name}, line {}", self.text[..start].matches('\n').count() + 1)
            }
            Origin::Variable(name) => name.clone(),
        }
    }

    /// Returns the key of the line that holds this byte, for a message that does not name it.
    fn key_at(&self, at: usize) -> Option<String> {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let (key, _) = self.text[start..].lines().next()?.split_once('=')?;
        let key = key.trim();
        let table = self.text[..start].lines().rev().find_map(|line| line.trim().strip_prefix('[')?.strip_suffix(']'));
        let table = table.map(|table| table.trim_matches(['[', ']']));
        Some(table.map_or_else(|| key.to_owned(), |table| format!("{table}.{key}")))
    }

    /// Returns the byte at which the line of a key or table begins.
    fn start_of(&self, key: &str) -> usize {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let name = line.split_once('=').map_or(line, |(name, _)| name);
            // A key of the top, the head of a table or of an array of them, or a key with its table's name before it.
            let name = name.trim().trim_start_matches('[').split(['.', ']']).next().unwrap_or_default();
            if name.trim().trim_matches(['"', '\'']) == key {
                return start;
            }
            start += line.len();
        }
        0
    }
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(inside)), toml::Value::Table(more)) => merge(inside, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
