//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod conformance;
mod edit;
mod engine;
mod fakes;
mod files;
mod git;
mod journal;
mod tidy;
mod tools;
