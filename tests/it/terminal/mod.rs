//! The real program in a real pseudo-terminal, and under a kill.

mod accessible;
mod agree;
pub mod connection;
mod credentials;
mod disk;
pub mod emulators;
mod endings;
mod faults;
mod frames;
mod gnu_screen;
pub mod grammar;
mod hostile;
mod kill;
mod main_job;
mod modes;
mod outside;
mod pastes;
pub mod pty;
mod raw_view;
mod server;
mod sizes;
mod slow;
mod tmux;
mod turns;
