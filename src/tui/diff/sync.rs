//! Takes over what changed in the review: rows of changed files, the cursor's place, the engine's answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::build::{self, Options};
use super::decide::Answer;
use super::geometry::Top;
use super::layout::{Layout, Spot};
use super::notes;
use super::pane::{DiffPane, Totals};
use super::rows::{FileRows, is_open};
use crate::path::RelPath;
use crate::review::{FileChange, Progress};
use crate::session::SessionState;

/// A decision that came or went: in which file, and at which line of the accepted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) path: RelPath,
    pub(super) line: usize,
}

impl DiffPane {
    /// Takes over what changed in the review, moves on when the engine has answered, and does what had to wait.
    pub fn sync(&mut self, state: &SessionState) {
        let moved = self.take_over(state);
        let Some(answer) = self.answer(state) else { return };
        match answer {
            Answer::Done(place) => {
                self.move_on(&place, moved.as_ref());
                self.work_off(state);
            }
            Answer::Overtaken(place) => {
                self.move_on(&place, moved.as_ref());
                self.drop_queue();
            }
            Answer::Refused => self.drop_queue(),
        }
    }

    /// Forgets what had to wait: it was meant for text that is not there any more.
    fn drop_queue(&mut self) {
        let dropped = std::mem::take(&mut self.queue).len();
        if dropped > 0 {
            let keys = if dropped == 1 { "1 more key was" } else { &format!("{dropped} more keys were") };
            self.say(format!("the proposal changed meanwhile: {keys} not obeyed"));
        }
    }

    /// Makes the rows of files that changed; the cursor stays where it was in its file.
    fn take_over(&mut self, state: &SessionState) -> Option<Moved> {
        let mut noted = self.take_notes(state);
        noted.extend(self.drop_viewed(state));
        let is_shown = |change: &FileChange| self.is_shown(change);
        let mut shown = state.review.files().filter(|change| is_shown(change));
        let is_same = self.layout.files.iter().all(|file| shown.next().is_some_and(|c| Arc::ptr_eq(c, &file.change)))
            && shown.next().is_none()
            && noted.is_empty();
        if is_same {
            // A hidden file may come or go without the list changing.
            if self.counted != Some(state.review.revision()) {
                self.count(state);
            }
            return None;
        }
        let mut moved = None;
        let files = state.review.files().filter(|change| is_shown(change)).map(|change| {
            let before = self.layout.find(&change.path).ok().map(|at| &self.layout.files[at]);
            match before {
                Some(before) if Arc::ptr_eq(&before.change, change) && !noted.contains(&change.path) => {
                    Arc::clone(before)
                }
                Some(before) => {
                    moved = moved.take().or_else(|| moved_decision(&before.change, change));
                    Arc::new(build::build(change, &self.options(&change.path), Some(before)))
                }
                None => Arc::new(build::build(change, &self.options(&change.path), None)),
            }
        });
        let layout = Layout::new(files.collect());
        self.replace(layout);
        self.count(state);
        // A review that was emptied begins anew.
        self.is_untouched |= self.layout.files.is_empty();
        if self.is_untouched
            && let Some(first) = self.first_pending(0)
        {
            self.top = Top::default();
            self.go_to(first);
        }
        moved
    }

    /// Takes over the notes that wait; returns the files whose notes changed.
    fn take_notes(&mut self, state: &SessionState) -> BTreeSet<RelPath> {
        let key = (state.review.revision(), state.review.feedback().len());
        if self.notes_of == key {
            return BTreeSet::new();
        }
        self.notes_of = key;
        let before = std::mem::replace(&mut self.notes, notes::waiting(state));
        let paths = before.keys().chain(self.notes.keys());
        paths.filter(|path| before.get(path) != self.notes.get(path)).cloned().collect()
    }

