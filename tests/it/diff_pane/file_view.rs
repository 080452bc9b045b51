//! A file without changes, read in the right pane.

use super::desk::{Desk, file, numbered, path};
use adit::tui::Action;

#[test]
fn a_file_is_read_and_left() {
    let mut desk = Desk::new(Vec::new());
    desk.area.height = 4;
    desk.pane.show_file(path("src/a.rs"), Ok(file(numbered(9, &[(2, "fn two() {}\n")]))));
    assert_eq!(desk.screen(), "[src/a.rs  read only]\n  1  line 1\n  2  fn two() {}\n  3  line 3\n  4  line 4");
    desk.keys("pgdn G");
    assert!(desk.draw().ends_with("  9  line 9"));
    desk.keys("a");
    assert_eq!(desk.told(), "say this file has no changes; Esc goes back to the review");
    assert!(desk.pane.escape());
    assert!(desk.draw().contains("Nothing to review yet."));
    assert_eq!(desk.pane.hints(&desk.state), vec![Action::Write]);
}

#[test]
fn what_is_no_text_says_so() {
    let mut desk = Desk::new(Vec::new());
    desk.pane.show_file(path("a.bin"), Ok(file([0_u8, 1, 2])));
    assert_eq!(desk.draw().trim(), "a.bin: a binary file of 3 bytes");
    desk.pane.show_file(path("a.bin"), Err("cannot read a.bin: \u{1b}[2J".to_owned()));
    assert_eq!(desk.draw().trim(), "a.bin: cannot read a.bin: ␛[2J");
    desk.pane.show_file(path("a.bin"), Ok(None));
    assert_eq!(desk.draw().trim(), "a.bin: there is no such file");
}

#[test]
fn long_lines_are_cut_and_scrolled_sideways_or_wrapped() {
    let mut desk = Desk::new(Vec::new());
    desk.area = ratatui::layout::Rect::new(0, 0, 25, 5);
    let long: String = (0..10).map(|at| format!("{at}abcdefghi")).collect();
    desk.pane.show_file(path("a.txt"), Ok(file(numbered(6, &[(3, &format!("{long}\n"))]))));
    let body = |desk: &mut Desk| desk.draw();
    assert_eq!(body(&mut desk), "  1  line 1\n  2  line 2\n  3  0abcdefghi1abcdefgh›\n  4  line 4\n  5  line 5");
    desk.keys("right");
    let scrolled = "  1  ‹\n  2  ‹\n  3  ‹i1abcdefghi2abcdef›\n  4  ‹\n  5  ‹";
    assert_eq!(body(&mut desk), scrolled, "both edges say that there is more");
    desk.keys("left w");
    let wrapped =
        "  1  line 1\n  2  line 2\n  3  0abcdefghi1abcdefghi\n     2abcdefghi3abcdefghi\n     4abcdefghi5abcdefghi";
    assert_eq!(body(&mut desk), wrapped);
    desk.keys("j j j");
    let inside = "     2abcdefghi3abcdefghi\n     4abcdefghi5abcdefghi\n     6abcdefghi7abcdefghi\n     8abcdefghi9abcdefghi\n  4  line 4";
    assert_eq!(body(&mut desk), inside, "a row at a time, also inside a line");
    desk.keys("G");
    assert!(body(&mut desk).ends_with("  5  line 5\n  6  line 6"), "{}", body(&mut desk));
    assert!(body(&mut desk).starts_with("     6abcdefghi"), "the last page is full: {}", body(&mut desk));
    desk.keys("k k k");
    assert_eq!(
        body(&mut desk),
        "  3  0abcdefghi1abcdefghi\n     2abcdefghi3abcdefghi\n     4abcdefghi5abcdefghi\n     6abcdefghi7abcdefghi\n     8abcdefghi9abcdefghi"
    );
    desk.keys("g");
    assert_eq!(body(&mut desk), wrapped);
    // The next file is read as this one.
    desk.pane.show_file(path("b.txt"), Ok(file(format!("{long}\n"))));
    assert!(body(&mut desk).contains("     2abcdefghi"), "{}", body(&mut desk));
    desk.keys("w");
    assert!(!body(&mut desk).contains("     2abcdefghi"));
}

#[test]
fn wide_letters_are_not_halved_at_the_edges() {
    let mut desk = Desk::new(Vec::new());
    desk.area = ratatui::layout::Rect::new(0, 0, 15, 3);
    desk.pane.show_file(path("a.txt"), Ok(file("漢字漢字漢字漢字漢字\n\na漢字漢字漢字漢字漢字\n")));
    assert_eq!(desk.draw(), "  1  漢字漢字 ›\n  2\n  3  a漢字漢字›");
    desk.keys("right");
    assert_eq!(desk.draw(), "  1  ‹ 字漢字 ›\n  2\n  3  ‹漢字漢字›");
}
