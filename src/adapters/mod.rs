//! The outside world, each part behind a port of the engine.

pub mod bedrock;
mod blocks;
pub mod clock;
pub mod failover;
pub mod files;
pub mod git;
mod hushed;
pub mod images;
mod in_step;
pub mod journal;
pub mod ledger;
pub mod openai;
pub mod router;
pub mod telemetry;
mod tries;
pub mod watch;
