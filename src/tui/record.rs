//! Records what is written to the terminal, as asciicast v2: a head, then one event a line.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ratatui::layout::Size;
use serde_json::json;

/// Where a session is recorded to, handed in by the composition root.
#[derive(Clone)]
pub struct Recording {
    /// Shared by the thread that writes frames and the loop that sees resizes.
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    sink: Box<dyn Write + Send>,
    began: Instant,
    /// The start of a character whose other bytes come with the next piece.
    half: Vec<u8>,
    failed: Option<io::Error>,
}

impl fmt::Debug for Recording {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Recording")
    }
}

impl Recording {
    /// Records into a sink that keeps nothing back: each line is one write, so that who is killed leaves whole lines.
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        let inner = Inner { sink: Box::new(sink), began: Instant::now(), half: Vec::new(), failed: None };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Writes the head: the size, the time in seconds since 1970 and what the terminal is called.
    pub fn head(&self, size: Size, seconds: u64, term: &str) {
        let head = json!({
            "version": 2,
            "width": size.width,
            "height": size.height,
            "timestamp": seconds,
            "title": "adit",
            "env": {"TERM": term},
        });
        let mut inner = self.lock();
        inner.began = Instant::now();
        inner.line(&head);
    }

    /// Records what was written.
    pub fn output(&self, bytes: &[u8]) {
        let mut inner = self.lock();
        let mut all = std::mem::take(&mut inner.half);
        all.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&all) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => all.len(),
        };
        inner.half = all.split_off(whole);
        let text = String::from_utf8_lossy(&all).into_owned();
        inner.event("o", &text);
    }

    /// Records another size.
    pub fn resized(&self, size: Size) {
        self.lock().event("r", &format!("{}x{}", size.width, size.height));
    }

    /// Returns why nothing more could be recorded, if that happened.
    pub fn fault(&self) -> Option<String> {
        let mut inner = self.lock();
        inner.flush();
        inner.failed.as_ref().map(ToString::to_string)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn event(&mut self, kind: &str, text: &str) {
        let seconds = (self.began.elapsed().as_secs_f64() * 1e6).round() / 1e6;
        self.line(&json!([seconds, kind, text]));
    }

    /// Writes a line. The first failure ends the recording, not the session.
    fn line(&mut self, value: &serde_json::Value) {
        let line = format!("{value}\n");
        if self.failed.is_none()
            && let Err(error) = self.sink.write_all(line.as_bytes())
        {
            self.failed = Some(error);
        }
    }

    fn flush(&mut self) {
        if self.failed.is_none()
            && let Err(error) = self.sink.flush()
        {
            self.failed = Some(error);
        }
    }
}
