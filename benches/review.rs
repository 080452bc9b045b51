//! How fast the review is, in plain figures: from a model's edit to hunks and to the next frame, one decision among
//! 20,000, decisions and undos in a file of 100,000 lines with every second one changed, and what all that holds in memory.
//!
//! What the engine does is told apart from what the screen does: the engine plans and folds on a task of its own, the
//! screen folds, lays out and draws on the one that reads the keys. Each figure is the median of its runs, and the worst.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a bench prints, and the stage is shared with the tests"
)]

#[path = "../tests/it/screen/stage.rs"]
mod stage;

use std::time::{Duration, Instant};

use adit::path::RelPath;
use adit::review::{Decision, FileRevision, Maker, Pick, Review, diff_texts};
use adit::session::EventKind;
use stage::{Stage, path, text};

/// What the user feels as at once: a frame.
const TARGET: Duration = Duration::from_millis(16);

fn lines(count: usize, every: usize) -> String {
    let line = |number: usize| {
        if number % every == every - 1 { format!("changed {number}\n") } else { format!("line {number}\n") }
    };
    (0..count).map(line).collect()
}

fn revision(path: RelPath, base: Option<&str>, target: &str) -> FileRevision {
    FileRevision {
        path,
        from: None,
        base: base.map(|base| Some(text(base))),
        target: Some(text(target)),
        maker: Maker::Model { turn: 1, step: 1, call: "call-1".to_owned() },
        loose: false,
    }
}

fn revised(files: Vec<FileRevision>) -> EventKind {
    EventKind::ProposalRevised { call: None, files }
}

/// The runs of one figure.
#[derive(Default)]
struct Figure(Vec<Duration>);

impl Figure {
    fn time<T>(&mut self, act: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let value = act();
        self.0.push(began.elapsed());
        value
    }

    fn tell(&self, what: &str, target: Option<Duration>) {
        let mut sorted = self.0.clone();
        sorted.sort();
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        let (median, worst) = (sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
        let verdict = match target {
            Some(target) if median <= target => format!("  (target {} ms: met)", target.as_millis()),
            Some(target) => format!("  (target {} ms: MISSED)", target.as_millis()),
            None => String::new(),
        };
        println!("  {what}: {:.2} ms, worst {:.2} of {}{verdict}", millis(median), millis(worst), sorted.len());
    }
}

/// A session at both of its ends: the engine's review, and the screen, which share what texts have between them.
struct Session {
    engine: Review,
    screen: Stage,
}

/// What the engine and the screen took for one act.
#[derive(Default)]
struct Act {
    engine: Figure,
    screen: Figure,
}

impl Act {
    fn tell(&self, what: &str) {
        self.engine.tell(&format!("{what}, engine"), None);
        self.screen.tell(&format!("{what}, screen with its next frame"), Some(TARGET));
    }
}

impl Session {
    fn new(files: Vec<FileRevision>) -> Self {
        let mut screen = Stage::open(200, 50);
        screen.event(revised(files));
        screen.keys("alt-3");
        screen.frame();
        // A copy shares the memo, as the engine's state and the one that a client gets do.
        Self { engine: screen.app.state.review.clone(), screen }
    }

    fn act(&mut self, act: &mut Act, engine: impl FnOnce(&mut Review), event: EventKind) {
        act.engine.time(|| engine(&mut self.engine));
        act.screen.time(|| {
            self.screen.event(event);
            self.screen.frame();
        });
        let pending = |review: &Review| review.progress().pending;
        assert_eq!(pending(&self.engine), pending(&self.screen.app.state.review));
    }

    fn revise(&mut self, act: &mut Act, file: FileRevision) {
        let files = vec![file];
        let event = revised(files.clone());
        self.act(act, |review| review.revise(&files), event);
    }

    fn decide(&mut self, act: &mut Act, pick: &Pick, decision: Decision) {
        let event =
            EventKind::HunksDecided { revision: self.engine.revision(), pick: pick.clone(), decision, note: None };
        let decide = |review: &mut Review| {
            review.plan(pick, decision).unwrap();
            review.decide(pick, decision, None);
        };
        self.act(act, decide, event);
    }

