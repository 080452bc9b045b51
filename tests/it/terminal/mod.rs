//! The real binary in a real pseudo-terminal, and under a kill.

mod kill;
mod pty;
