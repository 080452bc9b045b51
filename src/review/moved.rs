//! What a reader need not read twice: blocks that only moved, and runs that only change white space.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::LineTable;
use super::{FileChange, Snapshot};
use crate::path::RelPath;

/// A block needs so many letters and digits, or braces and blank lines would move all the time.
const LETTERS: usize = 20;

/// Lines that are removed at more places than this say nothing about where a block came from.
const PLACES: usize = 32;

/// A block that was removed at one place and added at another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedBlock {
    /// The file that loses it.
    pub from: RelPath,
    /// The lines of its accepted text.
    pub old: Range<usize>,
    /// The file that gains it.
    pub to: RelPath,
    /// The lines of its target.
    pub new: Range<usize>,
}

/// A removed line: its file and its number.
type Place = (usize, usize);

/// Returns the blocks that pending runs remove at one place and add at another, also between files.
///
/// Lines are compared without the white space around them, so that a block may be indented anew. Each added block is
/// told once, with the longest block that it can stem from.
pub fn moved_blocks(changes: &[&FileChange]) -> Vec<MovedBlock> {
    let tables: Vec<(LineTable<'_>, LineTable<'_>)> =
        changes.iter().map(|change| (table(change.accepted.as_ref()), table(change.target.as_ref()))).collect();
    let mut removed: HashMap<&[u8], Vec<Place>> = HashMap::new();
    let mut is_removed: Vec<Vec<Range<usize>>> = Vec::new();
    for (file, change) in changes.iter().enumerate() {
        is_removed.push(change.diff.runs.iter().map(|run| run.old.clone()).collect());
        for line in change.diff.runs.iter().flat_map(|run| run.old.clone()) {
            let content = tables[file].0.line(line).trim_ascii();
            if !content.is_empty() {
                let places = removed.entry(content).or_default();
                // One more than is looked at tells that there are too many.
                if places.len() <= PLACES {
                    places.push((file, line));
                }
            }
        }
    }
    let is_removed = |(file, line): Place| {
        let runs = &is_removed[file];
        let index = runs.partition_point(|run| run.end <= line);
        runs.get(index).is_some_and(|run| run.contains(&line))
    };
    let mut blocks = Vec::new();
    for (to, change) in changes.iter().enumerate() {
        for run in &change.diff.runs {
            let mut line = run.new.start;
            while line < run.new.end {
                let content = tables[to].1.line(line).trim_ascii();
                let places = removed.get(content).filter(|places| places.len() <= PLACES);
                let length = |(from, old): Place| {
                    let is_same = |step: &usize| {
                        is_removed((from, old + step))
                            && tables[from].0.line(old + step).trim_ascii()
                                == tables[to].1.line(line + step).trim_ascii()
                    };
                    (0..run.new.end - line).take_while(is_same).count()
                };
                let best = places.into_iter().flatten().map(|place| (length(*place), *place)).max_by_key(|best| best.0);
                match best {
                    Some((length, (from, old))) if letters(&tables[to].1, line..line + length) >= LETTERS => {
                        blocks.push(MovedBlock {
                            from: changes[from].path.clone(),
                            old: old..old + length,
                            to: change.path.clone(),
                            new: line..line + length,
                        });
                        line += length;
                    }
                    Some((length, _)) => line += length.max(1),
                    None => line += 1,
                }
            }
        }
    }
    blocks
}

fn letters(table: &LineTable<'_>, lines: Range<usize>) -> usize {
    table.slice(lines).iter().filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).count()
}

fn table(snapshot: Option<&Snapshot>) -> LineTable<'_> {
    LineTable::new(snapshot.map_or(b"", |snapshot| snapshot.text.as_bytes()))
}

/// Returns the indexes of the runs whose two sides differ in white space only.
///
/// White space is what ASCII calls so; where lines are broken does not matter.
pub fn spacing_runs(change: &FileChange) -> Vec<usize> {
    let (old, new) = (table(change.accepted.as_ref()), table(change.target.as_ref()));
    let runs = change.diff.runs.iter().enumerate();
    let only_spacing = runs.filter(|(_, run)| {
        let solid =
            |bytes: &'_ [u8]| bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
        solid(old.slice(run.old.clone())) == solid(new.slice(run.new.clone()))
    });
    only_spacing.map(|(index, _)| index).collect()
}
