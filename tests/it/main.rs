//! The integration tests, one crate.

mod chat_pane;
mod composer;
mod markdown;
