//! The engine with a scripted model, files and git in memory.

mod bench;
mod faults;
mod main_job;
mod resume;
mod storm;
