//! The demo: a Bedrock endpoint that adit itself serves on loopback, and what it answers.

pub mod endpoint;
pub mod frames;
mod http;
mod reply;

pub use endpoint::{Endpoint, Log, Recorded, Script, ServerStep};
pub use reply::Reply;
