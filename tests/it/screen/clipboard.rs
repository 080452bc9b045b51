//! The ways to the clipboard, what is said about them, and what leaves the screen for reading elsewhere.

use adit::session::EventKind;
use adit::tui::{Clipboard, Copied, Effect, Plain, TerminalEnvironment};

use super::stage::{Stage, with_proposal};

fn environment(variables: &[(&str, &str)], programs: &[&str]) -> TerminalEnvironment {
    let get = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    TerminalEnvironment {
        term: get("TERM").or(Some("xterm-256color".to_owned())),
        tmux: get("TMUX"),
        screen: get("STY"),
        ssh: get("SSH"),
        wayland: get("WAYLAND"),
        display: get("DISPLAY"),
        programs: programs.iter().map(ToString::to_string).collect(),
        ..TerminalEnvironment::default()
    }
}

#[test]
fn the_way_to_the_clipboard_follows_the_environment() {
    let all = &["tmux", "wl-copy", "xclip", "xsel"];
    let check = |variables: &[(&str, &str)], programs: &[&str], sends: bool, runs: &[&str], words: &str| {
        let plan = Clipboard::of(&environment(variables, programs)).plan(&Copied::new("the path", "a/b"));
        let programs: Vec<&str> = plan.commands.iter().map(|command| command.program).collect();
        assert_eq!((!plan.sequence.is_empty(), programs.as_slice(), plan.words.as_str()), (sends, runs, words));
    };
    check(&[], all, true, &[], "copied the path (3 bytes) to the terminal");
    check(
        &[("WAYLAND", "w"), ("DISPLAY", ":0")],
        all,
        true,
        &["wl-copy"],
        "copied the path (3 bytes) to the terminal and wl-copy",
    );
    check(&[("DISPLAY", ":0")], &["xsel"], true, &["xsel"], "copied the path (3 bytes) to the terminal and xsel");
    check(&[("DISPLAY", ":0"), ("SSH", "s")], all, true, &[], "copied the path (3 bytes) to the terminal");
    check(&[("TMUX", "t"), ("SSH", "s")], all, false, &["tmux"], "copied the path (3 bytes) to tmux and its terminal");
    check(&[("TMUX", "t")], &[], true, &[], "copied the path (3 bytes) to the terminal through tmux");
    check(&[("STY", "s")], &[], true, &[], "copied the path (3 bytes) to the terminal through screen");
    // One in the other: screen shows the end of what tmux would hand on.
    check(&[("TMUX", "t"), ("STY", "s")], all, false, &["tmux"], "copied the path (3 bytes) to tmux's buffer");
    check(
        &[("TERM", "screen"), ("TMUX", "t"), ("STY", "s")],
        &[],
        true,
        &[],
        "copied the path (3 bytes) to the terminal through screen",
    );
    check(&[("TERM", "linux")], all, false, &[], "this terminal has no clipboard: nothing was copied");
    check(&[("TERM", "linux"), ("DISPLAY", ":0")], all, false, &["xclip"], "copied the path (3 bytes) to xclip");
}

#[test]
fn a_text_that_mosh_would_cut_is_not_sent_in_part() {
    let mosh = TerminalEnvironment { mosh: true, ..environment(&[("SSH", "s")], &[]) };
    let plan = |bytes: usize| Clipboard::of(&mosh).plan(&Copied::new("the code block", "x".repeat(bytes)));
    assert!(plan(12_000).words.starts_with("copied the code block"));
    assert_eq!(plan(12_001).sequence, b"");
    assert!(plan(12_001).words.contains("the terminal's clipboard takes 12 kB: nothing was copied"));
}

/// At the other end of ssh both call themselves screen, until the terminal tells which it is.
#[test]
fn what_may_be_tmux_or_screen_gets_what_neither_shows() {
    let environment = environment(&[("TERM", "screen-256color"), ("SSH", "s")], &[]);
    let mut clipboard = Clipboard::of(&environment);
    let sequence = |clipboard: &Clipboard, text: &str| {
        String::from_utf8(clipboard.plan(&Copied::new("it", text)).sequence).unwrap()
    };
    assert_eq!(sequence(&clipboard, "hi"), "\x1b]52;c;aGk=\x07\x1bP\x1b]52;c;aGk=\x07\x1b\\");
    let long = "x".repeat(3_000);
    assert!(sequence(&clipboard, &long).starts_with("\x1bP\x1b]52;"), "too long for screen to be sent as it is");
    clipboard.is_in_tmux();
    assert!(sequence(&clipboard, &long).starts_with("\x1b]52;"));
    clipboard.is_in_screen();
    assert!(sequence(&clipboard, "hi").starts_with("\x1bP\x1b]52;"));
}

