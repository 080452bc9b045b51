//! The integration tests: one crate, a module an area.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod files;
mod git;
mod journal;
