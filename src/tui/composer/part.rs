//! The parts of a draft, as they are kept in a file: pastes stay folded, and images stay images.

use serde::{Deserialize, Serialize};

use crate::session::Image;

/// A draft of text alone is kept as that text; one with other parts as JSON that begins like this.
const BEGIN: &str = "{\"adit_draft\":";

/// A part of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// What is shown as it is.
    Text(String),
    /// A paste, shown folded.
    Pasted(String),
    /// An image.
    Image(Image),
}

#[derive(Serialize, Deserialize)]
struct KeptDraft {
    adit_draft: Vec<Part>,
}

/// Returns the text that keeps these parts.
pub(super) fn written(parts: Vec<Part>) -> String {
    match parts.as_slice() {
        [] => String::new(),
        [Part::Text(text)] if !text.starts_with(BEGIN) => text.clone(),
        // Text and base64: there is nothing in it that cannot be written.
        _ => serde_json::to_string(&KeptDraft { adit_draft: parts }).unwrap_or_default(),
    }
}

/// Returns the parts that a text keeps; what is no such text is one itself.
pub(super) fn read(text: &str) -> Vec<Part> {
    let kept = text.starts_with(BEGIN).then(|| serde_json::from_str::<KeptDraft>(text).ok()).flatten();
    kept.map_or_else(|| vec![Part::Text(text.to_owned())], |kept| kept.adit_draft)
}
