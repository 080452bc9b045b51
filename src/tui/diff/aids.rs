//! What a hunk's heading warns of: changes of blanks only, hidden characters, letters that look like others.

use super::super::highlight::Lines;
use super::rows::FileRows;
use crate::review::{Run, has_hidden, look_alikes};

/// Larger hunks are not looked at whole.
const MAX_LINES: usize = 2_000;

/// So many bytes of a line are looked at.
const MAX_BYTES: usize = 10_000;

/// What is known of some runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Aids {
    /// They change nothing but blanks and line ends.
    pub(super) is_blank: bool,
    /// An added line has characters that are not seen.
    pub(super) has_hidden: bool,
    /// An added line has an identifier of two alphabets.
    pub(super) has_look_alikes: bool,
}

impl Aids {
    /// Looks at some runs of a file.
    pub(super) fn of(file: &FileRows, runs: &[Run]) -> Self {
        let added = runs.iter().flat_map(|run| run.new.clone()).take(MAX_LINES);
        let mut aids = Self { is_blank: is_blank(file, runs), ..Self::default() };
        for line in added {
            let raw = file.new.get(line);
            let raw = &raw[..raw.len().min(MAX_BYTES)];
            if raw.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\t') {
                continue;
            }
            let text = String::from_utf8_lossy(raw);
            aids.has_hidden |= has_hidden(&text);
            aids.has_look_alikes |= !look_alikes(&text, |word| file.has_word(word)).is_empty();
        }
        aids
    }
}

/// Tells whether runs change nothing but blanks and line ends.
fn is_blank(file: &FileRows, runs: &[Run]) -> bool {
    if runs.iter().map(|run| run.old.len() + run.new.len()).sum::<usize>() > MAX_LINES {
        return false;
    }
    let text = |lines: &Lines, range: &std::ops::Range<usize>| -> Vec<u8> {
        let bytes = range.clone().flat_map(|line| lines.raw(line).iter().copied());
        bytes.filter(|byte| !byte.is_ascii_whitespace()).take(MAX_LINES * 100).collect()
    };
    runs.iter().all(|run| text(&file.old, &run.old) == text(&file.new, &run.new))
}
