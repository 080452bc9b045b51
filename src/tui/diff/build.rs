//! Makes the rows of one file.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::super::highlight::Lines;
use super::filter::Filter;
use super::notes::{self, Waiting};
use super::rows::{FileRows, Makers, Row, Stop, Target, index};
use crate::review::{Decided, Decision, FileChange, Snapshot, Unit};

/// Larger files are not shown line by line when they go or come as a whole.
const MAX_UNIT: usize = 1 << 20;

/// What is shown of a file, as the user has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// Lines of context around a hunk.
    pub(super) context: usize,
    /// Whether each run is decided by itself.
    pub(super) is_split: bool,
    /// Whether only the heading is shown.
    pub(super) is_folded: bool,
    /// Whether decisions are shown.
    pub(super) shows_decided: bool,
    /// Lines of the accepted text between hunks that are shown nevertheless.
    pub(super) opened: Vec<Range<usize>>,
    /// What part of the review is listed.
    pub(super) filter: Filter,
    /// Whether hunks that change blanks only are folded.
    pub(super) folds_blank: bool,
    /// Whether the user has viewed the file as it stands.
    pub(super) is_viewed: bool,
    /// Notes that wait to be sent.
    pub(super) notes: Vec<Waiting>,
}

/// Returns the rows of a file; line tables of `before` are used again where a text is the same.
pub(super) fn build(change: &Arc<FileChange>, options: &Options, before: Option<&FileRows>) -> FileRows {
    let is_binary = change.diff.units.contains(&Unit::Binary);
    let lines = |snapshot: Option<&Snapshot>| match snapshot {
        Some(snapshot) if !is_binary => {
            let known =
                before.and_then(|before| [&before.old, &before.new].into_iter().find(|l| l.is_of(&snapshot.text)));
            Lines::of(&snapshot.text, known)
        }
        Some(_) | None => Lines::default(),
    };
    let (old, new) = (lines(change.accepted.as_ref()), lines(change.target.as_ref()));
    let hunks = change.diff.hunks(options.context, old.len(), new.len());
    let file = FileRows {
        change: Arc::clone(change),
        makers: hunks.iter().map(|hunk| Makers::of(change, &change.diff.runs[hunk.runs.clone()])).collect(),
        aids: hunks.iter().map(|_| OnceLock::new()).collect(),
        folds_blank: options.folds_blank,
        hunks,
        rows: Vec::new(),
        stops: Vec::new(),
        notes: Vec::new(),
        added: change.diff.runs.iter().map(|run| run.new.len()).sum(),
        removed: change.diff.runs.iter().map(|run| run.old.len()).sum(),
        is_split: options.is_split,
        is_folded: options.is_folded,
        is_viewed: options.is_viewed,
        leaves_out: options.filter.leaves_out(),
        old,
        new,
    };
    let notes = notes::place(&file, &options.notes);
    let file = FileRows { notes, ..file };
    let mut builder = Builder { file, options, decided: Vec::new(), shown_to: None, stands_to: 0 };
    builder.build();
    builder.file
}

/// Builds top to bottom. Decisions are woven in where they stand in the accepted text.
struct Builder<'a> {
    file: FileRows,
    options: &'a Options,
    /// Decisions on lines that are still to be shown, last first.
    decided: Vec<usize>,
    /// The line of the accepted text behind the last shown one, to find gaps; none before the first.
    shown_to: Option<usize>,
    /// Lines before this one stand in a decision already and are no context.
    stands_to: usize,
}

