//! The Bedrock adapter through the real SDK, against an endpoint on loopback.

mod account;
mod breaks;
mod choice;
mod faults;
mod histories;
mod login;
mod matrix;
pub(crate) mod stage;
mod thinking;
mod turn;
pub(crate) mod validator;
mod wire;
