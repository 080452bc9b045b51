//! Inside GNU screen, and inside a tmux at the other end of ssh that calls itself so.

use super::pty::{Place, Screen};

const ASKS_GROUND: &str = "\x1b]11;?";
const TMUX: &str = "\x1b[>84;0;0c";
const SCREEN: &str = "\x1b[>83;40900;0c";
const ATTRIBUTES: &str = "\x1b[?1;2c";

fn start() -> Screen {
    let mut place = Place::new(&[]).without_credentials();
    place.variables.push(("TERM".to_owned(), "screen-256color".to_owned()));
    let mut screen = Screen::start(&place, &["demo"], 80, 24);
    screen.wait_for("Ask for");
    screen
}

fn raw(screen: &Screen) -> String {
    String::from_utf8_lossy(&screen.raw()).into_owned()
}

/// Screen hands the question for the ground's colour on, and its answer could come when a shell has the terminal again.
#[test]
fn screen_is_not_asked_what_it_hands_on() {
    let mut screen = start();
    screen.send(SCREEN).wait_for("GNU screen holds Esc back").wait_raw("\x1b[?1000l");
    screen.send(ATTRIBUTES).send("typed").wait_for("typed").quit().wait_for_the_end();
    assert!(!raw(&screen).contains(ASKS_GROUND));
}

#[test]
fn tmux_that_is_called_screen_is_asked_for_the_ground() {
    let mut screen = start();
    screen.send(TMUX).send(ATTRIBUTES).wait_raw(ASKS_GROUND);
    screen.wait_raw("\x1b]11;?\x1b\\\x1b[5n");
}

/// Where there is no other screen to go back to, the shell's prompt does not come upon what stood there.
#[test]
fn the_row_of_the_prompt_is_emptied() {
    let mut screen = start();
    screen.send(SCREEN).send(ATTRIBUTES).quit().wait_for_the_end();
    let raw = raw(&screen);
    let (emptied, left) = (raw.rfind("\x1b[999H\x1b[2K").unwrap(), raw.rfind("\x1b[?1049l").unwrap());
    assert!(emptied < left, "the row is emptied before the screen is left");
}
