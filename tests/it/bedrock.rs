//! The Bedrock adapter through the real SDK, against an endpoint on loopback.

mod account;
mod breaks;
mod choice;
mod faults;
pub(crate) mod fuzzed;
mod histories;
mod login;
mod matrix;
mod retries;
pub(crate) mod stage;
mod thinking;
mod toolless;
mod turn;
pub(crate) mod validator;
mod wire;
