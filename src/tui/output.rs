//! Writes frames to the terminal: at once what the connection takes at once, the rest from a thread of its own, so that a
//! slow one never holds up the keys.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::mpsc as blocking;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::termios;
use tokio::sync::mpsc;

use super::record::Recording;
use super::terminal;

/// What is written at once.
pub(super) struct Piece {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// So many of them are for the screen, and recorded; what follows is a question to the terminal.
    pub(super) shown: usize,
}

/// What became of a piece.
pub(super) struct Written {
    /// How many bytes it had.
    pub(super) bytes: usize,
    /// How long the connection took to take them.
    pub(super) took: Duration,
}

/// The way to the terminal. At most one piece is under way; the loop draws the next when it is told that
/// the last is out, so what is drawn is always the newest state.
pub(super) struct Output {
    /// Pieces with the length that they had before their beginning went out at once.
    pieces: Option<blocking::Sender<(usize, Piece)>>,
    written: mpsc::UnboundedReceiver<io::Result<Written>>,
    under_way: usize,
    /// The terminal, opened once more so that its writes never wait; none where it has no name or may not be opened.
    at_once: Option<OwnedFd>,
    recording: Option<Recording>,
}

impl Output {
    /// Starts the thread.
    pub(super) fn start(recording: Option<Recording>) -> io::Result<Self> {
        // Unbounded, but the loop keeps at most a frame and a few short sequences in it.
        let (pieces, wait) = blocking::channel::<(usize, Piece)>();
        let (told, written) = mpsc::unbounded_channel();
        // The thread ends when the sender is dropped.
        std::thread::Builder::new().name("output".to_owned()).spawn(move || {
            for (whole, piece) in wait {
                let began = Instant::now();
                let written = |()| Written { bytes: whole, took: began.elapsed() };
                if told.send(write_all(&piece.bytes).map(written)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { pieces: Some(pieces), written, under_way: 0, at_once: open_again(), recording })
    }

    /// Sends bytes for the screen.
    pub(super) fn send(&mut self, bytes: Vec<u8>) {
        let shown = bytes.len();
        let _at_once = self.send_piece(Piece { bytes, shown });
    }

    /// Sends a question to the terminal.
    pub(super) fn ask(&mut self, bytes: &[u8]) {
        let _at_once = self.send_piece(Piece { bytes: bytes.to_vec(), shown: 0 });
    }

    /// Sends a piece; nothing is sent for nothing. Returns what became of it if the connection took it at once.
    pub(super) fn send_piece(&mut self, mut piece: Piece) -> Option<Written> {
        if let Some(recording) = self.recording.as_ref().filter(|_| piece.shown > 0) {
            recording.output(&piece.bytes[..piece.shown]);
        }
        if piece.bytes.is_empty() {
            return None;
        }
        let (began, whole) = (Instant::now(), piece.bytes.len());
        if let Some(terminal) = self.at_once.as_ref().filter(|_| self.under_way == 0 && !terminal::has_panicked()) {
            let count = rustix::io::write(terminal, &piece.bytes).unwrap_or(0);
            if count == whole {
                return Some(Written { bytes: count, took: began.elapsed() });
            }
            // What failed fails in the thread again, which tells why.
            piece.bytes.drain(..count);
        }
        if self.pieces.as_ref().is_some_and(|pieces| pieces.send((whole, piece)).is_ok()) {
            self.under_way += 1;
        }
        None
    }

    /// Tells whether a piece is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.under_way > 0
    }

    /// Waits until a piece is out; forever when none is under way. An error means that the terminal is gone.
    pub(super) async fn written(&mut self) -> io::Result<Written> {
        if self.under_way == 0 {
            return std::future::pending().await;
        }
        let result = self.written.recv().await.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()));
        self.under_way -= 1;
        result
    }

    /// Waits until all is out, or for so long.
    pub(super) async fn settle(&mut self, most: Duration) {
        let all = async {
            while self.is_busy() {
                if self.written().await.is_err() {
                    return;
                }
            }
        };
        let _out_or_late = tokio::time::timeout(most, all).await;
    }
}

/// Opens the terminal once more: a setting of that description, unlike one of the standard output's, is adit's alone.
fn open_again() -> Option<OwnedFd> {
    let name = termios::ttyname(rustix::stdio::stdout(), Vec::new()).ok()?;
    rustix::fs::open(name, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// Writes bytes to the terminal, past the standard library's buffers and locks.
pub(super) fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let out: BorrowedFd<'_> = rustix::stdio::stdout();
    while !bytes.is_empty() {
        if terminal::has_panicked() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match rustix::io::write(out, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => std::thread::sleep(Duration::from_millis(1)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
