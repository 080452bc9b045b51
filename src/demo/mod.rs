//! The demo: a Bedrock endpoint that adit itself serves on loopback, and what it answers.

pub mod endpoint;
pub mod frames;
mod http;
mod reply;
mod sample;
mod tour;

pub use endpoint::{Endpoint, Log, Recorded, Script, ServerStep};
pub use reply::Reply;
pub use sample::Sample;
pub use tour::{PROMPT, Tour, TourStep, steps as tour_steps};
