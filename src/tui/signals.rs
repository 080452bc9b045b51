//! The signals that concern the screen: end, size, stop and go on.

use std::io;

use futures::FutureExt as _;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// A signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGTERM.
    Terminate,
    /// SIGHUP.
    HangUp,
    /// SIGQUIT, sent by someone: from the keys it does not come, either.
    Quit,
    /// SIGINT, sent by someone: from the keys it does not come, because the terminal is raw.
    Interrupt,
    /// SIGWINCH.
    Resized,
    /// SIGCONT.
    Continued,
}

impl Signal {
    /// Returns its number.
    pub(super) fn number(self) -> i32 {
        let signal = match self {
            Self::Terminate => rustix::process::Signal::TERM,
            Self::HangUp => rustix::process::Signal::HUP,
            Self::Quit => rustix::process::Signal::QUIT,
            Self::Interrupt => rustix::process::Signal::INT,
            Self::Resized => rustix::process::Signal::WINCH,
            Self::Continued => rustix::process::Signal::CONT,
        };
        signal.as_raw()
    }
}

/// The streams of the signals.
pub(super) struct Signals {
    terminate: Stream,
    hang_up: Stream,
    quit: Stream,
    interrupt: Stream,
    resized: Stream,
    continued: Stream,
}

impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> io::Result<Self> {
        let of = |kind: Signal| signal(SignalKind::from_raw(kind.number()));
        Ok(Self {
            terminate: of(Signal::Terminate)?,
            hang_up: of(Signal::HangUp)?,
            quit: of(Signal::Quit)?,
            interrupt: of(Signal::Interrupt)?,
            resized: of(Signal::Resized)?,
            continued: of(Signal::Continued)?,
        })
    }

    /// Waits for a signal. It may be dropped while it waits.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hang_up.recv() => Signal::HangUp,
            _ = self.quit.recv() => Signal::Quit,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.resized.recv() => Signal::Resized,
            _ = self.continued.recv() => Signal::Continued,
        }
    }

    /// Waits until the process goes on after a stop.
    pub(super) async fn continued(&mut self) {
        self.continued.recv().await;
    }

    /// Drops interrupts that have come.
    pub(super) fn forget_interrupts(&mut self) {
        while self.interrupt.recv().now_or_never().is_some() {}
    }
}
