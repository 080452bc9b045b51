//! What part of the review is listed, and which files the user has viewed.

use super::super::Effect;
use super::heading;
use super::pane::DiffPane;
use super::rows::{Row, Target, is_open, wide};
use crate::path::RelPath;
use crate::review::{FileChange, Maker, Run};
use crate::session::SessionState;

/// What part of the review is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Filter {
    /// All of it.
    #[default]
    All,
    /// What is not decided.
    Pending,
    /// Hunks in which an edit matched loosely.
    Loose,
    /// One file.
    File(RelPath),
    /// What one tool call made.
    Call(String),
}

impl Filter {
    /// Returns what the title says of it.
    pub(super) fn words(&self) -> Option<String> {
        match self {
            Self::All => None,
            Self::Pending => Some("only pending".to_owned()),
            Self::Loose => Some("only loosely matched".to_owned()),
            Self::File(path) => Some(format!("only {}", heading::path(path))),
            Self::Call(call) => Some(format!("only call {}", super::super::safe::shown(call, 0))),
        }
    }

    /// Tells whether a file is listed.
    pub(super) fn keeps(&self, change: &FileChange) -> bool {
        match self {
            Self::All => true,
            Self::Pending => is_open(change),
            Self::File(path) => change.path == *path,
            Self::Loose | Self::Call(_) => {
                !change.diff.is_empty() && change.marks.iter().any(|mark| self.is_of(&mark.maker, mark.loose))
            }
        }
    }

    /// Tells whether decisions are listed.
    pub(super) fn keeps_decided(&self) -> bool {
        match self {
            Self::All | Self::File(_) => true,
            Self::Pending | Self::Loose | Self::Call(_) => false,
        }
    }

    /// Tells whether hunks are left out of listed files.
    pub(super) fn leaves_out(&self) -> bool {
        match self {
            Self::All | Self::Pending | Self::File(_) => false,
            Self::Loose | Self::Call(_) => true,
        }
    }

    /// Tells whether a hunk with these runs is listed.
    pub(super) fn keeps_runs(&self, change: &FileChange, runs: &[Run]) -> bool {
        let mut marks = runs.iter().flat_map(|run| change.marks_of(run));
        !self.leaves_out() || marks.any(|mark| self.is_of(&mark.maker, mark.loose))
    }

    fn is_of(&self, maker: &Maker, is_loose: bool) -> bool {
        match self {
            Self::All | Self::Pending | Self::File(_) => true,
            Self::Loose => is_loose,
            Self::Call(wanted) => matches!(maker, Maker::Model { call, .. } if call == wanted),
        }
    }
}

impl DiffPane {
    /// Lists the next part: all, pending, loosely matched, the cursor's file, the tool call under the cursor.
    pub(super) fn next_filter(&mut self, state: &SessionState) -> Vec<Effect> {
        let mut next = self.filter.clone();
        // A part that has nothing in it is passed over; all of the review is always there.
        loop {
            next = match next {
                Filter::All => Filter::Pending,
                Filter::Pending => Filter::Loose,
                Filter::Loose => match self.layout.file(self.cursor) {
                    Some(file) => Filter::File(file.change.path.clone()),
                    None => Filter::All,
                },
                Filter::File(_) => self.call_here().map_or(Filter::All, Filter::Call),
                Filter::Call(_) => Filter::All,
            };
            if next == Filter::All || state.review.files().any(|change| next.keeps(change)) {
                break;
            }
        }
        let words = next.words().unwrap_or_else(|| "all of the review".to_owned());
        self.anchor = None;
        self.filter = next;
        self.rebuild_all(state);
        if let Some(spot) = self.layout.file(self.cursor).and_then(|_| self.first_pending(self.cursor.file))
            && !matches!(self.target(), Target::Runs(_) | Target::Unit(_))
        {
            self.go_to(spot);
        }
        vec![Effect::Say(words)]
    }

    /// Returns the tool call that made what is under the cursor.
    fn call_here(&self) -> Option<String> {
        let file = self.layout.file(self.cursor)?;
        let runs = match (self.cursor_row(), self.target()) {
            (Some(Row::Line { run: Some(run), .. }), _) => wide(run)..wide(run) + 1,
            (_, Target::Runs(runs)) => runs,
            _ => 0..file.change.diff.runs.len(),
        };
        let runs = file.change.diff.runs.get(runs)?;
        runs.iter().flat_map(|run| file.change.marks_of(run)).find_map(|mark| match &mark.maker {
            Maker::Model { call, .. } => Some(call.clone()),
            Maker::User => None,
        })
    }

    /// Marks the cursor's file as viewed and goes on to the next undecided one, or takes the mark back.
    pub(super) fn toggle_viewed(&mut self, state: &SessionState) -> Vec<Effect> {
        let Some(file) = self.layout.file(self.cursor) else { return Vec::new() };
        let (at, path) = (self.cursor.file, file.change.path.clone());
        let Some(change) = state.review.file(&path) else { return Vec::new() };
        self.anchor = None;
        if self.viewed.remove(&path).is_some() {
            self.folded.remove(&path);
            self.rebuild(&path);
            return Vec::new();
        }
        self.viewed.insert(path.clone(), std::sync::Arc::clone(change));
        self.folded.insert(path.clone());
        self.rebuild(&path);
        if let Some(spot) = self.first_pending(at + 1) {
            self.go_to(spot);
        }
        vec![Effect::Say(format!("{} is marked as viewed", heading::path(&path)))]
    }

    /// Tells whether the user has viewed a file's changes as they stand.
    pub(in crate::tui) fn is_viewed(&self, path: &RelPath) -> bool {
        self.viewed.contains_key(path)
    }

    /// Drops the marks of files whose target is another one now; returns those files.
    pub(super) fn drop_viewed(&mut self, state: &SessionState) -> Vec<RelPath> {
        let mut dropped = Vec::new();
        for (path, seen) in &mut self.viewed {
            match state.review.file(path) {
                Some(now) if std::sync::Arc::ptr_eq(now, seen) => {}
                Some(now) if now.target == seen.target && now.conflict == seen.conflict => {
                    *seen = std::sync::Arc::clone(now);
                }
                Some(_) | None => dropped.push(path.clone()),
            }
        }
        for path in &dropped {
            self.viewed.remove(path);
            self.folded.remove(path);
        }
        dropped
    }
}
