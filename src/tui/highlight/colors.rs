//! What a grammar made of a text's lines, so far as they were read.

use std::ops::Range;
use std::sync::Arc;

use super::super::Scope;

/// So many lines are kept in one piece, which texts that begin alike share.
pub(super) const LINES: usize = 32;

/// A stretch of a line and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u16,
    end: u16,
    /// What it is.
    pub scope: Scope,
}

impl Span {
    /// Returns the span of a range; none where it lies too far in its line.
    pub(super) fn new(range: Range<usize>, scope: Scope) -> Option<Self> {
        Some(Self { start: u16::try_from(range.start).ok()?, end: u16::try_from(range.end).ok()?, scope })
    }

    /// Returns its bytes in the line.
    pub fn range(self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }

    /// Lets it reach further.
    pub(super) fn reach(&mut self, other: Self) -> bool {
        let goes_on = self.end == other.start && self.scope == other.scope;
        if goes_on {
            self.end = other.end;
        }
        goes_on
    }
}

/// The spans of some lines, one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    spans: Vec<Span>,
    ends: Vec<u32>,
}

impl Chunk {
    pub(super) fn push(&mut self, line: &[Span]) {
        self.spans.extend_from_slice(line);
        self.ends.push(u32::try_from(self.spans.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn line(&self, line: usize) -> &[Span] {
        let end = |line: usize| self.ends.get(line).map_or(0, |end| *end as usize);
        let start = line.checked_sub(1).map_or(0, end);
        self.spans.get(start..end(line)).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        self.spans.capacity() * size_of::<Span>() + self.ends.capacity() * 4 + 96
    }
}

/// The syntax of a text: its lines, as `\n` ends them, from the first on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Colors {
    chunks: Arc<[Arc<Chunk>]>,
    lines: usize,
    is_whole: bool,
}

impl Colors {
    pub(super) fn new(chunks: impl Iterator<Item = Arc<Chunk>>, is_whole: bool) -> Self {
        let chunks: Arc<[_]> = chunks.collect();
        Self { lines: chunks.iter().map(|chunk| chunk.len()).sum(), chunks, is_whole }
    }

    /// Returns those of a text that has none.
    pub fn plain() -> Self {
        Self { is_whole: true, ..Self::default() }
    }

    /// Returns the spans of a line, in order; none where it is plain or not read yet.
    pub fn line(&self, line: usize) -> &[Span] {
        self.chunks.get(line / LINES).map_or(&[], |chunk| chunk.line(line % LINES))
    }

    /// Returns how many lines were read.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Tells whether the whole text was read.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns about how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.bytes() + 8).sum::<usize>() + 64
    }
}
