//! The highlighter: asked while drawing, answers from what is known by then, works on its own thread.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::colors::Colors;
use super::kept::{ContentKey, Kept};
use super::parse::{self, Reading};
use super::scopes::ScopeMap;

/// A text that takes longer stays plain from there on.
const PATIENCE: Duration = Duration::from_secs(10);

/// A text that takes longer waits while there is another one, which somebody has just begun to look at.
const TURN: Duration = Duration::from_millis(40);

/// After so many lines it is looked whether something else is wanted.
const LINES_A_LOOK: usize = 32;

/// At most so many texts wait; who asks draws again and asks again.
const MAX_WAITING: usize = 32;

/// So many texts that grow, or wait in the middle, are gone on with where they stand.
const MAX_READINGS: usize = 6;

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
    lines_read: AtomicU64,
}

#[derive(Default)]
struct Desk {
    kept: Kept,
    /// What is known of texts that are not read to their end, and of those that grow; the newest last.
    begun: VecDeque<(ContentKey, Colors)>,
    /// Newest last; the newest is what the user looks at.
    waiting: VecDeque<Job>,
    running: Option<Running>,
    is_closed: bool,
}

impl Desk {
    fn begun(&self, key: ContentKey) -> Option<&Colors> {
        self.begun.iter().rev().find(|(known, _)| *known == key).map(|(_, colors)| colors)
    }

    fn put_begun(&mut self, key: ContentKey, colors: Colors) {
        self.begun.retain(|(known, _)| *known != key);
        if self.begun.len() >= MAX_READINGS {
            self.begun.pop_front();
        }
        self.begun.push_back((key, colors));
    }

    /// Tells whether somebody waits for lines that are read by now.
    fn is_awaited(&self, told: usize, read: usize) -> bool {
        self.running.as_ref().is_some_and(|running| told < running.until && running.until <= read)
    }
}

/// What the worker has in hand.
struct Running {
    key: ContentKey,
    /// So many lines of it are looked at.
    until: usize,
    /// Whether everybody who asked will add to it.
    is_growing: bool,
}

struct Job {
    key: ContentKey,
    language: String,
    text: String,
    /// So many of its lines are looked at.
    until: usize,
    /// Whether more will be added to the text.
    is_growing: bool,
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

    /// Returns how many lines the worker has read in all: what a text costs.
    pub fn lines_read(&self) -> u64 {
        self.shared.lines_read.load(Ordering::Relaxed)
    }

    /// Returns the syntax of a text, as far as it is known, or none where nothing is; the loop is woken when its first
    /// `until` lines are, and again at its end.
    ///
    /// `language` is a file's name, an extension or a fence's token. Large texts and unknown languages are plain.
    pub fn get(&self, language: &str, text: &str, until: usize) -> Option<Colors> {
        self.ask(language, text, until, false)
    }

    /// Does the same for the whole lines of a text to which more will be added: what was read of it is not read again.
    pub fn follow(&self, language: &str, text: &str) -> Option<Colors> {
        self.ask(language, text, usize::MAX, true)
    }

