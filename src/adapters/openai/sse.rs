//! Server-sent events, cut out of bytes that come in any pieces.

/// A longer event is no chunk of an answer.
pub(super) const LIMIT: usize = 16 << 20;

/// An event is longer than any answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Collects bytes until an event is whole. Of its fields only the data counts; comments are dropped.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Option<Vec<u8>>,
    /// The last byte was a CR, which a LF may belong to.
    after_return: bool,
    has_begun: bool,
}

impl Events {
    /// Takes bytes and returns the data of the events that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut out = Vec::new();
        for byte in bytes {
            let is_second_half = std::mem::replace(&mut self.after_return, *byte == b'\r') && *byte == b'\n';
            match byte {
                b'\n' if is_second_half => {}
                b'\n' | b'\r' => self.end_line(&mut out),
                other => self.line.push(*other),
            }
            if self.line.len() + self.data.as_ref().map_or(0, Vec::len) > LIMIT {
                return Err(TooLong);
            }
        }
        Ok(out)
    }

    /// Returns what the body ended with, if its last event lacks the blank line.
    pub(super) fn finish(mut self) -> Option<String> {
        let mut out = Vec::new();
        self.end_line(&mut out);
        self.end_event(&mut out);
        out.pop()
    }

    fn end_line(&mut self, out: &mut Vec<String>) {
        let mut line = std::mem::take(&mut self.line);
        if !std::mem::replace(&mut self.has_begun, true) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if line.is_empty() {
            self.end_event(out);
            return;
        }
        let Some(value) = line.strip_prefix(b"data") else { return };
        let value = match value {
            [] => value,
            [b':', b' ', rest @ ..] | [b':', rest @ ..] => rest,
            _ => return,
        };
        match &mut self.data {
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            None => self.data = Some(value.to_vec()),
        }
    }

    fn end_event(&mut self, out: &mut Vec<String>) {
        if let Some(data) = self.data.take() {
            out.push(String::from_utf8_lossy(&data).into_owned());
        }
    }
}
