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
