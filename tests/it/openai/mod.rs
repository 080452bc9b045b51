//! Endpoints that speak OpenAI's protocol, against a server on loopback.

mod answers;
mod blocks;
mod faults;
mod program;
mod reader;
pub mod server;
mod wire;
