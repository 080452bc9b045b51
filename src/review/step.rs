//! The way between two states of a file, small, exact and walkable both ways.
//!
//! History keeps one for each act and file. A whole text would cost the file's size for each of thousands of
//! decisions, so only what lies between the common head and tail of the two texts is kept.

use std::ops::Range;
use std::sync::Arc;

use super::{ConflictTexts, Decided, FileChange, FileDiff, Mark, Mode, Run, Snapshot, Text, Unit};
use crate::path::RelPath;

/// The ways of the files of one act.
pub(super) type Steps = Arc<Vec<(RelPath, FileStep)>>;

/// Which way a step is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the later state.
    Forth,
    /// To the earlier one.
    Back,
}

impl Way {
    /// Returns the other way when this one is taken back.
    pub(super) fn along(self, other: Way) -> Way {
        if self == other { Way::Forth } else { Way::Back }
    }
}

/// The way between two states of a file.
#[derive(Debug, Clone)]
pub(super) enum FileStep {
    /// The file enters or leaves the review; both states share their texts with the review.
    Whole {
        /// The two states.
        states: Both<Option<Arc<FileChange>>>,
        /// What stood on disk while the file was not in the review, where the step wrote all the same.
        absent: Both<Option<Arc<FileChange>>>,
    },
    /// The file stays.
    Parts(Box<Parts>),
}

/// An earlier and a later value.
#[derive(Debug, Clone)]
pub(super) struct Both<T> {
    pub(super) earlier: T,
    pub(super) later: T,
}

impl<T> Both<T> {
    /// Returns the values as seen on the way: where it starts, and where it leads.
    fn along(&self, way: Way) -> (&T, &T) {
        match way {
            Way::Forth => (&self.earlier, &self.later),
            Way::Back => (&self.later, &self.earlier),
        }
    }
}

/// What differs between two states of a file that stays in the review.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    from: Both<Option<RelPath>>,
    accepted: TextStep,
    target: TextStep,
    marks: ListStep<Mark>,
    decided: ListStep<Decided>,
    made: ListStep<Mark>,
    written: Both<Vec<(Side, Side)>>,
    conflict: Both<Option<ConflictTexts>>,
    by_file: Both<bool>,
    diff: DiffStep,
}

/// The way between two states of a difference: whoever walks it need not compare the texts.
#[derive(Debug, Clone)]
struct DiffStep {
    units: Both<Vec<Unit>>,
    runs: ListStep<Run>,
}

/// One side of a written pair. Mostly it is the accepted text of that state, which need not be kept again.
#[derive(Debug, Clone)]
enum Side {
    Accepted,
    Other(Option<Snapshot>),
}

/// The way between two states of a text.
#[derive(Debug, Clone)]
enum TextStep {
    /// Nothing differs.
    Same,
    /// A file comes or goes.
    Whole(Both<Option<Snapshot>>),
    /// What lies between the common head and the common tail.
    Middle { head: usize, bytes: Both<Box<[u8]>>, length: Both<usize>, mode: Both<Mode> },
}

/// The way between two states of a list whose tail only moves by some lines.
#[derive(Debug, Clone)]
struct ListStep<T: AtLine> {
    head: usize,
    middle: Both<Vec<T>>,
    /// By how much the tail of the later list lies further down.
    shift: T::Shift,
}

/// Something that lies at a line.
trait AtLine: Clone + PartialEq {
    /// By how many lines it moves.
    type Shift: Copy + Default + std::fmt::Debug;

    /// Returns by how much another one lies further down.
    fn shift(&self, other: &Self) -> Self::Shift;
    /// Returns the way back.
    fn back(by: Self::Shift) -> Self::Shift;
    fn moved(&self, by: Self::Shift) -> Self;
    fn is_moved(&self, other: &Self, by: Self::Shift) -> bool;
}

impl AtLine for Run {
    /// In the accepted text, and in the target.
    type Shift = (isize, isize);

    fn shift(&self, other: &Self) -> (isize, isize) {
        (distance(self.old.start, other.old.start), distance(self.new.start, other.new.start))
    }

    fn back((old, new): (isize, isize)) -> (isize, isize) {
        (-old, -new)
    }

    fn moved(&self, (old, new): (isize, isize)) -> Self {
        Self { old: moved(&self.old, old), new: moved(&self.new, new) }
    }

    fn is_moved(&self, other: &Self, by: (isize, isize)) -> bool {
        self.moved(by) == *other
    }
}

fn distance(one: usize, other: usize) -> isize {
    other.cast_signed() - one.cast_signed()
}

fn moved(lines: &Range<usize>, by: isize) -> Range<usize> {
    lines.start.saturating_add_signed(by)..lines.end.saturating_add_signed(by)
}

