//! The difference of two texts: runs, and the hunks in which they are shown.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Mode, Snapshot, Text};

/// Texts above so many bytes are decided by file.
const LINE_BYTES: usize = 5_000_000;

/// Texts above so many bytes take long to compare.
const LARGE: usize = 1 << 20;

/// So do texts with more runs between them.
const MANY_RUNS: usize = 2_000;

/// Texts above so many lines are decided by file.
const LINE_COUNT: usize = 200_000;

/// A maximal block of removed and added lines with no context between: the unit of decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    /// Lines of the accepted text, from 0.
    pub old: Range<usize>,
    /// Lines of the target, from 0.
    pub new: Range<usize>,
}

/// Runs that are shown as one piece, with the context around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hunk {
    /// Indexes of its runs.
    pub runs: Range<usize>,
    /// Lines of the accepted text that it shows.
    pub old: Range<usize>,
    /// Lines of the target that it shows.
    pub new: Range<usize>,
}

/// A change of a file as a whole, decided before its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The file is absent and would be made; an empty new file has this unit and no run.
    Create,
    /// The file would be gone.
    Delete,
    /// The file would have another path.
    Rename,
    /// The executable bit would change.
    Mode,
    /// A file would become a link, or a link a file.
    TypeChange,
    /// The bytes are not text, too many to decide by line, or their comparison was given up.
    Binary,
}

impl Unit {
    /// Returns the unit in one or two words, for labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "creation",
            Self::Delete => "removal",
            Self::Rename => "rename",
            Self::Mode => "mode change",
            Self::TypeChange => "type change",
            Self::Binary => "binary change",
        }
    }
}

/// What lies between a file's two texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileDiff {
    /// Changes of the file as a whole.
    pub units: Vec<Unit>,
    /// Changes of lines, in order; empty for `Delete`, `TypeChange` and `Binary`.
    pub runs: Vec<Run>,
}

impl FileDiff {
    /// Returns the hunks: runs whose context lines meet are one.
    ///
    /// The rule is git's: two runs are shown together when at most twice the context lies between them.
    pub fn hunks(&self, context: usize, old_lines: usize, new_lines: usize) -> Vec<Hunk> {
        let reach = context.saturating_mul(2);
        let mut hunks: Vec<Hunk> = Vec::new();
        let mut first = 0;
        while first < self.runs.len() {
            let mut last = first;
            while self.runs.get(last + 1).is_some_and(|next| next.old.start - self.runs[last].old.end <= reach) {
                last += 1;
            }
            let (head, tail) = (&self.runs[first], &self.runs[last]);
            let before = context.min(head.old.start).min(head.new.start);
            let after = context.min(old_lines.saturating_sub(tail.old.end)).min(new_lines.saturating_sub(tail.new.end));
            hunks.push(Hunk {
                runs: first..last + 1,
                old: head.old.start - before..tail.old.end + after,
                new: head.new.start - before..tail.new.end + after,
            });
            first = last + 1;
        }
        hunks
    }

    /// Tells whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty() && self.runs.is_empty()
    }

    /// Returns how many lines are added and how many removed.
    pub fn lines(&self) -> (usize, usize) {
        let count = |side: fn(&Run) -> usize| self.runs.iter().map(side).sum();
        (count(|run| run.new.len()), count(|run| run.old.len()))
    }

    /// Returns what is left after some whole runs were decided: the same runs at their new places.
    ///
    /// It is the difference of the two texts then, in all but rare cases the very one that would be computed anew; where
    /// lines repeat, git may place a run elsewhere.
    pub(super) fn without(&self, decided: &[Run], is_accept: bool) -> Self {
        let mut left = Self { units: self.units.clone(), runs: Vec::with_capacity(self.runs.len()) };
        let moved = |range: &Range<usize>, by: isize| {
            range.start.saturating_add_signed(by)..range.end.saturating_add_signed(by)
        };
        let (mut decided, mut grown) = (decided.iter().peekable(), 0_isize);
        for run in &self.runs {
            let change = run.new.len().cast_signed() - run.old.len().cast_signed();
            if decided.next_if_eq(&run).is_some() {
                // An accepted run makes the accepted text longer, a rejected one the target shorter.
                grown += if is_accept { change } else { -change };
            } else if is_accept {
                left.runs.push(Run { old: moved(&run.old, grown), new: run.new.clone() });
            } else {
                left.runs.push(Run { old: run.old.clone(), new: moved(&run.new, grown) });
            }
        }
        left
    }

    /// Returns how many changes there are to decide: units and runs, a new file and its lines as one.
    pub fn parts(&self) -> usize {
        let is_with_lines = self.units.contains(&Unit::Create) && !self.runs.is_empty();
        self.units.len() + self.runs.len() - usize::from(is_with_lines)
    }
}

