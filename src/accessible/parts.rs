//! What is decided next, and how it sounds: each changed line with its number, in the words that it needs.

use std::ops::{Range, RangeInclusive};

use super::words::{count, spoken, spoken_bytes};
use crate::path::RelPath;
use crate::review::{FileChange, Pick, Review, Run, Snapshot, Unit, look_alikes, sensitive};

/// Lines around a change that are read with it.
const CONTEXT: usize = 2;

/// A change that waits for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Someone else changed the file in the same place.
    Conflict(RelPath),
    /// A change of the file as a whole.
    Unit(RelPath, Unit),
    /// Runs that are read as one.
    Hunk(RelPath, Range<usize>),
}

/// One line of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// A line that stays, by its number in the old text and in the new.
    Same(usize, usize),
    /// By its number in the old text; whether that is another than the one where it is missed in the new.
    Removed(usize, bool),
    Added(usize),
}

/// Returns all that waits, file by file.
pub(super) fn parts(review: &Review) -> Vec<Part> {
    let mut parts = Vec::new();
    for change in review.files() {
        let path = || change.path.clone();
        if change.conflict.is_some() {
            parts.push(Part::Conflict(path()));
            continue;
        }
        parts.extend(change.diff.units.iter().map(|unit| Part::Unit(path(), *unit)));
        // A file that would be made is decided as one, or line by line.
        if change.diff.units.contains(&Unit::Create) {
            continue;
        }
        let hunks = change.diff.hunks(CONTEXT, lines_of(&change.accepted).len(), lines_of(&change.target).len());
        parts.extend(hunks.into_iter().map(|hunk| Part::Hunk(path(), hunk.runs)));
    }
    parts
}

/// Returns the same, each with the numbers of its changes, as everything that counts changes counts them; a conflict is
/// none.
pub(super) fn parts_numbered(review: &Review) -> Vec<(Option<RangeInclusive<usize>>, Part)> {
    let mut before = 0;
    let numbered = parts(review).into_iter().map(|part| {
        let changes = part.changes();
        before += changes;
        ((changes > 0).then(|| before + 1 - changes..=before), part)
    });
    numbered.collect()
}

impl Part {
    /// Returns how many changes are read and decided as this one: runs that stand near each other, or one.
    pub(super) fn changes(&self) -> usize {
        match self {
            Self::Conflict(_) => 0,
            Self::Unit(..) => 1,
            Self::Hunk(_, runs) => runs.len(),
        }
    }

    /// Returns the file.
    pub(super) fn path(&self) -> &RelPath {
        match self {
            Self::Conflict(path) | Self::Unit(path, _) | Self::Hunk(path, _) => path,
        }
    }

    /// Returns what a decision on all of it picks; a conflict is settled otherwise.
    pub(super) fn pick(&self) -> Option<Pick> {
        match self {
            Self::Conflict(_) => None,
            Self::Unit(path, unit) => Some(Pick::Unit { path: path.clone(), unit: *unit }),
            Self::Hunk(path, runs) => Some(Pick::Runs { path: path.clone(), runs: runs.clone().collect() }),
        }
    }

    /// Returns what a decision on some of its numbered lines picks.
    pub(super) fn pick_lines(&self, change: &FileChange, numbers: &[usize]) -> Result<Pick, String> {
        let changed: Vec<Line> =
            self.lines(change).into_iter().filter(|line| !matches!(line, Line::Same(..))).collect();
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for number in numbers {
            match changed.get(number - 1) {
                Some(Line::Removed(at, _)) => removed.push(*at),
                Some(Line::Added(at)) => added.push(*at),
                Some(Line::Same(..)) | None => {
                    let most = count(changed.len(), "numbered line", "numbered lines");
                    return Err(format!("There is no line {number}: this change has {most}."));
                }
            }
        }
        Ok(Pick::Lines { path: change.path.clone(), removed, added })
    }

