//! What stands below the conversation: what the turn does, and the prompts that wait.

use crate::session::TurnPhase;
use crate::tui::markdown::{Ink, Piece, cells, clip};
use crate::tui::{Look, Scope};

/// No more waiting prompts are shown.
const QUEUE_ROWS: usize = 3;
/// Silence is told from so many seconds on.
const SILENT_SECONDS: u32 = 5;

/// Returns the rows below the conversation, no more than `most`.
pub(super) fn rows(look: Look<'_>, width: usize, most: usize) -> Vec<Vec<Piece>> {
    let mut rows = Vec::new();
    if let Some(text) = activity(look) {
        rows.push(vec![
            Piece { text: "⟳ ".to_owned(), ink: Ink::of(Scope::Accent) },
            Piece { text: clip(&text, width.saturating_sub(2)), ink: Ink::of(Scope::Muted) },
        ]);
    }
    let queue = &look.state.queue;
    for (at, queued) in queue.iter().enumerate().take(QUEUE_ROWS) {
        let is_last = at + 1 == queue.len().min(QUEUE_ROWS);
        let after = match queue.len() - (at + 1) {
            0 if is_last => "  (Up takes it back)".to_owned(),
            more if is_last => format!("  (and {more} more)"),
            _ => String::new(),
        };
        let label = "queued: ";
        let room = width.saturating_sub(label.len());
        let after = clip(&after, room.saturating_sub(12));
        let text = clip(queued.text.trim(), room.saturating_sub(cells(&after)));
        rows.push(vec![
            Piece { text: label.to_owned(), ink: Ink::of(Scope::Muted) },
            Piece { text, ink: Ink::of(Scope::User) },
            Piece { text: after, ink: Ink::of(Scope::Muted) },
        ]);
    }
    rows.truncate(most);
    rows
}

/// Says what the running turn does.
fn activity(look: Look<'_>) -> Option<String> {
    let state = look.state;
    let elapsed = format!("{} s", look.now.0.saturating_sub(state.turn_began.0) / 1000);
    let silent = (state.silent >= SILENT_SECONDS).then(|| format!("; nothing has come for {} s", state.silent));
    let silent = silent.unwrap_or_default();
    match &state.phase {
        TurnPhase::Idle => None,
        TurnPhase::Waiting => Some(format!("waiting for the model… {elapsed}{silent}")),
        TurnPhase::Streaming => Some(format!("answering… {elapsed}{silent}")),
        TurnPhase::Compacting => Some(format!("summing up the conversation…{silent}")),
        TurnPhase::Tools => Some(format!("running tools… {elapsed}")),
        TurnPhase::Retrying { reason, resumes_at } => {
            let left = resumes_at.0.saturating_sub(look.now.0).div_ceil(1000);
            // The time first: the reason may be long, and what does not fit is cut.
            Some(format!("sent again in {left} s: {reason}"))
        }
    }
}
