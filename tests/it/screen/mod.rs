//! The screen without a terminal: keys and events in, frames and operations out.

mod conflicts;
mod contrast;
mod history;
mod inline;
mod input;
mod keys;
mod look;
mod overlays;
mod picture;
mod shell;
mod snapshots;
mod stage;
mod tree;
