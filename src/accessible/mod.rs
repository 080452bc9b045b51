//! The whole of adit as linear text for screen readers: lines in, sentences out, no boxes, no colours, nothing redrawn.
//!
//! A client of the engine like the full screen. `Command` reads a line, `Part` is what is decided next and how
//! it sounds, `Prose` turns a streamed answer into sentences, `news` puts events into words, and `Talk` holds
//! the conversation together. What was printed stays: nothing moves the cursor back.

mod command;
mod commit;
mod decide;
mod editing;
mod news;
mod outside;
mod parts;
mod past;
mod prose;
mod talk;
mod words;

pub use outside::Editor;
pub use talk::{Ending, Input, TalkOptions, run};
