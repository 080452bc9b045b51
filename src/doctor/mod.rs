//! What `adit doctor` finds, as data: checks, each with its fix, and the least policy that AWS must grant.
//!
//! Pure: those who look (the terminal, git, the account) hand in what they saw.

mod check;
mod clock;
mod policy;

pub use check::{Check, CheckState, Report};
pub use clock::{clock, span};
pub use policy::least_policy;
