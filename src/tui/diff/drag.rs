//! A drag of the mouse: lines are selected from where the button went down; beyond an edge the review scrolls on under it.

use crossterm::event::MouseEvent;
use ratatui::layout::Rect;

use super::layout::Spot;
use super::moving::Way;
use super::pane::DiffPane;
use super::rows::Row;

/// A drag along one line selects it from so many columns on; less is a hand that trembles.
const MEANT: u16 = 3;
/// At most so many lines go by at once, however far beyond the edge the pointer is.
const MOST_LINES: u16 = 5;

/// A drag that is beyond an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pull {
    way: Way,
    lines: usize,
}

impl DiffPane {
    /// Tells whether the button went down here and is still held: then the mouse is this pane's wherever it goes.
    pub(in crate::tui) fn is_dragged(&self) -> bool {
        self.pressed.is_some()
    }

    /// Tells whether the review is to scroll on under the pointer.
    pub(in crate::tui) fn is_pulled(&self) -> bool {
        self.pull.is_some()
    }

    /// Forgets that the button is held: what comes next is not part of a drag.
    pub(in crate::tui) fn let_go(&mut self) {
        self.pressed = None;
        self.pull = None;
    }

    /// Selects the lines from where the mouse went down to where it is, and begins to scroll where it is beyond an edge.
    pub(super) fn drag(&mut self, mouse: MouseEvent, area: Rect) {
        if self.pressed.is_none() || area.is_empty() {
            return;
        }
        // The first line is a heading, which is no line to select.
        let (above, below) = ((area.y + 1).saturating_sub(mouse.row), (mouse.row + 1).saturating_sub(area.bottom()));
        let was_pulled = self.pull.take().is_some();
        let pull = |way, beyond: u16| Pull { way, lines: usize::from(beyond.min(MOST_LINES)) };
        self.pull = match (above, below) {
            (0, 0) => None,
            (0, below) => Some(pull(Way::Down, below)),
            (above, _) => Some(pull(Way::Up, above)),
        };
        match self.pull {
            // From now on it scrolls by the clock, not by how much the hand trembles.
            Some(_) if was_pulled => {}
            Some(_) => self.pull_on(),
            None => {
                let column = mouse.column.clamp(area.x, area.right().saturating_sub(1));
                self.drag_to(MouseEvent { column, ..mouse }, area);
            }
        }
    }

    fn drag_to(&mut self, mouse: MouseEvent, area: Rect) {
        let (Some(from), Some(to)) = (self.pressed, self.under(mouse, area)) else { return };
        let is_along = from == to
            && mouse.column.abs_diff(self.pressed_column) >= MEANT
            && matches!(self.layout.row(to), Some(Row::Line { .. }));
        if from.file == to.file && (from != to || is_along) && to.row > 0 {
            self.anchor = Some(from);
            self.cursor = to;
        }
    }

    /// Scrolls on under a pointer that is beyond an edge, and selects what comes into sight; at the file's end it stops.
    pub(in crate::tui) fn pull_on(&mut self) {
        let (Some(from), Some(Pull { way, lines })) = (self.pressed, self.pull) else { return };
        let geometry = self.last_geometry();
        let top = geometry.settle(&self.layout, self.top, self.cursor);
        let in_sight = geometry.in_sight(&self.layout, top);
        let mut own = in_sight.iter().map(|row| row.spot).filter(|spot| spot.file == from.file);
        let (edge, last) = match way {
            Way::Down => (own.next_back(), self.layout.file(from).map_or(0, |file| file.rows.len().saturating_sub(1))),
            Way::Up => (own.min(), 1),
        };
        let edge = edge.unwrap_or(self.cursor);
        let moved = match way {
            Way::Down => geometry.down_by(&self.layout, edge, lines),
            Way::Up => geometry.up_by(&self.layout, edge, lines),
        };
        let end = Spot { file: from.file, row: last };
        let to = match way {
            Way::Down => moved.min(end),
            Way::Up => moved.max(end),
        };
        let to = geometry.drawn(&self.layout, to);
        let before = (self.cursor, self.top);
        self.anchor = Some(from);
        self.cursor = to;
        self.top = geometry.settle(&self.layout, top, to);
        if before == (self.cursor, self.top) {
            self.pull = None;
        }
    }
}
