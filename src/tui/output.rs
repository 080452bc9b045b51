//! Writes frames to the terminal from a thread of its own, so that a slow line never holds up the keys.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::mpsc as blocking;
use std::time::{Duration, Instant};

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
    /// How long the line took to take them.
    pub(super) took: Duration,
}

/// The way to the terminal. At most one piece is under way; the loop draws the next when it is told that
/// the last is out, so what is drawn is always the newest state.
pub(super) struct Output {
    pieces: Option<blocking::Sender<Piece>>,
    written: mpsc::UnboundedReceiver<io::Result<Written>>,
    under_way: usize,
}

impl Output {
    /// Starts the thread.
    pub(super) fn start(recording: Option<Recording>) -> io::Result<Self> {
        // Unbounded, but the loop keeps at most a frame and a few short sequences in it.
        let (pieces, wait) = blocking::channel::<Piece>();
        let (told, written) = mpsc::unbounded_channel();
        // The thread ends when the sender is dropped.
        std::thread::Builder::new().name("output".to_owned()).spawn(move || {
            for piece in wait {
                if let Some(recording) = &recording {
                    recording.output(&piece.bytes[..piece.shown]);
                }
                let began = Instant::now();
                let written = |()| Written { bytes: piece.bytes.len(), took: began.elapsed() };
                if told.send(write_all(&piece.bytes).map(written)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { pieces: Some(pieces), written, under_way: 0 })
    }

    /// Sends bytes for the screen.
    pub(super) fn send(&mut self, bytes: Vec<u8>) {
        let shown = bytes.len();
        self.send_piece(Piece { bytes, shown });
    }

    /// Sends a question to the terminal.
    pub(super) fn ask(&mut self, bytes: &[u8]) {
        self.send_piece(Piece { bytes: bytes.to_vec(), shown: 0 });
    }

    /// Sends a piece; nothing is sent for nothing.
    pub(super) fn send_piece(&mut self, piece: Piece) {
        if let Some(pieces) = self.pieces.as_ref().filter(|_| !piece.bytes.is_empty())
            && pieces.send(piece).is_ok()
        {
            self.under_way += 1;
        }
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
