//! What does not fit says so: a text that is cut ends in an ellipsis, a list that is cut says how much more there is.

use adit::tui::{Overlay, TuiOptions};

use super::stage::Stage;

#[test]
fn a_models_description_that_is_cut_ends_in_an_ellipsis() {
    let mut stage = Stage::open(60, 24);
    stage.app.open_overlay(Overlay::Models);
    let text = stage.text();
    let line = text.lines().find(|line| line.contains("Claude Sonnet, the newest")).unwrap();
    assert!(!line.contains("your region"), "it is cut: {line}");
    assert!(line.trim_end_matches(['│', ' ']).ends_with('…'), "{line}");
}

/// Returns the list of the ways to go on after Space with the keys of vim.
fn ways_on(width: u16, height: u16) -> Vec<String> {
    let mut options = TuiOptions::default();
    options.config.keys = "vim".to_owned();
    let mut stage = Stage::with(width, height, options);
    stage.begin();
    stage.keys("alt-3 space");
    stage.wait(1);
    let text = stage.text();
    let box_lines = text.lines().skip_while(|line| !line.starts_with("╭ Space …")).skip(1);
    let inside = box_lines.take_while(|line| !line.starts_with('╰'));
    inside.map(|line| line.trim_matches(['│', ' ']).to_owned()).collect()
}

#[test]
fn keys_that_have_no_room_in_the_list_of_ways_on_are_counted() {
    let all = ways_on(42, 40);
    assert!(all.len() > 6 && !all.iter().any(|line| line.contains("PgDn")), "{all:?}");
    let some = ways_on(42, 10);
    let (last, told) = some.split_last().unwrap();
    assert_eq!(told, &all[..told.len()]);
    assert!(last.starts_with("1 of ") && last.contains("PgDn"), "{last}");
}