    /// Returns the first sentence: which change this is.
    pub(super) fn headline(&self, change: &FileChange) -> String {
        let path = spoken(change.path.as_str()).into_owned();
        match self {
            Self::Conflict(_) => format!(
                "Conflict in {path}: it was changed on disk where the proposal changes it. Nothing was written. \
                 Say show mine, show proposal or show before to hear a side; keep mine, take proposal or take both to settle it."
            ),
            Self::Unit(_, Unit::Create) => {
                let lines = lines_of(&change.target).len();
                format!("New file {path}, {}.", count(lines, "line", "lines"))
            }
            Self::Unit(_, Unit::Delete) => format!("Removal of the file {path}."),
            Self::Unit(_, Unit::Rename) => {
                let from = change.from.as_ref().map(|from| spoken(from.as_str()).into_owned()).unwrap_or_default();
                format!("Rename of {from} to {path}.")
            }
            Self::Unit(_, unit @ (Unit::Mode | Unit::TypeChange | Unit::Binary)) => {
                format!("{path}: {}.", unit.name())
            }
            Self::Hunk(_, runs) => {
                let (mut removed, mut added) = (0, 0);
                for run in change.diff.runs.get(runs.clone()).unwrap_or_default() {
                    removed += run.old.len();
                    added += run.new.len();
                }
                let first = change.diff.runs.get(runs.start).map_or(0, |run| run.new.start);
                let what = match (removed, added) {
                    (0, added) => format!("{} added", count(added, "line", "lines")),
                    (removed, 0) => format!("{} removed", count(removed, "line", "lines")),
                    (removed, added) => format!("{} removed, {added} added", count(removed, "line", "lines")),
                };
                format!("{path}, near line {}: {what}.", first + 1)
            }
        }
    }

    /// Returns what needs care, and then the lines, the changed ones numbered as `accept 2 to 4` means them.
    pub(super) fn body(&self, change: &FileChange) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(why) = sensitive(&change.path) {
            out.push(format!("Take care with this path: {}.", why.name()));
        }
        let (old, new) = (lines_of(&change.accepted), lines_of(&change.target));
        let mut number = 0;
        for line in self.lines(change) {
            let (at, text, word) = match line {
                Line::Same(before, at) => (at, old.get(before), "unchanged"),
                Line::Removed(at, _) => (at, old.get(at), "removed"),
                Line::Added(at) => (at, new.get(at), "added"),
            };
            let text = text.map(|text| spoken_bytes(text)).unwrap_or_default();
            let shown = if text.trim().is_empty() { "(empty)" } else { &text };
            // Lines are counted in the text as it would be; what goes has its number in the old one, told where the two differ.
            let whose = if matches!(line, Line::Removed(_, true)) { "old line" } else { "line" };
            let is_changed = word != "unchanged";
            number += usize::from(is_changed);
            let label = if is_changed { format!("{number}. ") } else { String::new() };
            let deceives = word == "added" && !look_alikes(&text, |_| false).is_empty();
            let warning = if deceives { " (take care: letters here look like others)" } else { "" };
            out.push(format!("{label}{whose} {} {word}: {shown}{warning}", at + 1));
        }
        out
    }

    fn lines(&self, change: &FileChange) -> Vec<Line> {
        let runs: &[Run] = match self {
            Self::Conflict(_) => &[],
            Self::Unit(_, Unit::Create) => &change.diff.runs,
            Self::Unit(..) => &[],
            Self::Hunk(_, runs) => change.diff.runs.get(runs.clone()).unwrap_or_default(),
        };
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return Vec::new() };
        let mut lines = Vec::new();
        let mut at = first.old.start.saturating_sub(CONTEXT);
        for run in runs {
            lines.extend((at..run.old.start).map(|at| Line::Same(at, run.new.start - (run.old.start - at))));
            let has_moved = run.old.start != run.new.start;
            lines.extend(run.old.clone().map(|at| Line::Removed(at, has_moved)));
            lines.extend(run.new.clone().map(Line::Added));
            at = run.old.end;
        }
        let end = (last.old.end + CONTEXT).min(lines_of(&change.accepted).len());
        lines.extend((at..end).map(|at| Line::Same(at, last.new.end + (at - last.old.end))));
        lines
    }
}

/// Returns the lines of one side, none where there is no file.
pub(super) fn lines_of(side: &Option<Snapshot>) -> Vec<&[u8]> {
    side.as_ref().map(|snapshot| snapshot.text.lines().collect()).unwrap_or_default()
}