    fn ask(&self, language: &str, text: &str, until: usize, is_growing: bool) -> Option<Colors> {
        if text.len() > parse::MAX_BYTES {
            return Some(Colors::plain());
        }
        let key = ContentKey::new(language, text);
        let mut desk = self.shared.desk();
        if let Some(colors) = desk.kept.get(key) {
            return Some(colors);
        }
        if !self.has_worker {
            let colors = parse::parse(language, text);
            desk.kept.put(key, colors.clone());
            return Some(colors);
        }
        if desk.is_closed {
            return Some(Colors::plain());
        }
        let begun = desk.begun(key).cloned();
        if let Some(colors) = begun.as_ref().filter(|colors| colors.is_whole()) {
            if !is_growing {
                // It has grown to its end.
                desk.kept.put(key, colors.clone());
            }
            return begun;
        }
        if let Some(running) = desk.running.as_mut().filter(|running| running.key == key) {
            running.until = until.max(running.until);
            // Who draws this for the last time is to be woken.
            running.is_growing &= is_growing;
            return begun;
        }
        // Asked again means looked at again: the job goes to the front, and what has grown further takes its place.
        let is_overtaken = |job: &Job| job.is_growing && job.language == language && text.starts_with(&job.text);
        desk.waiting.retain(|job| job.key == key || !is_overtaken(job));
        let known = desk.waiting.iter().position(|job| job.key == key).and_then(|at| desk.waiting.remove(at));
        let text = || text.to_owned();
        let mut job =
            known.unwrap_or_else(|| Job { key, language: language.to_owned(), text: text(), until, is_growing });
        job.until = until;
        job.is_growing = is_growing;
        desk.waiting.push_back(job);
        if desk.waiting.len() > MAX_WAITING {
            desk.waiting.pop_front();
        }
        self.shared.bell.notify_one();
        begun
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
    let mut map = ScopeMap::default();
    let mut readings: Vec<Reading> = Vec::new();
    while let Some(job) = next(shared) {
        let known = readings.iter().enumerate().filter(|(_, reading)| reading.begins(&job.language, &job.text));
        let known = known.max_by_key(|(_, reading)| reading.read()).map(|(at, _)| at);
        let reading = known.map(|at| readings.remove(at)).or_else(|| Reading::begin(&job.language, &job.text));
        let Some(mut reading) = reading else {
            finish(shared, &job, Colors::plain(), wake);
            continue;
        };
        let is_done = read(shared, &job, &mut reading, &mut map, wake);
        let is_gone_on_with = job.is_growing || !is_done;
        if is_done {
            finish(shared, &job, reading.colors(true), wake);
        } else {
            put_back(shared, job, reading.colors(false));
        }
        if is_gone_on_with {
            if readings.len() >= MAX_READINGS {
                readings.remove(0);
            }
            readings.push(reading);
        }
    }
}

/// Waits for the next text; none when nobody asks any more.
fn next(shared: &Shared) -> Option<Job> {
    let mut desk = shared.desk();
    loop {
        if desk.is_closed {
            return None;
        }
        if let Some(job) = desk.waiting.pop_back() {
            desk.running = Some(Running { key: job.key, until: job.until, is_growing: job.is_growing });
            return Some(job);
        }
        desk = shared.bell.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Reads a text on to its end, and tells what somebody waits for; false when another one is wanted meanwhile.
fn read(shared: &Shared, job: &Job, reading: &mut Reading, map: &mut ScopeMap, wake: &dyn Fn()) -> bool {
    let began = Instant::now();
    let before = reading.spent;
    let mut told = 0;
    for (nth, line) in job.text[reading.read()..].split_inclusive('\n').enumerate() {
        reading.line(line, reading.spent < PATIENCE, map);
        shared.lines_read.fetch_add(1, Ordering::Relaxed);
        if (nth + 1).is_multiple_of(LINES_A_LOOK) {
            reading.spent = before + began.elapsed();
            let mut desk = shared.desk();
            if desk.is_awaited(told, reading.lines()) {
                told = reading.lines();
                desk.put_begun(job.key, reading.colors(false));
                drop(desk);
                wake();
                continue;
            }
            let is_elsewhere = !desk.waiting.is_empty() && began.elapsed() > TURN;
            if desk.is_closed || is_elsewhere {
                return reading.read() == job.text.len();
            }
        }
    }
    reading.spent = before + began.elapsed();
    true
}

/// Keeps what a text came to, and wakes the loop, unless the text grows: then it is drawn again anyway.
fn finish(shared: &Shared, job: &Job, colors: Colors, wake: &dyn Fn()) {
    let mut desk = shared.desk();
    let is_growing = desk.running.take().map_or(job.is_growing, |running| running.is_growing);
    if is_growing {
        desk.put_begun(job.key, colors);
        return;
    }
    desk.begun.retain(|(known, _)| *known != job.key);
    desk.kept.put(job.key, colors);
    drop(desk);
    wake();
}

/// Lets a text wait that is not read to its end.
fn put_back(shared: &Shared, job: Job, colors: Colors) {
    let mut desk = shared.desk();
    desk.running = None;
    desk.put_begun(job.key, colors);
    let is_wanted = !job.is_growing && !desk.is_closed && !desk.waiting.iter().any(|other| other.key == job.key);
    if is_wanted {
        desk.waiting.push_front(job);
    }
}
