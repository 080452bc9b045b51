//! The rows of one file: what stands under each other in the review, whatever the width.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::super::highlight::{Lines, without_end};
use super::aids::Aids;
use super::notes::Note;
use crate::review::{Decision, FileChange, Hunk, Maker, Run, Unit};

/// One row. Lines and runs are counted from 0, in 32 bits, since rows are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// The file's heading.
    File,
    /// The file has a conflict to settle.
    Conflict,
    /// A change of the file as a whole.
    Unit(Unit),
    /// A hunk's heading.
    Hunk(u32),
    /// A run's heading, where hunks are split.
    Run(u32),
    /// A line: of both texts (context), of the accepted text only (removed), of the target only (added).
    Line {
        /// The line of the accepted text.
        old: Option<u32>,
        /// The line of the target.
        new: Option<u32>,
        /// The run that it belongs to; none for context, and for lines that go or come with a unit.
        run: Option<u32>,
    },
    /// A decision's heading.
    Decided(u32),
    /// A line of a decision: first the removed ones, then the added ones.
    DecidedLine {
        /// Which decision.
        decided: u32,
        /// Which of its lines.
        line: u32,
    },
    /// A note that the model has not been told yet.
    Note(u32),
    /// Lines that are the same in both texts and not shown.
    Gap {
        /// The first one, in the accepted text.
        old: u32,
        /// How many.
        lines: u32,
    },
}

/// What a key acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The whole file.
    File,
    /// The conflict.
    Conflict,
    /// A change of the file as a whole.
    Unit(Unit),
    /// Some runs: a hunk's, or one.
    Runs(Range<usize>),
    /// A decision.
    Decided(usize),
    /// Nothing: lines between hunks.
    Nothing,
}

/// A row at which `]` and `[` stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// The row.
    pub(super) row: usize,
    /// What begins there.
    pub(super) target: Target,
}

impl Stop {
    /// Tells whether it waits for the user.
    pub(super) fn is_pending(&self) -> bool {
        match self.target {
            Target::Conflict | Target::Unit(_) | Target::Runs(_) => true,
            Target::File | Target::Decided(_) | Target::Nothing => false,
        }
    }
}

/// Which text a line is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The accepted text.
    Old,
    /// The target.
    New,
}

/// What is said behind a last line without its newline.
const NO_NEWLINE: &str = " \\ No newline at end of file";

/// A line of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DecidedLine<'a> {
    /// Its bytes, without the line end.
    pub(super) bytes: &'a [u8],
    /// Whether the proposal added it; else it removed it.
    pub(super) is_added: bool,
    /// Where it stands in the accepted text, if it does.
    pub(super) at: Option<usize>,
    /// How it was decided.
    pub(super) decision: Decision,
}

/// What is known about who made a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Makers {
    /// Whether an edit of the model matched below exact.
    pub(super) is_loose: bool,
    /// Whether the user had a hand in it.
    pub(super) is_yours: bool,
}

impl Makers {
    /// Returns what is known about some runs of a file.
    pub(super) fn of(change: &FileChange, runs: &[Run]) -> Self {
        let mut makers = Self::default();
        for mark in runs.iter().flat_map(|run| change.marks_of(run)) {
            makers.is_loose |= mark.loose;
            makers.is_yours |= mark.maker == Maker::User;
        }
        makers
    }
}

