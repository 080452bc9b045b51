//! A number before a key, in the preset that counts: how often, or where to; and what stays as it was elsewhere.

use adit::session::Op;
use adit::tui::{Copied, Effect, Keymap, TuiOptions};

use super::stage::{Stage, with_proposal};

const NAMES: [&str; 9] = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt", "g.txt", "h.txt", "i.txt"];

fn with(preset: &str, user: Option<&str>) -> Stage {
    let mut options = TuiOptions { keymap: user.map(str::to_owned), ..TuiOptions::default() };
    options.config.keys = preset.to_owned();
    let mut stage = Stage::with(100, 24, options);
    stage.begin();
    stage.list(None, &NAMES);
    stage.text();
    stage
}

fn reviewing() -> Stage {
    let mut stage = with("vim", None);
    with_proposal(&mut stage);
    stage.text();
    stage
}

/// Returns the path under the tree's cursor: the one that is copied.
fn selected(stage: &mut Stage, copies: &str) -> String {
    stage.asked.clear();
    stage.keys(copies);
    let copied = stage.asked.iter().find_map(|effect| match effect {
        Effect::Copy(Copied { text, .. }) => Some(text.clone()),
        _ => None,
    });
    copied.unwrap_or_else(|| panic!("nothing was copied: {:?}", stage.asked))
}

fn bottom(stage: &mut Stage) -> String {
    stage.text().lines().last().unwrap().to_owned()
}

#[test]
fn a_number_moves_so_often_or_names_the_row() {
    let walks = [
        ("3 j", "d.txt"),
        ("1 2 j", "i.txt"),
        ("9 9 9 9 9 9 9 9 9 j 2 k", "g.txt"),
        ("3 G", "c.txt"),
        ("5 g g", "e.txt"),
        ("7 7 G", "i.txt"),
        // A nought begins no number, and Esc drops one.
        ("0 j", "b.txt"),
        ("1 0 j", "i.txt"),
        ("4 esc j", "b.txt"),
        // The number of lines stays with the keys for half a page, until the size changes.
        ("2 ctrl-d ctrl-d", "e.txt"),
        ("G 3 ctrl-u", "f.txt"),
        ("G 1 k 1 ctrl-u ctrl-u", "f.txt"),
        // A key that means nothing takes the number with it.
        ("3 q j", "b.txt"),
    ];
    for (keys, expected) in walks {
        let mut stage = with("vim", None);
        stage.keys("alt-1").keys(keys);
        assert_eq!(selected(&mut stage, "y y"), expected, "{keys}");
    }
}

#[test]
fn a_number_is_shown_while_it_is_typed_and_esc_drops_only_it() {
    let mut stage = with("vim", None);
    stage.ask("Mend the fares");
    stage.keys("alt-1 1 2");
    assert!(bottom(&mut stage).starts_with(" 12 before a key  Esc drop the number"), "{}", bottom(&mut stage));
    stage.ops();
    stage.keys("esc");
    assert!(stage.text().contains("12 was left"), "{}", stage.text());
    assert_eq!(stage.ops(), [], "the turn goes on");
    stage.keys("2 g");
    stage.wait(1);
    assert!(stage.text().contains("╭ 2 g …"), "{}", stage.text());
    stage.keys("x");
    assert!(stage.text().contains("2 g x does nothing here"), "{}", stage.text());
}

#[test]
fn a_number_decides_nothing() {
    let mut stage = reviewing();
    stage.keys("alt-3 ] c");
    stage.ops();
    for keys in ["3 a", "2 r", "2 A", "4 ctrl-a"] {
        stage.keys(keys);
        assert_eq!(stage.ops(), [], "{keys}");
        assert!(bottom(&mut stage).contains("takes no number; nothing was done"), "{keys}: {}", bottom(&mut stage));
    }
    stage.keys("a");
    assert!(matches!(stage.ops().as_slice(), [Op::Decide { .. }]));
}

#[test]
fn in_the_review_a_number_names_a_line_of_the_file() {
    let mut stage = reviewing();
    // The cursor's line is the one that is edited in place; a file has eleven lines.
    for (keys, expected) in [("7 G", 7), ("5 g g", 5), ("7 7 7 G", 11), ("7 G 2 k", 5), ("7 G z z", 7), ("7 G z t", 7)]
    {
        stage.keys("alt-3 g g }").keys(keys).keys("E");
        let text = stage.text();
        assert!(text.contains(&format!("src/fare.rs, line {expected} of the proposal")), "{keys}:\n{text}");
        stage.keys("esc");
    }
}

