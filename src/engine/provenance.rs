//! What a commit keeps of the prompts behind it: in the journal always, in a note or in trailers where that is wished.

use std::fmt::Write as _;

use super::actor::Actor;
use super::commit::gap_before_trailer;
use crate::path::RelPath;
use crate::review::{Mark, Text, carried_marks};
use crate::session::{CommittedLines, Level, Provenance};

/// Who made which lines of a file's accepted text.
pub(super) struct AcceptedLines {
    path: RelPath,
    text: Text,
    lines: Vec<Mark>,
}

impl Actor {
    /// Returns who made which lines of what would be committed, by its places in the accepted texts.
    pub(super) fn accepted_lines(&self) -> Vec<AcceptedLines> {
        let made = self.state.review.files().filter(|change| !change.written.is_empty() && !change.made.is_empty());
        let lines = made.filter_map(|change| {
            let text = change.accepted.as_ref()?.text.clone();
            Some(AcceptedLines { path: change.disk_path().clone(), text, lines: change.made.clone() })
        });
        lines.collect()
    }

    /// Returns the same by its places in the commit, where the user's own changes are not.
    pub(super) fn committed_lines(&self, id: &str, accepted: Vec<AcceptedLines>) -> Vec<CommittedLines> {
        let carried = accepted.into_iter().filter_map(|AcceptedLines { path, text, lines }| {
            let committed = self.repository.committed_text(id, &path)?;
            let lines = carried_marks(&lines, &text, &committed);
            (!lines.is_empty()).then_some(CommittedLines { path, lines })
        });
        carried.collect()
    }

    /// Adds a trailer for each prompt to a message.
    pub(super) fn add_prompts(&self, message: &mut String, accepted: &[AcceptedLines]) {
        let files = accepted.iter().map(|file| CommittedLines { path: file.path.clone(), lines: file.lines.clone() });
        let files: Vec<CommittedLines> = files.collect();
        let mut known: Vec<String> = Vec::new();
        for subject in Provenance::of(&files, &self.state.prompts).subjects() {
            let subject: String = subject.chars().filter(|letter| !letter.is_control()).collect();
            if subject.trim().is_empty() || known.contains(&subject) {
                continue;
            }
            message.truncate(message.trim_end().len());
            let gap = gap_before_trailer(message);
            // Writing into a String cannot fail.
            let _ = writeln!(message, "{gap}Prompt: {}", subject.trim());
            known.push(subject);
        }
    }

    /// Puts the note on a commit.
    pub(super) fn annotate(&mut self, id: &str, made: &[CommittedLines]) {
        if made.is_empty() {
            return;
        }
        let note = Provenance::of(made, &self.state.prompts).to_note();
        if let Err(fault) = self.repository.annotate(id, &note) {
            let text = format!("the commit stands, but its note could not be written: {}", fault.message);
            self.notice(Level::Warning, text, fault.hint);
        }
    }
}
