//! Which prompts a commit's lines came from, as the journal keeps it and as a note on the commit tells it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::path::RelPath;
use crate::review::{Maker, Mark};

/// The first line of a note, by which it is known.
const HEAD: &str = "adit 1: the prompts behind this commit";

/// A prompt is cut at so many characters in a note.
const PROMPT_CHARS: usize = 300;

/// Who made which lines of one committed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedLines {
    /// The file, as the workspace names it.
    pub path: RelPath,
    /// The lines of the committed text, by place.
    pub lines: Vec<Mark>,
}

/// Which prompts a commit's lines came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The prompts by their turn's number.
    pub prompts: BTreeMap<u32, String>,
    /// The files.
    pub files: Vec<CommittedLines>,
}

impl Provenance {
    /// Returns the provenance of these files; `prompts` has those of all turns, the first turn's first.
    pub fn of<T: AsRef<str>>(files: &[CommittedLines], prompts: &[T]) -> Self {
        let turns = files.iter().flat_map(|file| &file.lines).filter_map(|mark| match &mark.maker {
            Maker::Model { turn, .. } => Some(*turn),
            Maker::User => None,
        });
        let prompt = |turn: u32| {
            let index = (turn as usize).checked_sub(1)?;
            Some((turn, prompts.get(index)?.as_ref().to_owned()))
        };
        Self { prompts: turns.filter_map(prompt).collect(), files: files.to_vec() }
    }

    /// Returns the text of a note: a line for each prompt and each stretch of lines, to be read by people and by
    /// [`from_note`](Self::from_note).
    pub fn to_note(&self) -> String {
        let mut note = format!("{HEAD}\n");
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        for (turn, prompt) in &self.prompts {
            // Writing into a String cannot fail.
            let _ = writeln!(note, "turn {turn} {}", quoted(&shortened(prompt)));
        }
        for file in &self.files {
            let path = quoted(file.path.as_str());
            for mark in &file.lines {
                let lines = format!("{}-{}", mark.lines.start + 1, mark.lines.end);
                let _ = match &mark.maker {
                    Maker::Model { turn, step, call } => {
                        writeln!(note, "lines {lines} of {path} turn {turn} step {step} call {}", quoted(call))
                    }
                    Maker::User => writeln!(note, "lines {lines} of {path} user"),
                };
            }
        }
        note
    }

    /// Reads a note; none where it is not one of these. What cannot be read in it is left out.
    pub fn from_note(note: &str) -> Option<Self> {
        let mut lines = note.lines();
        if lines.next()? != HEAD {
            return None;
        }
        let mut provenance = Self::default();
        for line in lines {
            if let Some((turn, prompt)) = read_turn(line) {
                provenance.prompts.insert(turn, prompt);
            } else if let Some((path, mark)) = read_lines(line) {
                match provenance.files.iter_mut().find(|file| file.path == path) {
                    Some(file) => file.lines.push(mark),
                    None => provenance.files.push(CommittedLines { path, lines: vec![mark] }),
                }
            }
        }
        Some(provenance)
    }

    /// Returns who made a line of a file, counted from 0.
    pub fn maker(&self, path: &RelPath, line: usize) -> Option<&Maker> {
        let file = self.files.iter().find(|file| file.path == *path)?;
        file.lines.iter().find(|mark| mark.lines.contains(&line)).map(|mark| &mark.maker)
    }

    /// Returns the first line of each prompt, for trailers.
    pub fn subjects(&self) -> impl Iterator<Item = String> {
        self.prompts.values().map(|prompt| shortened(prompt.trim().lines().next().unwrap_or_default()))
    }
}

fn shortened(prompt: &str) -> String {
    match prompt.char_indices().nth(PROMPT_CHARS) {
        Some((end, _)) => format!("{}…", &prompt[..end]),
        None => prompt.to_owned(),
    }
}

/// Reads the JSON string that a text begins with; returns it and the rest.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let value = values.next()?.ok()?;
    let end = values.byte_offset();
    Some((value, &text[end..]))
}

fn read_turn(line: &str) -> Option<(u32, String)> {
    let (turn, prompt) = line.strip_prefix("turn ")?.split_once(' ')?;
    Some((turn.parse().ok()?, unquote(prompt)?.0))
}

fn read_lines(line: &str) -> Option<(RelPath, Mark)> {
    let (lines, rest) = line.strip_prefix("lines ")?.split_once(" of ")?;
    let (first, last) = lines.split_once('-')?;
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    let (path, rest) = unquote(rest)?;
    let maker = match rest.strip_prefix(" turn ") {
        Some(rest) => {
            let (turn, rest) = rest.split_once(" step ")?;
            let (step, call) = rest.split_once(" call ")?;
            Maker::Model { turn: turn.parse().ok()?, step: step.parse().ok()?, call: unquote(call)?.0 }
        }
        None if rest == " user" => Maker::User,
        None => return None,
    };
    let lines = first.checked_sub(1)?..last;
    Some((RelPath::new(&path).ok()?, Mark { lines, maker, loose: false }))
}
