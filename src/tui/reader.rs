//! Reads the terminal's bytes when there are some, and notices when the terminal is gone.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// The standard input, watched but not owned: it stays open and blocking for whoever else has it.
struct Stdin;

impl AsRawFd for Stdin {
    fn as_raw_fd(&self) -> RawFd {
        rustix::stdio::stdin().as_raw_fd()
    }
}

/// Reads the terminal. Dropping it leaves the bytes to someone else.
pub(super) struct Reader {
    watch: AsyncFd<Stdin>,
}

impl Reader {
    /// Begins to watch.
    pub(super) fn start() -> io::Result<Self> {
        Ok(Self { watch: AsyncFd::with_interest(Stdin, Interest::READABLE)? })
    }

    /// Returns the bytes that are there, or none where there are none now.
    pub(super) fn ready(&self) -> io::Result<Option<Vec<u8>>> {
        let count = rustix::io::ioctl_fionread(rustix::stdio::stdin())?;
        if count == 0 { Ok(None) } else { read(usize::try_from(count).unwrap_or(4096)).map(Some) }
    }

    /// Waits for bytes. An error means that the terminal is gone. It may be dropped while it waits.
    pub(super) async fn next(&self) -> io::Result<Vec<u8>> {
        loop {
            let mut ready = self.watch.readable().await?;
            if let Some(bytes) = self.ready()? {
                return Ok(bytes);
            }
            // The input is blocking, so it is read without bytes only where that cannot block: at its end.
            if ready.ready().is_read_closed() {
                return read(1);
            }
            ready.clear_ready();
        }
    }
}

fn read(count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count.min(1 << 16)];
    loop {
        match rustix::io::read(rustix::stdio::stdin(), &mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                bytes.truncate(count);
                return Ok(bytes);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
