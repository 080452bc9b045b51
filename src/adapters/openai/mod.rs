//! Endpoints that speak OpenAI's chat completions: a LiteLLM gateway in front of Bedrock, Ollama, vLLM.
//!
//! In the way of a request: `provider` is the port; `run` sends until one answer is whole; `wire` writes the
//! request; `sse` cuts the body into events; `chunk` reads each, `answer` folds them into deltas; `thoughts`
//! finds what a model only thinks; `fault` says what went wrong.
//!
//! Architecture invariant: a request lives inside its stream of deltas, without a task of its own, so that dropping
//! the stream closes the connection. That, and the heads of answers, are why HTTP is spoken here directly. Keys
//! are handed in, sent, and never told.

mod answer;
mod chunk;
mod fault;
mod provider;
mod run;
mod sse;
mod thoughts;
mod wire;

pub use provider::{OpenAi, OpenAiSettings};