impl AtLine for Mark {
    type Shift = isize;

    fn shift(&self, other: &Self) -> isize {
        distance(self.lines.start, other.lines.start)
    }

    fn back(by: isize) -> isize {
        -by
    }

    fn moved(&self, by: isize) -> Self {
        Self { lines: moved(&self.lines, by), ..self.clone() }
    }

    fn is_moved(&self, other: &Self, by: isize) -> bool {
        self.lines.start.checked_add_signed(by) == Some(other.lines.start)
            && self.lines.end.checked_add_signed(by) == Some(other.lines.end)
            && self.maker == other.maker
            && self.loose == other.loose
    }
}

impl AtLine for Decided {
    type Shift = isize;

    fn shift(&self, other: &Self) -> isize {
        distance(self.at, other.at)
    }

    fn back(by: isize) -> isize {
        -by
    }

    fn moved(&self, by: isize) -> Self {
        Self { at: self.at.saturating_add_signed(by), ..self.clone() }
    }

    fn is_moved(&self, other: &Self, by: isize) -> bool {
        self.at.checked_add_signed(by) == Some(other.at) && self.is_same(other)
    }
}

impl FileStep {
    pub(super) fn between(earlier: Option<&Arc<FileChange>>, later: Option<&Arc<FileChange>>) -> Self {
        let (Some(old), Some(new)) = (earlier, later) else {
            let states = Both { earlier: earlier.cloned(), later: later.cloned() };
            return Self::Whole { states, absent: Both { earlier: None, later: None } };
        };
        Self::Parts(Box::new(Parts {
            from: Both { earlier: old.from.clone(), later: new.from.clone() },
            accepted: TextStep::between(old.accepted.as_ref(), new.accepted.as_ref()),
            target: TextStep::between(old.target.as_ref(), new.target.as_ref()),
            marks: ListStep::between(&old.marks, &new.marks),
            decided: ListStep::between(&old.decided, &new.decided),
            made: ListStep::between(&old.made, &new.made),
            written: Both { earlier: sides(old), later: sides(new) },
            conflict: Both { earlier: old.conflict.clone(), later: new.conflict.clone() },
            by_file: Both { earlier: old.by_file, later: new.by_file },
            diff: DiffStep {
                units: Both { earlier: old.diff.units.clone(), later: new.diff.units.clone() },
                runs: ListStep::between(&old.diff.runs, &new.diff.runs),
            },
        }))
    }

    /// Returns the step with what stood on disk while the file was not in the review.
    pub(super) fn with_absent(self, earlier: Option<Arc<FileChange>>, later: Option<Arc<FileChange>>) -> Self {
        match self {
            Self::Whole { states, .. } => Self::Whole { states, absent: Both { earlier, later } },
            Self::Parts(parts) => Self::Parts(parts),
        }
    }

    /// Returns what stood on disk where the step starts and where it leads, while the file was not in the review.
    pub(super) fn absent(&self, way: Way) -> (Option<Arc<FileChange>>, Option<Arc<FileChange>>) {
        match self {
            Self::Whole { absent, .. } => {
                let (start, end) = absent.along(way);
                (start.clone(), end.clone())
            }
            Self::Parts(_) => (None, None),
        }
    }

    /// Walks from a state; none when the step does not start there.
    pub(super) fn walk(&self, state: Option<&FileChange>, way: Way) -> Option<Option<FileChange>> {
        match self {
            Self::Whole { states, .. } => {
                let (start, end) = states.along(way);
                let is_there = match (start, state) {
                    (None, None) => true,
                    (Some(start), Some(state)) => {
                        start.from == state.from && start.accepted == state.accepted && start.target == state.target
                    }
                    (Some(_), None) | (None, Some(_)) => false,
                };
                is_there.then(|| end.as_deref().cloned())
            }
            Self::Parts(parts) => Some(Some(parts.walk(state?, way)?)),
        }
    }
}

impl Parts {
    fn walk(&self, state: &FileChange, way: Way) -> Option<FileChange> {
        let (from, new_from) = self.from.along(way);
        if *from != state.from {
            return None;
        }
        let accepted = self.accepted.walk(state.accepted.as_ref(), way)?;
        let written = self
            .written
            .along(way)
            .1
            .iter()
            .map(|(before, after)| (before.resolve(accepted.as_ref()), after.resolve(accepted.as_ref())));
        Some(FileChange {
            path: state.path.clone(),
            from: new_from.clone(),
            written: written.collect(),
            target: self.target.walk(state.target.as_ref(), way)?,
            marks: self.marks.walk(&state.marks, way)?,
            decided: self.decided.walk(&state.decided, way)?,
            made: self.made.walk(&state.made, way)?,
            conflict: self.conflict.along(way).1.clone(),
            by_file: *self.by_file.along(way).1,
            diff: Arc::new(FileDiff {
                units: self.diff.units.along(way).1.clone(),
                runs: self.diff.runs.walk(&state.diff.runs, way)?,
            }),
            accepted,
        })
    }
}

