//! The integration tests: one crate, one module an area.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod aids;
mod answer;
mod bedrock;
mod blocks;
mod chat_pane;
mod columns;
mod composer;
mod conformance;
mod diff_pane;
mod doctor;
mod ear;
mod edit;
mod engine;
mod failover;
mod fakes;
mod files;
mod git;
mod headless;
mod images;
mod journal;
mod ledger;
mod markdown;
mod models;
mod openai;
mod review;
mod screen;
mod state;
mod telemetry;
mod terminal;
mod tidy;
mod timings;
mod tools;
