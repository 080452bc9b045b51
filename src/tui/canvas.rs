//! The cells of the screen, kept from frame to frame, so that a frame draws only the parts that may look otherwise.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::layout::Layout;

/// How much of the screen may look otherwise than in the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Damage {
    /// The conversation and the line of facts: what an answer that streams in and time that passes change.
    #[default]
    Stream,
    /// The chat pane and the lines below the panes: what a letter that is typed changes.
    Typing,
    /// Anything.
    All,
}

/// What decides whether a frame may keep the parts of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Where everything stands.
    pub(super) layout: Layout,
    /// The step of the guidance that is shown.
    pub(super) guide_at: usize,
    /// Whether something lies over the panes.
    pub(super) is_covered: bool,
}

/// The cells of the screen.
#[derive(Debug, Clone)]
pub struct Canvas {
    buffer: Buffer,
    shape: Option<Shape>,
    areas: Vec<Rect>,
    cursor: Option<Position>,
    conversation: Option<Rect>,
}

impl Default for Canvas {
    fn default() -> Self {
        Self { buffer: Buffer::empty(Rect::ZERO), shape: None, areas: Vec::new(), cursor: None, conversation: None }
    }
}

impl Canvas {
    /// Returns the cells.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Returns the parts that the last frame drew.
    pub fn areas(&self) -> &[Rect] {
        &self.areas
    }

    /// Returns where the cursor stands, if it is shown.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// Returns where the conversation stands, if nothing lies over it.
    pub(super) fn conversation(&self) -> Option<Rect> {
        self.conversation
    }

    /// Notes where the conversation stands.
    pub(super) fn set_conversation(&mut self, area: Option<Rect>) {
        self.conversation = area;
    }

    /// Begins a frame of a screen; returns how much must be drawn.
    pub(super) fn begin(&mut self, screen: Rect, shape: Shape, damage: Damage) -> Damage {
        let keeps = !shape.is_covered && self.shape == Some(shape) && self.buffer.area == screen;
        if self.buffer.area != screen {
            self.buffer = Buffer::empty(screen);
        }
        self.shape = Some(shape);
        self.areas.clear();
        self.cursor = None;
        if keeps { damage } else { Damage::All }
    }

    /// Makes a part blank, to be drawn anew, and returns the cells.
    pub(super) fn part(&mut self, area: Rect, ground: Style) -> &mut Buffer {
        make_blank(&mut self.buffer, area, ground);
        self.areas.push(area);
        &mut self.buffer
    }

    /// Returns the cells, and where to note the parts of them that are drawn anew.
    pub(super) fn parts(&mut self) -> (&mut Buffer, &mut Vec<Rect>) {
        (&mut self.buffer, &mut self.areas)
    }

    /// Returns the cells, to draw over what is there.
    pub(super) fn cells(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// Shows the cursor, if it is on the screen.
    pub(super) fn show_cursor(&mut self, cursor: Option<Position>) {
        self.cursor = cursor.filter(|cursor| self.buffer.area.contains(*cursor));
    }
}

/// Makes a part of the cells blank.
pub(super) fn make_blank(buffer: &mut Buffer, area: Rect, ground: Style) {
    let area = area.intersection(buffer.area);
    let mut blank = Cell::EMPTY;
    blank.set_style(ground);
    for row in area.top()..area.bottom() {
        let start = buffer.index_of(area.left(), row);
        buffer.content[start..start + usize::from(area.width)].fill(blank.clone());
    }
}
