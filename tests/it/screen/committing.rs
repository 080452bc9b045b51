//! What the commit sheet tells of commits that were made before, here or elsewhere, and of a draft that failed.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Op, Usage};
use adit::tui::{Effect, Msg};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::stage::{Stage, path, with_proposal};

fn accepted() -> Stage {
    let mut stage = Stage::open(80, 24);
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage
}

fn committed(stage: &mut Stage) {
    let (id, summary) = ("0123456789abcdef".to_owned(), "docs: say what is crossed".to_owned());
    stage.event(EventKind::Committed { id, summary, paths: vec![path("README.md")], made: Vec::new() });
}

#[test]
fn what_takes_a_commit_back_is_told_with_it_also_while_the_sheet_is_open() {
    let mut stage = accepted();
    committed(&mut stage);
    stage.keys("alt-3 c");
    assert!(!stage.text().contains("takes back"));
    stage.event(EventKind::Undone { act: None });
    let told = "This takes back 0123456 docs: say what is crossed.";
    assert!(stage.text().contains(told), "{}", stage.text());
    stage.event(EventKind::Redone);
    assert!(!stage.text().contains("takes back"), "{}", stage.text());
    stage.keys("esc").event(EventKind::Undone { act: None });
    stage.keys("c");
    assert!(stage.text().contains(told), "{}", stage.text());
}

#[test]
fn what_was_committed_outside_is_not_called_never_accepted() {
    let mut stage = accepted();
    stage.event(EventKind::CommittedElsewhere { paths: vec![path("README.md")] });
    stage.keys("alt-3 c");
    let text = stage.text();
    assert!(text.contains("What was accepted in README.md was committed outside of adit"), "{text}");
    assert!(!text.contains("Nothing was accepted yet"), "{text}");
    stage.keys("'x ctrl-s");
    assert!(stage.text().contains("it is committed already"), "{}", stage.text());
    stage.decided(Pick::File { path: path("src/tide.rs") }, Decision::Accepted);
    assert!(!stage.text().contains("outside of adit"));
}

#[test]
fn a_draft_that_failed_is_told_in_the_sheet() {
    let mut stage = accepted();
    stage.keys("alt-3 c");
    let fault = Some("cannot draft a message: the service is busy".to_owned());
    let message = "Update README.md".to_owned();
    stage.event(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None, fault });
    let text = stage.text();
    assert!(text.contains("Message  cannot draft a message: the service is busy"), "{text}");
    assert!(text.contains("Update README.md"), "{text}");
    stage.keys("ctrl-r");
    assert!(!stage.text().contains("cannot draft"), "it is tried again");
}

/// A multiplexer makes one piece of Esc and of the Enter that is typed behind it.
#[test]
fn what_may_be_escape_and_enter_does_not_commit() {
    let mut stage = accepted();
    stage.keys("alt-3 c 'message");
    let _begun = stage.ops();
    let key = KeyEvent::new(KeyCode::Enter, KeyModifiers::ALT);
    stage.send(Msg::Prefixed(key));
    assert_eq!(stage.ops(), []);
    let text = stage.text();
    assert!(text.contains("nothing is committed; Ctrl-S commits"), "{text}");
    assert!(text.contains("message"), "the sheet stays: {text}");
    stage.send(Msg::Key(key));
    assert!(matches!(stage.ops()[..], [Op::Commit { .. }]), "where it can be told apart it commits");
    // Elsewhere it is the key that it is.
    stage.keys("esc alt-2 'one");
    stage.send(Msg::Prefixed(key));
    stage.keys("'two");
    assert!(stage.text().contains("› one"), "{}", stage.text());
    assert_eq!(stage.ops(), []);
}

#[test]
fn in_gnu_screen_the_mouse_is_left_alone_once() {
    let mut stage = accepted();
    stage.send(Msg::InScreen);
    assert!(stage.asked.contains(&Effect::TakeMouse(false)));
    assert!(stage.text().contains("GNU screen holds Esc back"), "{}", stage.text());
    stage.keys("f6");
    assert!(stage.asked.contains(&Effect::TakeMouse(true)));
    stage.keys("f6");
    stage.asked.clear();
    stage.send(Msg::InScreen);
    assert_eq!(stage.asked, []);
}
