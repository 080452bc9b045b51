//! Lines as numbers, so that finding a block of them costs a pass and no more.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// The lines of a text and where they stand in it.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    /// The lines without their `\n`; after a final `\n` comes an empty one that is no line of the file.
    pub(super) all: Vec<&'a str>,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Splits the text at each `\n`.
    pub(super) fn new(text: &'a str) -> Self {
        let all: Vec<&str> = text.split('\n').collect();
        let starts = all
            .iter()
            .scan(0, |next, line| {
                let start = *next;
                *next += line.len() + 1;
                Some(start)
            })
            .collect();
        Self { all, starts }
    }

    /// Returns the bytes of `count` whole lines from `first`, with or without the last one's `\n`.
    pub(super) fn bytes(&self, first: usize, count: usize, terminated: bool) -> Range<usize> {
        let last = first + count - 1;
        self.starts[first]..self.starts[last] + self.all[last].len() + usize::from(terminated)
    }

    /// Returns the number, from 1, of the line that holds the byte.
    pub(super) fn number_at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// Returns how many lines the file has, as an editor counts them.
    pub(super) fn count(&self) -> usize {
        self.all.len() - usize::from(self.all.last().is_some_and(|last| last.is_empty()))
    }
}

/// What the model sent, as whole lines.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The lines.
    pub(super) lines: Vec<&'a str>,
    /// Whether the last one is sent with its `\n`.
    pub(super) terminated: bool,
}

impl<'a> Wanted<'a> {
    /// Splits what was sent; none when there is nothing but blanks in it, which no loose rung may look for.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        if text.trim().is_empty() {
            return None;
        }
        let terminated = text.ends_with('\n');
        let body = text.strip_suffix('\n').unwrap_or(text);
        Some(Self { lines: body.split('\n').collect(), terminated })
    }
}

/// Returns where the wanted keys stand in the text's, overlapping places included.
///
/// A terminated block may not end on the text's last piece, which has no `\n`.
pub(super) fn find_block<K: Hash + Eq>(text: &[K], wanted: &[K], terminated: bool) -> Vec<usize> {
    let mut numbers: HashMap<&K, u32> = HashMap::with_capacity(wanted.len());
    for key in wanted {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        numbers.entry(key).or_insert(next);
    }
    let number = |key: &K| numbers.get(key).copied().unwrap_or(u32::MAX);
    let needle: Vec<u32> = wanted.iter().map(number).collect();
    let end = text.len() - usize::from(terminated);
    find_numbers(text[..end].iter().map(number), &needle)
}

/// The search of Knuth, Morris and Pratt: hostile repetition costs no more than any other text.
fn find_numbers(text: impl Iterator<Item = u32>, needle: &[u32]) -> Vec<usize> {
    if needle.is_empty() {
        return Vec::new();
    }
    let mut fallback = vec![0_usize; needle.len()];
    let mut length = 0;
    for at in 1..needle.len() {
        while length > 0 && needle[at] != needle[length] {
            length = fallback[length - 1];
        }
        if needle[at] == needle[length] {
            length += 1;
        }
        fallback[at] = length;
    }
    let mut found = Vec::new();
    let mut matched = 0;
    for (at, number) in text.enumerate() {
        while matched > 0 && (matched == needle.len() || number != needle[matched]) {
            matched = fallback[matched - 1];
        }
        if number == needle[matched] {
            matched += 1;
        }
        if matched == needle.len() {
            found.push(at + 1 - needle.len());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_overlapping_blocks() {
        let find = |text: &str, wanted: &str, terminated| {
            let text: Vec<char> = text.chars().collect();
            let wanted: Vec<char> = wanted.chars().collect();
            find_block(&text, &wanted, terminated)
        };
        assert_eq!(find("aabaaab", "aa", false), [0, 3, 4]);
        assert_eq!(find("abababx", "abab", false), [0, 2]);
        assert_eq!(find("xxab", "ab", false), [2]);
        assert_eq!(find("xxab", "ab", true), Vec::<usize>::new());
        assert_eq!(find("a", "b", false), Vec::<usize>::new());
    }

    #[test]
    fn counts_lines_as_an_editor_does() {
        assert_eq!(Lines::new("").count(), 0);
        assert_eq!(Lines::new("a").count(), 1);
        assert_eq!(Lines::new("a\n").count(), 1);
        assert_eq!(Lines::new("a\n\n").count(), 2);
        let lines = Lines::new("a\nbc\nd");
        assert_eq!([0, 1, 2, 4, 5].map(|byte| lines.number_at(byte)), [1, 1, 2, 2, 3]);
        assert_eq!(lines.bytes(1, 1, true), 2..5);
    }
}
