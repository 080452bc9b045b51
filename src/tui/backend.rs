//! Ratatui's backend into a buffer: one frame becomes one piece of bytes, and nothing becomes none.

use std::io;
use std::sync::Arc;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::encoder::{Change, Encoder};
use super::hyperlink::LinkTable;

/// Writes frames into a buffer. The cursor is shown, hidden and moved only when that changes something.
#[derive(Debug, Clone)]
pub struct FrameBackend {
    encoder: Encoder,
    size: Size,
    cursor_is_shown: Option<bool>,
}

impl FrameBackend {
    /// Returns the backend of a screen of this size.
    pub fn new(size: Size) -> Self {
        Self { encoder: Encoder::new(size), size, cursor_is_shown: None }
    }

    /// Writes the links that cells carry, by this table's numbers.
    #[must_use]
    pub fn with_links(mut self, links: Arc<LinkTable>) -> Self {
        self.encoder.set_links(links);
        self
    }

    /// Tells whether a link was ever written, so that its end may be missing where a frame was cut.
    pub(super) fn has_linked(&self) -> bool {
        self.encoder.has_linked()
    }

    /// Takes over the terminal's size.
    pub fn set_size(&mut self, size: Size) {
        self.size = size;
        self.encoder.set_size(size);
    }

    /// Forgets what it knows of the terminal, after someone else has had it.
    pub fn forget(&mut self) {
        self.encoder.forget();
        self.cursor_is_shown = None;
    }

    /// Takes the bytes of the frame.
    pub fn take(&mut self) -> Vec<u8> {
        self.encoder.take()
    }
}

impl Backend for FrameBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let changes: Vec<Change<'a>> = content.collect();
        self.encoder.change(&changes);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_is_shown.replace(false) != Some(false) {
            self.encoder.raw(b"\x1b[?25l");
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_is_shown.replace(true) != Some(true) {
            self.encoder.raw(b"\x1b[?25h");
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.encoder.cursor().unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        self.encoder.go_to(position.x, position.y);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.encoder.clear();
        Ok(())
    }

    fn clear_region(&mut self, _region: ClearType) -> io::Result<()> {
        // A full screen is only ever cleared as a whole.
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
