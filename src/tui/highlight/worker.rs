//! The highlighter: asked while drawing, answers from what is kept, works on its own thread.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::kept::{ContentKey, Kept};
use super::parse::{self, Spans};

/// A text that takes longer stays plain from there on.
const PATIENCE: Duration = Duration::from_secs(3);

/// At most so many texts wait; who asks draws again and asks again.
const MAX_WAITING: usize = 32;

/// Gives texts their syntax without making the caller wait.
pub struct Highlighter {
    shared: Arc<Shared>,
    has_worker: bool,
}

impl std::fmt::Debug for Highlighter {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Highlighter").field("has_worker", &self.has_worker).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    bell: Condvar,
}

#[derive(Default)]
struct Desk {
    kept: Kept,
    /// Newest last; the newest is what the user looks at.
    waiting: VecDeque<Job>,
    /// What the worker has in hand.
    running: Option<ContentKey>,
    is_closed: bool,
}

struct Job {
    key: ContentKey,
    language: String,
    text: String,
}

impl Shared {
    /// Returns the desk; a panic of the other side leaves it whole, since it is only changed in single steps.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Highlighter {
    /// Returns a highlighter with a thread of its own, which calls `wake` when a result is ready.
    ///
    /// The thread ends when the highlighter is dropped. Where no thread can be made, texts stay plain.
    pub fn start(wake: impl Fn() + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let spawned = std::thread::Builder::new().name("highlight".to_owned()).spawn(move || work(&theirs, &wake));
        if spawned.is_err() {
            shared.desk().is_closed = true;
        }
        Self { shared, has_worker: true }
    }

    /// Returns a highlighter that answers at once, on the caller's thread.
    pub fn inline() -> Self {
        Self { shared: Arc::new(Shared::default()), has_worker: false }
    }

    /// Returns the syntax of a text, one entry a line, or none while it is being made.
    ///
    /// `language` is a file's name, an extension or a fence's token. Large texts and unknown languages are plain.
    pub fn get(&self, language: &str, text: &str) -> Option<Arc<Spans>> {
        if text.len() > parse::MAX_BYTES {
            return Some(Arc::new(parse::plain(text)));
        }
        let key = ContentKey::new(language, text);
        let mut desk = self.shared.desk();
        if let Some(spans) = desk.kept.get(key) {
            return Some(spans);
        }
        if !self.has_worker {
            let spans = Arc::new(parse::parse(language, text, || true));
            desk.kept.put(key, Arc::clone(&spans));
            return Some(spans);
        }
        if desk.is_closed {
            return Some(Arc::new(parse::plain(text)));
        }
        if desk.running != Some(key) {
            // Asked again means looked at again: the job goes to the front.
            let known = desk.waiting.iter().position(|job| job.key == key).and_then(|at| desk.waiting.remove(at));
            let job = known.unwrap_or_else(|| Job { key, language: language.to_owned(), text: text.to_owned() });
            desk.waiting.push_back(job);
            if desk.waiting.len() > MAX_WAITING {
                desk.waiting.pop_front();
            }
            self.shared.bell.notify_one();
        }
        None
    }
}

impl Drop for Highlighter {
    fn drop(&mut self) {
        let mut desk = self.shared.desk();
        desk.is_closed = true;
        desk.waiting.clear();
        self.shared.bell.notify_all();
    }
}

fn work(shared: &Shared, wake: &dyn Fn()) {
    loop {
        let job = {
            let mut desk = shared.desk();
            loop {
                if desk.is_closed {
                    return;
                }
                if let Some(job) = desk.waiting.pop_back() {
                    desk.running = Some(job.key);
                    break job;
                }
                desk = shared.bell.wait(desk).unwrap_or_else(PoisonError::into_inner);
            }
        };
        let began = Instant::now();
        let mut lines = 0_usize;
        let mut goes_on = true;
        let spans = parse::parse(&job.language, &job.text, || {
            lines += 1;
            if lines.is_multiple_of(64) {
                goes_on = goes_on && began.elapsed() < PATIENCE && !shared.desk().is_closed;
            }
            goes_on
        });
        let mut desk = shared.desk();
        desk.running = None;
        desk.kept.put(job.key, Arc::new(spans));
        drop(desk);
        wake();
    }
}
