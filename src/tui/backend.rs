//! Ratatui's backend into a buffer: one frame becomes one piece of bytes, and nothing becomes none.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Bytes that are shared between the backend and the one who sends them.
#[derive(Debug, Clone, Default)]
struct Bytes(Arc<Mutex<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes frames into a buffer. The cursor is shown, hidden and moved only when that changes something.
pub(super) struct FrameBackend {
    bytes: Bytes,
    inner: CrosstermBackend<Bytes>,
    size: Size,
    cursor_is_shown: Option<bool>,
    cursor: Option<Position>,
}

impl FrameBackend {
    /// Returns the backend of a screen of this size.
    pub(super) fn new(size: Size) -> Self {
        let bytes = Bytes::default();
        let inner = CrosstermBackend::new(bytes.clone());
        Self { bytes, inner, size, cursor_is_shown: None, cursor: None }
    }

    /// Takes over the terminal's size.
    pub(super) fn set_size(&mut self, size: Size) {
        self.size = size;
    }

    /// Forgets what it knows of the cursor, after someone else has had the terminal.
    pub(super) fn forget(&mut self) {
        self.cursor_is_shown = None;
        self.cursor = None;
    }

    /// Takes the bytes of the frame.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Backend for FrameBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.cursor = None;
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_is_shown.replace(false) == Some(false) { Ok(()) } else { self.inner.hide_cursor() }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_is_shown.replace(true) == Some(true) { Ok(()) } else { self.inner.show_cursor() }
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor.replace(position) == Some(position) { Ok(()) } else { self.inner.set_cursor_position(position) }
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.inner.clear_region(region)
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