fn sides(change: &FileChange) -> Vec<(Side, Side)> {
    let side = |snapshot: &Option<Snapshot>| {
        if *snapshot == change.accepted { Side::Accepted } else { Side::Other(snapshot.clone()) }
    };
    change.written.iter().map(|(before, after)| (side(before), side(after))).collect()
}

impl Side {
    fn resolve(&self, accepted: Option<&Snapshot>) -> Option<Snapshot> {
        match self {
            Self::Accepted => accepted.cloned(),
            Self::Other(snapshot) => snapshot.clone(),
        }
    }
}

impl TextStep {
    fn between(earlier: Option<&Snapshot>, later: Option<&Snapshot>) -> Self {
        if earlier == later {
            return Self::Same;
        }
        let (Some(old), Some(new)) = (earlier, later) else {
            return Self::Whole(Both { earlier: earlier.cloned(), later: later.cloned() });
        };
        let (before, after) = (old.text.as_bytes(), new.text.as_bytes());
        let head = common_head(before, after);
        let tail = common_tail(&before[head..], &after[head..]);
        Self::Middle {
            head,
            bytes: Both {
                earlier: before[head..before.len() - tail].into(),
                later: after[head..after.len() - tail].into(),
            },
            length: Both { earlier: before.len(), later: after.len() },
            mode: Both { earlier: old.mode, later: new.mode },
        }
    }

    fn walk(&self, state: Option<&Snapshot>, way: Way) -> Option<Option<Snapshot>> {
        match self {
            Self::Same => Some(state.cloned()),
            Self::Whole(both) => {
                let (start, end) = both.along(way);
                (start.as_ref() == state).then(|| end.clone())
            }
            Self::Middle { head, bytes, length, mode } => {
                let state = state?;
                let (start, end) = bytes.along(way);
                let text = state.text.as_bytes();
                let is_there = text.len() == *length.along(way).0
                    && state.mode == *mode.along(way).0
                    && text.get(*head..*head + start.len()) == Some(start);
                if !is_there {
                    return None;
                }
                let mut walked = Vec::with_capacity(*length.along(way).1);
                walked.extend_from_slice(&text[..*head]);
                walked.extend_from_slice(end);
                walked.extend_from_slice(&text[*head + start.len()..]);
                Some(Some(Snapshot { text: Text::new(walked), mode: *mode.along(way).1 }))
            }
        }
    }
}

/// So many bytes are compared at once, which is much faster than one by one.
const BLOCK: usize = 1024;

fn common_head(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(one, other)| one == other);
    let head = blocks.count() * BLOCK;
    head + one[head..].iter().zip(&other[head..]).take_while(|(one, other)| one == other).count()
}

fn common_tail(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.rchunks_exact(BLOCK).zip(other.rchunks_exact(BLOCK)).take_while(|(one, other)| one == other);
    let tail = blocks.count() * BLOCK;
    let (one, other) = (&one[..one.len() - tail], &other[..other.len() - tail]);
    tail + one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

impl<T: AtLine> ListStep<T> {
    fn between(earlier: &[T], later: &[T]) -> Self {
        let head = earlier.iter().zip(later).take_while(|(one, other)| one == other).count();
        let (old, new) = (&earlier[head..], &later[head..]);
        let shift = match (old.last(), new.last()) {
            (Some(one), Some(other)) => one.shift(other),
            (None, _) | (_, None) => T::Shift::default(),
        };
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one.is_moved(other, shift)).count();
        let middle = Both { earlier: old[..old.len() - tail].to_vec(), later: new[..new.len() - tail].to_vec() };
        Self { head, middle, shift }
    }

    fn walk(&self, list: &[T], way: Way) -> Option<Vec<T>> {
        let (start, end) = self.middle.along(way);
        let tail = self.head + start.len();
        if list.get(self.head..tail)? != start {
            return None;
        }
        let shift = match way {
            Way::Forth => self.shift,
            Way::Back => T::back(self.shift),
        };
        let mut walked = Vec::with_capacity(list.len() - start.len() + end.len());
        walked.extend_from_slice(&list[..self.head]);
        walked.extend_from_slice(end);
        walked.extend(list[tail..].iter().map(|item| item.moved(shift)));
        Some(walked)
    }
}
