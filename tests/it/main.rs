//! The integration tests, one crate so that they link once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod conformance;
mod review;
mod screen;
