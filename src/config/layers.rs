//! The layers of settings: each is checked by itself, so that a fault names its place, then they are merged.

use super::ranges::{no_address, out_of_range, unknown_endpoint, unknown_seeing};
use super::{Config, PROJECT};

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
const NAME_ENDPOINT: &str = "Describe the endpoint under [endpoint.NAME], or name a model of Bedrock.";
const SET_ELSEWHERE: &str = "A folder's own file may come from anyone. Put this into your configuration file \
                             (`adit config --path` names it), or give it as a variable or a flag.";

/// What a workspace's file may not set: it would send code to a place, or as somebody, that the user did not choose,
/// or spend what the user did not grant.
const NOT_FOR_WORKSPACES: [&str; 7] = ["region", "profile", "fallback", "endpoint", "telemetry", "budget", "tags"];

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
        let config: Self = merged.try_into().map_err(|error: toml::de::Error| ConfigFault {
            place: "the configuration".to_owned(),
            message: error.message().to_owned(),
            hint: SEE_KEYS,
        })?;
        // The endpoints may stand in another layer than the fallbacks, which come from the last one that has any.
        let names_fallbacks = |layer: &&Layer| layer.table().is_ok_and(|table| table.contains_key("fallback"));
        if let Some(layer) = layers.iter().rev().find(names_fallbacks)
            && let Some((start, message)) = unknown_endpoint(&layer.text, &config.fallback, &config.endpoints)
        {
            return Err(ConfigFault { place: layer.place(start), message, hint: NAME_ENDPOINT });
        }
        Ok(config)
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
    /// Returns the file's or the variable's name.
    pub fn name(&self) -> &str {
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
        let table = self.table().map_err(unreadable)?;
        let no_address = || no_address(&self.text, &table);
        let unknown_seeing = || unknown_seeing(&self.text, &config.endpoints);
        let wrong = out_of_range(&self.text, &table).or_else(no_address).or_else(unknown_seeing);
        if let Some((start, message)) = wrong {
            return Err(ConfigFault { place: self.place(start), message, hint: SEE_KEYS });
        }
        if matches!(self.origin, Origin::Workspace(_)) {
            let names_place = table.contains_key("model") && config.model.contains('/');
            let is_arn = table.contains_key("model") && config.model.trim_start().starts_with("arn:");
            let refused = NOT_FOR_WORKSPACES.into_iter().find(|key| table.contains_key(*key));
            let (key, what) = match (refused, is_arn, names_place) {
                (Some(key), _, _) => (key, "may not be set by a workspace's file"),
                (None, true, _) => ("model", "may not be an ARN in a workspace's file"),
                (None, false, true) => ("model", "may not name an endpoint in a workspace's file"),
                (None, false, false) => return Ok(table),
            };
            let message = format!("{key} {what}");
            return Err(ConfigFault { place: self.place(self.start_of(key)), message, hint: SET_ELSEWHERE });
        }
        Ok(table)
    }

    fn table(&self) -> Result<toml::Table, toml::de::Error> {
        toml::from_str(&self.text)
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