impl Builder<'_> {
    fn build(&mut self) {
        self.file.rows.push(Row::File);
        if self.options.is_folded {
            return;
        }
        self.notes_of(None);
        let change = Arc::clone(&self.file.change);
        if change.conflict.is_some() {
            self.stop(Target::Conflict, Row::Conflict);
        }
        if self.options.shows_decided {
            for (number, decided) in change.decided.iter().enumerate() {
                if decided.unit.is_some() {
                    self.decision(number, decided);
                } else {
                    self.decided.push(number);
                }
            }
            self.decided.sort_by_key(|number| change.decided[*number].at);
            self.decided.reverse();
        }
        for unit in &change.diff.units {
            self.stop(Target::Unit(*unit), Row::Unit(*unit));
            self.unit_lines(*unit);
        }
        let mut shift = 0_isize;
        for number in 0..self.file.hunks.len() {
            shift = self.hunk(number);
        }
        let end = self.file.old.len();
        self.decisions_until(end + 1, shift);
    }

    fn stop(&mut self, target: Target, row: Row) {
        self.file.stops.push(Stop { row: self.file.rows.len(), target });
        self.file.rows.push(row);
    }

    /// Shows the lines that go or come with a unit, where they are text of a size to be read.
    fn unit_lines(&mut self, unit: Unit) {
        let is_text = |lines: &Lines| lines.text().as_bytes().len() <= MAX_UNIT && !lines.text().is_binary();
        if !is_text(&self.file.old) || !is_text(&self.file.new) {
            return;
        }
        let (old, new) = match unit {
            Unit::Delete => (self.file.old.len(), 0),
            Unit::TypeChange => (self.file.old.len(), self.file.new.len()),
            Unit::Create | Unit::Rename | Unit::Mode | Unit::Binary => return,
        };
        self.file.removed += old;
        self.file.added += new;
        self.file.rows.extend((0..old).map(|line| Row::Line { old: Some(index(line)), new: None, run: None }));
        self.file.rows.extend((0..new).map(|line| Row::Line { old: None, new: Some(index(line)), run: None }));
    }

    /// Shows a hunk and what was decided before it; returns how far the target's lines behind it are shifted.
    fn hunk(&mut self, number: usize) -> isize {
        let hunk = self.file.hunks[number].clone();
        let before = hunk.new.start as isize - hunk.old.start as isize;
        if !self.options.filter.keeps_runs(&self.file.change, &self.file.change.diff.runs[hunk.runs.clone()]) {
            // What is left out here differs between the texts; the gap over it cannot be opened.
            self.shown_to = self.shown_to.or(Some(0));
            return hunk.new.end as isize - hunk.old.end as isize;
        }
        self.decisions_until(hunk.old.start, before);
        self.gap(hunk.old.start, before);
        if self.options.folds_blank && self.file.aids(number).is_blank {
            self.stop(Target::Runs(hunk.runs.clone()), Row::Hunk(index(number)));
            hunk.runs.clone().for_each(|run| self.notes_of(Some(run)));
            self.shown_to = Some(hunk.old.end.max(self.stands_to));
            return hunk.new.end as isize - hunk.old.end as isize;
        }
        let has_run_headings = self.file.is_split && hunk.runs.len() > 1;
        if has_run_headings {
            self.file.rows.push(Row::Hunk(index(number)));
        } else {
            self.stop(Target::Runs(hunk.runs.clone()), Row::Hunk(index(number)));
        }
        let (mut old, mut new) = (hunk.old.start, hunk.new.start);
        for number in hunk.runs.clone() {
            let Some(run) = self.file.run(number).cloned() else { continue };
            self.context(old..run.old.start, new as isize - old as isize);
            self.decisions_at(run.old.start);
            if has_run_headings {
                self.stop(Target::Runs(number..number + 1), Row::Run(index(number)));
            }
            let run_number = Some(index(number));
            let removed = run.old.clone().map(|line| Row::Line { old: Some(index(line)), new: None, run: run_number });
            self.file.rows.extend(removed);
            let added = run.new.clone().map(|line| Row::Line { old: None, new: Some(index(line)), run: run_number });
            self.file.rows.extend(added);
            if has_run_headings {
                self.notes_of(Some(number));
            }
            (old, new) = (run.old.end, run.new.end);
        }
        let shift = new as isize - old as isize;
        self.context(old..hunk.old.end, shift);
        if !has_run_headings {
            hunk.runs.clone().for_each(|run| self.notes_of(Some(run)));
        }
        self.shown_to = Some(hunk.old.end.max(self.stands_to));
        shift
    }

    /// Shows the notes on a run, or those on the file.
    fn notes_of(&mut self, run: Option<usize>) {
        let notes = self.file.notes.iter().enumerate().filter(|(_, note)| note.run == run);
        self.file.rows.extend(notes.map(|(number, _)| Row::Note(index(number))));
    }

    /// Shows context lines with the decisions among them.
    fn context(&mut self, lines: Range<usize>, shift: isize) {
        for old in lines {
            self.decisions_at(old);
            if old >= self.stands_to {
                let new = old.saturating_add_signed(shift);
                self.file.rows.push(Row::Line { old: Some(index(old)), new: Some(index(new)), run: None });
            }
        }
    }

    /// Shows the decisions that stand at or before a line.
    fn decisions_at(&mut self, line: usize) {
        let change = Arc::clone(&self.file.change);
        while let Some(number) = self.decided.pop_if(|number| change.decided[*number].at <= line) {
            self.decision(number, &change.decided[number]);
        }
    }

    /// Shows the decisions before a line that is not in any hunk before it, each behind its gap.
    fn decisions_until(&mut self, line: usize, shift: isize) {
        let change = Arc::clone(&self.file.change);
        while let Some(number) = self.decided.pop_if(|number| change.decided[*number].at < line) {
            let decided = &change.decided[number];
            self.gap(decided.at, shift);
            self.decision(number, decided);
            self.shown_to = Some(decided.at.max(self.stands_to));
        }
    }

    fn decision(&mut self, number: usize, decided: &Decided) {
        self.stop(Target::Decided(number), Row::Decided(index(number)));
        if decided.unit.is_some() {
            return;
        }
        let count = decided.removed.len() + decided.added.len();
        let rows = (0..count).map(|line| Row::DecidedLine { decided: index(number), line: index(line) });
        self.file.rows.extend(rows);
        let standing = match decided.decision {
            Decision::Accepted => &decided.added,
            Decision::Rejected | Decision::Pending => &decided.removed,
        };
        // What stands in the accepted text now is shown as part of the decision, not again as context; where the
        // place no longer has it (the lines were edited since), both are shown.
        let stands = |(offset, line): (usize, &String)| self.file.old.raw(decided.at + offset) == line.as_bytes();
        if standing.iter().enumerate().all(stands) {
            self.stands_to = self.stands_to.max(decided.at + standing.len());
        }
    }

    /// Shows that lines up to `end` are left out, but for those that the user opened.
    fn gap(&mut self, end: usize, shift: isize) {
        let Some(mut from) = self.shown_to.map(|line| line.max(self.stands_to)) else { return };
        let options = self.options;
        let opened = options.opened.iter().filter(|range| range.start < end && range.end > from);
        for range in opened.collect::<Vec<_>>() {
            let start = range.start.max(from);
            self.gap_row(from..start);
            let until = range.end.min(end);
            self.context(start..until, shift);
            from = until.max(from);
        }
        self.gap_row(from..end);
    }

    fn gap_row(&mut self, lines: Range<usize>) {
        if !lines.is_empty() {
            self.file.rows.push(Row::Gap { old: index(lines.start), lines: index(lines.len()) });
        }
    }
}
