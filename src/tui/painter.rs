//! From cells to the terminal: one frame becomes one piece of bytes, and nothing becomes none.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::encoder::{Encoder, Share};
use super::hyperlink::LinkTable;
use crate::config::Glyphs;

/// Writes frames as bytes. The cursor is shown, hidden and moved only when that changes something.
#[derive(Debug, Clone)]
pub struct Painter {
    encoder: Encoder,
    /// Whether the terminal may differ from the last frame anywhere.
    is_stale: bool,
    cursor_is_shown: Option<bool>,
}

impl Painter {
    /// Returns the painter of a screen of this size, of which nothing is known.
    pub fn new(size: Size) -> Self {
        Self { encoder: Encoder::new(size), is_stale: true, cursor_is_shown: None }
    }

    /// Writes the links that cells carry, by this table's numbers.
    #[must_use]
    pub fn with_links(mut self, links: Arc<LinkTable>) -> Self {
        self.encoder.set_links(links);
        self
    }

    /// Writes signs that the terminal's font has.
    #[must_use]
    pub fn with_glyphs(mut self, glyphs: Glyphs) -> Self {
        self.encoder.set_glyphs(glyphs);
        self
    }

    /// Tells whether a link was ever written, so that its end may be missing where a frame was cut.
    pub(super) fn has_linked(&self) -> bool {
        self.encoder.has_linked()
    }

    /// Takes over the terminal's size. With another one the terminal is cleared: what it has made of longer lines, and
    /// remembers of them when they are copied, goes with them.
    pub fn set_size(&mut self, size: Size) {
        if self.encoder.set_size(size) {
            self.clear();
        }
        self.is_stale = true;
    }

    /// Forgets what it knows of the terminal, after someone else has had it.
    pub fn forget(&mut self) {
        self.encoder.forget();
        self.is_stale = true;
        self.cursor_is_shown = None;
    }

    /// Clears the terminal.
    pub fn clear(&mut self) {
        self.encoder.clear();
        self.is_stale = true;
    }

    /// Writes what makes the terminal show these cells. Outside the areas they are the same as in the last frame.
    pub fn paint(&mut self, cells: &Buffer, areas: &[Rect], cursor: Option<Position>) {
        let _all = self.paint_share(cells, areas, cursor, None);
    }

    /// Does as [`paint`](Self::paint) does, or a share of it; tells whether that is all. What is left comes with the next frame.
    pub fn paint_share(
        &mut self,
        cells: &Buffer,
        areas: &[Rect],
        cursor: Option<Position>,
        share: Option<Share>,
    ) -> bool {
        let is_whole = if std::mem::take(&mut self.is_stale) {
            self.encoder.show_cells(cells, &[cells.area], share)
        } else {
            self.encoder.show_cells(cells, areas, share)
        };
        self.is_stale = !is_whole;
        let is_shown = cursor.is_some();
        if self.cursor_is_shown.replace(is_shown) != Some(is_shown) {
            self.encoder.raw(if is_shown { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        if let Some(cursor) = cursor {
            self.encoder.go_to(cursor.x, cursor.y);
        }
        is_whole
    }

    /// Takes the bytes that were written.
    pub fn take(&mut self) -> Vec<u8> {
        self.encoder.take()
    }
}
