//! The engine with a scripted model, files and git in memory.

pub(crate) mod bench;
mod checkout;
mod compaction;
mod crash;
mod edges;
mod faults;
mod large;
mod main_job;
mod money;
mod moves;
mod outputs;
mod resume;
mod storm;
mod taken_back;
mod told;
mod untouched;
