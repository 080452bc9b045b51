//! Pastes on the real program's terminal: slow ones, and one whose end is lost.

use super::pty::{CTRL_Q, Place, Screen};

#[test]
fn a_paste_without_an_end_is_told_and_gives_the_keys_back() {
    let repo = Place::new(&[("a.txt", "a\n")]).committed();
    let mut screen = Screen::start(&repo, &[], 100, 24);
    screen.wait_for("main").send("\x1b[200~begun ").wait_for("pasting…").send("\x03");
    screen.wait_for("the end of the paste did not come; what came of it is here").wait_for("begun");
    screen.send("and typed").wait_for("begun and typed").wait_gone("the end of the paste");
    // The end that comes after all is no key.
    screen.send("\x1b[201~ on").wait_for("begun and typed on");
    screen.send("\x1b[200~ and\x1b[201~ on").wait_for("begun and typed on and on").send(CTRL_Q);
    assert_eq!(screen.exit_code(), 0);
}
