//! Which key does what: the contract, the user's own keymap, and what is wrong in one.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Op, TurnId, TurnOutcome};
use adit::tui::{ACTIONS, Action, Chord, Context, Effect, Keymap, Meaning, Memory, TuiOptions};

use super::stage::{Stage, path, with_proposal};

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
    check("[diff]\n\"a b c d e\" = \"accept\"\n", "keymap.toml line 2: unknown key a b c d e");
}

#[test]
fn the_same_keys_may_do_something_else_in_one_place() {
    let text = "[anywhere]\n\"ctrl-x ctrl-c\" = \"quit\"\n[diff]\n\"ctrl-x ctrl-c\" = \"accept\"\n\"ctrl-i\" = \"\"\n";
    let keymap = Keymap::new(Some(text)).unwrap();
    let keys = [chord("ctrl-x"), chord("ctrl-c")];
    assert_eq!(keymap.meaning(Context::Diff, &keys, false), Meaning::Does(Action::Accept));
    assert_eq!(keymap.meaning(Context::Tree, &keys, false), Meaning::Does(Action::Quit));
}

#[test]
fn every_preset_is_faultless_and_leaves_no_action_of_the_default_keys_without_one() {
    let default = Keymap::new(None).unwrap();
    for preset in Keymap::presets() {
        let keymap = Keymap::of_preset(preset, None).unwrap();
        for info in ACTIONS {
            let was_bound = default.key(info.context, info.action).is_some();
            assert!(!was_bound || keymap.key(info.context, info.action).is_some(), "{preset} {}", info.name);
        }
        for (context, action) in [
            (Context::Writing, Action::Send),
            (Context::Writing, Action::Palette),
            (Context::Diff, Action::Accept),
            (Context::Diff, Action::Reject),
            (Context::Diff, Action::Commit),
            (Context::Commit, Action::CommitNow),
            (Context::Commit, Action::Escape),
            (Context::Tree, Action::Help),
            (Context::Reading, Action::Write),
        ] {
            assert!(keymap.key_here(context, action).is_some(), "{preset} {context:?} {action:?}");
        }
    }
    let wrong = Keymap::of_preset("nano", None).unwrap_err().to_string();
    assert_eq!(wrong, "no preset of keys is called nano; there are default, vim, emacs, lazygit-like");
    let over = Keymap::of_preset("vim", Some("[diff]\n\"g\" = \"accept\"\n")).unwrap();
    assert_eq!(over.action(Context::Diff, chord("g"), false), Some(Action::Accept), "what g began has gone");
    assert_eq!(over.meaning(Context::Tree, &[chord("g")], false), Meaning::Begins);
}

fn with_preset(preset: &str) -> Stage {
    let mut options = TuiOptions::default();
    options.config.keys = preset.to_owned();
    let mut stage = Stage::with(100, 24, options);
    stage.begin();
    with_proposal(&mut stage);
    stage
}

#[test]
fn keys_in_sequence_do_one_thing_and_a_pause_lists_the_ways_on() {
    let mut stage = with_preset("vim");
    stage.keys("alt-3 ] c");
    let text = stage.text();
    assert!(!text.contains("╭ ] …"), "who knows the keys sees no list:\n{text}");
    stage.keys("]");
    let bottom = stage.text();
    assert!(bottom.lines().last().unwrap().contains("c next hunk"), "the bottom line says at once:\n{bottom}");
    assert!(!bottom.contains("╭ ] …"));
    stage.wait(1);
    let text = stage.text();
    assert!(text.contains("╭ ] …") && text.contains("n go to the next undecided hunk"), "{text}");
    stage.keys("q");
    let text = stage.text();
    assert!(text.contains("] q does nothing here") && !text.contains("╭ ] …"), "{text}");
    stage.keys("] esc");
    assert!(stage.text().contains("] was left"));
    stage.ops();
    stage.keys("a");
    assert!(matches!(stage.ops().as_slice(), [Op::Decide { .. }]), "after a sequence keys mean what they meant");
    stage.keys("alt-2 'gg");
    assert!(stage.text().contains("› gg"), "where text is typed they are text:\n{}", stage.text());
}

