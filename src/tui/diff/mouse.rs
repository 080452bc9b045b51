//! The mouse in the review: click, drag, wheel, buttons.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::super::Effect;
use super::super::search::Search;
use super::heading;
use super::layout::Spot;
use super::moving::Way;
use super::pane::DiffPane;
use super::rows::Row;
use crate::session::SessionState;

/// Lines that one turn of the wheel scrolls.
const WHEEL: usize = 3;

impl DiffPane {
    /// Takes the mouse inside the pane's area.
    pub fn mouse(&mut self, mouse: MouseEvent, area: Rect, state: &SessionState) -> Vec<Effect> {
        self.sync(state);
        self.is_untouched = false;
        let area = Search::above(self.search(), area);
        if let Some(file) = &mut self.file {
            match mouse.kind {
                MouseEventKind::ScrollDown => file.scroll_by(WHEEL as isize, area.height),
                MouseEventKind::ScrollUp => file.scroll_by(-(WHEEL as isize), area.height),
                MouseEventKind::ScrollLeft => file.scroll_sideways(-(WHEEL as isize)),
                MouseEventKind::ScrollRight => file.scroll_sideways(WHEEL as isize),
                _ => {}
            }
            return self.take_effects();
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.scroll_by(Way::Down, WHEEL),
            MouseEventKind::ScrollUp => self.scroll_by(Way::Up, WHEEL),
            MouseEventKind::ScrollLeft => self.scroll = self.scroll.saturating_sub(WHEEL),
            MouseEventKind::ScrollRight => self.scroll = (self.scroll + WHEEL).min(10_000),
            MouseEventKind::Down(MouseButton::Left) => return self.press(mouse, area, state),
            MouseEventKind::Drag(MouseButton::Left) => self.drag(mouse, area),
            MouseEventKind::Up(MouseButton::Left) => self.let_go(),
            _ => {}
        }
        self.take_effects()
    }

    /// Returns the row under the mouse.
    pub(super) fn under(&self, mouse: MouseEvent, area: Rect) -> Option<Spot> {
        if !area.contains(Position::new(mouse.column, mouse.row)) {
            return None;
        }
        let geometry = self.geometry(area.width, area.height);
        let top = geometry.settle(&self.layout, self.top, self.cursor);
        let y = mouse.row - area.y;
        if y == 0 {
            return self.layout.file(top.spot).map(|_| Spot { row: 0, ..top.spot });
        }
        let rows = geometry.in_sight(&self.layout, top);
        rows.iter().find(|row| (row.y..row.y + row.height).contains(&y)).map(|row| row.spot)
    }

    fn press(&mut self, mouse: MouseEvent, area: Rect, state: &SessionState) -> Vec<Effect> {
        // Until the engine has answered, what is under the mouse may not be what will be there.
        let Some(spot) = self.under(mouse, area).filter(|_| !self.holds_keys()) else { return self.take_effects() };
        let geometry = self.geometry(area.width, area.height);
        self.waiting = None;
        self.anchor = None;
        self.pull = None;
        self.pressed = Some(spot);
        self.pressed_column = mouse.column;
        let was_here = self.cursor == spot;
        self.top = geometry.settle(&self.layout, self.top, self.cursor);
        self.cursor = spot;
        self.top = geometry.settle(&self.layout, self.top, spot);
        let (Some(file), Some(row)) = (self.layout.file(spot), self.layout.row(spot)) else { return Vec::new() };
        let column = mouse.column - area.x;
        let buttons = heading::buttons(file, row, area.width, &self.button_keys);
        if let Some(button) = buttons.iter().find(|button| button.columns.contains(&column)) {
            return self.decide(button.decision, state);
        }
        match row {
            Row::Gap { .. } => {
                self.open(spot);
            }
            Row::File if was_here || column < 2 => {
                self.open(spot);
            }
            Row::Conflict if was_here => {
                return vec![Effect::Open(super::super::Overlay::Conflict { path: file.change.path.clone() })];
            }
            _ => {}
        }
        self.take_effects()
    }
}
