//! What the user says, and the lines of it that are not dealt with yet.

use std::collections::VecDeque;

use tokio::sync::mpsc;

/// In a script so many lines are read ahead of what runs.
const AHEAD: usize = 64;

/// What comes from the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line. Of a paste after a word it may hold line breaks.
    Line(String),
    /// Lines that were pasted with no word before them.
    Paste(String),
    /// A line that the terminal cut off.
    TooLong,
    /// Ctrl-C.
    Interrupt,
    /// The end of the input.
    End,
    /// The process is asked to end, or its terminal is gone.
    Stop,
}

/// The lines of the user that are not dealt with.
pub(super) struct Lines {
    input: mpsc::Receiver<Input>,
    /// Whether they come from a file or a pipe.
    pub(super) is_script: bool,
    /// Lines of a script that wait for what runs.
    pub(super) waiting: VecDeque<String>,
    /// Lines that whoever reads them was not told of yet.
    unconfirmed: usize,
    reads_on: Option<std::sync::mpsc::Sender<()>>,
    pub(super) has_ended: bool,
}

impl Lines {
    /// Returns the lines that come here. Who reads them is told when one is dealt with: the next may be read.
    pub(super) fn new(
        input: mpsc::Receiver<Input>,
        is_script: bool,
        reads_on: Option<std::sync::mpsc::Sender<()>>,
    ) -> Self {
        Self { input, is_script, waiting: VecDeque::new(), unconfirmed: 0, reads_on, has_ended: false }
    }

    /// Tells whether anything may come.
    pub(super) fn is_open(&self) -> bool {
        !self.input.is_closed() || !self.input.is_empty()
    }

    /// Waits for what the user says next.
    pub(super) async fn next(&mut self) -> Input {
        self.input.recv().await.unwrap_or(Input::End)
    }

    /// Takes over that a line was read and is dealt with.
    pub(super) fn dealt_with(&mut self) {
        self.unconfirmed += 1;
        self.read_on();
    }

    /// Keeps a line of a script until what runs is over.
    pub(super) fn put_off(&mut self, line: String) {
        self.waiting.push_back(line);
        self.dealt_with();
    }

    /// Takes the next line that waits.
    pub(super) fn take_first(&mut self) -> Option<String> {
        let line = self.waiting.pop_front();
        self.read_on();
        line
    }

    /// Takes the first line that waits and is of a kind, also from behind others.
    pub(super) fn take_where(&mut self, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
        let at = self.waiting.iter().position(|line| is_wanted(line))?;
        self.waiting.remove(at)
    }

    /// Drops interrupts and lines that were meant for an editor; tells whether the process is asked to end.
    pub(super) fn skip_what_the_editor_had(&mut self) -> bool {
        let mut stops = false;
        while let Ok(said) = self.input.try_recv() {
            stops |= said == Input::Stop;
            self.has_ended |= said == Input::End;
        }
        stops
    }

    /// Lets the next lines be read, as long as few wait.
    pub(super) fn read_on(&mut self) {
        while self.unconfirmed > 0 && self.waiting.len() < AHEAD {
            self.unconfirmed -= 1;
            if let Some(reads_on) = &self.reads_on {
                // Nobody reads any more where this cannot be told.
                let _ended = reads_on.send(());
            }
        }
    }
}
