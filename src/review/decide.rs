//! Decisions on one file: what becomes of its two texts.

use std::collections::BTreeSet;

use super::authorship::{Taken, after_taking};
use super::diff::is_large;
use super::draft::Draft;
use super::lines::{Joined, LineTable, Mover};
use super::{Decided, Decision, FileChange, FileDiff, Pick, Refusal, Run, Snapshot, Text, Unit};
use crate::path::RelPath;

/// The part of one file that is decided.
pub(super) enum Part<'a> {
    /// All that is pending.
    All,
    /// A change of the file as a whole.
    Unit(Unit),
    /// Whole runs, by index.
    Runs(&'a [usize]),
    /// Single lines.
    Lines { removed: &'a [usize], added: &'a [usize] },
}

/// Lines of one run that are decided.
struct Choice {
    run: Run,
    removed: Vec<usize>,
    added: Vec<usize>,
}

/// Applies a decision to the draft; returns the records of what was decided, by file.
pub(super) fn decide(
    draft: &mut Draft<'_>,
    paths: &[RelPath],
    pick: &Pick,
    decision: Decision,
    note: Option<&str>,
) -> Result<Vec<(RelPath, Vec<Decided>)>, Refusal> {
    if decision == Decision::Pending {
        return Err(Refusal::NotADecision);
    }
    let mut told = Vec::new();
    match pick {
        Pick::Everything | Pick::Folder { .. } => {
            let mut contested = None;
            for path in paths {
                // A file in conflict waits for its own settling and does not keep the others from being decided.
                match decide_file(draft, path, &Part::All, decision, note) {
                    Ok(records) => told.push((path.clone(), records)),
                    Err(Refusal::Conflict(path)) => contested = contested.or(Some(path)),
                    Err(Refusal::NothingThere(_)) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
            if told.is_empty() {
                if let Some(path) = contested {
                    return Err(Refusal::Conflict(path));
                }
                let place = match pick {
                    Pick::Folder { path } => path.to_string(),
                    _ => "no file has anything left to decide".to_owned(),
                };
                return Err(Refusal::NothingThere(place));
            }
        }
        Pick::File { path } => told.push((path.clone(), decide_file(draft, path, &Part::All, decision, note)?)),
        Pick::Unit { path, unit } => {
            told.push((path.clone(), decide_file(draft, path, &Part::Unit(*unit), decision, note)?));
        }
        Pick::Runs { path, runs } => {
            told.push((path.clone(), decide_file(draft, path, &Part::Runs(runs), decision, note)?));
        }
        Pick::Lines { path, removed, added } => {
            told.push((path.clone(), decide_file(draft, path, &Part::Lines { removed, added }, decision, note)?));
        }
    }
    Ok(told)
}

/// Applies a decision to one file of the draft.
fn decide_file(
    draft: &mut Draft<'_>,
    path: &RelPath,
    part: &Part<'_>,
    decision: Decision,
    note: Option<&str>,
) -> Result<Vec<Decided>, Refusal> {
    let change = draft.get(path).ok_or_else(|| Refusal::NothingThere(path.to_string()))?;
    if change.conflict.is_some() {
        return Err(Refusal::Conflict(path.clone()));
    }
    let (units, choices) = chosen(change, part)?;
    let mut records: Vec<Decided> = units.iter().map(|unit| unit_record(*unit, decision)).collect();
    let mut text = None;
    if !choices.is_empty() {
        let empty = Text::from("");
        let bytes = |side: &Option<Snapshot>| side.as_ref().map_or(empty.clone(), |side| side.text.clone());
        let (accepted, target) = (bytes(&change.accepted), bytes(&change.target));
        let (old, new) = (LineTable::new(accepted.as_bytes()), LineTable::new(target.as_bytes()));
        records.extend(line_records(&old, &new, &choices, decision));
        // From here on nothing fails but the joining of lines, which is tried before the file is taken.
        text = Some(match (takes_all(change, &choices), decision) {
            (true, Decision::Accepted) => target.clone(),
            (true, Decision::Rejected | Decision::Pending) => accepted.clone(),
            (false, _) => joined(&old, &new, &choices, decision)?,
        });
    }
    for record in &mut records {
        record.note = note.map(str::to_owned);
    }
    let left = left_over(change, part, &units, &choices, decision);
    let Some(mut change) = draft.take(path) else { return Ok(records) };
    let was = change.accepted.clone();
    let splices = splices(&choices, decision);
    match decision {
        Decision::Accepted => {
            let taken = choices
                .iter()
                .zip(&splices)
                .map(|(choice, splice)| Taken { at: splice.new.end - choice.added.len(), lines: &choice.added });
            change.made = after_taking(&change.made, &splices, &change.marks, taken);
            accept(&mut change, &units, text);
            if change.accepted.is_none() {
                change.made.clear();
            }
            move_records(&mut change.decided, &splices);
            match change.from.take_if(|_| units.contains(&Unit::Rename)) {
                None => change.note_written(was, change.accepted.clone()),
                Some(from) => {
                    let mut left = FileChange::settled(from, None);
                    left.written = std::mem::take(&mut change.written);
                    left.note_written(was, None);
                    change.note_written(None, change.accepted.clone());
                    draft.put(left);
                }
            }
        }
        Decision::Rejected | Decision::Pending => {
            reject(&mut change, &units, text);
            super::revise::move_target_marks(&mut change, &splices);
            if units.contains(&Unit::Rename)
                && let Some(from) = change.from.take()
            {
                change.path = from;
            }
        }
    }
    change.decided.extend(records.iter().cloned());
    change.decided.sort_by_key(|record| record.at);
    let path = change.path.clone();
    draft.put(change);
    if let Some(left) = left {
        draft.know(&path, left);
    }
    Ok(records)
}

/// Returns the difference that is left in a large file, which need not be computed where whole runs were decided.
fn left_over(
    change: &FileChange,
    part: &Part<'_>,
    units: &[Unit],
    choices: &[Choice],
    decision: Decision,
) -> Option<FileDiff> {
    let is_of_runs = matches!(part, Part::Runs(_)) && units.is_empty() && change.accepted.is_some();
    if !is_of_runs || !is_large(change.accepted.as_ref(), change.target.as_ref(), &change.diff) {
        return None;
    }
    let decided: Vec<Run> = choices.iter().map(|choice| choice.run.clone()).collect();
    let left = change.diff.without(&decided, decision == Decision::Accepted);
    // With nothing left the two texts are the same, which is quickly seen.
    (!left.is_empty()).then_some(left)
}

/// Returns the units and lines that a part means.
fn chosen(change: &FileChange, part: &Part<'_>) -> Result<(Vec<Unit>, Vec<Choice>), Refusal> {
    let nothing = || Refusal::NothingThere(change.path.to_string());
    let diff = &change.diff;
    let is_create = diff.units.contains(&Unit::Create);
    let whole =
        |run: &Run| Choice { run: run.clone(), removed: run.old.clone().collect(), added: run.new.clone().collect() };
    let all = || diff.runs.iter().map(whole).collect::<Vec<_>>();
    let (mut units, choices) = match part {
        Part::All => (diff.units.clone(), all()),
        // The unit of a created file stands for all of it.
        Part::Unit(Unit::Create) if is_create => (vec![Unit::Create], all()),
        Part::Unit(unit) if diff.units.contains(unit) => (vec![*unit], Vec::new()),
        Part::Unit(_) => return Err(nothing()),
        Part::Runs(indexes) => {
            let wanted: BTreeSet<usize> = indexes.iter().copied().collect();
            let runs = wanted.into_iter().map(|index| diff.runs.get(index).map(whole));
            (Vec::new(), runs.collect::<Option<Vec<_>>>().ok_or_else(nothing)?)
        }
        Part::Lines { removed, added } => {
            let (removed, added): (BTreeSet<usize>, BTreeSet<usize>) =
                (removed.iter().copied().collect(), added.iter().copied().collect());
            let lines = diff.runs.iter().map(|run| Choice {
                run: run.clone(),
                removed: removed.range(run.old.clone()).copied().collect(),
                added: added.range(run.new.clone()).copied().collect(),
            });
            (Vec::new(), lines.filter(|choice| !choice.removed.is_empty() || !choice.added.is_empty()).collect())
        }
    };
    if units.is_empty() && choices.is_empty() {
        return Err(nothing());
    }
    // Lines of a file that is not there bring the file with them.
    if is_create && units.is_empty() {
        units.push(Unit::Create);
    }
    Ok((units, choices))
}

/// Returns the text that a decision on lines leads to: the accepted one, or the target of a rejection.
///
/// The order is that of a reduced diff: of each run first the old lines that stand, then the new ones.
fn joined(old: &LineTable<'_>, new: &LineTable<'_>, choices: &[Choice], decision: Decision) -> Result<Text, Refusal> {
    let is_accept = decision == Decision::Accepted;
    let base = if is_accept { old } else { new };
    let mut text = Joined::with_capacity(old.bytes().len().max(new.bytes().len()));
    let mut done = 0;
    for choice in choices {
        let place = if is_accept { &choice.run.old } else { &choice.run.new };
        text.push(base.slice(done..place.start))?;
        for line in choice.run.old.clone() {
            let is_chosen = choice.removed.binary_search(&line).is_ok();
            if is_chosen != is_accept {
                text.push(old.line(line))?;
            }
        }
        for line in choice.run.new.clone() {
            let is_chosen = choice.added.binary_search(&line).is_ok();
            if is_chosen == is_accept {
                text.push(new.line(line))?;
            }
        }
        done = place.end;
    }
    text.push(base.slice(done..base.count()))?;
    Ok(Text::new(text.into_bytes()))
}

/// Tells whether all lines of all runs are chosen.
fn takes_all(change: &FileChange, choices: &[Choice]) -> bool {
    choices.iter().map(|choice| choice.removed.len() + choice.added.len()).sum::<usize>()
        == change.diff.runs.iter().map(|run| run.old.len() + run.new.len()).sum::<usize>()
}

/// Returns how the lines of the text that a decision changes move.
fn splices(choices: &[Choice], decision: Decision) -> Vec<Run> {
    let mut shift = 0_isize;
    let mut splices = Vec::with_capacity(choices.len());
    for choice in choices {
        let (place, count) = match decision {
            Decision::Accepted => (&choice.run.old, choice.run.old.len() - choice.removed.len() + choice.added.len()),
            Decision::Rejected | Decision::Pending => {
                (&choice.run.new, choice.run.new.len() - choice.added.len() + choice.removed.len())
            }
        };
        let start = place.start.saturating_add_signed(shift);
        splices.push(Run { old: place.clone(), new: start..start + count });
        shift += count.cast_signed() - place.len().cast_signed();
    }
    splices
}

fn accept(change: &mut FileChange, units: &[Unit], text: Option<Text>) {
    let Some(target) = change.target.clone() else {
        change.accepted = None;
        return;
    };
    if units.contains(&Unit::TypeChange) {
        change.accepted = Some(target);
        return;
    }
    let mut accepted = change.accepted.take().unwrap_or_else(|| Snapshot { text: Text::from(""), mode: target.mode });
    if units.contains(&Unit::Mode) {
        accepted.mode = target.mode;
    }
    if units.contains(&Unit::Binary) || (units.contains(&Unit::Create) && change.diff.runs.is_empty()) {
        accepted.text = target.text;
    } else if let Some(text) = text {
        accepted.text = text;
    }
    change.accepted = Some(accepted);
}

fn reject(change: &mut FileChange, units: &[Unit], text: Option<Text>) {
    let is_create = units.contains(&Unit::Create);
    let Some(accepted) = change.accepted.clone() else {
        // A new file without a line left is not wanted; one that keeps some is still to be made.
        change.target = match (text, change.target.take()) {
            (Some(text), Some(target)) if !text.as_bytes().is_empty() => Some(Snapshot { text, mode: target.mode }),
            (_, target) => target.filter(|_| !is_create),
        };
        return;
    };
    let Some(mut target) = change.target.take().filter(|_| !units.contains(&Unit::TypeChange)) else {
        change.target = Some(accepted);
        return;
    };
    if units.contains(&Unit::Mode) {
        target.mode = accepted.mode;
    }
    if units.contains(&Unit::Binary) {
        target.text = accepted.text;
    } else if let Some(text) = text {
        target.text = text;
    }
    change.target = Some(target);
}

/// Moves records through splices of the accepted text.
pub(super) fn move_records(records: &mut [Decided], splices: &[Run]) {
    let mut mover = Mover::new(splices);
    for record in records {
        record.at = mover.place(record.at);
    }
}

fn unit_record(unit: Unit, decision: Decision) -> Decided {
    Decided { decision, unit: Some(unit), at: 0, removed: Vec::new(), added: Vec::new(), note: None }
}

fn line_records(old: &LineTable<'_>, new: &LineTable<'_>, choices: &[Choice], decision: Decision) -> Vec<Decided> {
    let mut shift = 0_isize;
    let mut records = Vec::with_capacity(choices.len());
    for choice in choices {
        let kept = choice.run.old.len() - choice.removed.len();
        let first_removed = choice.removed.first().map_or(choice.run.old.end, |line| *line);
        let at = match decision {
            Decision::Accepted if choice.added.is_empty() => first_removed,
            Decision::Accepted => choice.run.old.start + kept,
            Decision::Rejected | Decision::Pending => first_removed,
        };
        records.push(Decided {
            decision,
            unit: None,
            at: if decision == Decision::Accepted { at.saturating_add_signed(shift) } else { at },
            removed: old.shown(choice.removed.iter().copied()),
            added: new.shown(choice.added.iter().copied()),
            note: None,
        });
        shift += choice.added.len().cast_signed() - choice.removed.len().cast_signed();
    }
    records
}

/// Returns the records that a pick would make, without deciding: for notes.
pub(super) fn records_of(change: &FileChange, pick: &Pick) -> Vec<Decided> {
    let part = match pick {
        Pick::Everything | Pick::Folder { .. } | Pick::File { .. } => Part::All,
        Pick::Unit { unit, .. } => Part::Unit(*unit),
        Pick::Runs { runs, .. } => Part::Runs(runs),
        Pick::Lines { removed, added, .. } => Part::Lines { removed, added },
    };
    let Ok((units, choices)) = chosen(change, &part) else { return Vec::new() };
    let mut records: Vec<Decided> = units.iter().map(|unit| unit_record(*unit, Decision::Pending)).collect();
    let bytes = |side: &'_ Option<Snapshot>| side.as_ref().map_or(Text::from(""), |side| side.text.clone());
    let (accepted, target) = (bytes(&change.accepted), bytes(&change.target));
    let (old, new) = (LineTable::new(accepted.as_bytes()), LineTable::new(target.as_bytes()));
    records.extend(line_records(&old, &new, &choices, Decision::Pending));
    records
}

/// Returns a decision in words.
pub(super) fn label(pick: &Pick, decision: Decision) -> String {
    let verb = match decision {
        Decision::Accepted => "accept",
        Decision::Rejected => "reject",
        Decision::Pending => "leave",
    };
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    match pick {
        Pick::Everything => format!("{verb} everything"),
        Pick::Folder { path } => format!("{verb} all in {path}"),
        Pick::File { path } => format!("{verb} {path}"),
        Pick::Unit { path, unit } => format!("{verb} {} of {path}", unit.name()),
        Pick::Runs { path, runs } => format!("{verb} {} in {path}", count(runs.len(), "run")),
        Pick::Lines { path, removed, added } => {
            format!("{verb} {} in {path}", count(removed.len() + added.len(), "line"))
        }
    }
}
