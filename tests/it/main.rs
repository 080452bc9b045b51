//! The integration tests: one crate, a module an area.

mod files;
mod git;
mod journal;
