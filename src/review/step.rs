//! The way between two states of a file, small, exact and walkable both ways.
//!
//! History keeps one for each act and file. A whole text would cost the file's size for each of thousands of
//! decisions, so only what lies between the common head and tail of the two texts is kept.

use std::sync::Arc;

use super::{ConflictTexts, Decided, FileChange, Mark, Mode, Snapshot, Text};
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
struct ListStep<T> {
    head: usize,
    middle: Both<Vec<T>>,
    /// By how many lines the tail of the later list lies further down.
    shift: isize,
}

/// Something that lies at a line.
trait AtLine: Clone + PartialEq {
    fn line(&self) -> usize;
    fn moved(&self, by: isize) -> Self;
    fn is_moved(&self, other: &Self, by: isize) -> bool;
}

impl AtLine for Mark {
    fn line(&self) -> usize {
        self.lines.start
    }

    fn moved(&self, by: isize) -> Self {
        let lines = self.lines.start.saturating_add_signed(by)..self.lines.end.saturating_add_signed(by);
        Self { lines, ..self.clone() }
    }

    fn is_moved(&self, other: &Self, by: isize) -> bool {
        self.lines.start.checked_add_signed(by) == Some(other.lines.start)
            && self.lines.end.checked_add_signed(by) == Some(other.lines.end)
            && self.maker == other.maker
            && self.loose == other.loose
    }
}

impl AtLine for Decided {
    fn line(&self) -> usize {
        self.at
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
    ///
    /// The state's difference is left to be computed by [`FileChange::refresh`].
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
            diff: Arc::default(),
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
        let head = before.iter().zip(after).take_while(|(one, other)| one == other).count();
        let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(one, other)| one == other);
        let tail = tail.count();
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

impl<T: AtLine> ListStep<T> {
    fn between(earlier: &[T], later: &[T]) -> Self {
        let head = earlier.iter().zip(later).take_while(|(one, other)| one == other).count();
        let (old, new) = (&earlier[head..], &later[head..]);
        let shift = match (old.last(), new.last()) {
            (Some(one), Some(other)) => other.line().cast_signed() - one.line().cast_signed(),
            (None, _) | (_, None) => 0,
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
            Way::Back => -self.shift,
        };
        let mut walked = Vec::with_capacity(list.len() - start.len() + end.len());
        walked.extend_from_slice(&list[..self.head]);
        walked.extend_from_slice(end);
        walked.extend(list[tail..].iter().map(|item| item.moved(shift)));
        Some(walked)
    }
}
