//! The configuration as data: every key with its meaning; layers are merged before it is read.

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
    /// A tool's result is cut at so many bytes.
    pub tool_output_bytes: usize,
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
            tool_output_bytes: 50_000,
            commit: CommitConfig::default(),
            screen: ScreenConfig::default(),
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

/// How commits are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CommitConfig {
    /// Whether drafted messages follow Conventional Commits.
    pub conventional: bool,
    /// The trailer that names the model; empty adds none.
    pub trailer: String,
}

impl Default for CommitConfig {
    fn default() -> Self {
        Self { conventional: true, trailer: "Assisted-by: adit ({model})".to_owned() }
    }
}

/// How the screen looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenConfig {
    /// "auto" (by the terminal's background), "dark", "light", "ansi", or a theme of the user's folder.
    pub theme: String,
    /// Whether adit takes the mouse.
    pub mouse: bool,
    /// Whether the difference is shown side by side where there is room.
    pub side_by_side: bool,
    /// Lines of context around a hunk.
    pub context_lines: usize,
}

impl Default for ScreenConfig {
    fn default() -> Self {
        Self { theme: "auto".to_owned(), mouse: true, side_by_side: false, context_lines: 3 }
    }
}

/// The built-in configuration, with every key and what it means.
pub const DEFAULT_TEXT: &str = include_str!("../assets/config.toml");

/// One file of settings, or what stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// How errors name it: a file's path, or "the environment".
    pub name: String,
    /// Its TOML.
    pub text: String,
}

/// What is wrong with a setting, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}, line {line}: {message}")]
pub struct ConfigFault {
    /// The file.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong; it names the key and what would be right.
    pub message: String,
}

impl Config {
    /// Returns the settings of the layers, lowest first, on top of the built-in ones.
    ///
    /// Each layer is checked by itself, so that a fault names the file that holds it.
    pub fn from_layers(layers: &[Layer]) -> Result<Self, ConfigFault> {
        let mut merged = toml::Table::new();
        for layer in layers {
            let fault = |error: toml::de::Error| ConfigFault {
                name: layer.name.clone(),
                line: error
                    .span()
                    .map_or(1, |span| layer.text[..span.start.min(layer.text.len())].matches('\n').count() + 1),
                message: error.message().replace('\n', " "),
            };
            toml::from_str::<Self>(&layer.text).map_err(fault)?;
            merge(&mut merged, toml::from_str(&layer.text).map_err(fault)?);
        }
        let name = layers.last().map_or_else(String::new, |layer| layer.name.clone());
        merged.try_into().map_err(|error: toml::de::Error| ConfigFault {
            name,
            line: 1,
            message: error.message().to_owned(),
        })
    }

    /// Returns the layer that variables of the form `ADIT_KEY` or `ADIT_TABLE__KEY` stand for.
    ///
    /// A value is taken as TOML where it is a number or a truth value, else as text.
    pub fn environment_layer(variables: impl IntoIterator<Item = (String, String)>) -> Layer {
        let mut table = toml::Table::new();
        for (name, value) in variables {
            let Some(key) = name.strip_prefix("ADIT_").map(str::to_ascii_lowercase) else { continue };
            if RESERVED_VARIABLES.contains(&key.as_str()) {
                continue;
            }
            let value = match value.as_str() {
                "true" => toml::Value::Boolean(true),
                "false" => toml::Value::Boolean(false),
                text => text.parse().map_or_else(|_| toml::Value::String(text.to_owned()), toml::Value::Integer),
            };
            match key.split_once("__") {
                None => {
                    table.insert(key, value);
                }
                Some((outer, inner)) => {
                    let entry = table.entry(outer.to_owned()).or_insert_with(|| toml::Table::new().into());
                    if let Some(inside) = entry.as_table_mut() {
                        inside.insert(inner.to_owned(), value);
                    }
                }
            }
        }
        Layer { name: "the environment (ADIT_…)".to_owned(), text: table.to_string() }
    }
}

/// Variables that start with `ADIT_` and are no settings.
const RESERVED_VARIABLES: &[&str] = &["corpus", "cases", "panic", "log", "state_dir", "config_dir"];

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
