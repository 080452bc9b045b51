//! The properties of the review, with git and patch as oracles, on a fixed series of thousands of cases.
//!
//! `ADIT_CASES` multiplies the number of cases. The properties that need more than one text are in `storm.rs` (undo,
//! who may write, the user's bytes), those of the disk in `files/atomic.rs` and `terminal/kill.rs`, that of commits in
//! `git/property.rs`.

use adit::review::{Decision, Pick, Refusal, Run, Text, diff_texts, merge_texts, transplant};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::desk::{Desk, path, seen, text};
use super::oracle::{Onto, Oracle, PatchLine, reduce};

/// Runs a property on a fixed series of cases.
pub(crate) fn holds<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    #[allow(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
    let times: u32 = std::env::var("ADIT_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    let config = Config { cases: cases * times, failure_persistence: None, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    if let Err(failure) = TestRunner::new_with_rng(config, random).run(&strategy, property) {
        panic!("{failure}");
    }
}

/// Lines that repeat, some blank, some with CR, some not UTF-8, some long, some with a byte order mark.
fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "c", "}", "", "    x", "  }"]).prop_map(|line| line.into()),
        2 => (0..30_u32).prop_map(|number| format!("line {number}").into_bytes()),
        1 => Just(b"cr\r".to_vec()),
        1 => Just(vec![b'l', 0xff, b'x']),
        1 => Just("lone\rcr \u{2028}é".as_bytes().to_vec()),
        1 => prop::sample::select(vec!["\u{feff}a", "\u{feff}", "\\ No newline at end of file", "-- a", "++ b", "@@ -1 +1 @@"])
            .prop_map(|line| line.into()),
        1 => (b'a'..b'd').prop_map(|end| [&[b'w'; 700][..], &[end]].concat()),
    ]
}

fn joined(lines: &[Vec<u8>], is_ended: bool) -> Vec<u8> {
    let mut bytes = lines.join(&b'\n');
    if is_ended && !lines.is_empty() {
        bytes.push(b'\n');
    }
    bytes
}

/// A text as lines, and changed copies of it.
fn family(count: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    let change = (any::<prop::sample::Index>(), 0..4_usize, prop::collection::vec(line(), 0..4));
    let copy = (prop::collection::vec(change, 0..6), prop::bool::weighted(0.8));
    let copies = prop::collection::vec(copy, count - 1);
    (prop::collection::vec(line(), 0..25), prop::bool::weighted(0.8), copies).prop_map(|(lines, is_ended, copies)| {
        let mut texts = vec![joined(&lines, is_ended)];
        for (changes, is_ended) in copies {
            let mut copy = lines.clone();
            for (at, removed, added) in changes {
                let start = if copy.is_empty() { 0 } else { at.index(copy.len() + 1) };
                let end = (start + removed).min(copy.len());
                copy.splice(start..end, added);
            }
            texts.push(joined(&copy, is_ended));
        }
        texts
    })
}

fn subset() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), 64)
}

fn runs_of(old: &[u8], new: &[u8]) -> Vec<Run> {
    diff_texts(Some(&text(old)), Some(&text(new)), false).runs
}

/// Families of texts that an oracle is asked about together, since a process a family would take too long.
fn batch(count: usize) -> impl Strategy<Value = Vec<(Vec<Vec<u8>>, Vec<bool>)>> {
    prop::collection::vec((family(count), subset()), 1..BATCH * 2)
}

/// So many families are in a batch, on average.
const BATCH: usize = 50;

fn pairs(batch: &[(Vec<Vec<u8>>, Vec<bool>)]) -> Vec<(&[u8], &[u8])> {
    batch.iter().map(|(texts, _)| (texts[0].as_slice(), texts[1].as_slice())).collect()
}

#[test]
fn runs_are_gits() {
    holds(24, batch(2), |batch| {
        let pairs = pairs(&batch);
        for ((old, new), hunks) in pairs.iter().zip(Oracle::new().diffs(&pairs, 0)) {
            let git: Vec<Run> = hunks
                .iter()
                .map(|hunk| {
                    let count = |mark: char| hunk.lines.iter().filter(|line| line.mark == mark).count();
                    let new_start = hunk.lines[0].new;
                    Run { old: hunk.old_start..hunk.old_start + count('-'), new: new_start..new_start + count('+') }
                })
                .collect();
            prop_assert_eq!(runs_of(old, new), git);
        }
        Ok(())
    });
}

