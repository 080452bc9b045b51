//! Marks a pattern in a line of the screen that is already drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Pattern;
use crate::tui::markdown::cells;
use crate::tui::{Scope, Theme};

/// Marks the pattern in the first line of an area; `current` is which of the places there the user is at.
pub(in crate::tui) fn mark(buffer: &mut Buffer, area: Rect, pattern: &Pattern, current: Option<usize>, theme: &Theme) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let mut text = String::new();
    // The column at which each piece of the text stands, by its first byte.
    let mut starts: Vec<(usize, u16)> = Vec::with_capacity(area.width.into());
    let mut x = area.x;
    while x < area.right() {
        let symbol = buffer[(x, area.y)].symbol();
        let columns = u16::try_from(cells(symbol)).unwrap_or(1).max(1);
        starts.push((text.len(), x));
        text.push_str(symbol);
        x = x.saturating_add(columns);
    }
    for (nth, range) in pattern.all(text.as_bytes()).enumerate() {
        let scope = if current == Some(nth) { Scope::MatchCurrent } else { Scope::Match };
        let first = starts.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let after = starts.partition_point(|(start, _)| *start < range.end);
        let left = starts.get(first).map_or(area.x, |(_, x)| *x);
        let right = starts.get(after).map_or(area.right(), |(_, x)| *x);
        for x in left..right {
            let cell = &mut buffer[(x, area.y)];
            cell.set_style(cell.style().patch(theme.style(scope)));
        }
    }
}
