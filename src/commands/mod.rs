//! The commands of the command line: each puts together what it needs, runs, and says how it ended.

mod accessible;
mod config;
mod demo;
mod draft;
mod keys;
mod open;
mod output;
mod run;
mod screen;
mod sessions;

pub(crate) use config::show as config;
pub(crate) use demo::demo;
pub(crate) use keys::show as keys;
pub(crate) use open::open;
pub(crate) use run::run;
pub(crate) use sessions::show as sessions;
