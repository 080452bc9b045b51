//! The integration tests, in one crate.

mod blocks;
mod conformance;
mod edit;
mod tools;
