//! Scrolling, selecting, folding and copying.

use std::sync::Arc;

use adit::path::RelPath;
use adit::review::{Decision, Pick};
use adit::session::{Entry, EventKind, TurnOutcome};
use adit::tui::{Action, Copied, Effect};

use super::{Stage, ended, said, started, whole_turn};

fn long(stage: &mut Stage, turns: u32) {
    for turn in 1..=turns {
        stage.feed(started(turn, &format!("prompt {turn}")));
        stage.feed([said(&format!("answer {turn}\n\nwith two paragraphs"))]);
        stage.feed(ended(turn, TurnOutcome::Done));
    }
}

#[test]
fn the_view_follows_the_tail_until_scrolled() {
    let mut stage = Stage::new(40, 8);
    long(&mut stage, 20);
    assert!(stage.draw().contains("answer 20"));
    stage.act(&[Action::ChatUp, Action::ChatUp]);
    let before = stage.draw();
    stage.feed(started(21, "prompt 21"));
    stage.feed([said("answer 21")]);
    let after = stage.draw();
    assert!(after.contains("↓ 2 new"), "{after}");
    assert_eq!(before.lines().take(5).collect::<Vec<_>>(), after.lines().take(5).collect::<Vec<_>>());
    stage.act(&[Action::ChatBottom]);
    assert!(stage.draw().contains("answer 21"));
    stage.feed([said("\n\nmore\n\nand more\n\nthe end")]);
    assert!(stage.draw().contains("the end"));
}

#[test]
fn scrolling_back_down_follows_again() {
    let mut stage = Stage::new(40, 8);
    long(&mut stage, 20);
    let tail = stage.draw();
    stage.act(&[Action::ChatUp, Action::ChatPageUp, Action::ChatPageUp]);
    assert_ne!(stage.draw(), tail);
    stage.act(&[Action::ChatPageDown, Action::ChatPageDown, Action::ChatPageDown]);
    assert_eq!(stage.draw(), tail);
    long(&mut stage, 1);
    assert!(stage.draw().contains("answer 1\n"));
}

#[test]
fn steps_up_and_down_meet() {
    let mut stage = Stage::new(40, 9);
    long(&mut stage, 12);
    stage.draw();
    stage.act(&[Action::ChatTop]);
    let mut down = vec![stage.draw()];
    loop {
        stage.act(&[Action::ChatDown]);
        let drawn = stage.draw();
        if Some(&drawn) == down.last() {
            break;
        }
        down.push(drawn);
    }
    assert_eq!(down.len(), 12 * 7 - 1 - 9 + 1);
    for expected in down.iter().rev().skip(1) {
        stage.act(&[Action::ChatUp]);
        assert_eq!(&stage.draw(), expected);
    }
}

#[test]
fn code_blocks_are_selected_and_copied() {
    let mut stage = Stage::new(60, 24);
    whole_turn(&mut stage, 1);
    stage.draw();
    // What the turn cost is the last row, but nothing to select.
    let effects = stage.act(&[Action::ChatPrevious, Action::ChatCopy]);
    assert_eq!(effects, [Effect::Copy(Copied::new("the code block", "fn parse(text: &str) {}\n"))]);
    insta::assert_snapshot!(stage.draw());
    let effects = stage.act(&[Action::ChatPrevious, Action::ChatCopy]);
    let Effect::Copy(copied) = &effects[0] else { panic!("{effects:?}") };
    assert_eq!(copied.what, "the answer");
    assert!(copied.text.starts_with("Done:") && copied.text.ends_with("Run the tests."));
    stage.act(&[Action::Escape]);
    let effects = stage.act(&[Action::ChatCopyCode]);
    assert_eq!(effects, [Effect::Copy(Copied::new("the code block", "fn parse(text: &str) {}\n"))]);
}

#[test]
fn whatever_is_selected_can_be_copied() {
    let mut stage = Stage::new(60, 24);
    whole_turn(&mut stage, 1);
    let pick = Pick::File { path: RelPath::new("src/parser.rs").unwrap() };
    stage.state.entries.push(Arc::new(Entry::Decided { pick, decision: Decision::Accepted, note: None }));
    stage.feed(started(2, "And now?"));
    stage.feed(ended(2, TurnOutcome::Cancelled));
    stage.draw();
    for way in [Action::ChatPrevious, Action::ChatNext] {
        for _ in 0..12 {
            let effects = stage.act(&[way, Action::ChatCopy]);
            assert!(matches!(effects[..], [Effect::Copy(_)]), "{way:?}: {effects:?}\n{}", stage.draw());
        }
    }
}

#[test]
fn selecting_brings_into_view() {
    let mut stage = Stage::new(40, 8);
    long(&mut stage, 20);
    stage.draw();
    for _ in 0..40 {
        stage.act(&[Action::ChatPrevious]);
        assert!(stage.draw().contains('▎'), "{}", stage.draw());
    }
    for _ in 0..30 {
        stage.act(&[Action::ChatNext]);
        assert!(stage.draw().contains('▎'));
    }
}

#[test]
fn folding_opens_and_folds_again() {
    let mut stage = Stage::new(60, 24);
    whole_turn(&mut stage, 1);
    let folded = stage.draw();
    stage.act(&[Action::ChatFold]);
    let opened = stage.draw();
    assert!(opened.contains("output"), "{opened}");
    stage.act(&[Action::ChatFold, Action::Escape]);
    assert_eq!(stage.draw(), folded);
}

#[test]
fn clearing_forgets_the_selection_and_the_folds() {
    let mut stage = Stage::new(60, 24);
    let empty = stage.draw();
    whole_turn(&mut stage, 1);
    stage.draw();
    stage.act(&[Action::ChatFold, Action::ChatTop, Action::ChatNext]);
    stage.draw();
    stage.feed([EventKind::ConversationCleared]);
    assert_eq!(stage.draw(), empty);
}

#[test]
fn the_mouse_scrolls_and_opens() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut stage = Stage::new(60, 10);
    whole_turn(&mut stage, 1);
    let tail = stage.draw();
    let mouse = |kind, row| MouseEvent { kind, column: 3, row, modifiers: KeyModifiers::NONE };
    let area = stage.area;
    for _ in 0..2 {
        stage.pane.mouse(mouse(MouseEventKind::ScrollUp, 1), area, &stage.state);
    }
    let scrolled = stage.draw();
    assert_ne!(tail, scrolled);
    let row = scrolled.lines().position(|line| line.contains("✓ search")).unwrap();
    stage.pane.mouse(mouse(MouseEventKind::Down(MouseButton::Left), u16::try_from(row).unwrap()), area, &stage.state);
    assert!(stage.draw().contains("pattern"), "{}", stage.draw());
}

#[test]
fn the_conversation_is_told_without_borders() {
    let mut stage = Stage::new(30, 10);
    whole_turn(&mut stage, 1);
    stage.feed([said("a tab\tand an escape \u{1b}[31m")]);
    insta::assert_snapshot!(adit::tui::chat::conversation(&stage.state));
}
