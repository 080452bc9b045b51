//! The limits of a session, and the guard against a model that repeats a failing call.

use serde_json::Value;

use super::listener::Listener;
use crate::config::{BudgetConfig, Config, ProvenancePlace, ThinkingConfig};
use crate::session::{Caps, ToolCall};

/// What a session may do and how it words its commits.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// How many steps a turn may have.
    pub max_steps: u32,
    /// A tool's result is cut at so many bytes.
    pub tool_output_bytes: usize,
    /// How much the model may write in one answer; none leaves it to the model's table.
    pub max_tokens: Option<u32>,
    /// At how many percent of the context the conversation is compacted; 0 is never.
    pub compact_at: u32,
    /// How much models think.
    pub thinking: ThinkingConfig,
    /// From how many millionths of a dollar on a cache is not thrown away without a question; none never asks.
    pub cache_warning: Option<u64>,
    /// How much may be spent.
    pub caps: Caps,
    /// The part of the longest answer that a call is reckoned with before it is made, in percent.
    pub output_percent: u64,
    /// Whether drafted messages follow Conventional Commits.
    pub conventional_commits: bool,
    /// The trailer of commits, `{model}` standing for the model's id; empty adds none.
    pub trailer: String,
    /// Where a commit tells of the prompts behind it.
    pub provenance: ProvenancePlace,
    /// Who listens: hints name what they can do.
    pub listener: Listener,
}

impl Policy {
    /// Returns the policy that a configuration asks for.
    pub fn from_config(config: &Config) -> Self {
        Self {
            max_steps: config.max_steps.max(1),
            tool_output_bytes: config.tool_output_bytes.max(1_000),
            max_tokens: (config.max_tokens > 0).then_some(config.max_tokens),
            compact_at: config.compact_at.min(95),
            thinking: config.thinking.clone(),
            cache_warning: micros(config.budget.cache_warning),
            caps: caps(&config.budget),
            output_percent: u64::from(config.budget.output_percent.min(100)),
            conventional_commits: config.commit.conventional,
            trailer: config.commit.trailer.clone(),
            provenance: config.commit.provenance,
            listener: Listener::Person,
        }
    }
}

/// Returns the caps in millionths of a dollar; what is not above nothing is no cap.
fn caps(budget: &BudgetConfig) -> Caps {
    Caps { session: micros(budget.session), day: micros(budget.day), month: micros(budget.month) }
}

fn micros(dollars: f64) -> Option<u64> {
    (dollars > 0.0).then_some((dollars * 1_000_000.0).round() as u64)
}

/// Counts how often the very same call failed in a row.
///
/// A model that gets the same error for the same input will rarely do better the fourth time; going on only
/// costs the user money.
#[derive(Debug, Default)]
pub(super) struct LoopGuard {
    last: Option<(String, Value)>,
    failures: u32,
}

impl LoopGuard {
    /// The same failing call is made at most so often.
    pub(super) const LIMIT: u32 = 3;

    /// Notes a call's result; true when the turn should stop.
    pub(super) fn note(&mut self, call: &ToolCall, is_error: bool) -> bool {
        if !is_error {
            *self = Self::default();
            return false;
        }
        let this = (call.name.clone(), call.input.clone());
        if self.last.as_ref() == Some(&this) {
            self.failures += 1;
        } else {
            self.last = Some(this);
            self.failures = 1;
        }
        self.failures >= Self::LIMIT
    }
}
