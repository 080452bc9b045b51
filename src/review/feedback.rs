//! What the model is told about its proposal.

use super::lines::{LineTable, Mover};
use super::{Decided, Decision, FileChange, Unit};
use crate::path::RelPath;

/// So many lines of an accepted change are repeated to the model, which knows it.
const ACCEPTED_LINES: usize = 12;

/// So many lines of a rejected or noted change are repeated.
const REJECTED_LINES: usize = 120;

/// So many lines of what stands now are told.
const LINES_NOW: usize = 60;

/// Longer lines are cut at so many characters.
const LINE_WIDTH: usize = 400;

/// Something that the model is to be told about its proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Which file.
    pub path: RelPath,
    /// What was decided; `Pending` for a mere note.
    pub decision: Decision,
    /// The decided or noted lines as a diff without headers (`-` and `+` lines), or the unit in words.
    pub diff: String,
    /// What the user said.
    pub note: Option<String>,
    /// What stands at that place now.
    pub now: String,
    /// The line of the accepted text at which it begins, from 0; none where it is about a file as a whole.
    pub at: Option<usize>,
}

/// Returns what the model is told of the records that one act made in a file, or that a note is about.
pub(super) fn feedback(
    path: &RelPath,
    decision: Decision,
    records: &[Decided],
    note: Option<&str>,
    stands: Option<&FileChange>,
) -> Feedback {
    let limit = match decision {
        Decision::Accepted => ACCEPTED_LINES,
        Decision::Rejected | Decision::Pending => REJECTED_LINES,
    };
    let mut diff = Cut::new(limit);
    for record in records {
        if let Some(unit) = record.unit {
            diff.line("", unit_words(unit));
        }
        record.removed.iter().for_each(|line| diff.line("-", line));
        record.added.iter().for_each(|line| diff.line("+", line));
    }
    let now = match (decision, stands) {
        (Decision::Rejected, Some(change)) => now(change, records),
        (Decision::Rejected | Decision::Accepted | Decision::Pending, _) => String::new(),
    };
    let at = records.first().filter(|record| record.unit.is_none()).map(|record| record.at);
    Feedback { path: path.clone(), decision, diff: diff.finish(), note: note.map(str::to_owned), now, at }
}

/// Returns what stands in the target at the places of some records, each with a line around it.
fn now(change: &FileChange, records: &[Decided]) -> String {
    let Some(target) = &change.target else { return String::new() };
    let table = LineTable::new(target.text.as_bytes());
    let mut mover = Mover::new(&change.diff.runs);
    let mut text = Cut::new(LINES_NOW);
    let mut shown = 0;
    for record in records.iter().filter(|record| record.unit.is_none()) {
        let start = mover.place(record.at.saturating_sub(1)).max(shown);
        let end = (mover.place(record.at + record.removed.len()) + 1).min(table.count());
        if start > shown && shown > 0 {
            text.line("", "…");
        }
        for line in start..end {
            text.line("", &String::from_utf8_lossy(table.line(line)));
        }
        shown = shown.max(end);
        if text.is_full() {
            break;
        }
    }
    text.finish()
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Create => "(the new file)",
        Unit::Delete => "(the removal of the file)",
        Unit::Rename => "(the move of the file)",
        Unit::Mode => "(the change of the executable bit)",
        Unit::TypeChange => "(the change between file and link)",
        Unit::Binary => "(the change of the whole content)",
    }
}

/// Lines up to a limit; the rest is counted.
struct Cut {
    text: String,
    limit: usize,
    lines: usize,
}

impl Cut {
    fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, lines: 0 }
    }

    fn is_full(&self) -> bool {
        self.lines >= self.limit
    }

    fn line(&mut self, sign: &str, line: &str) {
        self.lines += 1;
        if self.lines > self.limit {
            return;
        }
        let line = line.strip_suffix('\n').unwrap_or(line);
        self.text.push_str(sign);
        match line.char_indices().nth(LINE_WIDTH) {
            Some((end, _)) => {
                self.text.push_str(&line[..end]);
                self.text.push('…');
            }
            None => self.text.push_str(line),
        }
        self.text.push('\n');
    }

    fn finish(mut self) -> String {
        if self.lines > self.limit {
            self.text.push_str(&format!("… ({} more lines)\n", self.lines - self.limit));
        }
        self.text
    }
}
