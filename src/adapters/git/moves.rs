//! Which created file of a commit is a deleted one under another name.

use std::collections::HashMap;

use crate::engine::CommitFile;
use crate::review::{Mode, Snapshot};

/// How much of two texts must be common, in percent, as git asks for by default.
const LIKE: usize = 50;

/// More files than so many are not compared with each other.
const MOST: usize = 100;

/// A file that went to another path, as places in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Returns the moves among the files of a commit, the surest first; each file is in one at most.
pub(super) fn moves(files: &[CommitFile]) -> Vec<Move> {
    let ends = |file: &CommitFile| Some((file.written.first()?.0.clone(), file.written.last()?.1.clone()));
    let (mut gone, mut made) = (Vec::new(), Vec::new());
    for (index, file) in files.iter().enumerate() {
        match ends(file) {
            // What was deleted is what stood there last, with what adit had written before.
            Some((Some(_), None)) => {
                gone.extend(file.written.last().and_then(|(last, _)| Some((index, last.clone()?))))
            }
            Some((None, Some(after))) => made.push((index, after)),
            _ => {}
        }
    }
    if gone.len() > MOST || made.len() > MOST {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (from, old) in &gone {
        for (to, new) in &made {
            let percent = likeness(old, new);
            if percent >= LIKE {
                found.push((percent, Move { from: *from, to: *to }));
            }
        }
    }
    found.sort_by_key(|(percent, _)| std::cmp::Reverse(*percent));
    let mut moves: Vec<Move> = Vec::new();
    for (_, candidate) in found {
        if moves.iter().all(|taken| taken.from != candidate.from && taken.to != candidate.to) {
            moves.push(candidate);
        }
    }
    moves
}

/// Returns how many of two files' bytes lie in lines that both have, in percent; links and empty files are never alike.
fn likeness(old: &Snapshot, new: &Snapshot) -> usize {
    let total = old.text.as_bytes().len() + new.text.as_bytes().len();
    if old.mode == Mode::Symlink || new.mode == Mode::Symlink || total == 0 {
        return 0;
    }
    if old.text == new.text {
        return 100;
    }
    let mut lines: HashMap<&[u8], usize> = HashMap::new();
    for line in old.text.lines() {
        *lines.entry(line).or_default() += 1;
    }
    let mut common = 0;
    for line in new.text.lines() {
        if let Some(left) = lines.get_mut(line).filter(|left| **left > 0) {
            *left -= 1;
            common += line.len();
        }
    }
    200 * common / total
}