/// The rows of one file, made once for each state of it.
#[derive(Debug)]
pub(super) struct FileRows {
    /// The file.
    pub(super) change: Arc<FileChange>,
    /// The accepted text's lines; none where they are not shown.
    pub(super) old: Lines,
    /// The target's lines; none where they are not shown.
    pub(super) new: Lines,
    /// The hunks.
    pub(super) hunks: Vec<Hunk>,
    /// Who made them.
    pub(super) makers: Vec<Makers>,
    /// The rows, the file's heading first.
    pub(super) rows: Vec<Row>,
    /// The notes that wait to be sent.
    pub(super) notes: Vec<Note>,
    /// Where `]` and `[` stop, in order.
    pub(super) stops: Vec<Stop>,
    /// Lines that are pending to be added.
    pub(super) added: usize,
    /// Lines that are pending to be removed.
    pub(super) removed: usize,
    /// Whether each run is decided by itself.
    pub(super) is_split: bool,
    /// Whether only the heading is shown.
    pub(super) is_folded: bool,
    /// Whether the user has viewed the file as it stands.
    pub(super) is_viewed: bool,
    /// Whether hunks that change blanks only are folded.
    pub(super) folds_blank: bool,
    /// What is known of each hunk, found out when it is first asked for.
    pub(super) aids: Vec<OnceLock<Aids>>,
    /// Whether hunks may be left out.
    pub(super) leaves_out: bool,
}

/// Returns a line's or run's number in the 32 bits of a row.
pub(super) fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns a row's number as it is used.
pub(super) fn wide(number: u32) -> usize {
    number as usize
}

/// Tells whether a file waits for a decision.
pub(super) fn is_open(change: &FileChange) -> bool {
    change.conflict.is_some() || !change.diff.is_empty()
}

impl FileRows {
    /// Returns how many digits the line numbers take.
    pub(super) fn digits(&self) -> u16 {
        let largest = self.old.len().max(self.new.len()).max(1);
        largest.ilog10().saturating_add(1).clamp(3, 9) as u16
    }

    /// Returns a run.
    pub(super) fn run(&self, run: usize) -> Option<&Run> {
        self.change.diff.runs.get(run)
    }

