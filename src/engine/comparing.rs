//! Long comparisons: worked out on another thread before an event that needs them, and given up when the user says so.
//!
//! What the review makes of an event is a pure fold, here and at every client. Where large texts would have to be
//! compared for it, the event is folded into a copy first, on a thread for such work. The copy is thrown away; what the
//! texts have between them stays in the memo that all folds of the session share, so that the fold that counts, and those
//! of the clients, are quick.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::RuntimeFlavor;

use super::actor::Actor;
use crate::path::RelPath;
use crate::review::{Pick, Review};
use crate::session::{EventKind, fold_review};

/// Stops the comparison that runs, past the operations that wait behind it.
#[derive(Clone, Default)]
pub(super) struct Brake(Arc<Mutex<Option<Stop>>>);

type Stop = Box<dyn Fn() + Send>;

/// The user gave a comparison up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GivenUp;

/// What the thread and the brake say.
enum News<T> {
    /// A long comparison begins.
    Began,
    /// All is worked out.
    Done(T),
    /// The user waits no longer.
    Stopped,
    /// The thread is over.
    Over,
}

/// Says that the thread is over, however it ends.
struct Farewell<T>(mpsc::Sender<News<T>>);

impl<T> Drop for Farewell<T> {
    fn drop(&mut self) {
        // Who has the answer listens no longer.
        drop(self.0.send(News::Over));
    }
}

impl Brake {
    /// Stops the comparison that runs; tells whether one did.
    pub(super) fn press(&self) -> bool {
        let stop = self.held().take();
        stop.inspect(|stop| stop()).is_some()
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Stop>> {
        // What a panic left behind is a whole value.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Actor {
    /// Compares what the fold of an event will need, where that takes long. What the user gives up is decided by file.
    pub(super) fn compare_for(&mut self, event: &EventKind) {
        let slow = self.slow_files(event);
        let Some(first) = slow.first().cloned() else { return };
        let folded = event.clone();
        if self.rehearse(first, move |review| drop(fold_review(review, &folded))) == Err(GivenUp) {
            for path in slow {
                self.emit(EventKind::ComparisonGivenUp { path });
            }
        }
    }

    /// Returns the files of an event whose texts take long to be compared.
    fn slow_files(&self, event: &EventKind) -> Vec<RelPath> {
        let review = &self.state.review;
        let is_slow_here = |path: &RelPath| review.takes_long(path);
        match event {
            EventKind::ProposalRevised { files, .. } => {
                let slow = files.iter().filter(|file| {
                    let texts = [file.target.as_ref(), file.base.as_ref().and_then(Option::as_ref)];
                    texts.into_iter().flatten().any(|snapshot| snapshot.text.takes_long()) || is_slow_here(&file.path)
                });
                slow.map(|file| file.path.clone()).collect()
            }
            EventKind::DiskMoved { path, .. } if is_slow_here(path) => vec![path.clone()],
            EventKind::HeadMoved { files, .. } => {
                files.iter().map(|file| file.path.clone()).filter(is_slow_here).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the file for which a decision has to compare large texts anew.
    pub(super) fn slow_pick(&self, pick: &Pick) -> Option<RelPath> {
        match pick {
            Pick::Lines { path, .. } | Pick::Unit { path, .. } if self.state.review.takes_long(path) => {
                Some(path.clone())
            }
            // Of whole runs it is known what is left, and of a whole file that nothing is.
            Pick::Lines { .. } | Pick::Unit { .. } | Pick::Runs { .. } | Pick::File { .. } => None,
            Pick::Folder { .. } | Pick::Everything => None,
        }
    }

    /// Returns a file of the review whose texts take long to be compared.
    pub(super) fn slow_file(&self) -> Option<RelPath> {
        let review = &self.state.review;
        review.files().map(|change| &change.path).find(|path| review.takes_long(path)).cloned()
    }

    /// Does something with a copy of the review on a thread for such work, and waits for it.
    ///
    /// Operations wait meanwhile, but for the one that gives it up; the screen and its keys are other tasks. When a long
    /// comparison begins it is said so, with the name of `path`.
    pub(super) fn rehearse<T: Send + 'static>(
        &mut self,
        path: RelPath,
        work: impl FnOnce(&mut Review) -> T + Send + 'static,
    ) -> Result<T, GivenUp> {
        // Three kinds of news, each at most a few times: unbounded in name only.
        let (tell, news) = mpsc::channel();
        let (began, stopped) = (tell.clone(), tell.clone());
        let mut copy = self.state.review.rehearsal(move || drop(began.send(News::Began)));
        *self.brake.held() = Some(Box::new(move || drop(stopped.send(News::Stopped))));
        // The thread owns itself: it ends with its work, also when nobody waits for it any more.
        tokio::task::spawn_blocking(move || {
            let end = Farewell(tell);
            // A copy that nobody waits for any more was given up.
            drop(end.0.send(News::Done(work(&mut copy))));
        });
        let mut has_begun = false;
        let outcome = loop {
            match waited(|| news.recv()) {
                // Whoever pressed the brake was told that it stopped something, even when that had just ended.
                Ok(News::Done(value)) => break self.brake.held().take().map(|_| value).ok_or(GivenUp),
                Ok(News::Began) if has_begun => {}
                Ok(News::Began) => {
                    has_begun = true;
                    self.emit(EventKind::ComparisonStarted { path: path.clone() });
                }
                // Work that ends without an answer has panicked: the file is decided as a whole, without it.
                Ok(News::Stopped | News::Over) | Err(mpsc::RecvError) => break Err(GivenUp),
            }
        };
        *self.brake.held() = None;
        outcome
    }
}

/// Waits on this thread; other tasks of the runtime go on where it has other threads.
fn waited<T>(wait: impl FnOnce() -> T) -> T {
    match tokio::runtime::Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}
