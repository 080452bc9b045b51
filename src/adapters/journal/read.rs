//! Reading a journal, event by event.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::fault::JournalFault;
use crate::session::Event;

/// The events of a journal, read as they are asked for.
///
/// A last line without its line end is left out; any other line that is no event is a fault that names it,
/// and the last item.
#[derive(Debug)]
pub struct Events {
    path: PathBuf,
    lines: BufReader<File>,
    /// The line read last, from 1.
    line: u64,
    /// The length of the lines that were events.
    complete: u64,
    buffer: Vec<u8>,
    is_over: bool,
}

impl Events {
    /// Opens the journal at `path` for reading; it may be in use.
    pub fn open(path: &Path) -> Result<Self, JournalFault> {
        match File::open(path) {
            Ok(file) => Ok(Self::new(path, file)),
            Err(source) => Err(JournalFault::Io { act: "open", path: path.to_path_buf(), source }),
        }
    }

    pub(super) fn new(path: &Path, file: File) -> Self {
        let lines = BufReader::with_capacity(64 * 1024, file);
        Self { path: path.to_path_buf(), lines, line: 0, complete: 0, buffer: Vec::new(), is_over: false }
    }

    /// Returns the length up to the first line that is no event.
    pub(super) fn complete(&self) -> u64 {
        self.complete
    }

    fn next_event(&mut self) -> Result<Option<Event>, JournalFault> {
        self.buffer.clear();
        let read = self.lines.read_until(b'\n', &mut self.buffer);
        read.map_err(|source| JournalFault::Io { act: "read", path: self.path.clone(), source })?;
        let Some(line) = self.buffer.strip_suffix(b"\n") else { return Ok(None) };
        self.line += 1;
        let unreadable = |source| JournalFault::Unreadable { path: self.path.clone(), line: self.line, source };
        let event = serde_json::from_slice(line).map_err(unreadable)?;
        self.complete += self.buffer.len() as u64;
        Ok(Some(event))
    }
}

impl Iterator for Events {
    type Item = Result<Event, JournalFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.next_event().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Returns all events of the journal at `path`.
pub fn read(path: &Path) -> Result<Vec<Event>, JournalFault> {
    Events::open(path)?.collect()
}

/// Returns the length up to and with the last line end.
pub(super) fn complete_len(file: &mut File) -> io::Result<u64> {
    const BLOCK: u64 = 64 * 1024;
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(start))?;
        block.clear();
        (&mut *file).take(end - start).read_to_end(&mut block)?;
        if let Some(last) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + last as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
