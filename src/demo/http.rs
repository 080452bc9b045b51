//! As much of HTTP/1.1 as a client of the endpoint speaks.

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::endpoint::Recorded;

/// Ends a chunked body.
pub(super) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

const HEAD_LIMIT: usize = 64 * 1024;
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The head of a response.
pub(super) struct Head {
    text: String,
}

impl Head {
    /// Returns a head with its first line.
    pub(super) fn new(status: u16) -> Self {
        Self { text: format!("HTTP/1.1 {status} Scripted\r\n") }
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.text.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// Returns the head's bytes.
    pub(super) fn bytes(self) -> Vec<u8> {
        (self.text + "\r\n").into_bytes()
    }

    /// Returns the bytes of a response with this body.
    pub(super) fn whole(self, body: &[u8]) -> Vec<u8> {
        let mut bytes = self.with("content-length", &body.len().to_string()).bytes();
        bytes.extend_from_slice(body);
        bytes
    }
}

/// Returns a chunk of a chunked body.
pub(super) fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// Reads one request; none when the client has closed the connection in between.
///
/// `buffer` keeps what was read beyond the request. A body must say its length, as the SDK's do.
pub(super) async fn read_request(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> std::io::Result<Option<Recorded>> {
    let head_end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if buffer.len() > HEAD_LIMIT {
            return Err(std::io::Error::other("the head of the request is too long"));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().to_owned();
    let path = first.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    if length > BODY_LIMIT {
        return Err(std::io::Error::other("the body of the request is too long"));
    }
    let end = head_end + 4 + length;
    while buffer.len() < end {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    let rest = buffer.split_off(end);
    let body = buffer[head_end + 4..].to_vec();
    *buffer = rest;
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Ok(Some(Recorded { method, path, headers, body, json }))
}