#[test]
fn hunks_are_gits() {
    holds(24, (batch(2), 0..4_usize), |(batch, context)| {
        let pairs = pairs(&batch);
        for ((old, new), hunks) in pairs.iter().zip(Oracle::new().diffs(&pairs, context)) {
            let git: Vec<(usize, usize)> = hunks
                .iter()
                .map(|hunk| (hunk.old_start, hunk.lines.iter().filter(|line| line.mark != '+').count()))
                .collect();
            let diff = diff_texts(Some(&text(old)), Some(&text(new)), false);
            let count = |bytes: &[u8]| Text::new(bytes).lines().count();
            let found: Vec<(usize, usize)> = diff
                .hunks(context, count(old), count(new))
                .iter()
                .map(|hunk| (hunk.old.start, hunk.old.len()))
                .collect();
            prop_assert_eq!(found, git);
        }
        Ok(())
    });
}

#[test]
fn a_set_of_runs_is_what_git_apply_and_patch_make_of_the_reduced_diff() {
    holds(24, batch(2), |batch| {
        let pairs = pairs(&batch);
        let oracle = Oracle::new();
        let (mut patched, mut found) = (Vec::new(), Vec::new());
        for (((old, new), (_, chosen)), hunks) in pairs.iter().zip(&batch).zip(oracle.diffs(&pairs, 3)) {
            let runs = runs_of(old, new);
            let picked: Vec<usize> = (0..runs.len()).filter(|index| chosen[index % 64]).collect();
            let is_in = |line: &PatchLine| {
                picked.iter().any(|index| match line.mark {
                    '-' => runs[*index].old.contains(&line.old),
                    '+' => runs[*index].new.contains(&line.new),
                    _ => false,
                })
            };
            patched.push((*old, reduce(&hunks, Onto::Old, is_in)));
            let mut desk = Desk::with("f", Some(text(old)), Some(text(new)));
            if !picked.is_empty() {
                desk.accept(&Pick::Runs { path: path("f"), runs: picked }).unwrap();
            }
            found.push(desk.bytes("f").to_vec());
        }
        prop_assert_eq!(&found, &oracle.git_apply(&patched));
        prop_assert_eq!(&found, &oracle.patch(&patched));
        Ok(())
    });
}

#[test]
fn a_set_of_runs_is_what_git_add_p_stages_when_they_are_taken_one_by_one() {
    holds(6, batch(2), |batch| {
        // Git cannot apply what it has split from a hunk with a last line that has no newline.
        let is_ended = |(old, new): &(&[u8], &[u8])| old.ends_with(b"\n") && new.ends_with(b"\n");
        let batch: Vec<_> =
            batch.into_iter().filter(|family| is_ended(&pairs(std::slice::from_ref(family))[0])).collect();
        let pairs = pairs(&batch);
        let (mut takes, mut found) = (Vec::new(), Vec::new());
        for ((old, new), (_, chosen)) in pairs.iter().zip(&batch) {
            let runs = runs_of(old, new).len();
            let picked: Vec<usize> = (0..runs).filter(|index| chosen[index % 64]).collect();
            takes.push((0..runs).map(|index| chosen[index % 64]).collect());
            let mut desk = Desk::with("f", Some(text(old)), Some(text(new)));
            if !picked.is_empty() {
                desk.accept(&Pick::Runs { path: path("f"), runs: picked }).unwrap();
            }
            found.push(desk.bytes("f").to_vec());
        }
        let staged = Oracle::new().add_p(&pairs, &takes);
        let applied = staged.iter().flatten().count();
        prop_assert!(applied * 3 >= pairs.len() || pairs.len() < 20, "git applied {} of {}", applied, pairs.len());
        for (found, staged) in found.iter().zip(&staged) {
            prop_assert!(staged.as_ref().is_none_or(|staged| staged == found), "{:?} {:?}", found, staged);
        }
        Ok(())
    });
}