/// Returns the difference of two states of a file; `renamed` says that the target has another path.
pub fn diff_texts(accepted: Option<&Snapshot>, target: Option<&Snapshot>, renamed: bool) -> FileDiff {
    compare(accepted, target, renamed, |old, new| line_runs(old.as_bytes(), new.as_bytes()))
}

/// Returns the same with another way to find the runs between two texts.
pub(super) fn compare(
    accepted: Option<&Snapshot>,
    target: Option<&Snapshot>,
    renamed: bool,
    runs: impl FnOnce(&Text, &Text) -> Option<Vec<Run>>,
) -> FileDiff {
    let (accepted, target) = match (accepted, target) {
        (None, None) => return FileDiff::default(),
        (Some(_), None) => return FileDiff { units: vec![Unit::Delete], runs: Vec::new() },
        (None, Some(target)) => {
            // What a link points to is not a line to be taken or left.
            let runs = match target.mode {
                Mode::Symlink => None,
                Mode::Regular | Mode::Executable => runs(&Text::from(""), &target.text),
            };
            return FileDiff { units: vec![Unit::Create], runs: runs.unwrap_or_default() };
        }
        (Some(accepted), Some(target)) => (accepted, target),
    };
    let mut diff = FileDiff::default();
    if renamed {
        diff.units.push(Unit::Rename);
    }
    if (accepted.mode == Mode::Symlink) != (target.mode == Mode::Symlink) {
        diff.units.push(Unit::TypeChange);
        return diff;
    }
    if accepted.mode != target.mode {
        diff.units.push(Unit::Mode);
    }
    if accepted.text == target.text {
        return diff;
    }
    match runs(&accepted.text, &target.text) {
        Some(runs) => diff.runs = runs,
        None => diff.units.push(Unit::Binary),
    }
    diff
}

/// Tells whether comparing two states takes so long that it is not done for every decision.
pub(super) fn is_large(accepted: Option<&Snapshot>, target: Option<&Snapshot>, diff: &FileDiff) -> bool {
    let is_long = |side: &Snapshot| side.text.as_bytes().len() > LARGE;
    diff.runs.len() > MANY_RUNS || [accepted, target].into_iter().flatten().any(is_long)
}

/// Tells whether a text is decided by line: not binary, and not too large.
pub(super) fn has_lines(bytes: &[u8]) -> bool {
    bytes.len() <= LINE_BYTES
        && !bytes.iter().take(8000).any(|byte| *byte == 0)
        && bytes.iter().filter(|byte| **byte == b'\n').count() <= LINE_COUNT
}

/// Returns the runs between two texts as `git diff -U0` has them, or none where they are not decided by line.
pub(super) fn line_runs(old: &[u8], new: &[u8]) -> Option<Vec<Run>> {
    if old == new {
        return Some(Vec::new());
    }
    if !has_lines(old) || !has_lines(new) {
        return None;
    }
    let mut options = git2::DiffOptions::new();
    // A NUL behind the first 8,000 bytes is text to git, and to us.
    options.context_lines(0).interhunk_lines(0).indent_heuristic(true).force_text(true);
    let patch = git2::Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    let mut runs = Vec::with_capacity(patch.num_hunks());
    for index in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(index).ok()?;
        runs.push(Run {
            old: lines_of(hunk.old_start(), hunk.old_lines()),
            new: lines_of(hunk.new_start(), hunk.new_lines()),
        });
    }
    // Different bytes without a hunk would be a change that nobody could decide.
    if runs.is_empty() { None } else { Some(runs) }
}

/// Returns a hunk header's start and count as a range from 0; an empty side names the line before it.
fn lines_of(start: u32, count: u32) -> Range<usize> {
    let start = if count == 0 { start } else { start.saturating_sub(1) } as usize;
    start..start + count as usize
}