#[test]
fn digits_keep_what_they_mean_elsewhere() {
    // Text is text, and so is a filter's.
    let mut stage = with("vim", None);
    stage.keys("alt-2 '5j");
    assert!(stage.text().contains("› 5j"), "{}", stage.text());
    stage.keys("alt-1 / '3");
    assert!(stage.text().contains("/3"), "{}", stage.text());
    // In a preset that binds digits they do what they do, counts or not.
    let mut stage = with("lazygit-like", Some("counts = [\"tree\"]\n"));
    stage.keys("alt-1 4 j");
    assert_eq!(selected(&mut stage, "y"), "e.txt");
    stage.keys("4 2 k");
    assert_eq!(selected(&mut stage, "y"), "a.txt", "a digit goes on with a number even where it is bound");
    stage.keys("1 j");
    assert_eq!(selected(&mut stage, "y"), "b.txt", "1 goes to the tree, where it is already");
    // The default keys know no numbers.
    let mut stage = with("default", None);
    stage.keys("alt-1 3 j");
    assert_eq!(selected(&mut stage, "y"), "b.txt");
    // Who wants none takes them away.
    let mut stage = with("vim", Some("counts = []\n"));
    stage.keys("alt-1 3 j");
    assert_eq!(selected(&mut stage, "y y"), "b.txt");
}

#[test]
fn in_the_chat_numbers_scroll_and_name_messages() {
    let mut stage = with("vim", None);
    for number in 1..=9 {
        stage.ask(&format!("prompt {number}\none\ntwo\nthree\nfour"));
    }
    stage.keys("alt-1 ctrl-w l g g");
    let seen = |stage: &mut Stage| {
        let text = stage.text();
        text.lines().find_map(|line| line.split("prompt ").nth(1)?.chars().next()).unwrap_or_else(|| panic!("{text}"))
    };
    assert_eq!(seen(&mut stage), '1');
    stage.keys("2 0 j");
    assert_eq!(seen(&mut stage), '5', "a prompt takes six rows:\n{}", stage.text());
    stage.keys("8 j 2 8 k");
    assert_eq!(seen(&mut stage), '1');
    for (keys, expected) in
        [("3 G", "prompt 3"), ("2 }", "prompt 5"), ("9 9 {", "prompt 1"), ("9 9 9 9 9 9 ]", "prompt 9")]
    {
        assert!(selected(&mut stage, &format!("{keys} y y")).starts_with(expected), "{keys}:\n{}", stage.text());
    }
    stage.keys("5 G z b");
    let text = stage.text();
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("┃")).collect();
    let row = rows.iter().position(|line| line.contains("prompt 5")).unwrap_or_else(|| panic!("{text}"));
    let rule = rows.iter().position(|line| line.contains("a writes")).unwrap();
    assert_eq!(row + 6, rule, "its last row is the last above what the turn does:\n{text}");
    stage.keys("z t");
    let text = stage.text();
    assert!(text.lines().take(3).any(|line| line.contains("prompt 5")), "{text}");
}

#[test]
fn what_is_selected_is_put_to_the_top_the_middle_and_the_bottom() {
    let mut stage = with("vim", None);
    let names: Vec<String> = (10..80).map(|number| format!("{number}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.list(None, &names);
    stage.keys("alt-1 3 0 G");
    let row = |stage: &mut Stage, keys: &str| {
        stage.keys(keys);
        let text = stage.text();
        text.lines().position(|line| line.contains("39.txt")).unwrap_or_else(|| panic!("{keys}:\n{text}"))
    };
    let (top, middle, bottom) = (row(&mut stage, "z t"), row(&mut stage, "z z"), row(&mut stage, "z b"));
    let text = stage.text();
    let list: Vec<usize> =
        (0..).zip(text.lines()).filter(|(_, line)| line.contains(".txt")).map(|(row, _)| row).collect();
    assert_eq!((top, bottom), (list[0], list[list.len() - 1]), "{text}");
    assert_eq!(middle, top + (bottom - top) / 2);
}

#[test]
fn the_help_tells_where_numbers_count() {
    let mut stage = with("vim", None);
    stage.keys("f1");
    assert!(!stage.text().contains("a number before a key"), "not anywhere");
    stage.keys("'number");
    let text = stage.text();
    for place in ["Chat, reading", "File tree", "Review"] {
        let line = text.lines().find(|line| line.contains(place) && line.contains("a number before a key"));
        assert!(line.is_some(), "{place}:\n{text}");
    }
    // Where actions are found too, the first of them is what Enter does.
    stage.keys("ctrl-u 'conflict enter");
    assert!(!stage.text().contains("╭ Keys"), "{}", stage.text());
    let mut stage = with("default", None);
    stage.keys("f1 'number");
    assert!(stage.text().contains("no action matches"), "{}", stage.text());
}

#[test]
fn a_keymap_says_where_numbers_count_only_where_digits_are_free() {
    let keymap = |text| Keymap::new(Some(text)).unwrap_err().to_string();
    assert_eq!(
        keymap("\ncounts = [\"tree\", \"writing\"]\n"),
        "keymap.toml line 2: counts may name reading, tree, diff only"
    );
    assert_eq!(keymap("counts = true\n"), "keymap.toml line 1: counts is not a list of reading, tree, diff");
    let told = Keymap::of_preset("vim", None).unwrap().reference();
    assert_eq!(told.matches("a number before a key").count(), 3, "{told}");
    let plain = Keymap::new(None).unwrap().reference();
    assert!(!plain.contains("a number before a key"), "{plain}");
}
