//! Notes in the review: where they stand until the model has heard them.

use adit::review::{Decision, Pick};
use adit::session::EventKind;

use super::desk::{Desk, file, numbered, path, revision};

fn noted(pick: Pick, text: &str, desk: &Desk) -> EventKind {
    EventKind::NoteAdded { revision: desk.state.review.revision(), pick, text: text.to_owned() }
}

/// Two hunks in `a`, one in `b`; notes on the second hunk and on the whole of `b`.
fn desk() -> Desk {
    let mut desk = Desk::new(vec![
        revision("a.txt", file(numbered(30, &[])), file(numbered(30, &[(3, "three\n"), (20, "twenty\n")]))),
        revision("b.txt", file("x\n"), file("y\n")),
    ]);
    let pick = Pick::Runs { path: path("a.txt"), runs: vec![1] };
    let first = noted(pick, "why twenty?\nand not 21?", &desk);
    desk.fold(first);
    let second = noted(Pick::File { path: path("b.txt") }, "is it used?", &desk);
    desk.fold(second);
    desk
}

#[test]
fn notes_stand_at_their_places_until_they_are_sent() {
    let mut desk = desk();
    desk.area.height = 30;
    insta::assert_snapshot!(desk.screen());
    desk.keys("S");
    assert_eq!(desk.told(), "prompt Please look at my decisions and notes.; say sending 2 notes");
    assert!(!desk.draw().contains('✎'), "{}", desk.draw());
    desk.keys("S");
    assert_eq!(desk.told(), "say the model has heard of all your decisions and notes");
}

#[test]
fn a_note_moves_with_its_lines() {
    let mut desk = desk();
    desk.area.height = 40;
    let mut more = revision("a.txt", None, file(numbered(30, &[(1, "one\n1\n"), (3, "three\n"), (20, "twenty\n")])));
    more.base = None;
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![more] });
    let screen = desk.draw();
    let line = |text: &str| screen.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{screen}"));
    assert!(line("+ twenty") < line("✎ note: why twenty? …"), "{screen}");
    assert!(line("✎ note: why twenty?") < line("b.txt"), "{screen}");
}

#[test]
fn a_note_is_part_of_what_it_is_about() {
    let mut desk = desk();
    desk.keys("] ]");
    for _ in 0..9 {
        desk.keys("j");
    }
    assert!(desk.cursor().starts_with("✎ note: why twenty?"), "{}", desk.cursor());
    desk.keys("a");
    assert_eq!(desk.told(), "accept a.txt runs [1]");
}

#[test]
fn what_was_said_with_a_decision_stands_in_its_heading() {
    let mut desk = desk();
    desk.fold(EventKind::HunksDecided {
        revision: desk.state.review.revision(),
        pick: Pick::Runs { path: path("a.txt"), runs: vec![0] },
        decision: Decision::Accepted,
        note: Some("and do the same in c".to_owned()),
    });
    assert!(desk.draw().contains("✓ accepted  -1 +1  “and do the same in c”"), "{}", desk.draw());
}
