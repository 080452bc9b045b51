//! Reads SEARCH/REPLACE blocks while the text still streams in, by the rules of [`super::parse_blocks`].

use std::collections::VecDeque;

use super::blocks::{Marker, fence, guess_path, is_shell_fence, marker, name_on};

/// How many lines before a block may name its file.
const HEAD_LINES: usize = 3;
/// A longer line is no file's name.
const NAME_LIMIT: usize = 200;

/// A piece of a streamed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockPiece {
    /// Words beside the blocks; lines that only name a file or open a fence for a block are left out.
    Text(String),
    /// A block begins.
    Started {
        /// Its file, empty where none is named.
        path: String,
        /// Whether nothing is searched for, so that the file is made.
        makes_file: bool,
    },
    /// Lines to search for.
    Search(String),
    /// What follows stands in their place.
    Divided,
    /// Lines that shall stand there.
    Replace(String),
    /// The block is complete.
    Finished,
}

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Text,
    /// So many lines after the head of a shell fence, in which a block may still begin.
    ShellHead(usize),
    Shell,
    /// After the marker that begins a block.
    Head,
    Search,
    Replace,
    /// After a block: its closing fence is no text.
    After,
}

/// Takes a text apart, piece by piece.
#[derive(Debug)]
pub struct BlockReader {
    known: Vec<String>,
    at: At,
    /// The line that is not complete, and how much of it was handed on.
    line: String,
    told: usize,
    /// Lines that may turn out to name a block's file.
    held: VecDeque<String>,
    /// The last lines, whatever they were.
    recent: VecDeque<String>,
    last_path: Option<String>,
}

impl BlockReader {
    /// Begins a text. `known` are files that a misspelt name may mean.
    pub fn new(known: Vec<String>) -> Self {
        Self {
            known,
            at: At::Text,
            line: String::new(),
            told: 0,
            held: VecDeque::new(),
            recent: VecDeque::new(),
            last_path: None,
        }
    }

    /// Takes more of the text and returns what is certain by now.
    pub fn push(&mut self, text: &str) -> Vec<BlockPiece> {
        let mut out = Vec::new();
        for piece in text.split_inclusive('\n') {
            self.line.push_str(piece);
            if piece.ends_with('\n') {
                self.end_line(&mut out);
            }
        }
        self.tell_prose(&mut out);
        out
    }

    /// Ends the text and returns the rest. A block without its end stays unfinished.
    pub fn finish(mut self) -> Vec<BlockPiece> {
        let mut out = Vec::new();
        if !self.line.is_empty() {
            self.end_line(&mut out);
        }
        if self.at == At::Head {
            let path = self.path(false);
            self.held.clear();
            out.push(BlockPiece::Started { path, makes_file: false });
        }
        self.release(&mut out);
        out
    }

    /// Hands on what a line has so far, once it can only be prose.
    fn tell_prose(&mut self, out: &mut Vec<BlockPiece>) {
        let may_tell =
            matches!(self.at, At::Text | At::After | At::Shell) && !may_be_head(&self.line) && !self.line.is_empty();
        if may_tell {
            self.release(out);
            add_text(out, &self.line[self.told..]);
            self.told = self.line.len();
        }
    }

    fn end_line(&mut self, out: &mut Vec<BlockPiece>) {
        let line = std::mem::take(&mut self.line);
        let told = std::mem::take(&mut self.told);
        self.take_line(&line, told, out);
        self.recent.push_back(line);
        if self.recent.len() > HEAD_LINES + 1 {
            self.recent.pop_front();
        }
    }

    fn take_line(&mut self, line: &str, told: usize, out: &mut Vec<BlockPiece>) {
        match self.at {
            At::Text | At::After | At::ShellHead(_) if marker(line) == Some(Marker::Search) => {
                self.at = At::Head;
            }
            At::After if line.trim().is_empty() || (fence(line.trim()).is_some() && !is_shell_fence(line)) => {
                self.at = At::Text;
                // The fence is dropped; the blank line between prose and prose is not missed either.
            }
            At::Text | At::After => {
                self.at = if is_shell_fence(line) { At::ShellHead(0) } else { At::Text };
                self.keep_or_tell(line, told, out);
            }
            At::ShellHead(count) => {
                self.at = match count {
                    _ if line.trim().starts_with("```") => At::Text,
                    0 => At::ShellHead(1),
                    _ => At::Shell,
                };
                self.keep_or_tell(line, told, out);
            }
            At::Shell => {
                if line.trim().starts_with("```") {
                    self.at = At::Text;
                }
                self.release(out);
                add_text(out, &line[told..]);
            }
            At::Head => {
                let makes_file = marker(line) == Some(Marker::Divider);
                let path = self.path(makes_file);
                self.held.clear();
                out.push(BlockPiece::Started { path, makes_file });
                self.at = At::Search;
                self.take_line(line, 0, out);
            }
            At::Search if marker(line) == Some(Marker::Divider) => {
                self.at = At::Replace;
                out.push(BlockPiece::Divided);
            }
            At::Search => out.push(BlockPiece::Search(line.to_owned())),
            At::Replace if matches!(marker(line), Some(Marker::Replace | Marker::Divider)) => {
                self.at = At::After;
                out.push(BlockPiece::Finished);
            }
            At::Replace => out.push(BlockPiece::Replace(line.to_owned())),
        }
    }

    /// Returns the file of the block whose first marker was the last line.
    fn path(&mut self, makes_file: bool) -> String {
        let before: Vec<&str> = self.recent.iter().map(String::as_str).collect();
        // The marker itself is the newest of them.
        let before = &before[..before.len().saturating_sub(1)];
        let known: Vec<&str> = if makes_file { Vec::new() } else { self.known.iter().map(String::as_str).collect() };
        let path = guess_path(before, &known).or_else(|| self.last_path.clone());
        if path.is_some() {
            self.last_path.clone_from(&path);
        }
        path.unwrap_or_default()
    }

    fn keep_or_tell(&mut self, line: &str, told: usize, out: &mut Vec<BlockPiece>) {
        if told == 0 && is_head(line) {
            self.held.push_back(line.to_owned());
            if self.held.len() > HEAD_LINES
                && let Some(oldest) = self.held.pop_front()
            {
                add_text(out, &oldest);
            }
            return;
        }
        self.release(out);
        add_text(out, &line[told..]);
    }

    /// Hands on the lines that named no block's file after all.
    fn release(&mut self, out: &mut Vec<BlockPiece>) {
        for line in std::mem::take(&mut self.held) {
            add_text(out, &line);
        }
    }
}

/// Tells whether a whole line may name a block's file or open its fence.
fn is_head(line: &str) -> bool {
    fence(line.trim_end()).is_some()
        || (line.len() <= NAME_LIMIT && name_on(line).is_some_and(|name| !name.contains(char::is_whitespace)))
}

/// Tells whether a line may still become a marker, a fence or a file's name when more of it comes.
fn may_be_head(line: &str) -> bool {
    let start = line.trim_start();
    let begins = start.chars().next();
    begins.is_none_or(|first| "<=>`".contains(first))
        || (line.len() <= NAME_LIMIT && !start.trim_start_matches(['#', '*']).trim().contains(char::is_whitespace))
}

fn add_text(out: &mut Vec<BlockPiece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(BlockPiece::Text(before)) => before.push_str(text),
        _ => out.push(BlockPiece::Text(text.to_owned())),
    }
}
