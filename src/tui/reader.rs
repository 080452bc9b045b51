//! Reads the terminal's bytes when there are some, and notices when the terminal is gone.

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Reads the terminal. Dropping it leaves the bytes to someone else.
pub(super) struct Reader {
    /// A descriptor of its own for the standard input, so that what is watched stays open while it is.
    watch: AsyncFd<OwnedFd>,
}

impl Reader {
    /// Begins to watch.
    #[allow(deprecated, reason = "the other constructors are unsafe for the sake of descriptors that are not owned")]
    pub(super) fn start() -> io::Result<Self> {
        let own = rustix::io::dup(rustix::stdio::stdin())?;
        Ok(Self { watch: AsyncFd::with_interest(own, Interest::READABLE)? })
    }

    /// Returns the bytes that are there, or none where there are none now.
    pub(super) fn ready(&self) -> io::Result<Option<Vec<u8>>> {
        let count = rustix::io::ioctl_fionread(self.watch.get_ref())?;
        if count == 0 { Ok(None) } else { self.read(usize::try_from(count).unwrap_or(4096)).map(Some) }
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
                return self.read(1);
            }
            ready.clear_ready();
        }
    }

    fn read(&self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count.min(1 << 16)];
        loop {
            match rustix::io::read(self.watch.get_ref(), &mut bytes) {
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
}
