//! Blocks that are removed in one place and added in another, also in another file.

use std::collections::{BTreeSet, HashMap};

use crate::path::RelPath;
use crate::review::lines::LineTable;
use crate::review::{FileChange, Snapshot};

/// With more changed lines nothing is looked for.
pub const MAX_MOVED_LINES: usize = 20_000;

/// Larger texts are left out.
const MAX_BYTES: usize = 4 << 20;

/// A block has at least so many lines.
const BLOCK: usize = 3;

/// A block has at least so many letters and digits; braces and blank lines are everywhere.
const LETTERS: usize = 16;

/// A block that was removed in more places is too common to be called moved.
const MAX_PLACES: usize = 8;

/// The lines of one file that are part of a moved block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MovedLines {
    /// Lines of the accepted text that stand elsewhere in a target.
    pub from: BTreeSet<usize>,
    /// Lines of the target that stood elsewhere.
    pub to: BTreeSet<usize>,
}

/// Returns the moved lines of all files that have some. Blanks at line ends do not count.
pub fn moved_blocks<'a>(files: impl Iterator<Item = &'a FileChange>) -> HashMap<RelPath, MovedLines> {
    let files: Vec<&FileChange> = files.collect();
    let mut moved: HashMap<RelPath, MovedLines> = HashMap::new();
    let changed = |file: &&FileChange| file.diff.lines().0 + file.diff.lines().1;
    if files.iter().map(changed).sum::<usize>() > MAX_MOVED_LINES {
        return moved;
    }
    let files: Vec<Changed<'a>> = files.into_iter().filter_map(Changed::of).collect();
    if files.iter().map(|file| file.removed.len() + file.added.len()).sum::<usize>() > MAX_MOVED_LINES {
        return moved;
    }
    let mut places: HashMap<[&[u8]; BLOCK], Vec<(usize, usize)>> = HashMap::new();
    for (number, file) in files.iter().enumerate() {
        for (line, block) in blocks(&file.removed) {
            places.entry(block).or_default().push((number, line));
        }
    }
    for file in &files {
        for (line, block) in blocks(&file.added) {
            let Some(from) = places.get(&block).filter(|from| from.len() <= MAX_PLACES) else { continue };
            moved.entry(file.change.path.clone()).or_default().to.extend(line..line + BLOCK);
            for (number, line) in from {
                let path = files[*number].change.path.clone();
                moved.entry(path).or_default().from.extend(*line..*line + BLOCK);
            }
        }
    }
    moved
}

/// The changed lines of a file, each with its number.
struct Changed<'a> {
    change: &'a FileChange,
    removed: Vec<(usize, &'a [u8])>,
    added: Vec<(usize, &'a [u8])>,
}

impl<'a> Changed<'a> {
    fn of(change: &'a FileChange) -> Option<Self> {
        let bytes = |side: &'a Option<Snapshot>| side.as_ref().map_or(&[][..], |side| side.text.as_bytes());
        let (old, new) = (bytes(&change.accepted), bytes(&change.target));
        let is_gone = change.target.is_none() && !old.contains(&0);
        if (change.diff.runs.is_empty() && !is_gone) || old.len() > MAX_BYTES || new.len() > MAX_BYTES {
            return None;
        }
        let (old, new) = (LineTable::new(old), LineTable::new(new));
        let trimmed = |table: &LineTable<'a>, line: usize| (line, table.line(line).trim_ascii_end());
        let runs = &change.diff.runs;
        let removed = if is_gone {
            (0..old.count().min(MAX_MOVED_LINES + 1)).map(|line| trimmed(&old, line)).collect()
        } else {
            runs.iter().flat_map(|run| run.old.clone()).map(|line| trimmed(&old, line)).collect()
        };
        let added = runs.iter().flat_map(|run| run.new.clone()).map(|line| trimmed(&new, line)).collect();
        Some(Self { change, removed, added })
    }
}

/// Returns every block of lines that follow each other and say something, with its first line's number.
fn blocks<'a>(lines: &[(usize, &'a [u8])]) -> impl Iterator<Item = (usize, [&'a [u8]; BLOCK])> {
    lines.windows(BLOCK).filter_map(|window| {
        let &[(first, one), (_, two), (last, three)] = window else { return None };
        let letters = |line: &[u8]| line.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count();
        let block = [one, two, three];
        let says_something = block.into_iter().map(letters).sum::<usize>() >= LETTERS;
        (last == first + BLOCK - 1 && says_something).then_some((first, block))
    })
}