#[test]
fn a_set_of_lines_is_what_git_apply_makes_of_the_reduced_diff() {
    for is_accept in [true, false] {
        holds(24, batch(2), |batch| {
            let pairs = pairs(&batch);
            let oracle = Oracle::new();
            let (mut patched, mut found) = (Vec::new(), Vec::new());
            for (((old, new), (_, chosen)), hunks) in pairs.iter().zip(&batch).zip(oracle.diffs(&pairs, 3)) {
                let runs = runs_of(old, new);
                let pick = |lines: fn(&Run) -> std::ops::Range<usize>, salt: usize| -> Vec<usize> {
                    runs.iter().flat_map(lines).filter(|line| chosen[(line * 7 + salt) % 64]).collect()
                };
                let (removed, added) = (pick(|run| run.old.clone(), 0), pick(|run| run.new.clone(), 3));
                let mut desk = Desk::with("f", Some(text(old)), Some(text(new)));
                let is_in = |line: &PatchLine| match line.mark {
                    '-' => removed.contains(&line.old),
                    '+' => added.contains(&line.new),
                    _ => false,
                };
                let pick = Pick::Lines { path: path("f"), removed: removed.clone(), added: added.clone() };
                let decision = if is_accept { Decision::Accepted } else { Decision::Rejected };
                match desk.decide(&pick, decision) {
                    Err(Refusal::NothingThere(_)) => prop_assert!(removed.is_empty() && added.is_empty()),
                    // Git would join the two lines, or refuse.
                    Err(refusal) => prop_assert_eq!(refusal, Refusal::UnterminatedLine),
                    Ok(_) if is_accept => {
                        prop_assert_eq!(desk.target("f").map_or(&b""[..], |file| file.text.as_bytes()), *new);
                        found.push(desk.bytes("f").to_vec());
                        patched.push((*old, reduce(&hunks, Onto::Old, is_in)));
                    }
                    Ok(writes) => {
                        prop_assert!(writes.is_empty());
                        found.push(desk.target("f").map_or(Vec::new(), |file| file.text.as_bytes().to_vec()));
                        patched.push((*new, reduce(&hunks, Onto::New, is_in)));
                    }
                }
            }
            let git = if is_accept { oracle.git_apply(&patched) } else { oracle.git_apply_back(&patched) };
            prop_assert_eq!(found, git);
            Ok(())
        });
    }
}

#[test]
fn decided_and_pending_cover_the_difference_without_overlap() {
    holds(1_000, (family(2), subset()), |(texts, chosen)| {
        let mut desk = Desk::with("f", Some(text(&texts[0])), Some(text(&texts[1])));
        let all = pending_lines(&desk);
        for step in 0..12 {
            let Some(change) = desk.review.file(&path("f")).cloned() else { break };
            if change.diff.runs.is_empty() {
                break;
            }
            let before = (pending_lines(&desk), decided_lines(&desk));
            let index = (step * 5 + usize::from(chosen[step])) % change.diff.runs.len();
            let run = &change.diff.runs[index];
            let decision = if chosen[step + 12] { Decision::Accepted } else { Decision::Rejected };
            let pick = if chosen[step + 24] {
                Pick::Runs { path: path("f"), runs: vec![index] }
            } else {
                let part =
                    |lines: std::ops::Range<usize>, salt| lines.filter(|line| chosen[(line + salt) % 64]).collect();
                Pick::Lines { path: path("f"), removed: part(run.old.clone(), 1), added: part(run.new.clone(), 2) }
            };
            if desk.decide(&pick, decision).is_err() {
                continue;
            }
            let after = (pending_lines(&desk), decided_lines(&desk));
            prop_assert!(after.1 > before.1, "what is decided is recorded");
            // What was decided is not pending any more; git may find fewer lines to differ than were left.
            prop_assert!(after.0 <= before.0 - (after.1 - before.1), "{before:?} {after:?}");
        }
        prop_assert!(pending_lines(&desk) + decided_lines(&desk) <= all);
        Ok(())
    });
}

/// Returns how many lines the records of decisions have.
fn decided_lines(desk: &Desk) -> usize {
    let records = desk.review.files().flat_map(|change| &change.decided);
    records.map(|record| record.removed.len() + record.added.len()).sum()
}

