//! A drag of the mouse in the review: beyond an edge it scrolls on by the clock for as long as the button is held.

use adit::review::Pick;
use adit::session::{Millis, Op};
use adit::tui::{Damage, Msg};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::stage::Stage;

const LINES: usize = 60;

fn numbered(word: &str) -> String {
    (1..=LINES).map(|line| format!("{word} {line}\n")).collect()
}

/// A review of a file that is changed in every line, with the pane over the whole screen.
fn stage() -> Stage {
    let mut stage = Stage::open(80, 24);
    stage.propose("a.txt", Some(&numbered("old")), Some(&numbered("new")));
    stage.keys("alt-3 g");
    stage.text();
    stage
}

fn mouse(stage: &mut Stage, kind: MouseEventKind, row: u16) {
    stage.send(Msg::Mouse(MouseEvent { kind, column: 20, row, modifiers: KeyModifiers::empty() }));
    stage.text();
}

/// Lets so many milliseconds pass.
fn pass(stage: &mut Stage, milliseconds: u64) -> String {
    stage.clock += milliseconds;
    stage.send(Msg::Time(Millis(stage.clock)));
    stage.text()
}

/// Returns the row of the screen with a line.
fn row_of(stage: &mut Stage, line: &str) -> u16 {
    let text = stage.text();
    let row = text.lines().position(|row| row.contains(line)).unwrap_or_else(|| panic!("no {line}:\n{text}"));
    u16::try_from(row).unwrap()
}

/// Accepts and returns which lines were meant: the removed and the added ones.
fn accepted(stage: &mut Stage) -> (Vec<usize>, Vec<usize>) {
    stage.ops();
    stage.keys("a");
    match stage.ops().as_slice() {
        [Op::Decide { pick: Pick::Lines { removed, added, .. }, .. }] => (removed.clone(), added.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_drag_below_the_pane_scrolls_on_and_selects_what_comes() {
    let mut stage = stage();
    let from = row_of(&mut stage, "- old 3");
    mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), from);
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 22);
    let first = stage.text();
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 22);
    assert_eq!(stage.text(), first, "a hand that trembles scrolls no faster");
    assert_eq!(pass(&mut stage, 10), first);
    let second = pass(&mut stage, 40);
    assert_ne!(second, first);
    assert_ne!(pass(&mut stage, 50), second, "and on while the button is held");
    // To the end, and there it rests.
    let mut last = stage.text();
    for _ in 0..2 * LINES {
        last = pass(&mut stage, 50);
    }
    assert!(last.contains("+ new 60"), "{last}");
    stage.app.take_damage();
    stage.send(Msg::Time(Millis(stage.clock + 1000)));
    assert_eq!(stage.app.take_damage(), Damage::Stream, "nothing is left to do by time");
    mouse(&mut stage, MouseEventKind::Up(MouseButton::Left), 23);
    assert_eq!(accepted(&mut stage), ((2..LINES).collect(), (0..LINES).collect()));
}

#[test]
fn a_drag_above_the_pane_scrolls_back_and_the_button_ends_it() {
    let mut stage = stage();
    stage.keys("G");
    let from = row_of(&mut stage, "+ new 58");
    mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), from);
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 0);
    let before = stage.text();
    assert_ne!(pass(&mut stage, 50), before);
    mouse(&mut stage, MouseEventKind::Up(MouseButton::Left), 0);
    let released = stage.text();
    assert_eq!(pass(&mut stage, 500), released);
    let (removed, added) = accepted(&mut stage);
    assert_eq!(removed, [0_usize; 0]);
    assert_eq!(added.last(), Some(&57));
    assert!(added.len() > 20, "more than were in sight: {added:?}");
}

#[test]
fn a_drag_that_comes_back_or_a_key_ends_the_scrolling() {
    for ends in ["inside", "key", "focus"] {
        let mut stage = stage();
        let from = row_of(&mut stage, "- old 3");
        mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), from);
        mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 23);
        match ends {
            "inside" => mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 10),
            "key" => drop(stage.keys("w")),
            _ => stage.send(Msg::FocusLost),
        }
        let text = stage.text();
        assert_eq!(pass(&mut stage, 500), text, "{ends}");
    }
}
