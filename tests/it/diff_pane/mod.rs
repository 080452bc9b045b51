//! The review pane: keys in, operations and cells out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod aids;
mod coverage;
mod desk;
mod file_view;
mod filter;
mod highlight;
mod keys;
mod mouse;
mod notes;
mod screens;
mod search;
mod waiting;
