//! Lines edited in place, decisions from the tree, and the summary before a commit.

use adit::review::{Decision, FileRevision, Maker, Mode, Pick, Snapshot, Text};
use adit::session::{EventKind, Op};
use adit::tui::Msg;

use super::stage::{Stage, path, with_proposal};

/// A stage with one changed file that has CR LF line ends, the cursor on its added line.
fn edited(target: &str, keys: &str) -> Stage {
    let mut stage = Stage::open(100, 24);
    stage.propose("a.txt", Some("one\r\ntwo\r\n"), Some(target));
    stage.keys("alt-3").keys(keys);
    stage.asked.clear();
    stage
}

#[test]
fn a_line_is_edited_in_place_and_keeps_its_end() {
    let mut stage = edited("one\r\nzwei\r\n", "j j j E");
    assert!(stage.text().contains("a.txt, line 2 of the proposal"), "{}", stage.text());
    insta::assert_snapshot!("edit-line-100x24", stage.text());
    let revision = stage.app.state.review.revision();
    stage.keys("backspace 'g space 'x enter");
    let target = Snapshot { text: Text::from("one\r\nzweg x\r\n"), mode: Mode::Regular };
    let base = Some(Snapshot { text: Text::from("one\r\nzwei\r\n"), mode: Mode::Regular });
    assert_eq!(stage.ops(), [Op::Rewrite { revision, path: path("a.txt"), target: target.clone(), base }]);
    let mine = FileRevision {
        path: path("a.txt"),
        from: None,
        base: None,
        target: Some(target),
        maker: Maker::User,
        loose: false,
    };
    stage.event(EventKind::ProposalRevised { call: None, files: vec![mine] });
    assert!(stage.text().contains("· yours"), "{}", stage.text());
}

#[test]
fn the_last_line_stays_without_its_newline_and_pasted_lines_become_one() {
    let mut stage = edited("one\r\nzwei", "j j j E ctrl-u");
    stage.send(Msg::Paste("a\nb\n".to_owned()));
    stage.keys("enter");
    let asked = stage.ops();
    let [Op::Rewrite { target, .. }] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(target.text.as_bytes().ends_with(b"a b"), "{target:?}");
    assert!(target.text.as_bytes().starts_with(b"one\r\n"));
}

#[test]
fn what_cannot_be_edited_in_place_is_said() {
    for (target, keys, words) in [
        ("one\r\nzwei\r\n", "E", "put the cursor on a line"),
        ("one\r\nzwei\r\n", "j j E", "this line goes"),
        ("one\r\nz\u{202e}wei\r\n", "j j j E", "has hidden characters"),
        ("one\r\nzwei\r\n", "j j j E enter", "the line is as it was"),
    ] {
        let mut stage = edited(target, keys);
        assert!(stage.text().contains(words), "{words} in {}", stage.text());
        assert_eq!(stage.ops(), []);
    }
}

#[test]
fn a_line_is_sent_with_what_it_was_edited_in_when_the_proposal_moves_on() {
    let mut stage = edited("one\r\nzwei\r\n", "j j j E 'x");
    let revision = stage.app.state.review.revision();
    stage.propose("a.txt", None, Some("null\r\none\r\nzwei\r\n"));
    stage.asked.clear();
    stage.keys("enter");
    let text = |text: &str| Snapshot { text: Text::from(text), mode: Mode::Regular };
    let (target, base) = (text("one\r\nzweix\r\n"), Some(text("one\r\nzwei\r\n")));
    assert_eq!(stage.ops(), [Op::Rewrite { revision, path: path("a.txt"), target, base }]);
}

#[test]
fn a_refused_note_is_kept_for_the_next_one() {
    let mut stage = edited("one\r\nzwei\r\n", "j M");
    stage.keys("'because space 'so enter");
    let asked = stage.ops();
    let [Op::Decide { note: Some(note), .. }] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(note, "because so");
    stage.event(EventKind::Refused { reason: "the proposal changed since it was shown".to_owned(), hint: None });
    assert!(stage.text().contains("your note is kept for the next one"), "{}", stage.text());
    stage.keys("j m");
    assert!(stage.text().contains("because so"), "{}", stage.text());
    stage.asked.clear();
    stage.keys("enter");
    let asked = stage.ops();
    let [Op::Note { text, .. }] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(text, "because so");
    let pick = Pick::Runs { path: path("a.txt"), runs: vec![0] };
    stage.event(EventKind::NoteAdded { revision: stage.app.state.review.revision(), pick, text: text.clone() });
    stage.keys("m");
    assert_eq!(stage.text().matches("because so").count(), 1, "only where it stands in the review");
}

#[test]
fn files_and_folders_are_decided_from_the_tree() {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    stage.keys("alt-1 g j");
    stage.asked.clear();
    let revision = stage.app.state.review.revision();
    stage.keys("a");
    let decide = |pick, decision| Op::Decide { revision, pick, decision, note: None };
    assert_eq!(stage.ops(), [decide(Pick::Folder { path: path("src") }, Decision::Accepted)]);
    stage.keys("G k k r");
    assert_eq!(stage.ops().len() + usize::from(stage.text().contains("nothing is pending")), 1);
}

#[test]
fn many_hunks_are_decided_from_the_tree_after_a_question() {
    let mut stage = Stage::open(120, 40);
    let line = |number: usize, changed: bool| {
        if changed && number % 10 == 5 { "new\n".to_owned() } else { format!("line {number}\n") }
    };
    let (old, new): (String, String) = (0..300).map(|number| (line(number, false), line(number, true))).unzip();
    stage.propose("src/big.txt", Some(&old), Some(&new));
    stage.keys("alt-1 g j");
    stage.asked.clear();
    let revision = stage.app.state.review.revision();
    stage.keys("r");
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("30 changes are pending in src/"), "{}", stage.text());
    stage.keys("n");
    assert_eq!(stage.ops(), []);
    stage.keys("r y");
    let pick = Pick::Folder { path: path("src") };
    assert_eq!(stage.ops(), [Op::Decide { revision, pick, decision: Decision::Rejected, note: None }]);
}

#[test]
fn the_commit_sheet_sums_up_what_is_decided_and_what_is_not() {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage.decided(Pick::Runs { path: path("src/tide.rs"), runs: vec![0] }, Decision::Rejected);
    let revision = stage.app.state.review.revision();
    let pick = Pick::Runs { path: path("src/fare.rs"), runs: vec![0] };
    stage.event(EventKind::NoteAdded { revision, pick, text: "why?".to_owned() });
    let disk = super::stage::FARE.replace("100", "90");
    stage.event(EventKind::DiskMoved { path: path("src/fare.rs"), disk: Some(super::stage::text(&disk)) });
    stage.keys("alt-3 c");
    insta::assert_snapshot!("commit-summary-120x40", stage.text());
    let text = stage.text();
    assert!(text.contains("1 conflict to settle · 1 note not sent"), "{text}");
    assert!(text.contains("a conflict, 1 note"), "{text}");
}
