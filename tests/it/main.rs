//! The integration tests, one crate.

mod markdown;
