//! What part of the review is listed, and viewed marks, by key script.

use adit::review::Maker;
use adit::session::EventKind;

use super::desk::{Desk, file, numbered, revision};

/// `a` with an exact hunk by one call and a loose one by another; `b` exact, by the first call.
fn desk() -> Desk {
    let exact = [(3, "three\n")];
    let both = [(3, "three\n"), (20, "twenty\n")];
    let mut desk = Desk::new(vec![
        revision("a.txt", file(numbered(30, &[])), file(numbered(30, &exact))),
        revision("b.txt", file("x\n"), file("y\n")),
    ]);
    let mut loose = revision("a.txt", None, file(numbered(30, &both)));
    loose.base = None;
    loose.loose = true;
    loose.maker = Maker::Model { turn: 1, step: 2, call: "call-2".to_owned() };
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![loose] });
    desk.keys("g");
    desk
}

#[test]
fn filters_are_cycled_and_navigation_keeps_to_them() {
    let mut desk = desk();
    desk.keys("] a f");
    assert_eq!(desk.told(), "accept a.txt runs [0]; say only pending");
    assert!(!desk.draw().contains("accepted"), "{}", desk.draw());
    desk.keys("f");
    assert_eq!(desk.told(), "say only loosely matched");
    insta::assert_snapshot!(desk.screen());
    desk.keys("g n n");
    assert!(desk.cursor().starts_with("@@ -17,7 +17,7 @@"), "{}", desk.cursor());
    desk.keys("f");
    assert_eq!(desk.told(), "say only a.txt");
    assert!(!desk.draw().contains("b.txt"));
    desk.keys("n f");
    assert_eq!(desk.told(), "say only call call-2");
    assert!(desk.pane.title(&desk.state).ends_with("[only call call-2]"));
    desk.keys("f");
    assert_eq!(desk.told(), "say all of the review");
    assert!(desk.draw().contains("b.txt"));
}

#[test]
fn what_is_not_listed_is_not_decided() {
    let mut desk = desk();
    desk.keys("f f accept-all A");
    let told = desk.told();
    assert!(told.ends_with("list everything first; accept a.txt runs [1]"), "{told}");
    assert!(desk.state.review.file(&super::desk::path("a.txt")).unwrap().diff.runs.len() == 1);
}

#[test]
fn a_viewed_file_is_folded_until_its_target_changes() {
    let mut desk = desk();
    desk.keys("V");
    assert_eq!(desk.told(), "say a.txt is marked as viewed");
    assert!(desk.draw().starts_with("▸ a.txt · loosely matched ✓ viewed"), "{}", desk.draw());
    assert!(desk.cursor().starts_with("@@ -1 +1 @@"), "{}", desk.cursor());
    let mut more = revision("a.txt", None, file(numbered(30, &[(3, "drei\n")])));
    more.base = None;
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![more] });
    assert!(desk.draw().contains("+ drei"), "{}", desk.draw());
    assert!(!desk.draw().contains("viewed"));
    desk.keys("g V { { V");
    assert!(!desk.draw().contains("viewed"), "the same key takes the mark back: {}", desk.draw());
}
