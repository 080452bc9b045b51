//! The mouse in the review.

use super::desk::{Desk, file, numbered, revision};
use crossterm::event::{MouseButton, MouseEventKind};

fn review() -> Desk {
    let new = numbered(60, &[(3, "three\n"), (20, "twenty\n"), (40, "forty\n")]);
    Desk::new(vec![revision("a.txt", file(numbered(60, &[])), file(new))])
}

#[test]
fn buttons_decide() {
    let mut desk = review();
    desk.click("@@ -17,7", "[r]eject");
    assert_eq!(desk.told(), "reject a.txt runs [1]");
    desk.click("@@ -37,7", "[a]ccept");
    assert_eq!(desk.told(), "accept a.txt runs [1]");
}

#[test]
fn a_click_puts_the_cursor_and_a_drag_selects() {
    let mut desk = review();
    desk.click("- line 3", "line 3");
    assert!(desk.cursor().ends_with("- line 3"));
    desk.mouse(MouseEventKind::Down(MouseButton::Left), 15, 4);
    desk.mouse(MouseEventKind::Drag(MouseButton::Left), 15, 5);
    desk.keys("a");
    assert_eq!(desk.told(), "accept a.txt lines -[2] +[2]");
}

#[test]
fn a_drag_along_one_line_selects_that_line() {
    for (column, told) in [(16, "accept a.txt runs [0]"), (19, "accept a.txt lines -[2] +[]")] {
        let mut desk = review();
        desk.click("- line 3", "line 3");
        desk.mouse(MouseEventKind::Down(MouseButton::Left), 15, 4);
        desk.mouse(MouseEventKind::Drag(MouseButton::Left), column, 4);
        desk.mouse(MouseEventKind::Up(MouseButton::Left), column, 4);
        desk.keys("a");
        assert_eq!(desk.told(), told, "dragged to column {column}");
    }
}

#[test]
fn a_click_opens_a_gap() {
    let mut desk = review();
    desk.click("… 10 lines …", "10");
    assert!(desk.draw().contains("line 12"));
}

#[test]
fn the_wheel_scrolls_and_stops_at_the_end() {
    let mut desk = review();
    let before = desk.draw();
    desk.mouse(MouseEventKind::ScrollDown, 5, 5);
    assert_ne!(desk.draw(), before);
    (0..100).for_each(|_| desk.mouse(MouseEventKind::ScrollDown, 5, 5));
    assert!(desk.draw().lines().last().unwrap().contains("line 43"), "{}", desk.draw());
    (0..100).for_each(|_| desk.mouse(MouseEventKind::ScrollUp, 5, 5));
    assert!(desk.draw().contains("line 1\n"), "{}", desk.draw());
}
