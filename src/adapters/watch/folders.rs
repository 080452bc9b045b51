//! A watcher of single folders on top of the platform's notifications.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::engine::{DiskNews, Watcher};
use crate::path::RelPath;

/// Changes that come within this time are told as one: an editor's save is several, a checkout is many.
const QUIET: Duration = Duration::from_millis(60);

/// While git holds its lock, what changes is told after so long at the latest: a lock may have been left behind.
const GIT_PATIENCE: Duration = Duration::from_secs(3);

/// Watches the folders of the files that it is told to follow, and git's folder.
///
/// Where the platform refuses to watch (too many watches, a network file system) it stays silent: the engine
/// also looks at the disk before each write, at each turn and when the terminal gets the focus.
pub struct FolderWatcher {
    root: PathBuf,
    watcher: Option<RecommendedWatcher>,
    followed: BTreeSet<PathBuf>,
}

impl FolderWatcher {
    /// Starts watching; `git_folder` is the folder with HEAD and the index, where there is one.
    ///
    /// A thread joins what comes in bursts and ends when the watcher is dropped or nobody reads the news.
    pub fn start(root: &Path, git_folder: Option<PathBuf>, news: tokio::sync::mpsc::Sender<DiskNews>) -> Self {
        let (found, changes) = mpsc::channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if let Ok(event) = event
                && !matches!(event.kind, EventKind::Access(_))
            {
                // The thread is gone once nobody reads the news; the watcher follows soon.
                let _gone = found.send(event.paths);
            }
        });
        let mut watcher = match watcher {
            Ok(watcher) => Some(watcher),
            Err(failure) => {
                tracing::warn!(%failure, "the platform does not let files be watched");
                None
            }
        };
        if let (Some(watcher), Some(folder)) = (&mut watcher, &git_folder)
            && let Err(failure) = watcher.watch(folder, RecursiveMode::NonRecursive)
        {
            tracing::warn!(%failure, "cannot watch git's folder");
        }
        let place = root.to_path_buf();
        std::thread::spawn(move || tell(&place, git_folder.as_deref(), &changes, &news));
        Self { root: root.to_path_buf(), watcher, followed: BTreeSet::new() }
    }
}

impl Watcher for FolderWatcher {
    fn follow(&mut self, paths: &[RelPath]) {
        let Some(watcher) = &mut self.watcher else { return };
        let folder_of = |path: &RelPath| match path.parent() {
            Some(folder) => self.root.join(folder.as_str()),
            None => self.root.clone(),
        };
        let wanted: BTreeSet<PathBuf> = paths.iter().map(folder_of).collect();
        for gone in self.followed.difference(&wanted) {
            // A folder that was deleted is no longer watched anyway.
            let _already_gone = watcher.unwatch(gone);
        }
        for new in wanted.difference(&self.followed) {
            if let Err(failure) = watcher.watch(new, RecursiveMode::NonRecursive) {
                tracing::debug!(%failure, folder = %new.display(), "cannot watch a folder");
            }
        }
        self.followed = wanted;
    }
}

/// Joins what comes in a burst and tells it as workspace paths.
fn tell(
    root: &Path,
    git_folder: Option<&Path>,
    changes: &mpsc::Receiver<Vec<PathBuf>>,
    news: &tokio::sync::mpsc::Sender<DiskNews>,
) {
    while let Ok(first) = changes.recv() {
        let mut paths: BTreeSet<PathBuf> = first.into_iter().collect();
        let began = Instant::now();
        loop {
            match changes.recv_timeout(QUIET) {
                Ok(more) => paths.extend(more),
                // Git has more to write; what it did so far is no state that anybody wants to see.
                Err(RecvTimeoutError::Timeout) if is_git_working(git_folder) && began.elapsed() < GIT_PATIENCE => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        let is_git = |path: &PathBuf| git_folder.is_some_and(|folder| path.starts_with(folder));
        let has_git_news = paths.iter().any(|path| is_git(path) && !is_lock(path));
        let files: Vec<RelPath> = paths
            .iter()
            .filter(|path| !is_git(path))
            .filter_map(|path| path.strip_prefix(root).ok()?.to_str())
            .filter_map(|path| RelPath::new(path).ok())
            .collect();
        if !files.is_empty() && news.blocking_send(DiskNews::Files(files)).is_err() {
            return;
        }
        if has_git_news && news.blocking_send(DiskNews::Git).is_err() {
            return;
        }
    }
}

/// Tells whether git holds the lock that it takes for a checkout, a rebase or a reset.
fn is_git_working(git_folder: Option<&Path>) -> bool {
    git_folder.is_some_and(|folder| folder.join("index.lock").exists())
}

/// Tells whether a path is one of git's short-lived lock files.
fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "lock")
}
