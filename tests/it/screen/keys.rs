//! Which key does what: the contract, the user's own keymap, and what is wrong in one.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Op, TurnId, TurnOutcome};
use adit::tui::{ACTIONS, Action, Chord, Context, Effect, HABITS, Keymap, Meaning, Memory, Msg, TuiOptions};

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
fn a_key_with_super_hyper_or_meta_decides_and_types_nothing() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    let foreign = [KeyModifiers::SUPER, KeyModifiers::HYPER, KeyModifiers::META];
    let with = |code, modifiers| Msg::Key(KeyEvent::new(code, modifiers));
    let mut stage = with_preset("default");
    stage.keys("alt-3");
    for modifier in foreign {
        for letter in ['a', 'r', 'A', 'u', 'q'] {
            stage.send(with(KeyCode::Char(letter), modifier));
        }
        stage.send(with(KeyCode::Char('a'), modifier | KeyModifiers::CONTROL));
    }
    assert_eq!(stage.ops(), []);
    stage.keys("alt-2");
    for modifier in foreign {
        stage.send(with(KeyCode::Char('w'), modifier));
    }
    assert!(!stage.text().contains("› w"), "{}", stage.text());
    stage.keys("ctrl-p");
    stage.send(with(KeyCode::Char('w'), KeyModifiers::SUPER));
    assert!(stage.text().contains("go to the next pane"), "the palette is not narrowed: {}", stage.text());
}

#[test]
fn presets_do_by_their_own_keys_what_hands_expect() {
    let mut stage = with_preset("lazygit-like");
    stage.keys("alt-3 2 3 r");
    assert!(matches!(stage.ops().as_slice(), [Op::Decide { .. }]), "2 reads the chat, where 3 is a key");
    stage.keys("x");
    assert!(stage.text().contains("╭ Actions"));
    let mut stage = with_preset("emacs");
    stage.keys("alt-3 ctrl-s 'parse enter");
    assert_eq!(stage.ops(), [], "the letters of a search decide nothing");
    assert!(stage.text().contains("/parse"), "{}", stage.text());
}

/// Returns what the palette has first for what is typed into it.
fn first_in_palette(stage: &mut Stage, typed: &str) -> String {
    stage.keys(&format!("ctrl-p '{typed}"));
    let text = stage.text();
    let mut rows = text.lines().skip_while(|line| !line.contains("╭ Actions"));
    let title = rows.next().unwrap();
    let left = title[..title.find('╭').unwrap()].chars().count() + 2;
    let first: String = rows.nth(2).unwrap().chars().skip(left).collect();
    stage.keys("esc");
    first.split("  ").next().unwrap().to_owned()
}

#[test]
fn what_hands_type_by_habit_decides_nothing() {
    let mut stage = with_preset("vim");
    // What was done last comes first among equals.
    stage.keys("alt-3 ctrl-p 'accept-all enter");
    assert!(matches!(stage.ops().as_slice(), [Op::Decide { .. }]));
    let table = [
        ("q", Action::Quit),
        ("q!", Action::Quit),
        ("wq", Action::Quit),
        ("x", Action::Quit),
        ("quit", Action::Quit),
        (":q", Action::Quit),
        ("w", Action::Commit),
        ("e", Action::FocusTree),
        ("help", Action::Help),
        ("stop", Action::Stop),
        ("undo", Action::Undo),
        ("accept", Action::Accept),
        ("accept-all", Action::AcceptAll),
        ("write", Action::Write),
    ];
    for (typed, expected) in table {
        let first = first_in_palette(&mut stage, typed);
        let title = expected.info().title;
        assert!(first.starts_with(title), "{typed:?} finds {first:?}, not {title:?}");
    }
    for letter in 'a'..='z' {
        let first = first_in_palette(&mut stage, &letter.to_string());
        let found = ACTIONS.iter().find(|info| info.title.starts_with(first.trim_end_matches('…')));
        assert!(!found.unwrap_or_else(|| panic!("{first:?}")).action.is_weighty(), "{letter} finds {first:?}");
    }
    for (typed, action) in HABITS {
        assert!(!action.is_weighty(), "{typed}");
    }
}

#[test]
fn emacs_undo_is_that_of_what_has_the_keys() {
    let mut stage = with_preset("emacs");
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage.asked.clear();
    stage.keys("alt-2 'hello ctrl-x u");
    assert_eq!(stage.ops(), [], "nothing of the review is undone from the message");
    assert!(!stage.text().contains("hello"), "{}", stage.text());
    stage.keys("alt-3 ctrl-x u");
    assert_eq!(stage.ops(), [Op::Undo]);
}

#[test]
fn an_undo_of_nothing_says_which_key_goes_further_back() {
    let mut stage = with_preset("default");
    stage.keys("alt-3 u");
    assert_eq!(stage.ops(), []);
    let text = stage.text();
    assert!(text.contains("nothing of yours to undo; H in the review goes further back"), "{text}");
}

#[test]
fn a_list_of_keys_that_is_longer_than_the_screen_is_turned() {
    let keys: Vec<String> = ('a'..='z').chain('A'..='Z').map(|key| format!("\"x {key}\" = \"note\"\n")).collect();
    let options = TuiOptions { keymap: Some(format!("[diff]\n{}", keys.concat())), ..TuiOptions::default() };
    let mut stage = Stage::with(80, 24, options);
    stage.begin();
    with_proposal(&mut stage);
    stage.keys("alt-3 x").wait(1);
    let mut seen = String::new();
    for _ in 0..2 {
        let text = stage.text();
        assert!(text.contains("PgDn"), "{text}");
        seen.push_str(&text);
        stage.keys("pagedown");
    }
    for key in ('a'..='z').chain('A'..='Z') {
        assert!(
            seen.contains(&format!("│ {key} tell")) || seen.contains(&format!(" {key} tell or ask")),
            "{key}: {seen}"
        );
    }
    stage.keys("pageup pageup m");
    assert!(!stage.text().contains("PgDn"), "a key of the list still does what it says");
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
    for wrong in ["", "ctrl-", "f0", "f25", "foo", "Cmd-a", "PgLeft"] {
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

#[test]
fn half_a_page_is_half_of_what_a_page_is() {
    let mut stage = Stage::open(80, 24);
    stage.ask("Count.");
    let lines: String = (0..200).map(|line| format!("line {line:03}\n\n")).collect();
    stage.event(EventKind::TextDelta { text: lines });
    stage.keys("alt-2 esc");
    let first = |stage: &mut Stage, keys: &str| {
        stage.keys(keys);
        let text = stage.text();
        let line = text.lines().find_map(|line| line.split_once("line ")?.1.get(..3)?.parse::<i32>().ok());
        line.unwrap()
    };
    let bottom = first(&mut stage, "G");
    let page = bottom - first(&mut stage, "pageup");
    first(&mut stage, "G");
    let half = bottom - first(&mut stage, "ctrl-u");
    assert!(half > 0 && (half * 2 - page).abs() <= 1, "{half} of {page}");
    let above = first(&mut stage, "g");
    assert_eq!(first(&mut stage, "ctrl-d") - above, half);
}