#[test]
fn the_sequence_is_wrapped_for_tmux_and_cut_for_screen() {
    let sequence = |variables: &[(&str, &str)], text: &str| {
        Clipboard::of(&environment(variables, &[])).plan(&Copied::new("it", text)).sequence
    };
    assert_eq!(sequence(&[], "hi"), b"\x1b]52;c;aGk=\x07");
    let wrapped = b"\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\";
    assert_eq!(sequence(&[("TMUX", "t")], "hi"), wrapped);
    let long = "x".repeat(3_000);
    let cut = sequence(&[("STY", "s")], &long);
    let pieces: Vec<&[u8]> = cut.split(|byte| *byte == 0x1b).collect();
    assert!(pieces.iter().all(|piece| piece.len() < 256), "no string is too long for screen");
    let text = String::from_utf8(cut).unwrap();
    assert_eq!(
        text.replace("\x1b\\\x1bP", ""),
        format!("\x1bP{}\x1b\\", String::from_utf8(sequence(&[], &long)).unwrap())
    );
}

#[test]
fn what_is_too_long_is_refused_or_goes_where_it_fits() {
    let long = Copied::new("the file", "word\n".repeat(20_000));
    let plan = Clipboard::of(&environment(&[], &[])).plan(&long);
    assert_eq!(plan.sequence, b"");
    assert_eq!(
        plan.words,
        "the file has 20000 lines, 100 kB, and the terminal's clipboard takes 74 kB: nothing was copied"
    );
    let plan = Clipboard::of(&environment(&[("TMUX", "t")], &["tmux"])).plan(&long);
    assert_eq!(plan.commands[0].arguments, ["load-buffer", "-"]);
    assert!(plan.words.starts_with("copied the file (20000 lines, 100 kB) to tmux's buffer;"), "{}", plan.words);
    let plan = Clipboard::of(&environment(&[("DISPLAY", ":0")], &["xclip"])).plan(&long);
    assert_eq!((plan.sequence.len(), plan.commands[0].program), (0, "xclip"));
}

#[test]
fn a_program_that_fails_has_something_to_fall_back_on() {
    let plan = Clipboard::of(&environment(&[("TMUX", "t")], &["tmux"])).plan(&Copied::new("it", "hi"));
    assert_eq!(plan.commands[0].arguments, ["load-buffer", "-w", "-"]);
    assert!(plan.commands[0].otherwise.starts_with(b"\x1b]52;c;aGk="));
}

#[test]
fn what_was_copied_is_said_where_it_went() {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    stage.keys("alt-3 y");
    assert!(stage.text().contains("copied the hunk (7 lines, "), "{}", stage.text());
    stage.asked.clear();
    stage.keys("Y");
    let Some(Effect::Copy(copied)) = stage.asked.last() else { panic!("{:?}", stage.asked) };
    assert_eq!(copied, &Copied::new("the path", "README.md"));
}

#[test]
fn the_focused_pane_is_printed_or_read_in_the_pager() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.keys("f9");
    assert_eq!(stage.asked, [], "there is nothing yet");
    assert!(stage.text().contains("nothing to show yet"));
    stage.ask("make it so");
    stage.event(EventKind::TextDelta { text: "It *is* so.\n\n\u{1b}]0;title\u{7}".to_owned() });
    stage.keys("f9");
    let text = "> make it so\n\nIt *is* so.\n\n␛]0;title␇\n".to_owned();
    assert_eq!(stage.asked, [Effect::Print(Plain { name: "conversation.md", text: text.clone() })]);
    stage.asked.clear();
    stage.keys("f7");
    assert_eq!(stage.asked, [Effect::Page(Plain { name: "conversation.md", text })]);
    stage.asked.clear();
    with_proposal(&mut stage);
    stage.keys("alt-3 f9");
    let Some(Effect::Print(plain)) = stage.asked.last() else { panic!("{:?}", stage.asked) };
    assert!(plain.text.starts_with("diff --git a/README.md b/README.md\n--- a/README.md\n"), "{}", plain.text);
    assert!(plain.text.contains("+++ b/src/tide.rs\n"));
}

#[test]
fn the_mouse_is_given_away_by_one_key() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.keys("f6");
    assert_eq!(stage.asked, [Effect::TakeMouse(false)]);
    stage.keys("f6");
    assert_eq!(stage.asked, [Effect::TakeMouse(false), Effect::TakeMouse(true)]);
}
