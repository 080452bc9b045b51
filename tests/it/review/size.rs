//! Large reviews: what must come out right, in a time that a quadratic way would not keep.

use adit::review::{Decision, FileDiff, Pick, Progress, Unit};

use super::desk::{Desk, path, seen, text};

fn every_second(lines: usize) -> (String, String) {
    let before = (0..lines).map(|number| format!("line {number}\n")).collect();
    let change =
        |number: usize| if number % 2 == 1 { format!("changed {number}\n") } else { format!("line {number}\n") };
    (before, (0..lines).map(change).collect())
}

#[test]
fn every_second_of_many_lines_is_decided() {
    let (before, after) = every_second(100_000);
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(&after)));
    assert_eq!(desk.review.progress().pending, 50_000);
    for index in [0, 20_000, 49_990] {
        desk.review.decide(&Pick::Runs { path: path("f"), runs: vec![index] }, Decision::Accepted, None);
        desk.review.decide(&Pick::Runs { path: path("f"), runs: vec![index] }, Decision::Rejected, None);
    }
    assert_eq!(desk.review.progress(), Progress { pending: 49_994, accepted: 3, rejected: 3, conflicts: 0 });
    desk.review.decide(&Pick::Everything, Decision::Rejected, None);
    for _ in 0..7 {
        desk.review.undo(None);
    }
    assert_eq!(desk.review.progress().pending, 50_000);
}

#[test]
fn a_decision_in_a_large_file_and_its_undo_compare_nothing_anew() {
    let (before, after) = every_second(20_000);
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(&after)));
    let computed = desk.review.comparisons().computed();
    assert_eq!(computed, 1, "the first difference is worked out");
    let client = desk.review.clone();
    for (index, decision) in [(0, Decision::Accepted), (7_000, Decision::Rejected), (9_990, Decision::Accepted)] {
        desk.decide(&Pick::Runs { path: path("f"), runs: vec![index] }, decision).unwrap();
    }
    desk.decide(&Pick::Everything, Decision::Accepted).unwrap();
    while desk.review.undoable().is_ok() && desk.review.progress().pending < 10_000 {
        desk.undo().unwrap();
    }
    while desk.review.plan_redo().is_ok() {
        desk.redo().unwrap();
    }
    assert_eq!(
        (desk.review.progress().pending, desk.bytes("f").len()),
        (0, desk.target("f").unwrap().text.as_bytes().len())
    );
    assert_eq!(desk.review.comparisons().computed(), computed);

    // Who folds the same after another has nothing to compare either, also where the texts are new.
    let mine = format!("mine\n{before}");
    desk = Desk { review: client.clone(), ..Desk::default() };
    desk.disk.insert(path("f"), text(&before));
    desk.edit("f", Some(text(&mine)));
    let computed = desk.review.comparisons().computed();
    let mut client = client;
    client.disk_moved(&path("f"), Some(&text(&mine)));
    assert_eq!(seen(&client), seen(&desk.review));
    assert_eq!(client.comparisons().computed(), computed);
}

#[test]
fn a_file_whose_comparison_is_given_up_is_one_change_until_it_is_compared_again() {
    let (before, after) = every_second(100);
    let mut desk = Desk::default();
    desk.disk.insert(path("f"), text(&before));
    desk.review.give_up(&path("f"));
    desk.propose("f", None, Some(text(&after)));
    let diff = |desk: &Desk| desk.review.file(&path("f")).unwrap().diff.as_ref().clone();
    assert_eq!(diff(&desk), FileDiff { units: vec![Unit::Binary], runs: Vec::new() });
    desk.review.decide(&Pick::File { path: path("f") }, Decision::Accepted, None);
    assert!(diff(&desk).is_empty());
    desk.review.undo(None);
    assert_eq!(diff(&desk).units, [Unit::Binary]);
    desk.propose("f", None, Some(text(format!("{after}more\n"))));
    assert_eq!((diff(&desk).units, diff(&desk).runs.len()), (vec![], 50));
    desk.review.undo(None);
    assert_eq!(diff(&desk).units, [Unit::Binary]);
}

#[test]
fn a_hundred_decisions_one_by_one_leave_the_rest() {
    let (before, after) = every_second(4_000);
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(&after)));
    for _ in 0..100 {
        desk.review.decide(&Pick::Runs { path: path("f"), runs: vec![0] }, Decision::Accepted, None);
    }
    assert_eq!(desk.review.progress(), Progress { pending: 1_900, accepted: 100, ..Progress::default() });
    while desk.review.undoable().is_ok() {
        desk.review.undo(None);
    }
    assert_eq!(desk.review.progress(), Progress { pending: 2_000, ..Progress::default() });
}

#[test]
fn two_thousand_files_are_decided_at_once() {
    let (before, after) = every_second(20);
    let mut desk = Desk::default();
    for number in 0..2_000 {
        let name = format!("src/{}/{number}", number % 50);
        desk.disk.insert(path(&name), text(&before));
        desk.propose(&name, None, Some(text(&after)));
    }
    assert_eq!(desk.review.progress().pending, 20_000);
    desk.accept(&Pick::Everything).unwrap();
    assert_eq!((desk.review.progress().pending, desk.writes), (0, 2_000));
    desk.undo().unwrap();
    assert_eq!((desk.review.progress().pending, desk.writes), (20_000, 4_000));
}

#[test]
fn what_is_left_of_a_large_difference_is_what_would_be_computed_anew() {
    let (before, after) = every_second(10_000);
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(&after)));
    for step in 0..8 {
        let runs = desk.review.file(&path("f")).unwrap().diff.runs.len();
        let pick = Pick::Runs { path: path("f"), runs: vec![step * 997 % runs, step * 31 % runs] };
        // The desk compares the difference with a new one after each decision.
        desk.decide(&pick, if step % 3 == 0 { Decision::Rejected } else { Decision::Accepted }).unwrap();
    }
    while desk.review.undoable().is_ok() {
        desk.undo().unwrap();
    }
    assert_eq!(desk.bytes("f"), before.as_bytes());
}
