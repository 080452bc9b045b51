//! The screen without a terminal: keys and events in, frames and operations out.

mod buttons;
mod clipboard;
mod clipping;
mod committing;
mod conflicts;
mod connection;
mod contrast;
mod damage;
mod hints;
mod history;
mod hostile;
mod hyperlinks;
mod inline;
mod input;
mod keymap_faults;
mod keys;
mod look;
mod money;
mod overlays;
mod picture;
mod shell;
mod snapshots;
mod stage;
mod tiny;
mod tree;
mod vocabulary;
