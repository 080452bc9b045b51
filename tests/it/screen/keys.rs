//! Which key does what: the contract, the user's own keymap, and what is wrong in one.

use adit::tui::{ACTIONS, Action, Chord, Context, Keymap, TuiOptions};

use super::stage::{Stage, with_proposal};

fn chord(text: &str) -> Chord {
    Chord::parse(text).unwrap_or_else(|| panic!("no such key: {text}"))
}

#[test]
fn the_default_keys_are_those_of_the_design() {
    let keymap = Keymap::new(None).unwrap();
    let anywhere = [
        ("tab", Action::NextPane),
        ("shift-tab", Action::PreviousPane),
        ("alt-1", Action::FocusTree),
        ("alt-2", Action::FocusChat),
        ("alt-3", Action::FocusDiff),
        ("ctrl-p", Action::Palette),
        ("f1", Action::Help),
        ("esc", Action::Escape),
        ("ctrl-c", Action::Stop),
        ("ctrl-q", Action::Quit),
    ];
    let contexts = [Context::Writing, Context::Reading, Context::Tree, Context::Diff, Context::Commit];
    for (key, action) in anywhere {
        for context in contexts {
            assert_eq!(
                keymap.action(context, chord(key), context == Context::Writing),
                Some(action),
                "{key} {context:?}"
            );
        }
    }
    let narrow = [
        (Context::Writing, "enter", Action::Send),
        (Context::Writing, "alt-enter", Action::NewLine),
        (Context::Writing, "ctrl-j", Action::NewLine),
        (Context::Writing, "up", Action::HistoryBack),
        (Context::Writing, "down", Action::HistoryForward),
        (Context::Writing, "ctrl-g", Action::EditExternally),
        (Context::Reading, "j", Action::ChatDown),
        (Context::Reading, "k", Action::ChatUp),
        (Context::Reading, "pageup", Action::ChatPageUp),
        (Context::Reading, "pagedown", Action::ChatPageDown),
        (Context::Reading, "g", Action::ChatTop),
        (Context::Reading, "G", Action::ChatBottom),
        (Context::Reading, "y", Action::ChatCopy),
        (Context::Reading, "enter", Action::ChatFold),
        (Context::Reading, "/", Action::Search),
        (Context::Diff, "/", Action::Search),
        (Context::Search, "n", Action::SearchNext),
        (Context::Search, "N", Action::SearchPrevious),
        (Context::Writing, "ctrl-r", Action::Recall),
        (Context::Tree, "j", Action::TreeDown),
        (Context::Tree, "k", Action::TreeUp),
        (Context::Tree, "enter", Action::TreeOpen),
        (Context::Tree, "/", Action::TreeFilter),
        (Context::Tree, "space", Action::TreeContext),
        (Context::Tree, "h", Action::TreeFold),
        (Context::Tree, "l", Action::TreeUnfold),
        (Context::Diff, "j", Action::DiffDown),
        (Context::Diff, "k", Action::DiffUp),
        (Context::Diff, "]", Action::NextHunk),
        (Context::Diff, "[", Action::PreviousHunk),
        (Context::Diff, "}", Action::NextFile),
        (Context::Diff, "{", Action::PreviousFile),
        (Context::Diff, "a", Action::Accept),
        (Context::Diff, "r", Action::Reject),
        (Context::Diff, "A", Action::AcceptFile),
        (Context::Diff, "R", Action::RejectFile),
        (Context::Diff, "v", Action::SelectLines),
        (Context::Diff, "s", Action::Split),
        (Context::Diff, "e", Action::EditTarget),
        (Context::Diff, "m", Action::Note),
        (Context::Diff, "u", Action::Undo),
        (Context::Diff, "ctrl-r", Action::Redo),
        (Context::Diff, "t", Action::ToggleSideBySide),
        (Context::Diff, "c", Action::Commit),
        (Context::Commit, "ctrl-s", Action::CommitNow),
        (Context::Commit, "alt-enter", Action::CommitNow),
        (Context::Tree, "?", Action::Help),
        (Context::Diff, "z", Action::Zoom),
    ];
    for (context, key, action) in narrow {
        assert_eq!(keymap.action(context, chord(key), context == Context::Writing), Some(action), "{key} {context:?}");
    }
    for key in ["?", "z", "a", "/", "space"] {
        assert_eq!(keymap.action(Context::Writing, chord(key), true), None, "{key} is text");
    }
}

#[test]
fn the_users_keymap_is_laid_over_and_shown_first() {
    let user = "[diff]\n\"x\" = \"accept\"\n\"a\" = \"\"\n[anywhere]\n\"ctrl-k\" = \"palette\"\n";
    let keymap = Keymap::new(Some(user)).unwrap();
    assert_eq!(keymap.action(Context::Diff, chord("x"), false), Some(Action::Accept));
    assert_eq!(keymap.action(Context::Diff, chord("a"), false), None);
    assert_eq!(keymap.action(Context::Diff, chord("r"), false), Some(Action::Reject));
    assert_eq!(keymap.key(Context::Diff, Action::Palette).map(|key| key.to_string()), Some("Ctrl-K".to_owned()));
    assert_eq!(keymap.key_here(Context::Diff, Action::ChatCopy), None);
}

#[test]
fn what_is_wrong_in_a_keymap_is_said_with_its_line() {
    let check = |text: &str, expected: &str| {
        assert_eq!(Keymap::new(Some(text)).unwrap_err().to_string(), expected);
    };
    check("[diff]\n\n\"a\" = \"acept\"\n", "keymap.toml line 3: unknown action acept");
    check("[diff]\n\"hyper-a\" = \"accept\"\n", "keymap.toml line 2: unknown key hyper-a");
    check(
        "# mine\n[dif]\n",
        "keymap.toml line 2: unknown context dif; there are anywhere, writing, reading, tree, diff, search, commit",
    );
    check("[diff]\n\"a\" = 3\n", "keymap.toml line 2: a is not bound to the name of an action");
    check("diff = 1\n", "keymap.toml line 1: diff is not a table of keys");
    assert_eq!(Keymap::new(Some("[diff]\na = \"accept\n")).unwrap_err().line, 2);
}

#[test]
fn names_of_actions_and_keys_read_back() {
    for info in ACTIONS {
        assert_eq!(ACTIONS.iter().filter(|other| other.name == info.name).count(), 1, "{}", info.name);
        assert_eq!(info.action.info().name, info.name);
    }
    for key in ["a", "G", "ctrl-p", "alt-1", "shift-tab", "pageup", "f12", "-", "ctrl--", "space", "alt-shift-up"] {
        let parsed = chord(key);
        assert_eq!(Chord::of(parsed.event()), parsed, "{key}");
    }
    for wrong in ["", "ctrl-", "f0", "f25", "foo", "CTRL-a"] {
        assert_eq!(Chord::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn the_buttons_show_the_users_own_keys() {
    let keymap = "[diff]\n\"o\" = \"accept\"\n\"a\" = \"\"\n\"r\" = \"\"\n";
    let options = TuiOptions { keymap: Some(keymap.to_owned()), ..TuiOptions::default() };
    let mut stage = Stage::with(120, 40, options);
    stage.begin();
    with_proposal(&mut stage);
    stage.keys("alt-3 z");
    let text = stage.text();
    assert!(text.contains("[o] accept reject"), "{text}");
}
