//! What can be chosen: the models, how much they think, the account.

use super::words::{sentence, spoken};
use crate::config::{Effort, ThinkingConfig};
use crate::session::SessionState;

/// Names the models.
pub(super) fn models(models: &[(String, String)]) -> Vec<String> {
    models.iter().map(|(name, about)| format!("{}: {}", spoken(name), sentence(&spoken(about)))).collect()
}

/// Tells how much the model thinks.
pub(super) fn thinking(state: &SessionState, config: &ThinkingConfig) -> String {
    let model = &state.model;
    let effort = state.thinking.or_else(|| config.told_by(&model.name, &model.id));
    let now = match effort {
        Some(Effort::Auto) => "The model thinks as much as it does by itself.".to_owned(),
        Some(effort) => format!("The model's thinking is {}.", effort.name()),
        None => "How much the model thinks stands in your configuration.".to_owned(),
    };
    format!("{now} Say thinking and off, low, medium, high, max or auto to change it.")
}

/// Names the profiles or the regions; `kind` is their word.
pub(super) fn accounts(kind: &str, now: Option<&str>, names: &[String]) -> Vec<String> {
    let now = match now {
        Some(name) => format!("The {kind} is {}.", spoken(name)),
        None => format!("No {kind} is named; AWS's own files and variables choose it."),
    };
    let names: Vec<String> = names.iter().map(|name| spoken(name).into_owned()).collect();
    let all = match names.as_slice() {
        [] => format!("No other is known here. Say {kind} and its name to choose one."),
        names => format!("There are: {}. Say {kind} and a name to choose one.", names.join(", ")),
    };
    vec![now, all]
}
