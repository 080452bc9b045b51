//! What an event does to the review.

use super::{EventKind, Head};
use crate::review::{PlannedWrite, Review};

/// Folds one event into the review; returns what it writes, if it is an act that may write.
pub(crate) fn fold_review(review: &mut Review, event: &EventKind) -> Option<Vec<PlannedWrite>> {
    match event {
        EventKind::HunksDecided { pick, decision, note, .. } => {
            return Some(review.decide(pick, *decision, note.as_deref()));
        }
        EventKind::Undone => return Some(review.undo()),
        EventKind::Redone => return Some(review.redo()),
        EventKind::WentTo { point } => return Some(review.goto(*point)),
        EventKind::ProposalRevised { files, .. } => review.revise(files),
        EventKind::NoteAdded { pick, text, .. } => review.add_note(pick, text),
        EventKind::WriteFailed { path, .. } => review.write_failed(path),
        EventKind::DiskMoved { path, disk } => review.disk_moved(path, disk.as_ref()),
        EventKind::HeadMoved { from, to, files, .. } => {
            let files: Vec<_> = files.iter().map(|moved| (&moved.path, moved.disk.as_ref())).collect();
            review.disk_moved_together(&files, head_words(from.as_ref(), to.as_ref()));
        }
        EventKind::Committed { paths, .. } | EventKind::CommittedElsewhere { paths } => review.committed(paths),
        EventKind::ConflictResolved { path, resolution } => review.resolve(path, resolution),
        EventKind::FeedbackSent => review.feedback_sent(),
        EventKind::ComparisonGivenUp { path } => review.give_up(path),
        // The rest is not of the review.
        _ => {}
    }
    None
}

/// Returns a move of HEAD in words.
pub fn head_words(from: Option<&Head>, to: Option<&Head>) -> String {
    let name = |head: Option<&Head>| match head {
        Some(Head::Branch(name) | Head::Unborn(name) | Head::Detached(name)) => name.clone(),
        None => "no repository".to_owned(),
    };
    if from == to {
        format!("{} moved to another commit", name(to))
    } else {
        format!("switched from {} to {}", name(from), name(to))
    }
}
