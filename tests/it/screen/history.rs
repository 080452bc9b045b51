//! The history of the review on the screen, and where a change came from.

use adit::review::{Decision, NodeId, Pick};
use adit::session::{EventKind, Op};

use super::stage::{Stage, path, with_proposal};

/// A review in which one decision was undone and another made in its place.
fn branched(width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    stage.ask("raise the fare");
    with_proposal(&mut stage);
    stage.wait(70);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage.event(EventKind::Undone { act: None });
    stage.wait(30);
    stage.decided(Pick::Runs { path: path("src/fare.rs"), runs: vec![0] }, Decision::Rejected);
    stage.wait(7200);
    stage.decided(Pick::Runs { path: path("src/fare.rs"), runs: vec![0] }, Decision::Accepted);
    stage.asked.clear();
    stage
}

#[test]
fn the_history_is_a_tree_with_times() {
    let mut stage = branched(100, 24);
    stage.keys("alt-3 H");
    insta::assert_snapshot!("history-100x24", stage.text());
}

#[test]
fn any_point_of_the_history_can_be_gone_to() {
    let mut stage = branched(100, 24);
    let revision = stage.app.state.review.revision();
    stage.keys("alt-3 H enter");
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("the review stands there already"));
    stage.keys("H j j enter");
    assert_eq!(stage.ops(), [Op::GoTo { revision, point: NodeId(4) }]);
    stage.event(EventKind::WentTo { point: NodeId(4) });
    assert!(!stage.text().contains("History of the review"));
    stage.keys("H esc");
    assert_eq!(stage.ops(), []);
    assert_eq!(stage.app.state.review.file(&path("README.md")).unwrap().decided.len(), 1);
}

#[test]
fn the_history_follows_what_happens_while_it_is_open() {
    let mut stage = branched(100, 24);
    stage.keys("alt-3 H j");
    stage.decided(Pick::File { path: path("src/tide.rs") }, Decision::Rejected);
    let text = stage.text();
    assert!(text.contains("reject src/tide.rs"), "{text}");
    let revision = stage.app.state.review.revision();
    stage.keys("enter");
    assert_eq!(stage.ops(), [Op::GoTo { revision, point: NodeId(5) }], "the cursor stayed on its point");
}

#[test]
fn the_prompt_behind_a_run_is_shown() {
    let mut stage = branched(100, 24);
    stage.keys("alt-3 n p");
    let text = stage.text();
    assert!(text.contains("Turn 1, step 1, tool call (call-1)"), "{text}");
    assert!(text.contains("raise the fare"), "{text}");
    stage.keys("esc");
    assert!(!stage.text().contains("Where this came from"));
}