#[test]
fn deciding_twice_is_deciding_once() {
    holds(1_000, (family(2), any::<bool>()), |(texts, is_accept)| {
        let mut desk = Desk::with("f", Some(text(&texts[0])), Some(text(&texts[1])));
        let decision = if is_accept { Decision::Accepted } else { Decision::Rejected };
        for pick in [Pick::File { path: path("f") }, Pick::Everything] {
            drop(desk.decide(&pick, decision));
            let once = (desk.disk.clone(), seen(&desk.review), desk.review.revision());
            prop_assert!(desk.decide(&pick, decision).is_err());
            desk.review.decide(&pick, decision, None);
            prop_assert_eq!((desk.disk.clone(), seen(&desk.review), desk.review.revision()), once);
        }
        Ok(())
    });
}

#[test]
fn all_accepted_is_the_proposal_and_all_rejected_is_the_disk() {
    holds(2_000, family(2), |texts| {
        let start = Desk::with("f", Some(text(&texts[0])), Some(text(&texts[1])));
        for is_whole in [true, false] {
            let (mut accepted, mut rejected) = (start.clone(), start.clone());
            loop {
                let pick = match is_whole {
                    true => Pick::Everything,
                    false => Pick::Runs { path: path("f"), runs: vec![0] },
                };
                let before = (pending_lines(&accepted), pending_lines(&rejected));
                if before.0 > 0 {
                    accepted.accept(&pick).unwrap();
                    prop_assert!(pending_lines(&accepted) < before.0, "an accepted run came back");
                }
                if before.1 > 0 {
                    prop_assert_eq!(rejected.reject(&pick).unwrap(), []);
                    prop_assert!(pending_lines(&rejected) < before.1, "a rejected run came back");
                }
                if before == (0, 0) {
                    break;
                }
            }
            prop_assert_eq!(accepted.bytes("f"), &texts[1]);
            prop_assert_eq!(rejected.bytes("f"), &texts[0]);
            prop_assert_eq!((rejected.writes, rejected.review.progress().pending), (0, 0));
        }
        Ok(())
    });
}

fn pending_lines(desk: &Desk) -> usize {
    let lines = |change: &std::sync::Arc<adit::review::FileChange>| -> usize {
        change.diff.runs.iter().map(|run| run.old.len() + run.new.len()).sum()
    };
    desk.review.files().map(lines).sum()
}

#[test]
fn the_order_of_decisions_does_not_matter() {
    holds(1_000, (family(2), subset(), subset()), |(texts, is_accepted, order)| {
        let start = Desk::with("f", Some(text(&texts[0])), Some(text(&texts[1])));
        let runs = runs_of(&texts[0], &texts[1]);
        if runs.is_empty() {
            return Ok(());
        }
        let all = |wanted: bool| (0..runs.len()).filter(|index| is_accepted[index % 64] == wanted).collect::<Vec<_>>();
        let mut ends = Vec::new();
        for is_accept_first in [true, false] {
            let mut desk = start.clone();
            // Lines of the proposal name a run after an acceptance, lines on disk after a rejection.
            if is_accept_first {
                decide_if_any(&mut desk, all(true), Decision::Accepted);
                decide_if_any_left(&mut desk, Decision::Rejected);
            } else {
                decide_if_any(&mut desk, all(false), Decision::Rejected);
                decide_if_any_left(&mut desk, Decision::Accepted);
            }
            ends.push((desk.bytes("f").to_vec(), desk.target("f").cloned()));
        }
        // One by one, in another order, as long as the run still stands alone.
        let mut desk = start.clone();
        let mut waiting: Vec<usize> = all(true);
        waiting.sort_by_key(|index| (order[index % 64], *index * 31 % 17));
        for index in waiting {
            let change = desk.review.file(&path("f")).unwrap();
            let Some(found) = change
                .diff
                .runs
                .iter()
                .position(|run| run.new == runs[index].new && run.old.len() == runs[index].old.len())
            else {
                // Git groups what is left otherwise: then it is the same lines, but not this run.
                return Ok(());
            };
            desk.accept(&Pick::Runs { path: path("f"), runs: vec![found] }).unwrap();
        }
        decide_if_any_left(&mut desk, Decision::Rejected);
        ends.push((desk.bytes("f").to_vec(), desk.target("f").cloned()));
        prop_assert_eq!(&ends[0], &ends[1]);
        prop_assert_eq!(&ends[0], &ends[2]);
        Ok(())
    });
}

