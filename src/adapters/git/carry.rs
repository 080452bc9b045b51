//! Carrying what adit wrote over to another text of the same file.

use crate::review::{Mode, Snapshot, transplant};

/// One change that adit wrote: what stood before, and what after.
pub(super) type Pair = (Option<Snapshot>, Option<Snapshot>);

/// What adit wrote at a path, oldest first.
pub(super) type Written = [Pair];

/// What happens where a file stands and falls as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// HEAD: the commit follows what adit wrote, and HEAD's text stays in the history.
    Follows,
    /// The index: the user's staged text would be lost, so it must be the text that adit saw.
    MustMatch,
}

/// A written change that touches lines on which the other text differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap;

/// Returns `onto` with what was written carried over to it.
pub(super) fn carry(written: &Written, onto: Option<Snapshot>, whole: Whole) -> Result<Option<Snapshot>, Overlap> {
    written.iter().try_fold(onto, |onto, (before, after)| carry_pair(before.as_ref(), after.as_ref(), onto, whole))
}

fn carry_pair(
    before: Option<&Snapshot>,
    after: Option<&Snapshot>,
    onto: Option<Snapshot>,
    whole: Whole,
) -> Result<Option<Snapshot>, Overlap> {
    let follow = |result: Option<&Snapshot>| match whole {
        Whole::Follows => Ok(result.cloned()),
        Whole::MustMatch => Err(Overlap),
    };
    match (before, after, onto) {
        (_, after, onto) if onto.as_ref() == after => Ok(onto),
        (before, after, onto) if onto.as_ref() == before => Ok(after.cloned()),
        (None, None, onto) => Ok(onto),
        (Some(before), Some(after), Some(onto)) => merge(before, after, &onto).map(Some),
        (Some(_), None, Some(_)) => follow(None),
        (None | Some(_), Some(after), _) => follow(Some(after)),
        (Some(_), None, None) => Ok(None),
    }
}

fn merge(before: &Snapshot, after: &Snapshot, onto: &Snapshot) -> Result<Snapshot, Overlap> {
    let is_link = |file: &Snapshot| file.mode == Mode::Symlink;
    if is_link(before) || is_link(after) || is_link(onto) {
        return Err(Overlap);
    }
    let mode = if before.mode == after.mode { onto.mode } else { after.mode };
    let text = if before.text == after.text || onto.text == after.text {
        onto.text.clone()
    } else if onto.text == before.text {
        after.text.clone()
    } else if before.text.is_binary() || after.text.is_binary() || onto.text.is_binary() {
        return Err(Overlap);
    } else {
        transplant(&before.text, &after.text, &onto.text).map_err(|_| Overlap)?
    };
    Ok(Snapshot { text, mode })
}
