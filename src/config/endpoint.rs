//! Endpoints that speak OpenAI's protocol.

use serde::{Deserialize, Serialize};

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
