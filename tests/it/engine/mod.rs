//! The engine with a scripted model, files and git in memory.

pub(crate) mod bench;
mod edges;
mod faults;
mod main_job;
mod resume;
mod storm;
mod told;