#[test]
fn sequences_reach_the_sheets_too() {
    let mut stage = with_preset("emacs");
    stage.decided(Pick::Everything, Decision::Accepted);
    stage.keys("alt-3 c 'docs ctrl-c ctrl-c");
    assert!(stage.ops().contains(&Op::Commit { message: "docs".to_owned() }));
    stage.keys("ctrl-g ctrl-x ctrl-c");
    assert!(stage.asked.contains(&Effect::Quit), "{:?}", stage.asked);
}

#[test]
fn the_palette_shows_what_was_done_last_first_and_finds_by_letters() {
    let mut stage = Stage::open(100, 24);
    stage.keys("ctrl-p 'zoom enter ctrl-p");
    let text = stage.text();
    let first = text.lines().skip_while(|line| !line.contains("╭ Actions")).nth(3).unwrap();
    assert!(first.contains("give the focused pane the whole screen"), "{text}");
    stage.keys("'sbs");
    assert!(stage.text().contains("show unified or side by side"));
    assert_eq!(stage.app.memory().recent, [Action::Zoom]);
    let kept = Memory::parse(&stage.app.memory().text());
    assert_eq!(&kept, stage.app.memory());
    assert_eq!(Memory::parse("tour = \"x\""), Memory::default());
}

#[test]
fn the_tour_has_five_steps_shows_the_users_keys_and_is_left_for_good() {
    let mut options = TuiOptions {
        offers_tour: true,
        keymap: Some("[writing]\n\"ctrl-s\" = \"send\"\n".to_owned()),
        ..TuiOptions::default()
    };
    let mut stage = Stage::with(100, 24, options.clone());
    stage.begin();
    let text = stage.text();
    assert!(text.contains("1/5") && text.contains("Ctrl-S sends it"), "{text}");
    stage.ask("go");
    assert!(stage.text().contains("2/5"));
    with_proposal(&mut stage);
    stage.keys("alt-3");
    assert!(stage.text().contains("3/5"));
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    assert!(stage.text().contains("4/5"));
    assert_eq!(stage.app.memory().tour, 3);
    options.memory = stage.app.memory().clone();
    let mut later = Stage::with(100, 24, options.clone());
    later.begin();
    assert!(later.text().contains("4/5"), "it goes on where it was left");
    later.keys("f4");
    assert!(!later.text().contains("/5  "), "{}", later.text());
    options.memory = later.app.memory().clone();
    assert!(!Stage::with(100, 24, options).text().contains("/5  "));
}

#[test]
fn the_readme_tells_the_default_keys() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&file).unwrap();
    let (begin, end) = ("<!-- the default keys: made by a test -->\n", "<!-- end of the keys -->");
    let (before, rest) = readme.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let wanted = format!("{before}{begin}{}{end}{after}", Keymap::new(None).unwrap().summary());
    if std::env::var_os("ADIT_REWRITE").is_some() {
        std::fs::write(&file, &wanted).unwrap();
        return;
    }
    assert_eq!(readme, wanted, "run the tests with ADIT_REWRITE=1 to have README.md tell the keys as they are");
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
    // As it is shown it reads back too.
    for key in
        ["ctrl-p", "alt-x", "alt-X", "ctrl-up", "shift-tab", "pageup", "delete", "f12", "G", "]", "alt-shift-pagedown"]
    {
        let key = chord(key);
        assert_eq!(chord(&key.to_string()), key, "{key}");
    }
    for wrong in ["", "ctrl-", "f0", "f25", "foo", "Hyper-a", "PgLeft"] {
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

#[test]
fn an_esc_that_comes_when_the_turn_has_just_ended_was_meant_for_it() {
    let mut stage = Stage::open(90, 20);
    stage.ask("Make it so.");
    stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Done });
    // The hand was on its way; what follows is a message, not commands such as `r` and `c`.
    stage.keys("esc c o r r e c t");
    assert!(stage.text().contains("› correct"), "{}", stage.text());
    assert_eq!(stage.ops(), []);
    stage.keys("esc");
    assert!(stage.text().contains("i write"), "{}", stage.text());
}
