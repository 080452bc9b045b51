//! The real program in a real pseudo-terminal, and under a kill.

mod accessible;
mod disk;
mod endings;
mod faults;
mod hostile;
mod kill;
mod main_job;
mod modes;
pub mod pty;
mod server;
mod sizes;
mod turns;
