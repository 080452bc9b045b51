//! The words in which the two sides of a run differ.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp};

use super::super::highlight::Lines;
use crate::review::Run;

/// A comparison that takes longer is cut short: it then shows more words as changed than need be.
const DEADLINE: Duration = Duration::from_millis(20);

/// Runs with more bytes on a side are not compared; nobody reads words there.
const MAX_BYTES: usize = 16 << 10;

/// Words of each side that the other one does not have: for each line of the run byte ranges in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// By line of the run's removed side.
    pub(super) old: Vec<Vec<Range<usize>>>,
    /// By line of its added side.
    pub(super) new: Vec<Vec<Range<usize>>>,
}

/// A word and where it stands.
struct Word<'a> {
    bytes: &'a [u8],
    /// The line of the run.
    line: usize,
    /// The byte of that line.
    at: usize,
}

/// Compares the two sides of a run by words.
///
/// Sides that have little in common are left unmarked, since then every second word would stand out.
pub(super) fn compare(old: &Lines, new: &Lines, run: &Run) -> Words {
    let none = Words::default();
    let bytes = |lines: &Lines, range: &Range<usize>| range.clone().map(|line| lines.raw(line).len()).sum::<usize>();
    let (old_bytes, new_bytes) = (bytes(old, &run.old), bytes(new, &run.new));
    if run.old.is_empty() || run.new.is_empty() || old_bytes.max(new_bytes) > MAX_BYTES {
        return none;
    }
    let (old_words, new_words) = (words(old, &run.old), words(new, &run.new));
    let old_bytes: Vec<&[u8]> = old_words.iter().map(|word| word.bytes).collect();
    let new_bytes: Vec<&[u8]> = new_words.iter().map(|word| word.bytes).collect();
    let deadline = Instant::now() + DEADLINE;
    let operations = similar::capture_diff_slices_deadline(Algorithm::Myers, &old_bytes, &new_bytes, Some(deadline));
    let said = |words: &[&[u8]]| words.iter().filter(|word| !is_space(word)).map(|word| word.len()).sum::<usize>();
    let common = operations.iter().map(|operation| match operation {
        DiffOp::Equal { old_index, len, .. } => said(&old_bytes[*old_index..old_index + len]),
        _ => 0,
    });
    if common.sum::<usize>() * 4 < said(&old_bytes).max(said(&new_bytes)) {
        return none;
    }
    let mut marked = Words { old: vec![Vec::new(); run.old.len()], new: vec![Vec::new(); run.new.len()] };
    for operation in &operations {
        if !matches!(operation, DiffOp::Equal { .. }) {
            mark(&mut marked.old, &old_words[operation.old_range()]);
            mark(&mut marked.new, &new_words[operation.new_range()]);
        }
    }
    marked
}

fn is_space(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_whitespace)
}

/// Marks words; ones that touch become one range.
fn mark(lines: &mut [Vec<Range<usize>>], words: &[Word<'_>]) {
    for word in words {
        let Some(ranges) = lines.get_mut(word.line) else { continue };
        let range = word.at..word.at + word.bytes.len();
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
}

/// Cuts lines into names and numbers, stretches of blanks, and single other characters.
fn words<'a>(lines: &'a Lines, range: &Range<usize>) -> Vec<Word<'a>> {
    let mut found = Vec::new();
    for (offset, line) in range.clone().enumerate() {
        let bytes = lines.raw(line);
        let mut at = 0;
        while at < bytes.len() {
            let class = Class::of(bytes[at]);
            let rest = &bytes[at..];
            let length = match class {
                Class::Name | Class::Blank => {
                    rest.iter().position(|byte| Class::of(*byte) != class).unwrap_or(rest.len())
                }
                Class::Other => 1,
            };
            found.push(Word { bytes: &rest[..length], line: offset, at });
            at += length;
        }
    }
    found
}

/// What a byte is part of. Bytes of other alphabets count as names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Name,
    Blank,
    Other,
}

impl Class {
    fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => Self::Name,
            b' ' | b'\t' => Self::Blank,
            _ => Self::Other,
        }
    }
}
