//! The demo's main job at 80x24, by keys alone and by the mouse alone, with 16 colours, without colour, and in a light theme.

use unicode_width::UnicodeWidthStr as _;

use super::pty::{ALT_3, CTRL_S, ENTER, Place, Screen};

/// How the terminal shows colours.
#[derive(Clone, Copy, PartialEq)]
enum Colors {
    Sixteen,
    None,
    Light,
    /// A terminal with neither colours nor other characters than ASCII.
    Old,
}

fn start(colors: Colors) -> (Place, Screen) {
    let mut place = Place::new(&[]).without_credentials();
    let mut set = |name: &str, value: &str| place.variables.push((name.to_owned(), value.to_owned()));
    let arguments: &[&str] = match colors {
        Colors::Sixteen => {
            set("TERM", "xterm");
            set("COLORTERM", "");
            &["demo"]
        }
        Colors::None => {
            set("NO_COLOR", "1");
            &["demo"]
        }
        Colors::Light => &["--theme", "light", "demo"],
        Colors::Old => {
            set("TERM", "vt220");
            &["demo"]
        }
    };
    let screen = Screen::start(&place, arguments, 80, 24);
    (place, screen)
}

/// Returns the parameters of every style that was sent, one sequence each.
fn styles(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|character: char| character.is_ascii_alphabetic())?;
        (rest.as_bytes()[end] == b'm').then(|| rest[..end].to_owned())
    });
    sequences.collect()
}

/// Tells whether a style has a colour at all.
fn has_color(style: &str) -> bool {
    let numbers = style.split([';', ':']).filter_map(|number| number.parse::<u32>().ok());
    numbers.into_iter().any(|number| matches!(number, 30..=38 | 40..=48 | 90..=97 | 100..=107))
}

fn check_colors(colors: Colors, screen: &Screen) {
    let styles = styles(&screen.raw());
    assert!(!styles.is_empty());
    let is_full = |style: &&String| style.contains("38;2;") || style.contains("48;2;");
    let is_indexed = |style: &&String| style.contains("8;5;");
    match colors {
        Colors::Sixteen => {
            assert!(styles.iter().any(|style| has_color(style)));
            assert_eq!(styles.iter().find(is_full), None);
            // The names of the bright colours may be sent by number; none above the sixteen is.
            let number = |style: &&String| style.rsplit(';').next().and_then(|last| last.parse::<u32>().ok());
            assert_eq!(
                styles.iter().find(|style| is_indexed(style) && number(style).is_some_and(|number| number > 15)),
                None
            );
        }
        Colors::None => assert_eq!(styles.iter().find(|style| has_color(style)), None),
        Colors::Light => assert!(styles.iter().any(|style| is_full(&style))),
        Colors::Old => {
            assert_eq!(styles.iter().find(|style| has_color(style)), None);
            let raw = screen.raw();
            assert!(raw.is_ascii(), "{:?}", String::from_utf8_lossy(&raw).chars().find(|sign| !sign.is_ascii()));
        }
    }
}

/// Returns how many of the seven changes are decided, as the status line tells.
fn count(text: &str) -> usize {
    let before = text.lines().rev().find_map(|line| line.split_once(" of 7 decided"));
    before.and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Tells whether a decision came after so many. The runs of a new file are decided with it, a moment later: who meets one
/// of them in that moment is told so, and goes on.
fn is_further(text: &str, before: usize) -> bool {
    count(text) > before || text.contains("decided already")
}

fn decided(screen: &Screen) -> usize {
    count(&screen.text())
}

fn by_keys(colors: Colors) {
    let (_place, mut screen) = start(colors);
    screen.wait_for("to send it").send(ENTER).wait_for("0 of 7 decided").wait_for("go to the review");
    screen.send(ALT_3).wait_for("ccept").send("a").wait_for("2 of 7 decided").send("r").wait_for("3 of 7 decided");
    screen.send("u").wait_for("2 of 7 decided");
    while decided(&screen) < 7 {
        let before = decided(&screen);
        screen.send("na").wait("another decision", |text| is_further(text, before));
    }
    screen.send("c").wait_for("fix(money)").wait_gone("drafting").send(CTRL_S).wait_for("committed ");
    check_colors(colors, &screen);
    screen.quit();
    assert_eq!(screen.exit_code(), 0);
}

/// Presses and lets go the left button on a hint of the bottom line. A click on the frame goes before: a message that stands
/// there gives way to the hints, and whatever was clicked earlier is done by then.
fn click(screen: &mut Screen, hint: &str) {
    screen.send("\x1b[<0;2;1M\x1b[<0;2;1m");
    let bottom = |text: &str| text.lines().enumerate().last().map(|(row, line)| (row, line.to_owned()));
    screen.wait(hint, |text| bottom(text).is_some_and(|(_, line)| line.contains(hint)));
    let (row, line) = bottom(&screen.text()).unwrap();
    let column = line[..line.rfind(hint).unwrap_or(0)].width();
    let place = format!("0;{};{}", column + 1, row + 1);
    screen.send(&format!("\x1b[<{place}M\x1b[<{place}m"));
}

fn by_mouse(colors: Colors) {
    let (_place, mut screen) = start(colors);
    screen.wait_for("to send it");
    click(&mut screen, "Enter send");
    screen.wait_for("0 of 7 decided").wait_for("go to the review");
    click(&mut screen, "Alt-3 review");
    click(&mut screen, "a accept");
    screen.wait_for("2 of 7 decided");
    click(&mut screen, "r reject");
    screen.wait_for("3 of 7 decided");
    while decided(&screen) < 7 {
        let before = decided(&screen);
        click(&mut screen, "n next undecided");
        click(&mut screen, "a accept");
        screen.wait("another decision", |text| is_further(text, before));
    }
    click(&mut screen, "c commit");
    screen.wait_for("fix(money)").wait_gone("drafting");
    click(&mut screen, "Ctrl-S commit");
    screen.wait_for("committed ");
    check_colors(colors, &screen);
}

#[test]
fn by_keys_with_sixteen_colours() {
    by_keys(Colors::Sixteen);
}

#[test]
fn by_keys_without_colour() {
    by_keys(Colors::None);
}

#[test]
fn by_keys_in_a_light_theme() {
    by_keys(Colors::Light);
}

#[test]
fn by_the_mouse_with_sixteen_colours() {
    by_mouse(Colors::Sixteen);
}

#[test]
fn by_the_mouse_without_colour() {
    by_mouse(Colors::None);
}

#[test]
fn by_the_mouse_in_a_light_theme() {
    by_mouse(Colors::Light);
}

#[test]
fn the_main_job_on_a_terminal_that_knows_ascii_only() {
    by_keys(Colors::Old);
}
