//! The whole of adit as linear text for screen readers: lines in, sentences out, no boxes, no colours, nothing redrawn.
//!
//! A client of the engine like the full screen. `run` is the loop, `Lines` what the user said and is not dealt with,
//! `Talk` what was said so far and what is expected, `Command` a line of the user as it is understood, and `perform` what
//! it does. `Part` is what is decided next and how it sounds, `Prose` turns a streamed answer into sentences, `news` puts
//! events into words, `figures` costs, context and times, `Pastes` puts what is pasted together. What was printed stays:
//! nothing moves the cursor back.

mod choices;
mod command;
mod commit;
mod decide;
mod editing;
mod figures;
mod find;
mod lines;
mod marks;
mod news;
mod outside;
mod parts;
mod past;
mod paste;
mod perform;
mod prose;
mod run;
mod settling;
mod talk;
mod vocabulary;
mod voice;
mod words;

pub use lines::Input;
pub use outside::Editor;
pub use paste::Pastes;
pub use run::{Ending, Finish, TalkOptions, run};
