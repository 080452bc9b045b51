//! What goes on around a session: git, and the files that the watcher follows.

use std::sync::Arc;

use super::actor::{Actor, FromTask};
use super::{CommitFault, DiskNews};
use crate::path::RelPath;
use crate::session::{EventKind, Level, RepoState};

/// How far a look at git is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    None,
    Running,
    RunningAndWanted,
}

impl Actor {
    /// Takes over what git says; a switch of HEAD is one event, and said so.
    pub(super) fn repository_seen(&mut self, repo: RepoState, trouble: Option<CommitFault>) {
        if !std::mem::replace(&mut self.has_seen_repository, true) && repo.head.is_none() {
            match trouble {
                Some(fault) => {
                    self.notice(Level::Warning, format!("{}, so commits are off", fault.message), fault.hint);
                }
                None => {
                    let hint = "Run `git init` here, or /init in the full screen, to turn them on.";
                    self.notice(Level::Info, "there is no git repository here, so commits are off", Some(hint.into()));
                }
            }
        }
        if self.state.is_repo_known && self.state.repo == repo {
            return;
        }
        // Before the state that was looked at off the task replaces the one that the review knows.
        let has_new_tip = self.state.repo.tip != repo.tip;
        if has_new_tip || self.state.repo.head != repo.head {
            self.check_disk();
        }
        if !self.state.is_repo_known || self.state.repo != repo {
            self.emit(EventKind::RepositoryChanged { repo });
        }
        if has_new_tip {
            self.settle_committed();
        }
    }

    /// Looks at git off the task. While a look runs, one more is remembered, not many.
    pub(super) fn look_at_repository(&mut self) {
        if self.repository_look != Look::None {
            self.repository_look = Look::RunningAndWanted;
            return;
        }
        self.repository_look = Look::Running;
        let repository = Arc::clone(&self.repository);
        self.tasks.spawn_blocking(move || {
            let state = repository.state();
            let trouble = if state.head.is_none() { repository.trouble() } else { None };
            FromTask::Repository(state, trouble)
        });
    }

    /// Tells the watcher which files the review has now.
    pub(super) fn follow_review(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        let revision = self.state.review.revision();
        if self.followed != Some(revision) {
            self.followed = Some(revision);
            let paths: Vec<RelPath> = self.state.review.files().map(|change| change.disk_path().clone()).collect();
            watcher.follow(&paths);
        }
    }

    pub(super) fn disk_news(&mut self, news: DiskNews) {
        match news {
            DiskNews::Files(paths) => self.check_files(&paths),
            DiskNews::Git => self.check_disk(),
        }
        self.look_at_repository();
    }
}
