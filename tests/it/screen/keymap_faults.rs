//! What is refused in the user's keymap, with file and line, and which keys are one and the same.

use adit::tui::{Chord, Keymap};

fn chord(text: &str) -> Chord {
    Chord::parse(text).unwrap_or_else(|| panic!("no such key: {text}"))
}

#[test]
fn what_is_wrong_in_a_keymap_is_said_with_its_line() {
    let check = |text: &str, expected: &str| {
        assert_eq!(Keymap::new(Some(text)).unwrap_err().to_string(), expected);
    };
    check("[diff]\n\n\"a\" = \"acept\"\n", "keymap.toml line 3: unknown action acept");
    check("[diff]\n\"cmd-a\" = \"accept\"\n", "keymap.toml line 2: unknown key cmd-a");
    check(
        "# mine\n[dif]\n",
        "keymap.toml line 2: unknown context dif; there are anywhere, writing, reading, tree, diff, search, commit, question, conflict, sheet",
    );
    check("[diff]\n\"a\" = 3\n", "keymap.toml line 2: a is not bound to the name of an action");
    check("diff = 1\n", "keymap.toml line 1: diff is not a table of keys");
    let broken = Keymap::new(Some("[diff]\na = \"accept\n")).unwrap_err().to_string();
    assert!(broken.starts_with("keymap.toml line 2: "), "{broken}");
    check(
        "[diff]\n\"G\" = \"accept\"\n\n\"shift-g\" = \"reject\"\n",
        "keymap.toml line 4: G is bound in line 2 already",
    );
    check(
        "[diff]\n\"a\" = \"accept\"\n\"a\" = \"reject\"\n",
        "keymap.toml line 3: these keys are bound twice in the same context",
    );
    check(
        "[diff]\n\"space f\" = \"accept\"\n\"space\" = \"undo\"\n",
        "keymap.toml line 3: Space and Space f of line 2 cannot both be bound: one begins the other",
    );
    check(
        "[anywhere]\n\"ctrl-x ctrl-c\" = \"quit\"\n[diff]\n\"ctrl-x\" = \"accept\"\n",
        "keymap.toml line 4: Ctrl-X and Ctrl-X Ctrl-C of line 2 cannot both be bound: [diff] takes Ctrl-X before [anywhere] sees Ctrl-X Ctrl-C",
    );
    check(
        "[diff]\n\"ctrl-x a\" = \"accept\"\n[anywhere]\n\"ctrl-x\" = \"quit\"\n",
        "keymap.toml line 4: Ctrl-X and Ctrl-X a of line 2 cannot both be bound: [diff] takes Ctrl-X a before [anywhere] sees Ctrl-X",
    );
    check(
        "[diff]\n\"ctrl-i\" = \"accept\"\n",
        "keymap.toml line 2: Ctrl-I cannot be bound: most terminals send Tab for it",
    );
    check(
        "[diff]\n\n\"g ctrl-m\" = \"accept\"\n",
        "keymap.toml line 3: Ctrl-M cannot be bound: most terminals send Enter for it",
    );
    check(
        "[tree]\n\"ctrl-[\" = \"quit\"\n",
        "keymap.toml line 2: Ctrl-[ cannot be bound: most terminals send Esc for it",
    );
    check("[writing]\n\"a\" = \"send\"\n", "keymap.toml line 2: a writes a character there and can do nothing else");
    check("[diff]\n\"a b c d e\" = \"accept\"\n", "keymap.toml line 2: a b c d e is longer than 4 keys");
    check("[diff]\n\"shift-space\" = \"accept\"\n", "keymap.toml line 2: unknown key shift-space");
    check(
        "[writing]\n\"ctrl-/\" = \"recall\"\n\"ctrl-7\" = \"send\"\n",
        "keymap.toml line 3: Ctrl-_ is bound in line 2 already",
    );
    check(
        "[anywhere]\n\"ctrl-x g\" = \"quit\"\n\"g x\" = \"quit\"\n",
        "keymap.toml line 3: g x is never reached: in [reading] g does chat-top already",
    );
    check(
        "[anywhere]\n\"j\" = \"help\"\n",
        "keymap.toml line 2: j is never reached: in [reading] j does chat-down already",
    );
    check("[question]\n\"a\" = \"accept\"\n", "keymap.toml line 2: accept does nothing in [question]");
    check("[diff]\n\"Q\" = \"answer-yes\"\n", "keymap.toml line 2: answer-yes does nothing in [diff]");
}

#[test]
fn keys_for_which_terminals_send_the_same_are_the_same() {
    for (one, other) in [
        ("ctrl-\\", "ctrl-4"),
        ("ctrl-]", "ctrl-5"),
        ("ctrl-^", "ctrl-6"),
        ("ctrl-/", "ctrl-_"),
        ("ctrl-7", "ctrl-_"),
        ("ctrl-@", "ctrl-space"),
        ("shift-é", "É"),
        ("shift-a", "A"),
    ] {
        assert_eq!(chord(one), chord(other), "{one} {other}");
    }
    assert_ne!(chord("ctrl-1"), chord("1"));
}

#[test]
fn a_keymap_leaves_a_way_out() {
    let unbound = |keys: &[&str]| {
        let lines: Vec<String> = keys.iter().map(|key| format!("\"{key}\" = \"\"\n")).collect();
        Keymap::new(Some(&format!("[anywhere]\n{}", lines.concat()))).err().map(|fault| fault.to_string())
    };
    assert_eq!(unbound(&["ctrl-c", "ctrl-q"]), None, "the palette quits too, and Esc closes a sheet");
    assert_eq!(
        unbound(&["ctrl-q", "f1", "ctrl-p", "?", "ctrl-c"]).unwrap(),
        "keymap.toml line 6: no key would be left that leads out of [writing]: keep one for quit, stop or palette"
    );
    let sheets = unbound(&["ctrl-c", "esc", "ctrl-q"]).unwrap();
    assert_eq!(
        sheets,
        "keymap.toml line 4: no key would be left that leads out of [commit]: keep one for escape, quit or stop"
    );
    let moved = "[anywhere]\n\"ctrl-c\" = \"\"\n\"ctrl-q\" = \"\"\n\"ctrl-p\" = \"\"\n\"ctrl-x ctrl-c\" = \"quit\"\n";
    assert!(Keymap::new(Some(moved)).is_ok(), "another key does as well");
    let text = "[anywhere]\n\"ctrl-c\" = \"\"\n\"ctrl-q\" = \"\"\n\"ctrl-p\" = \"\"\n\"Q\" = \"quit\"\n";
    let fault = Keymap::new(Some(text)).unwrap_err().to_string();
    assert!(fault.contains("out of [writing]"), "where text is typed Q is a letter: {fault}");
}
