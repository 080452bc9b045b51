//! How much models think.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
