//! The integration tests, in one crate.

mod conformance;
mod edit;
mod tools;
