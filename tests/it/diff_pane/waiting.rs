//! Keys that are faster than the engine.

use super::desk::{Desk, file, numbered, path, revision};
use adit::review::{Decision, Pick};
use adit::session::EventKind;

fn review() -> Desk {
    let new = numbered(60, &[(3, "three\n"), (20, "twenty\n"), (40, "forty\n")]);
    let mut desk = Desk::new(vec![revision("a.txt", file(numbered(60, &[])), file(new))]);
    desk.keys("]");
    desk.is_prompt = false;
    desk
}

#[test]
fn each_key_meets_the_next_hunk() {
    let mut desk = review();
    desk.keys("a a r");
    assert_eq!(desk.told(), "accept a.txt runs [0]");
    desk.answer();
    assert_eq!(desk.told(), "accept a.txt runs [0]");
    desk.answer();
    assert_eq!(desk.told(), "reject a.txt runs [0]");
    desk.answer();
    assert_eq!(desk.told(), "");
    let progress = desk.state.review.progress();
    assert_eq!((progress.pending, progress.accepted, progress.rejected), (0, 2, 1));
}

#[test]
fn other_keys_wait_as_well() {
    let mut desk = review();
    desk.keys("a ] u");
    desk.answer();
    assert!(desk.told().ends_with("undo"));
    desk.answer();
    assert!(desk.cursor().starts_with("@@ -1,6 +1,6 @@"), "{}", desk.cursor());
}

#[test]
fn a_refusal_drops_what_waited() {
    let mut desk = review();
    desk.keys("a a");
    desk.told();
    desk.fold(EventKind::Refused { reason: "no".to_owned(), hint: None });
    assert_eq!(desk.told(), "say the proposal changed meanwhile: 1 more key was not obeyed");
    desk.keys("a");
    assert_eq!(desk.told(), "accept a.txt runs [0]");
}

#[test]
fn text_that_the_user_has_not_seen_is_not_decided_by_keys_that_waited() {
    let mut desk = review();
    desk.keys("a a");
    desk.told();
    let mut more = revision("a.txt", None, file(numbered(60, &[(3, "three\n"), (10, "ten\n")])));
    more.base = None;
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![more] });
    desk.answer();
    assert_eq!(desk.told(), "say the proposal changed meanwhile: 1 more key was not obeyed");
}

#[test]
fn a_revision_in_the_same_batch_stops_the_keys_too() {
    let mut desk = review();
    desk.keys("a a a");
    desk.told();
    let pick = Pick::Runs { path: path("a.txt"), runs: vec![0] };
    let revision = desk.state.review.revision();
    let decided = EventKind::HunksDecided { revision, pick, decision: Decision::Accepted, note: None };
    let mut more = super::desk::revision("a.txt", None, file(numbered(60, &[(3, "three\n"), (20, "other\n")])));
    more.base = None;
    desk.fold_all(vec![decided, EventKind::ProposalRevised { call: None, files: vec![more] }]);
    assert_eq!(desk.told(), "say the proposal changed meanwhile: 2 more keys were not obeyed");
    assert!(desk.cursor().starts_with("@@ -17,7 +17,7 @@"), "{}", desk.cursor());
}

#[test]
fn escape_drops_what_waits() {
    let mut desk = review();
    desk.keys("a a");
    assert!(desk.pane.escape());
    desk.answer();
    assert_eq!(desk.told(), "accept a.txt runs [0]");
}
