//! The commands of the command line: each puts together what it needs, runs, and says how it ended.

mod accessible;
mod blame;
mod config;
mod cost;
mod demo;
mod doctor;
mod draft;
mod keys;
mod logs;
mod open;
mod output;
mod run;
mod screen;
mod sessions;

pub(crate) use blame::blame;
pub(crate) use config::show as config;
pub(crate) use cost::show as cost;
pub(crate) use demo::demo;
pub(crate) use doctor::doctor;
pub(crate) use keys::show as keys;
pub(crate) use logs::show as logs;
pub(crate) use open::open;
pub(crate) use run::run;
pub(crate) use sessions::show as sessions;
