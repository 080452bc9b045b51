//! Keys pressed one after the other that mean one thing: `g g`, `ctrl-x ctrl-c`; most often a single one.

use std::fmt;

use super::keys::Chord;

/// A sequence is at most so long; nobody remembers more.
pub(super) const LONGEST: usize = 4;

/// One chord or a few, in order; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence {
    chords: Vec<Chord>,
}

impl Sequence {
    /// Reads a sequence as a keymap writes it: chords with blanks between, `g g`, `space f`.
    pub fn parse(text: &str) -> Option<Self> {
        let chords: Vec<Chord> = text.split_ascii_whitespace().map(Chord::parse).collect::<Option<_>>()?;
        (!chords.is_empty() && chords.len() <= LONGEST).then_some(Self { chords })
    }

    /// Returns the chords, at least one.
    pub fn chords(&self) -> &[Chord] {
        &self.chords
    }

    /// Tells whether the first key writes a character where text is typed.
    pub fn begins_with_text(&self) -> bool {
        self.chords.first().is_some_and(|chord| chord.is_text())
    }

    /// Tells whether one of the two is the beginning of the other, or both are the same.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.chords.iter().zip(&other.chords).all(|(left, right)| left == right)
    }
}

impl fmt::Display for Sequence {
    /// Writes the sequence as help and hints show it: `g g`, `Ctrl-X Ctrl-C`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&shown(&self.chords))
    }
}

/// Writes chords as help and hints show them.
pub(super) fn shown(chords: &[Chord]) -> String {
    chords.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}
