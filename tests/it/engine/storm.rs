//! Everybody edits at once: a user on disk, the model in its turns, decisions at random. Nothing of the user is lost.

use adit::review::{Decision, Pick, Resolution};
use adit::session::{EventKind, Op, SessionState};
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{calls, path, says};

const FILES: [&str; 3] = ["a.txt", "b.txt", "dir/c.txt"];

/// A small generator of numbers (xorshift64*), so that a seed gives the same storm everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % sides
    }
}

/// What the user wrote, by unique lines.
#[derive(Default)]
struct User {
    lines: Vec<String>,
}

impl User {
    /// Puts a line of their own somewhere into a file on disk, behind everybody's back.
    fn write(&mut self, bench: &Bench, dice: &mut Dice) {
        let name = FILES[dice.roll(FILES.len())];
        let Some(text) = bench.files.text(name) else { return };
        let mark = format!("user {}\n", self.lines.len());
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.insert(dice.roll(lines.len() + 1), &mark);
        bench.files.put(name, &lines.concat());
        self.lines.push(mark);
    }
}

/// A turn in which the model rewrites some of its own or the original lines of a file.
async fn model_revises(bench: &mut Bench, dice: &mut Dice, round: usize) {
    let name = FILES[dice.roll(FILES.len())];
    let target = bench.state.review.file(&path(name)).and_then(|change| change.target.clone());
    let text =
        target.map_or_else(|| bench.files.text(name).unwrap(), |target| target.text.as_str().unwrap().to_owned());
    let lines: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.starts_with("user")).collect();
    let edits: Vec<_> = (0..1 + dice.roll(3))
        .map(|edit| {
            let line = lines[dice.roll(lines.len())];
            json!({"old_text": line, "new_text": format!("model {round} {edit}\n")})
        })
        .collect();
    bench.provider.answers.lock().unwrap().extend([
        calls(&[("r", "read_file", json!({"path": name}))]),
        calls(&[("e", "edit_file", json!({"path": name, "edits": edits}))]),
        says("done"),
    ]);
    bench.ask("revise").await;
}

async fn decide_something(bench: &mut Bench, dice: &mut Dice) {
    let changes: Vec<_> = bench.state.review.files().filter(|change| !change.diff.runs.is_empty()).cloned().collect();
    if changes.is_empty() {
        return;
    }
    let change = &changes[dice.roll(changes.len())];
    let pick = match dice.roll(4) {
        0 => Pick::File { path: change.path.clone() },
        _ => Pick::Runs { path: change.path.clone(), runs: vec![dice.roll(change.diff.runs.len())] },
    };
    let decision = if dice.roll(3) == 0 { Decision::Rejected } else { Decision::Accepted };
    bench.decide(pick, decision, None).await;
}

async fn resolve_something(bench: &mut Bench, dice: &mut Dice) {
    let found = bench.state.review.files().find(|change| change.conflict.is_some()).map(|change| change.path.clone());
    if let Some(path) = found {
        let resolution = if dice.roll(2) == 0 { Resolution::Yours } else { Resolution::Both };
        bench.send(Op::Resolve { path, resolution }).await;
        bench.until(|event| matches!(event, EventKind::ConflictResolved { .. } | EventKind::Refused { .. })).await;
    }
}

async fn step_history(bench: &mut Bench, op: Op) {
    bench.send(op).await;
    bench
        .until(|event| matches!(event, EventKind::Undone { .. } | EventKind::Redone | EventKind::Refused { .. }))
        .await;
    bench.settle().await;
}

async fn storm(seed: u64, rounds: usize) {
    let text: String = (0..40).map(|number| format!("line {number}\n")).collect();
    let mut bench = Bench::new(&FILES.map(|name| (name, text.as_str())), []).await;
    let (mut dice, mut user) = (Dice(seed), User::default());
    for round in 0..rounds {
        match dice.roll(10) {
            0..=2 => user.write(&bench, &mut dice),
            3..=4 => model_revises(&mut bench, &mut dice, round).await,
            5..=7 => decide_something(&mut bench, &mut dice).await,
            8 => resolve_something(&mut bench, &mut dice).await,
            _ => step_history(&mut bench, if dice.roll(3) == 0 { Op::Redo } else { Op::Undo }).await,
        }
    }
    bench.send(Op::Refresh).await;
    let (files, events) = (bench.files.clone(), bench.end().await);
    let (mut state, mut stored) = (SessionState::default(), SessionState::default());
    for event in &events {
        state.apply(event);
        let line = serde_json::to_string(event).unwrap();
        stored.apply(&serde_json::from_str(&line).unwrap());
    }
    let changes = |state: &SessionState| state.review.files().cloned().collect::<Vec<_>>();
    assert_eq!(changes(&stored), changes(&state), "seed {seed}: what is stored folds to the same");
    assert_eq!(stored.review.history(), state.review.history(), "seed {seed}");

    for change in state.review.files() {
        let disk = files.disk.lock().unwrap().get(change.disk_path()).cloned();
        assert_eq!(disk, change.accepted, "seed {seed}: {} on disk is what was accepted", change.path);
    }
    let on_disk: String = FILES.iter().filter_map(|name| files.text(name)).collect();
    let in_conflicts: String = state
        .review
        .files()
        .filter_map(|change| change.conflict.clone()?.yours)
        .map(|yours| yours.text.as_str().unwrap().to_owned())
        .collect();
    for line in &user.lines {
        let is_kept = on_disk.contains(line.as_str()) || in_conflicts.contains(line.as_str());
        assert!(is_kept, "seed {seed}: the user's {line:?} is lost");
    }
}

#[tokio::test]
async fn nothing_of_the_user_is_lost_in_a_storm() {
    #[allow(clippy::disallowed_methods)]
    let times: u64 = std::env::var("ADIT_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    for seed in 1..=30 * times {
        storm(seed, 120).await;
    }
}