fn decide_if_any(desk: &mut Desk, runs: Vec<usize>, decision: Decision) {
    if !runs.is_empty() {
        desk.decide(&Pick::Runs { path: path("f"), runs }, decision).unwrap();
    }
}

fn decide_if_any_left(desk: &mut Desk, decision: Decision) {
    if desk.review.progress().pending > 0 {
        desk.decide(&Pick::Everything, decision).unwrap();
    }
}

#[test]
fn merges_are_gits() {
    holds(1_000, family(3), |texts| {
        let (git, conflicts) = Oracle::new().merge(&texts[0], &texts[1], &texts[2]);
        let merged = merge_texts(&texts[0], &texts[1], &texts[2]);
        prop_assert_eq!((merged.text.as_bytes(), merged.conflicts), (git.as_slice(), conflicts));
        Ok(())
    });
}

#[test]
fn a_transplant_is_never_other_than_a_clean_merge() {
    holds(2_000, family(3), |texts| {
        let [before, after, onto] = [0, 1, 2].map(|index| Text::new(texts[index].as_slice()));
        let merged = merge_texts(before.as_bytes(), onto.as_bytes(), after.as_bytes());
        if let Ok(carried) = transplant(&before, &after, &onto)
            && merged.conflicts == 0
        {
            prop_assert_eq!(carried.as_bytes(), merged.text.as_bytes());
        }
        Ok(())
    });
}

#[test]
fn a_transplanted_change_and_the_users_own_make_up_the_whole() {
    holds(2_000, family(3), |texts| {
        // The first is HEAD's text, the second the disk's with the user's changes, the third has adit's besides.
        let [onto, before] = [0, 1].map(|index| Text::new(texts[index].as_slice()));
        let merged = merge_texts(onto.as_bytes(), before.as_bytes(), &texts[2]);
        if merged.conflicts > 0 {
            return Ok(());
        }
        let after = merged.text;
        if let Ok(committed) = transplant(&before, &after, &onto)
            && let Ok(whole) = transplant(&onto, &before, &committed)
        {
            prop_assert_eq!(whole, after);
        }
        Ok(())
    });
}

#[test]
fn lines_outside_an_accepted_run_keep_their_bytes() {
    holds(2_000, (family(2), any::<prop::sample::Index>()), |(texts, which)| {
        let runs = runs_of(&texts[0], &texts[1]);
        if runs.is_empty() {
            return Ok(());
        }
        let index = which.index(runs.len());
        let mut desk = Desk::with("f", Some(text(&texts[0])), Some(text(&texts[1])));
        desk.accept(&Pick::Runs { path: path("f"), runs: vec![index] }).unwrap();
        let old: Vec<&[u8]> = texts[0].split_inclusive(|byte| *byte == b'\n').collect();
        let new: Vec<&[u8]> = texts[1].split_inclusive(|byte| *byte == b'\n').collect();
        let run = &runs[index];
        let parts = [&old[..run.old.start], &new[run.new.clone()], &old[run.old.end..]].concat();
        prop_assert_eq!(desk.bytes("f"), parts.concat());
        Ok(())
    });
}

#[test]
fn the_same_events_give_the_same_review() {
    holds(1_000, (family(3), subset()), |(texts, chosen)| {
        let play = || {
            let mut desk = Desk::with("f", Some(text(&texts[0])), Some(text(&texts[1])));
            for step in 0..8 {
                let runs = desk.review.file(&path("f")).map_or(0, |change| change.diff.runs.len());
                let decision = if chosen[step] { Decision::Accepted } else { Decision::Rejected };
                let pick = Pick::Runs { path: path("f"), runs: vec![step % runs.max(1)] };
                match chosen[step + 8..step + 11] {
                    [true, true, true] => drop(desk.undo()),
                    [true, true, false] => drop(desk.redo()),
                    [true, false, true] => desk.propose("f", None, Some(text(&texts[2]))),
                    _ => drop(desk.decide(&pick, decision)),
                }
            }
            (seen(&desk.review), desk.review.feedback().to_vec(), desk.review.history(), desk.review.revision())
        };
        prop_assert_eq!(play(), play());
        Ok(())
    });
}
