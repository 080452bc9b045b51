//! Which lines of a new block are lines of the old one, by git's own difference.

use git2::{DiffOptions, Patch};

/// Returns for each new line the old line that it is, where it is one. Keys hold no `\n`.
pub(super) fn unchanged<K: AsRef<str>>(old: &[K], new: &[K]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    let shared = old.iter().zip(new).take_while(|(old, new)| old.as_ref() == new.as_ref()).count();
    for (at, pair) in pairs.iter_mut().enumerate().take(shared) {
        *pair = Some(at);
    }
    let (old_rest, new_rest) = (&old[shared..], &new[shared..]);
    if old_rest.is_empty() || new_rest.is_empty() {
        return pairs;
    }
    let Some(hunks) = hunks(old_rest, new_rest) else { return pairs };
    let (mut old_at, mut new_at) = (0, 0);
    for (old_start, old_lines, new_lines) in hunks.into_iter().chain([(old_rest.len(), 0, 0)]) {
        while old_at < old_start && new_at < new_rest.len() {
            pairs[shared + new_at] = Some(shared + old_at);
            old_at += 1;
            new_at += 1;
        }
        old_at += old_lines;
        new_at += new_lines;
    }
    pairs
}

/// Returns the changed places: where they start in the old lines, and how many lines of each side they hold.
fn hunks<K: AsRef<str>>(old: &[K], new: &[K]) -> Option<Vec<(usize, usize, usize)>> {
    let joined = |lines: &[K]| lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect::<String>();
    let (old, new) = (joined(old), joined(new));
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).force_text(true);
    let patch = Patch::from_buffers(old.as_bytes(), None, new.as_bytes(), None, Some(&mut options)).ok()?;
    (0..patch.num_hunks())
        .map(|index| {
            let (hunk, _) = patch.hunk(index).ok()?;
            let old_lines = hunk.old_lines() as usize;
            // With no old lines, git names the line before the place, counted from 1.
            let start = if old_lines == 0 { hunk.old_start() } else { hunk.old_start().checked_sub(1)? };
            Some((start as usize, old_lines, hunk.new_lines() as usize))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_what_stayed() {
        let table = [
            ("a b c", "a b c", vec![Some(0), Some(1), Some(2)]),
            ("a b c", "a x c", vec![Some(0), None, Some(2)]),
            ("a b c", "x a b c", vec![None, Some(0), Some(1), Some(2)]),
            ("a b c d", "a d", vec![Some(0), Some(3)]),
            ("a", "b c", vec![None, None]),
            ("a b", "a b c", vec![Some(0), Some(1), None]),
        ];
        for (old, new, expected) in table {
            let split = |text: &'static str| text.split(' ').collect::<Vec<_>>();
            assert_eq!(unchanged(&split(old), &split(new)), expected, "{old} to {new}");
        }
    }
}
