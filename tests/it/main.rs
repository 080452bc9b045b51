//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod blocks;
mod conformance;
mod edit;
mod engine;
mod fakes;
mod tidy;
mod tools;
