//! What an event does to the review.

use super::{EventKind, Head};
use crate::path::RelPath;
use crate::review::{PlannedWrite, Review};

/// Folds one event into the review; returns what it writes, if it is an act that may write.
pub(crate) fn fold_review(review: &mut Review, event: &EventKind) -> Option<Vec<PlannedWrite>> {
    match event {
        EventKind::HunksDecided { pick, decision, note, .. } => {
            return Some(review.decide(pick, *decision, note.as_deref()));
        }
        EventKind::Undone { act } => return Some(review.undo(*act)),
        EventKind::Redone => return Some(review.redo()),
        EventKind::WentTo { point } => return Some(review.goto(*point)),
        EventKind::ProposalRevised { files, .. } => review.revise(files),
        EventKind::NoteAdded { pick, text, .. } => review.add_note(pick, text),
        EventKind::WriteFailed { path, with, .. } => review.write_failed(path, with),
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

/// Says what a write that failed has left on disk.
pub(super) fn taken_back_words(path: &RelPath, with: &[RelPath], stands: &[RelPath]) -> String {
    let names = |paths: &[&RelPath]| {
        let mut names: Vec<String> = paths.iter().take(3).map(ToString::to_string).collect();
        if paths.len() > names.len() {
            names.push(format!("{} more", paths.len() - names.len()));
        }
        match names.split_last() {
            Some((last, [])) => format!("{last} is"),
            Some((last, others)) => format!("{} and {last} are", others.join(", ")),
            None => String::new(),
        }
    };
    let mut words = if with.is_empty() {
        "The decision is taken back; nothing was written there.".to_owned()
    } else {
        let all: Vec<&RelPath> = std::iter::once(path).chain(with).collect();
        format!("The decision is taken back as a whole: on disk {} as before.", names(&all))
    };
    if !stands.is_empty() {
        let all: Vec<&RelPath> = stands.iter().collect();
        words.push_str(&format!(" What was done before it could not be taken back: {} as decided.", names(&all)));
    }
    words
}
