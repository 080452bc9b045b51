//! Spans of turns, requests and tool calls, sent to a collector by OTLP where the user asks for that.
//!
//! `spans` folds the session's events into spans by OpenTelemetry's GenAI conventions, purely; `client` reads the
//! log as any other client does; `export` sends what is complete.
//!
//! Architecture invariant: the engine does not know of it. A collector that is slow, gone or wrong costs spans,
//! never a session's time; nothing is printed.

mod client;
mod export;
mod spans;

pub use client::{Telemetry, TelemetryTask};
pub use spans::{Span, SpanKind, SpanValue, Spans};
