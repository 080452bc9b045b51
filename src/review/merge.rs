//! The three-way merge of texts and of file states, as git does it.

use git2::{FileFavor, MergeFileInput, MergeFileOptions};

use super::{Comparisons, Mode, Snapshot, Text, diff::has_lines};

/// What a merge of three texts gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The merged text; where sides conflict, both stand between markers.
    pub text: Text,
    /// How many places conflict.
    pub conflicts: usize,
}

/// Merges two changes of one text, byte for byte as `git merge-file -L yours -L base -L proposal`.
///
/// Of binary texts the result is ours, with one conflict.
pub fn merge_texts(base: &[u8], ours: &[u8], theirs: &[u8]) -> Merged {
    // Where a side is as it was there is nothing to merge; of empty texts libgit2 does not always say so.
    if let Some(text) =
        [(theirs, ours), (ours, theirs)].into_iter().find(|(side, _)| *side == base).map(|(_, other)| other)
    {
        return Merged { text: Text::new(text), conflicts: 0 };
    }
    let Some((text, is_clean)) = merge_file(base, ours, theirs, "yours", "proposal", None) else {
        // Binary, or beyond what git merges (a gigabyte): no change of theirs is taken.
        return Merged { text: Text::new(ours), conflicts: 1 };
    };
    let conflicts = if is_clean { 0 } else { count_conflicts(base, ours, theirs) };
    Merged { text: Text::new(text), conflicts }
}

/// Returns an edit of `base` carried over to what stands in its place now; where both change a line the edit's stays.
pub fn rebased(base: &Snapshot, now: Option<&Snapshot>, edited: Snapshot) -> Snapshot {
    let Some(now) = now else { return edited };
    let sides = [&base.text, &now.text, &edited.text];
    let text = if now.text == base.text || sides.iter().any(|side| !has_lines(side.as_bytes())) {
        None
    } else {
        let [base, now, edited] = sides.map(Text::as_bytes);
        merge_file(base, now, edited, "yours", "proposal", Some(FileFavor::Theirs)).map(|(text, _)| Text::new(text))
    };
    Snapshot { text: text.unwrap_or(edited.text), mode: now.mode }
}

/// Counts the conflicts of a merge by markers that none of the texts can hold.
fn count_conflicts(base: &[u8], ours: &[u8], theirs: &[u8]) -> usize {
    let is_free = |marker: &[u8]| {
        ![base, ours, theirs].iter().any(|text| text.split(|byte| *byte == b'\n').any(|line| line.starts_with(marker)))
    };
    let mut number = 0_u32;
    let label = loop {
        let label = format!("yours-{number}");
        if is_free(format!("<<<<<<< {label}").as_bytes()) {
            break label;
        }
        number += 1;
    };
    let marker = format!("<<<<<<< {label}");
    let Some((text, _)) = merge_file(base, ours, theirs, &label, "proposal", None) else { return 1 };
    let count = text
        .split(|byte| *byte == b'\n')
        .filter(|line| line.strip_suffix(b"\r").unwrap_or(line) == marker.as_bytes())
        .count();
    count.max(1)
}

/// A first line laid before texts whose merge may be empty.
const GUARD: &[u8] = b"\x01guard\x01\n";

/// Texts with a NUL so early are binary to libgit2's merge.
const BINARY_BYTES: usize = 65_536;

/// Runs the merge; the flag tells whether it is clean. None where the texts cannot be merged by line.
pub(super) fn merge_file(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    our_label: &str,
    their_label: &str,
    favor: Option<FileFavor>,
) -> Option<(Vec<u8>, bool)> {
    let is_binary = |text: &&[u8]| text.iter().take(BINARY_BYTES).any(|byte| *byte == 0);
    if [base, ours, theirs].iter().any(is_binary) {
        return None;
    }
    // The merge alone does not make libgit2 ready, and without that it fails; an empty buffer does.
    drop(git2::Buf::new());
    let merge = |base: &[u8], ours: &[u8], theirs: &[u8]| {
        let mut options = MergeFileOptions::new();
        options.ancestor_label("base").our_label(our_label).their_label(their_label).style_standard(true);
        if let Some(favor) = favor {
            options.favor(favor);
        }
        let (mut ancestor, mut mine, mut other) = (MergeFileInput::new(), MergeFileInput::new(), MergeFileInput::new());
        ancestor.content(base);
        mine.content(ours);
        other.content(theirs);
        let result = git2::merge_file(&ancestor, &mine, &other, Some(&mut options)).ok()?;
        Some((result.content().to_vec(), result.is_automergeable()))
    };
    // Of a result without bytes git2 makes a slice at no address, which is undefined, so there must not be one. A merge
    // is empty only when each line of the base is gone on one side and nothing is new; then it is tried with one line
    // before all.
    if ours.len() + theirs.len() <= base.len() {
        let guarded = |text: &[u8]| [GUARD, text].concat();
        let (text, is_clean) = merge(&guarded(base), &guarded(ours), &guarded(theirs))?;
        if text == GUARD {
            return Some((Vec::new(), is_clean));
        }
    }
    let (mut text, is_clean) = merge(base, ours, theirs)?;
    // The conflict of an empty side is the only one, and libgit2 leaves its label out.
    if !is_clean && ours.is_empty() && text.starts_with(b"<<<<<<<") {
        text.splice(7..7, format!(" {our_label}").into_bytes());
    }
    if !is_clean && theirs.is_empty() {
        let end = text.trim_ascii_end().len();
        text.splice(end..end, format!(" {their_label}").into_bytes());
    }
    Some((text, is_clean))
}

/// Merges two changes of a file's state; none where they conflict.
pub(super) fn merge_states(
    comparisons: &Comparisons,
    base: Option<&Snapshot>,
    ours: Option<&Snapshot>,
    theirs: Option<&Snapshot>,
) -> Option<Option<Snapshot>> {
    if ours == theirs || theirs == base {
        return Some(ours.cloned());
    }
    if ours == base {
        return Some(theirs.cloned());
    }
    let (ours, theirs) = (ours?, theirs?);
    let base_mode = base.map(|base| base.mode);
    let mode = merge_modes(base_mode, ours.mode, theirs.mode)?;
    let text = if ours.text == theirs.text || base.is_some_and(|base| base.text == theirs.text) {
        ours.text.clone()
    } else if base.is_some_and(|base| base.text == ours.text) {
        theirs.text.clone()
    } else {
        let is_link = [Some(ours.mode), Some(theirs.mode), base_mode].contains(&Some(Mode::Symlink));
        let empty = Text::from("");
        let base = base.map_or(&empty, |base| &base.text);
        let sides = [base, &ours.text, &theirs.text];
        if is_link || !sides.iter().all(|side| has_lines(side.as_bytes())) {
            return None;
        }
        let (text, is_clean) = comparisons.merge(sides[0], sides[1], sides[2], None)?;
        if !is_clean {
            return None;
        }
        text
    };
    Some(Some(Snapshot { text, mode }))
}

/// Merges two changes of a mode; none where they conflict.
pub(super) fn merge_modes(base: Option<Mode>, ours: Mode, theirs: Mode) -> Option<Mode> {
    if ours == theirs || base == Some(theirs) {
        Some(ours)
    } else if base == Some(ours) {
        Some(theirs)
    } else {
        None
    }
}
