//! What the model hears of decisions and notes.

use adit::review::{Decision, Feedback, Pick};

use super::desk::{Desk, path, text};

fn desk() -> Desk {
    let before: String = (1..=12).map(|number| format!("line {number}\n")).collect();
    let after = before.replace("line 3\n", "three\n").replace("line 9\n", "nine\nand more\n");
    Desk::with("f", Some(text(before)), Some(text(after)))
}

fn run(index: usize) -> Pick {
    Pick::Runs { path: path("f"), runs: vec![index] }
}

#[test]
fn a_rejection_is_told_with_the_reason_and_what_stands_now() {
    let mut desk = desk();
    desk.decide_with(&run(1), Decision::Rejected, Some("keep nine")).unwrap();
    assert_eq!(
        desk.review.feedback(),
        [Feedback {
            path: path("f"),
            decision: Decision::Rejected,
            diff: "-line 9\n+nine\n+and more\n".to_owned(),
            note: Some("keep nine".to_owned()),
            now: "line 8\nline 9\nline 10\n".to_owned(),
            at: Some(8),
        }]
    );
    desk.review.feedback_sent();
    assert_eq!(desk.review.feedback(), []);
    // It was told; taking it back does not tell it again.
    desk.undo().unwrap();
    desk.redo().unwrap();
    assert_eq!(desk.review.feedback(), []);
}

#[test]
fn an_undone_decision_is_not_told_and_a_redone_one_is() {
    let mut desk = desk();
    desk.accept(&run(0)).unwrap();
    let told = desk.review.feedback().to_vec();
    assert_eq!((told.len(), told[0].now.as_str(), told[0].diff.as_str()), (1, "", "-line 3\n+three\n"));
    desk.undo().unwrap();
    assert_eq!(desk.review.feedback(), []);
    desk.redo().unwrap();
    assert_eq!(desk.review.feedback(), told);
    let disk = [desk.bytes("f"), b"user\n"].concat();
    desk.edit("f", Some(text(disk)));
    desk.undo().unwrap();
    assert_eq!(desk.review.feedback(), []);
    desk.redo().unwrap();
    assert_eq!(desk.review.feedback(), told);
    desk.undo().unwrap();
    assert_eq!(desk.review.feedback(), []);
}

#[test]
fn a_note_changes_nothing_and_is_told() {
    let mut desk = desk();
    let revision = desk.review.revision();
    desk.review.add_note(&run(0), "why?");
    assert_eq!(desk.review.revision(), revision);
    assert_eq!(desk.review.feedback()[0].decision, Decision::Pending);
    assert_eq!(desk.review.feedback()[0].diff, "-line 3\n+three\n");
    assert_eq!(desk.review.feedback()[0].note.as_deref(), Some("why?"));
    desk.review.add_note(&Pick::Everything, "all?");
    assert_eq!(desk.review.feedback().len(), 2);
}

#[test]
fn long_changes_are_told_in_short() {
    let after: String = (0..500).map(|number| format!("{}{number}\n", "x".repeat(1000))).collect();
    let mut desk = Desk::with("f", None, Some(text(after)));
    desk.accept(&Pick::Everything).unwrap();
    let told = &desk.review.feedback()[0].diff;
    assert!(told.starts_with("(the new file)\n+xxx") && told.ends_with("… (489 more lines)\n"), "{told}");
    assert!(told.len() < 8000);
}
