//! What the pane says while there is nothing to review.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Paragraph, Widget as _, Wrap};

use super::super::{Look, Scope};
use super::pane::Totals;

/// Draws the explanation.
pub(super) fn draw(area: Rect, buffer: &mut Buffer, look: Look<'_>, totals: Totals) {
    let style = |scope| look.theme.style(scope);
    let paragraph = |text: &'static str| Line::styled(text, style(Scope::Text));
    let lines = if totals.decided > 0 {
        vec![
            Line::styled("Everything is decided.", style(Scope::Good)),
            Line::default(),
            paragraph("Decisions are hidden. Commit what was accepted, or show the decisions again."),
        ]
    } else {
        vec![
            Line::styled("Nothing to review yet.", style(Scope::Title)),
            Line::default(),
            paragraph("Ask for a change in the chat. What the model proposes appears here, hunk by hunk."),
            Line::default(),
            paragraph("Your files stay as they are until you accept a hunk, and only what you accept is committed."),
            Line::default(),
            Line::styled("a accept   r reject   v select lines   s split", style(Scope::Muted)),
            Line::styled("n next undecided   u undo   m note to the model   c commit", style(Scope::Muted)),
        ]
    };
    let inner = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    Paragraph::new(Text::from(lines)).wrap(Wrap { trim: true }).render(inner, buffer);
}
