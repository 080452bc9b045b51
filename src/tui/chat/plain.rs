//! The conversation as plain text: without borders, marks of the margin and wrapped lines.

use super::entry;
use crate::session::{Entry, SessionState, TurnOutcome};
use crate::tui::safe;

/// Wide enough that no line is wrapped.
const UNWRAPPED: usize = 1_000;

/// Returns the conversation: prompts and answers as they were written, the rest in the lines that the pane shows.
pub fn conversation(state: &SessionState) -> String {
    let mut out = String::new();
    let mut before: Option<&Entry> = None;
    for entry in state.entries.iter().map(AsRef::as_ref) {
        let text = match entry {
            Entry::Prompt { text, .. } => format!("> {}", text.trim_end().replace('\n', "\n> ")),
            Entry::Text { text, .. } => text.trim_end().to_owned(),
            Entry::TurnEnded { outcome: TurnOutcome::Done, .. } => continue,
            Entry::Reasoning { .. }
            | Entry::Tool { .. }
            | Entry::Decided { .. }
            | Entry::Notice { .. }
            | Entry::Committed { .. }
            | Entry::Compacted { .. }
            | Entry::Images { .. }
            | Entry::TurnEnded { .. } => {
                let page = entry::lay(entry, false, UNWRAPPED);
                let rows: Vec<String> = (0..page.rows.len()).map(|row| page.text(row).trim_end().to_owned()).collect();
                rows.join("\n")
            }
        };
        if text.trim().is_empty() {
            continue;
        }
        let is_joined = before.is_some_and(|before| entry::is_compact(before) && entry::is_compact(entry));
        if before.is_some() {
            out.push_str(if is_joined { "\n" } else { "\n\n" });
        }
        out.push_str(&safe::plain(&text));
        before = Some(entry);
    }
    if before.is_some() {
        out.push('\n');
    }
    out
}
