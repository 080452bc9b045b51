//! `adit doctor`: its checks, its policy, and the real program.

mod clock;
mod policy;
mod program;
mod terminal;
