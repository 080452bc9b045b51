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
