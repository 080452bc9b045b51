//! The integration tests: one crate, a module an area.

mod answer;
mod bedrock;
mod conformance;
mod models;