    /// Returns a line of a decision.
    pub(super) fn decided_line(&self, decided: u32, line: u32) -> Option<DecidedLine<'_>> {
        let decided = self.change.decided.get(wide(decided))?;
        let line = wide(line);
        let (text, offset, is_added) = match line.checked_sub(decided.removed.len()) {
            Some(added) => (decided.added.get(added)?, added, true),
            None => (decided.removed.get(line)?, line, false),
        };
        let stands = is_added == (decided.decision == Decision::Accepted);
        let at = decided.at + offset;
        let stands = stands && self.old.raw(at) == text.as_bytes();
        Some(DecidedLine {
            bytes: without_end(text.as_bytes()),
            is_added,
            at: stands.then_some(at),
            decision: decided.decision,
        })
    }

    /// Tells whether an identifier stands in one of the two texts.
    pub(super) fn has_word(&self, word: &str) -> bool {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        [&self.old, &self.new].into_iter().filter_map(|lines| lines.text().as_str()).any(|text| {
            text.match_indices(word)
                .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
        })
    }

    /// Returns what the reviewer should know of a hunk.
    pub(super) fn aids(&self, hunk: usize) -> Aids {
        let (Some(known), Some(hunk)) = (self.aids.get(hunk), self.hunks.get(hunk)) else { return Aids::default() };
        *known.get_or_init(|| Aids::of(self, &self.change.diff.runs[hunk.runs.clone()]))
    }

    /// Returns the hunk that holds a run.
    pub(super) fn hunk_of(&self, run: usize) -> Option<usize> {
        let hunk = self.hunks.partition_point(|hunk| hunk.runs.end <= run);
        self.hunks.get(hunk).is_some_and(|hunk| hunk.runs.contains(&run)).then_some(hunk)
    }

    /// Returns what a key acts on at a row.
    pub(super) fn target(&self, row: usize) -> Target {
        match self.rows.get(row) {
            None => Target::Nothing,
            Some(Row::File) => Target::File,
            Some(Row::Conflict) => Target::Conflict,
            Some(Row::Unit(unit)) => Target::Unit(*unit),
            Some(Row::Hunk(hunk)) => Target::Runs(self.hunks[wide(*hunk)].runs.clone()),
            Some(Row::Run(run)) => Target::Runs(wide(*run)..wide(*run) + 1),
            Some(Row::Line { run: Some(run), .. }) => self.runs_around(wide(*run)),
            Some(Row::Line { old: Some(old), new: Some(_), run: None }) => self.runs_near(wide(*old)),
            Some(Row::Line { run: None, .. }) => self.whole_unit().map_or(Target::Nothing, Target::Unit),
            Some(Row::Decided(decided) | Row::DecidedLine { decided, .. }) => Target::Decided(wide(*decided)),
            Some(Row::Note(note)) => match self.notes.get(wide(*note)).and_then(|note| note.run) {
                Some(run) => self.runs_around(run),
                None => Target::File,
            },
            Some(Row::Gap { .. }) => Target::Nothing,
        }
    }

    /// Returns the unit with which all lines of the file go or come.
    fn whole_unit(&self) -> Option<Unit> {
        let is_whole = |unit: &Unit| matches!(unit, Unit::Delete | Unit::TypeChange);
        self.change.diff.units.iter().copied().find(is_whole)
    }

    fn runs_around(&self, run: usize) -> Target {
        if self.is_split {
            return Target::Runs(run..run + 1);
        }
        self.hunk_of(run).map_or(Target::Nothing, |hunk| Target::Runs(self.hunks[hunk].runs.clone()))
    }

    /// Returns the runs of the hunk that shows a context line; where hunks are split the next run, or the last.
    fn runs_near(&self, old: usize) -> Target {
        let hunk = self.hunks.partition_point(|hunk| hunk.old.end <= old);
        let Some(hunk) = self.hunks.get(hunk).filter(|hunk| hunk.old.contains(&old)) else { return Target::Nothing };
        if !self.is_split {
            return Target::Runs(hunk.runs.clone());
        }
        let next = hunk.runs.clone().find(|run| self.run(*run).is_some_and(|run| run.old.start > old));
        next.or(hunk.runs.clone().last()).map_or(Target::Nothing, |run| Target::Runs(run..run + 1))
    }

    /// Returns the two lines that stand side by side in a row of a run or of context.
    ///
    /// Removed lines have the added ones beside them; `None` is a row that is beside another one and not
    /// drawn by itself.
    pub(super) fn side_by_side(&self, row: Row) -> Option<(Option<usize>, Option<usize>)> {
        let Row::Line { old, new, run } = row else { return Some((None, None)) };
        let (old, new) = (old.map(wide), new.map(wide));
        let Some(run) = run.and_then(|run| self.run(wide(run))) else { return Some((old, new)) };
        match (old, new) {
            (Some(old), None) => {
                let beside = run.new.start + (old - run.old.start);
                Some((Some(old), run.new.contains(&beside).then_some(beside)))
            }
            (None, Some(new)) => (new - run.new.start >= run.old.len()).then_some((None, Some(new))),
            both => Some(both),
        }
    }

    /// Returns which added line of its run a row shows, and the run, if it stands beside a removed line.
    fn beside(&self, row: usize) -> Option<(usize, &Run)> {
        let Some(Row::Line { old: None, new: Some(new), run: Some(run) }) = self.rows.get(row) else { return None };
        let run = self.run(wide(*run))?;
        let offset = wide(*new) - run.new.start;
        (offset < run.old.len()).then_some((offset, run))
    }

    /// Returns the row that shows an added line when the texts stand side by side.
    pub(super) fn row_beside(&self, row: usize) -> usize {
        self.beside(row).map_or(row, |(_, run)| row.saturating_sub(run.old.len()))
    }

    /// Returns the first row from this one on that does not stand beside another; it may be behind the last.
    pub(super) fn below_beside(&self, row: usize) -> usize {
        self.beside(row).map_or(row, |(offset, run)| row + run.old.len().min(run.new.len()) - offset)
    }

    /// Returns the first row from this one up that does not stand beside another.
    pub(super) fn above_beside(&self, row: usize) -> usize {
        self.beside(row).map_or(row, |(offset, _)| row.saturating_sub(offset + 1))
    }

    /// Returns the line of the accepted text at which a row stands, and that of the target where it has one.
    pub(super) fn place(&self, row: usize) -> (usize, usize) {
        match self.rows.get(row) {
            None | Some(Row::File | Row::Conflict | Row::Unit(_)) => (0, 0),
            Some(Row::Hunk(hunk)) => {
                let hunk = &self.hunks[wide(*hunk)];
                self.run(hunk.runs.start).map_or((hunk.old.start, hunk.new.start), |run| (run.old.start, run.new.start))
            }
            Some(Row::Run(run)) => self.run(wide(*run)).map_or((0, 0), |run| (run.old.start, run.new.start)),
            Some(Row::Line { old, new, run }) => {
                let run = run.and_then(|run| self.run(wide(run)));
                let old = old.map(wide).or(run.map(|run| run.old.end)).unwrap_or(0);
                let new = new.map(wide).or(run.map(|run| run.new.start)).unwrap_or(0);
                (old, new)
            }
            Some(Row::Decided(decided) | Row::DecidedLine { decided, .. }) => {
                let at = self.change.decided.get(wide(*decided)).map_or(0, |decided| decided.at);
                (at, at)
            }
            Some(Row::Note(note)) => {
                let run = self.notes.get(wide(*note)).and_then(|note| note.run).and_then(|run| self.run(run));
                run.map_or((0, 0), |run| (run.old.end, run.new.end))
            }
            Some(Row::Gap { old, .. }) => (wide(*old), wide(*old)),
        }
    }

    /// Returns the row of this file that is most like a row of another state of it.
    pub(super) fn most_like(&self, other: &FileRows, row: usize) -> usize {
        let Some(wanted) = other.rows.get(row) else { return 0 };
        let (old, new) = other.place(row);
        let like = |candidate: usize| {
            let (at_old, at_new) = self.place(candidate);
            let is_other = std::mem::discriminant(&self.rows[candidate]) != std::mem::discriminant(wanted);
            (at_old.abs_diff(old), is_other, at_new.abs_diff(new))
        };
        (0..self.rows.len()).min_by_key(|candidate| like(*candidate)).unwrap_or(0)
    }

    /// Returns what is said behind a line: that it has no newline, or a CR that sets it apart.
    pub(super) fn tail(&self, side: Side, line: usize, run: Option<&Run>) -> Option<&'static str> {
        let raw = match side {
            Side::Old => self.old.raw(line),
            Side::New => self.new.raw(line),
        };
        if !raw.ends_with(b"\n") {
            return (!raw.is_empty()).then_some(NO_NEWLINE);
        }
        (raw.ends_with(b"\r\n") && run.is_some_and(|run| self.has_bare_ends(run))).then_some("␍")
    }

    /// Tells whether a run, or its file, has lines that end without a CR, so that one with it stands out.
    fn has_bare_ends(&self, run: &Run) -> bool {
        let is_bare = |raw: &[u8]| raw.ends_with(b"\n") && !raw.ends_with(b"\r\n");
        is_bare(self.old.raw(0))
            || run.old.clone().take(1_000).any(|line| is_bare(self.old.raw(line)))
            || run.new.clone().take(1_000).any(|line| is_bare(self.new.raw(line)))
    }

    /// Returns the rows that belong to what a stop begins: from it to the row before the next heading.
    pub(super) fn extent(&self, row: usize) -> Range<usize> {
        let is_heading = |row: &Row| match row {
            Row::File | Row::Conflict | Row::Unit(_) | Row::Hunk(_) | Row::Run(_) | Row::Decided(_) => true,
            Row::Gap { .. } => true,
            Row::Line { .. } | Row::DecidedLine { .. } | Row::Note(_) => false,
        };
        let rest = self.rows.get(row + 1..).unwrap_or_default();
        let end = rest.iter().take(500).position(is_heading).unwrap_or(rest.len().min(500));
        row..row + 1 + end
    }
}
