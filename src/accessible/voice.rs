//! What is said, line by line, and the prompt that tells that it is the user's turn.

use std::io::{self, Write};

/// Where it is said.
pub(super) struct Voice<'a, O> {
    out: &'a mut O,
    has_prompt: bool,
}

impl<'a, O: Write> Voice<'a, O> {
    /// Returns a voice that has said nothing.
    pub(super) fn new(out: &'a mut O) -> Self {
        Self { out, has_prompt: false }
    }

    /// Says a line, on a line of its own.
    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        if std::mem::take(&mut self.has_prompt) {
            writeln!(self.out)?;
        }
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }

    /// Says that it is the user's turn, once.
    pub(super) fn prompt(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_prompt, true) {
            return Ok(());
        }
        write!(self.out, "> ")?;
        self.out.flush()
    }

    /// Notes that the user's Enter ended the prompt's line.
    pub(super) fn answered(&mut self) {
        self.has_prompt = false;
    }
}
