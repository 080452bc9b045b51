//! Adit: a full-screen terminal pair programmer for Claude Sonnet on Amazon Bedrock.
//!
//! The model proposes; nothing it proposes touches a file until the user has accepted it, hunk by hunk
//! or line by line; what was accepted, and only that, is committed. The floors, lowest first: [`safe`], [`path`]
//! and [`config`], [`review`] and [`doctor`], [`session`], [`engine`], [`tools`] and [`adapters`], the frontends
//! [`tui`], [`accessible`], [`headless`] and [`demo`], and the composition root in `main.rs`.

pub mod accessible;
pub mod adapters;
pub mod cli;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod engine;
pub mod headless;
pub mod models;
pub mod path;
pub mod review;
pub mod safe;
pub mod session;
pub mod tools;
pub mod tui;
