//! The outside world, each part behind a port of the engine.

pub mod bedrock;
