//! Draws the composer, its cursor and its popup.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Composer;
use super::reach::graphemes;
use super::wrap::shown;
use crate::tui::markdown::{cells, clip};
use crate::tui::text::write;
use crate::tui::{Look, Scope};

/// The columns before the text.
pub(super) const LEAD: u16 = 2;
const EMPTY: &str = "Ask for a change.  @ names a file, / lists commands";
/// The popup is not wider.
const POPUP_WIDTH: u16 = 72;

impl Composer {
    /// Draws the text.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>) {
        let area = area.intersection(buffer.area);
        if area.width <= LEAD || area.height == 0 {
            return;
        }
        let scope = if look.is_focused { Scope::User } else { Scope::Muted };
        buffer.set_stringn(area.x, area.y, "›", 1, look.theme.style(scope));
        let room = usize::from(area.width - LEAD);
        if self.is_empty() {
            let hint = clip(EMPTY, room);
            buffer.set_stringn(area.x + LEAD, area.y, hint, room, look.theme.style(Scope::Muted));
        }
        let rows = self.rows(area.width);
        let top = self.settle(area);
        for (range, y) in rows.rows.iter().skip(top).zip(area.y..area.bottom()) {
            let mut x = area.x + LEAD;
            let mut column = 0;
            for (_, grapheme) in graphemes(&self.draft.raw()[range.clone()]) {
                let text = shown(&self.draft, grapheme, column);
                let scope = if self.draft.label(grapheme).is_some() {
                    Scope::Accent
                } else if text != grapheme && grapheme != "\t" {
                    Scope::Control
                } else {
                    Scope::Text
                };
                column += cells(&text);
                let left = usize::from(area.right().saturating_sub(x));
                x = write(buffer, (x, y), &text, left, look.theme.style(scope));
            }
        }
    }

    /// Returns where the terminal's cursor stands.
    pub fn cursor(&self, area: Rect) -> Option<(u16, u16)> {
        if area.width <= LEAD || area.height == 0 {
            return None;
        }
        let top = self.settle(area);
        let (row, column) = self.rows(area.width).place(&self.draft, self.draft.cursor());
        let x = area.x + LEAD + u16::try_from(column).ok()?;
        let y = area.y + u16::try_from(row.checked_sub(top)?).ok()?;
        (x < area.right() && y < area.bottom()).then_some((x, y))
    }

    /// Draws what is offered to complete, above the composer's area and inside the screen.
    pub fn popup(&self, area: Rect, screen: Rect, buffer: &mut Buffer, look: Look<'_>) {
        let Some(offer) = &self.offer else { return };
        let screen = screen.intersection(buffer.area);
        let above = area.y.saturating_sub(screen.y).min(area.y);
        let labels = offer.candidates.iter().map(|candidate| cells(&clip(&candidate.label, usize::from(POPUP_WIDTH))));
        let label_width = labels.max().unwrap_or(0);
        let docs = offer.candidates.iter().map(|candidate| cells(&candidate.doc)).max().unwrap_or(0);
        let wanted = label_width + 2 + if docs > 0 { docs + 2 } else { 0 };
        let left = area.x.max(screen.x);
        let room = screen.right().saturating_sub(left).min(POPUP_WIDTH);
        let width = u16::try_from(wanted).unwrap_or(POPUP_WIDTH).min(room);
        let most = super::complete::OFFERED.min(offer.candidates.len());
        let height = u16::try_from(most).unwrap_or(1).min(above);
        if width < 4 || height == 0 {
            return;
        }
        let visible = usize::from(height);
        let first = (offer.selected + 1).saturating_sub(visible);
        let top = area.y - height;
        for (candidate, y) in offer.candidates.iter().enumerate().skip(first).zip(top..area.y) {
            let (index, candidate) = candidate;
            let is_selected = index == offer.selected;
            let scope = if is_selected { Scope::Selection } else { Scope::Status };
            let style = look.theme.style(scope);
            for x in left..left + width {
                buffer[(x, y)].reset();
                buffer[(x, y)].set_style(style);
            }
            let inside = usize::from(width).saturating_sub(2);
            let label = clip(&candidate.label, inside.min(label_width));
            write(buffer, (left + 1, y), &label, inside, style);
            let doc_at = label_width + 2;
            if !candidate.doc.is_empty() && doc_at < inside {
                let doc = clip(&candidate.doc, inside - doc_at);
                let x = left + 1 + u16::try_from(doc_at).unwrap_or(0);
                let muted = if is_selected { style } else { style.patch(look.theme.style(Scope::Muted)) };
                write(buffer, (x, y), &doc, inside - doc_at, muted);
            }
        }
    }

    /// Returns the first row to draw: moved as little as is needed to show the cursor.
    fn settle(&self, area: Rect) -> usize {
        let rows = self.rows(area.width);
        self.width.set(usize::from(area.width.saturating_sub(LEAD + 1)).max(1));
        let (row, _) = rows.place(&self.draft, self.draft.cursor());
        let height = usize::from(area.height);
        let lowest = (row + 1).saturating_sub(height);
        let most = rows.rows.len().saturating_sub(height);
        let top = self.top.get().clamp(lowest, row.max(lowest)).min(most.max(lowest));
        self.top.set(top);
        top
    }
}
