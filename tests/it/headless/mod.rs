//! `adit run` and the small commands: the real program, run as a script runs it, against an endpoint on loopback.

mod blame;
mod by_ear;
mod credentials;
pub mod desk;
mod escapes;
mod faults;
mod files;
mod leaks;
mod logs;
mod money;
mod output;
mod settings;
mod stops;
mod toolless;
mod workspaces;
