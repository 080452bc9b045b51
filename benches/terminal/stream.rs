//! A server that streams numbered words at a pace and remembers when it sent each.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use adit::demo::frames;
use serde_json::json;

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n\r\n";
/// A line of the answer has so many words.
const LINE: usize = 8;

/// Returns the word of a delta; no word is a part of another.
pub fn word(number: usize) -> String {
    format!("w{number:06}.")
}

/// Returns what stands behind a word: a paragraph has so many of them.
pub fn gap(number: usize) -> &'static str {
    if number % LINE == LINE - 1 { "\n\n" } else { " " }
}

pub struct Stream {
    address: std::net::SocketAddr,
    sent: Arc<Mutex<Vec<Instant>>>,
}

impl Stream {
    /// Answers every request by so many words with a pause after each.
    pub fn start(words: usize, pause: Duration) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let times = Arc::clone(&sent);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let times = Arc::clone(&times);
                // A client that leaves ends its answer; nothing else is lost.
                thread::spawn(move || connection.and_then(|connection| answer(connection, words, pause, &times)));
            }
        });
        Self { address, sent }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns when each word was sent.
    pub fn sent(&self) -> Vec<Instant> {
        self.sent.lock().unwrap().clone()
    }
}

fn answer(mut client: TcpStream, words: usize, pause: Duration, times: &Mutex<Vec<Instant>>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    read_request(&mut client)?;
    client.write_all(HEAD.as_bytes())?;
    send(&mut client, &frames::event("messageStart", &json!({"role": "assistant"})))?;
    for number in 0..words {
        let delta = json!({"contentBlockIndex": 0, "delta": {"text": word(number) + gap(number)}});
        let frame = frames::event("contentBlockDelta", &delta);
        times.lock().unwrap().push(Instant::now());
        send(&mut client, &frame)?;
        if !pause.is_zero() {
            thread::sleep(pause);
        }
    }
    let last = json!({"contentBlockIndex": 0, "delta": {"text": "THE END"}});
    let usage = json!({"inputTokens": 100, "outputTokens": words, "totalTokens": 100 + words});
    for (kind, payload) in [
        ("contentBlockDelta", last),
        ("contentBlockStop", json!({"contentBlockIndex": 0})),
        ("messageStop", json!({"stopReason": "end_turn"})),
        ("metadata", json!({"usage": usage, "metrics": {"latencyMs": 1}})),
    ] {
        send(&mut client, &frames::event(kind, &payload))?;
    }
    client.write_all(b"0\r\n\r\n")
}

fn send(client: &mut TcpStream, frame: &[u8]) -> std::io::Result<()> {
    let mut chunk = format!("{:x}\r\n", frame.len()).into_bytes();
    chunk.extend_from_slice(frame);
    chunk.extend_from_slice(b"\r\n");
    client.write_all(&chunk)
}

/// Reads a request's head, and its body by the length that the head gives.
fn read_request(client: &mut TcpStream) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length:").nth(1).and_then(|rest| rest.split_whitespace().next());
            let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
            if bytes.len() >= head.len() + 4 + length {
                return Ok(());
            }
        }
        match client.read(&mut piece)? {
            0 => return Ok(()),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    }
}
