//! A slow connection between the program and its terminal: so many bytes a second, and so long each way.

use std::io::Write;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How slow a connection is.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    pub bytes_per_second: usize,
    pub each_way: Duration,
}

impl Connection {
    /// The one that the main job must work over.
    pub const SERIAL: Self = Self { bytes_per_second: 5000, each_way: Duration::from_millis(150) };

    /// Returns how many bytes are taken at once: what passes in a fiftieth of a second.
    pub fn most(self) -> usize {
        (self.bytes_per_second / 50).max(1)
    }

    /// Takes the time that so many bytes take. This is the connection itself, not a wait for the program.
    pub fn pass(self, bytes: usize) {
        thread::sleep(Duration::from_secs_f64(bytes as f64 / self.bytes_per_second as f64));
    }
}

/// Hands pieces on after a while, in their order, by a thread of its own.
#[derive(Clone)]
pub struct Delayed {
    pieces: mpsc::Sender<(Instant, Vec<u8>)>,
    delay: Duration,
}

impl Delayed {
    pub fn new(delay: Duration, mut sink: impl FnMut(Vec<u8>) + Send + 'static) -> Self {
        let (pieces, wait) = mpsc::channel::<(Instant, Vec<u8>)>();
        thread::spawn(move || {
            for (due, piece) in wait {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                sink(piece);
            }
        });
        Self { pieces, delay }
    }
}

impl Write for Delayed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Nobody at the other end: the terminal is gone, and its keys with it.
        let _ = self.pieces.send((Instant::now() + self.delay, bytes.to_vec()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Answers what a program asks, as a terminal without the newer protocols does.
#[derive(Default)]
pub struct Answerer {
    /// The last bytes, which may be the start of a question.
    rest: Vec<u8>,
}

impl Answerer {
    const KNOWN: [(&[u8], &[u8]); 3] = [
        (b"\x1b[5n", b"\x1b[0n"),
        (b"\x1b[c", b"\x1b[?62;22c"),
        (b"\x1b]11;?\x1b\\", b"\x1b]11;rgb:1010/1010/1010\x1b\\"),
    ];

    pub fn answer(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.rest.extend_from_slice(bytes);
        let mut out = Vec::new();
        let (mut at, mut answered) = (0, 0);
        while at < self.rest.len() {
            let found = Self::KNOWN.iter().find(|(question, _)| self.rest[at..].starts_with(question));
            if let Some((question, answer)) = found {
                out.extend_from_slice(answer);
                at += question.len();
                answered = at;
            } else {
                at += 1;
            }
        }
        let starts = |start: &usize| Self::KNOWN.iter().any(|(question, _)| question.starts_with(&self.rest[*start..]));
        // What was answered is not answered again, even where a piece ends with it.
        let kept = (self.rest.len().saturating_sub(8).max(answered)..self.rest.len()).find(starts);
        let kept = kept.unwrap_or(self.rest.len());
        self.rest.drain(..kept);
        out
    }
}
