//! Puts what is pasted together: the terminal brackets it, and its lines are one message, not so many words.

use super::lines::Input;

/// Asks the terminal to bracket what is pasted.
const ASK: &str = "\x1b[?2004h";
const ASK_NO_MORE: &str = "\x1b[?2004l";
const BEGIN: &str = "\x1b[200~";
const END: &str = "\x1b[201~";

/// A terminal passes no longer line on; what is behind it is lost there.
const LONGEST: usize = 4095;

/// Reads the lines of a terminal.
#[derive(Debug, Default)]
pub struct Pastes {
    /// The message so far.
    text: String,
    /// Whether a paste is open.
    is_open: bool,
    /// Whether something but blanks was typed before the first paste of the message.
    has_lead: bool,
}

impl Pastes {
    /// What asks the terminal to bracket what is pasted.
    pub const ASK: &str = ASK;
    /// What asks it to do so no more.
    pub const ASK_NO_MORE: &str = ASK_NO_MORE;

    /// Takes a line without its end; returns what the user said with it, none while a paste goes on.
    pub fn take(&mut self, line: &str) -> Option<Input> {
        if line.len() >= LONGEST {
            *self = Self::default();
            return Some(Input::TooLong);
        }
        let mut rest = line;
        while let Some((piece, after)) = rest.split_once(if self.is_open { END } else { BEGIN }) {
            self.text.push_str(piece);
            self.has_lead |= !self.is_open && !self.text.trim().is_empty();
            self.is_open = !self.is_open;
            rest = after;
        }
        self.text.push_str(rest);
        if self.is_open {
            self.text.push('\n');
            return None;
        }
        let Self { text, has_lead, .. } = std::mem::take(self);
        let is_message = text.trim().contains('\n') && !has_lead;
        Some(if is_message { Input::Paste(text.trim().to_owned()) } else { Input::Line(text) })
    }

    /// Forgets what was begun: the terminal throws its input away when the user interrupts.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}