    /// Puts another layout in place of the one shown and finds the cursor's row in it.
    fn replace(&mut self, layout: Layout) {
        let geometry = self.last_geometry();
        let before = std::mem::replace(&mut self.layout, layout);
        let place = |spot: Spot| -> Spot {
            let Some(old) = before.files.get(spot.file) else { return Spot::default() };
            match self.layout.find(&old.change.path) {
                Ok(file) if Arc::ptr_eq(&self.layout.files[file], old) => Spot { file, ..spot },
                Ok(file) => Spot { file, row: self.layout.files[file].most_like(old, spot.row) },
                Err(file) => self.layout.clamped(Spot { file, row: 0 }),
            }
        };
        let cursor = place(self.cursor);
        let anchor = self.anchor.map(place);
        let pressed = self.pressed.map(place);
        // The cursor's row stays on its screen line, so that the text under the eyes does not jump.
        let above = before.flat(self.cursor).saturating_sub(before.flat(self.top.spot));
        let top = self.layout.spot(self.layout.flat(cursor).saturating_sub(above));
        let is_kept = top == self.top.spot;
        self.cursor = cursor;
        self.anchor = anchor.filter(|anchor| anchor.file == cursor.file);
        self.pressed = pressed;
        self.top.spot = top;
        if !is_kept {
            self.top.skip = 0;
        }
        self.top = geometry.settle(&self.layout, self.top, self.cursor);
    }

    fn count(&mut self, state: &SessionState) {
        let Progress { pending, accepted, rejected, conflicts } = state.review.progress();
        self.totals = Totals { pending, decided: accepted + rejected, conflicts };
        self.counted = Some(state.review.revision());
    }

    /// Tells whether a file is listed.
    fn is_shown(&self, change: &FileChange) -> bool {
        // The old path of an accepted rename stays in the review until it is committed, with nothing to be shown.
        let has_decided = self.shows_decided && !change.decided.is_empty();
        self.filter.keeps(change) && (has_decided || is_open(change))
    }

    fn options(&self, path: &RelPath) -> Options {
        Options {
            context: self.context,
            is_split: self.split.contains(path),
            is_folded: self.folded.contains(path),
            shows_decided: self.shows_decided && self.filter.keeps_decided(),
            filter: self.filter.clone(),
            folds_blank: self.folds_blank,
            is_viewed: self.viewed.contains_key(path),
            notes: self.notes.get(path).cloned().unwrap_or_default(),
            opened: match self.opened.get(path) {
                Some(opened) if !self.filter.leaves_out() => opened.clone(),
                _ => Vec::new(),
            },
        }
    }

    /// Makes one file's rows again, after what is shown of it was changed.
    pub(super) fn rebuild(&mut self, path: &RelPath) {
        let Ok(at) = self.layout.find(path) else { return };
        let before = &self.layout.files[at];
        let file = Arc::new(build::build(&before.change, &self.options(path), Some(before)));
        let mut files = self.layout.files.clone();
        files[at] = file;
        self.replace(Layout::new(files));
    }

    /// Makes all rows again, after what is shown of all files was changed.
    pub(super) fn rebuild_all(&mut self, state: &SessionState) {
        let is_shown = |change: &&Arc<FileChange>| self.is_shown(change);
        let files = state.review.files().filter(is_shown).map(|change| {
            let before = self.layout.find(&change.path).ok().map(|at| self.layout.files[at].as_ref());
            Arc::new(build::build(change, &self.options(&change.path), before))
        });
        let layout = Layout::new(files.collect::<Vec<Arc<FileRows>>>());
        self.replace(layout);
    }
}

/// Returns where the decisions of a file's two states first differ.
fn moved_decision(before: &FileChange, after: &FileChange) -> Option<Moved> {
    let at = before.decided.iter().zip(&after.decided).take_while(|(before, after)| before == after).count();
    if before.decided.len() == after.decided.len() {
        return None;
    }
    let longer = if before.decided.len() > after.decided.len() { &before.decided } else { &after.decided };
    longer.get(at).map(|decided| Moved { path: after.path.clone(), line: decided.at })
}