    fn undo(&mut self, act: &mut Act) {
        let undo = |review: &mut Review| {
            let act = review.undoable().unwrap();
            review.plan_undo(act).unwrap();
            review.undo(Some(act));
        };
        self.act(act, undo, EventKind::Undone { act: None });
    }
}

fn wide_files() -> Vec<FileRevision> {
    let (base, target) = (lines(200, usize::MAX), lines(200, 20));
    let name = |number: usize| path(&format!("src/{:02}/f{number:04}.rs", number % 50));
    (0..2_000).map(|number| revision(name(number), Some(&base), &target)).collect()
}

fn wide() {
    println!("20,000 runs in 2,000 files");
    let mut session = Session::new(wide_files());
    assert_eq!(session.engine.progress().pending, 20_000);
    let at = |number: usize| path(&format!("src/{:02}/f{number:04}.rs", number % 50));
    let (mut decision, mut undo, mut edit) = (Act::default(), Act::default(), Act::default());
    for number in (0..2_000).step_by(50) {
        let choice = if number % 100 == 0 { Decision::Accepted } else { Decision::Rejected };
        session.decide(&mut decision, &Pick::Runs { path: at(number), runs: vec![5] }, choice);
        session.undo(&mut undo);
        session.revise(&mut edit, revision(at(number + 1), None, &lines(200, 10)));
    }
    edit.tell("a model's edit to its updated hunks");
    decision.tell("a decision on one run");
    undo.tell("its undo");
}

fn long() {
    println!("a file of 100,000 lines, every second one changed");
    let (base, target) = (lines(100_000, usize::MAX), lines(100_000, 2));
    let (old, new) = (text(&base), text(&target));
    let mut difference = Figure::default();
    for _ in 0..5 {
        difference.time(|| diff_texts(Some(&old), Some(&new), false));
    }
    difference.tell("the difference of its texts, beside the screen and once for all", None);
    let mut session = Session::new(vec![revision(path("long.txt"), Some(&base), &target)]);
    assert_eq!(session.engine.progress().pending, 50_000);
    let computed = session.engine.comparisons().computed();
    let (mut decision, mut undo, mut edit) = (Act::default(), Act::default(), Act::default());
    for index in (0..50_000).step_by(2_500) {
        let choice = if index % 5_000 == 0 { Decision::Accepted } else { Decision::Rejected };
        session.decide(&mut decision, &Pick::Runs { path: path("long.txt"), runs: vec![index] }, choice);
        session.undo(&mut undo);
    }
    let compared = session.engine.comparisons().computed() - computed;
    decision.tell("a decision on one of 50,000 runs");
    undo.tell("its undo");
    println!("  comparisons of the file for {} decisions and undos: {compared}", decision.engine.0.len() * 2);
    for number in 0..5 {
        session.revise(&mut edit, revision(path("long.txt"), None, &format!("{target}more {number}\n")));
    }
    edit.engine.tell("a model's edit to its updated hunks, engine, beside the screen", None);
    edit.screen.tell("a model's edit, screen with its next frame", None);
}

/// Returns how many megabytes the process holds; 0 where the system does not tell.
fn megabytes() -> f64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = told.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4096.0 / 1e6
}

/// Says what the process holds more in memory for a large review, and for a thousand decisions in it.
fn memory() {
    println!("memory");
    let start = megabytes();
    let mut review = Review::default();
    review.revise(&wide_files());
    println!("  20,000 runs in 2,000 files: {:.1} MB", megabytes() - start);
    let made = megabytes();
    for number in 0..1_000_usize {
        let path = path(&format!("src/{:02}/f{number:04}.rs", number % 50));
        review.decide(&Pick::Runs { path, runs: vec![3] }, Decision::Accepted, None);
    }
    println!("  1,000 decisions in it: {:.1} MB more", megabytes() - made);
    let start = megabytes();
    let (base, target) = (lines(100_000, usize::MAX), lines(100_000, 2));
    let mut long = Review::default();
    long.revise(&[revision(path("long.txt"), Some(&base), &target)]);
    println!("  the file of 100,000 lines, its texts and 50,000 runs: {:.1} MB", megabytes() - start);
    let made = megabytes();
    for number in 0..1_000 {
        long.decide(&Pick::Runs { path: path("long.txt"), runs: vec![number * 7] }, Decision::Accepted, None);
    }
    println!("  1,000 decisions in it: {:.1} MB more", megabytes() - made);
}

fn main() {
    memory();
    wide();
    long();
}
