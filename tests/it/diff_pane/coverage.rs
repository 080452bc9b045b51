//! Properties: the rows show each changed line once, whatever was decided; a cold memo draws the same cells.

use std::sync::Arc;

use adit::config::ScreenConfig;
use adit::tui::diff::DiffCache;
use adit::tui::highlight::Highlighter;
use proptest::prelude::*;

use super::desk::{Desk, file, revision};

/// Returns a text of few different lines, so that runs meet, repeat and vanish.
fn text() -> impl Strategy<Value = String> {
    (prop::collection::vec(0..5_u8, 0..40), any::<bool>()).prop_map(|(lines, is_cut)| {
        let mut text: String = lines.iter().map(|line| format!("word{line} end\n")).collect();
        if is_cut {
            text.pop();
        }
        text
    })
}

/// Returns the lines that are drawn as removed and as added, as numbers in the old and new column.
fn drawn(desk: &mut Desk) -> (Vec<usize>, Vec<usize>) {
    let screen = desk.draw();
    let (mut removed, mut added, mut is_decided) = (Vec::new(), Vec::new(), false);
    for line in screen.lines() {
        let body: String = line.chars().skip(1).collect();
        is_decided = body.starts_with('✓') || body.starts_with('✗') || (is_decided && !body.starts_with("@@"));
        let number = |range: std::ops::Range<usize>| body.get(range).and_then(|text| text.trim().parse::<usize>().ok());
        match body.get(8..9) {
            Some("-") if number(4..7).is_none() && !is_decided => removed.extend(number(0..3)),
            Some("+") if number(0..3).is_none() && !is_decided => added.extend(number(4..7)),
            _ => {}
        }
    }
    (removed, added)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn rows_cover_the_difference(
        old in text(), new in text(), context in 0..4_usize, keys in "[] }anrsvjk]{0,12}", is_split in any::<bool>(),
    ) {
        let config = ScreenConfig { context_lines: context, ..ScreenConfig::default() };
        let mut desk = Desk::with(vec![revision("a.txt", file(&old), file(&new))], config, 60, 400);
        if is_split {
            desk.keys("s");
        }
        let script: Vec<String> = keys.chars().map(String::from).collect();
        desk.keys(&script.join(" "));
        // What was decided is drawn with the same signs; hidden, only what is pending is left.
        desk.keys("D");
        let (removed, added) = drawn(&mut desk);
        let runs = desk.state.review.files().flat_map(|change| change.diff.runs.clone()).collect::<Vec<_>>();
        let expected: Vec<usize> = runs.iter().flat_map(|run| run.old.clone()).map(|line| line + 1).collect();
        prop_assert_eq!(removed, expected, "{}", desk.draw());
        let expected: Vec<usize> = runs.iter().flat_map(|run| run.new.clone()).map(|line| line + 1).collect();
        prop_assert_eq!(added, expected, "{}", desk.draw());
    }

    #[test]
    fn the_cursor_is_always_in_sight(
        texts in prop::collection::vec((text(), text()), 1..5),
        keys in "[\\[\\]{}anrsvjkGgtwDu><]{0,30}",
        width in 24..110_u16, height in 2..30_u16, long in 0..400_usize,
    ) {
        let name = |number: usize| format!("{number}.txt");
        let target = |text: &str| file(format!("{}{text}", "long ".repeat(long)));
        let revise = |(number, (old, new)): (usize, &(String, String))| revision(&name(number), file(old), target(new));
        let files = texts.iter().enumerate().map(revise).collect();
        let mut desk = Desk::with(files, ScreenConfig::default(), width, height);
        for key in keys.chars() {
            desk.keys(match key {
                '>' => "pgdn",
                '<' => "pgup",
                _ => "",
            });
            if key != '>' && key != '<' {
                desk.keys(&key.to_string());
            }
            let is_empty = desk.draw().contains("is decided.") || desk.draw().contains("Nothing to review");
            let rows = desk.cursor_rows();
            let is_one = rows.first().is_some_and(|first| rows.iter().copied().eq(*first..*first + rows.len() as u16));
            prop_assert!(is_empty || is_one, "{:?} after {} in\n{}", rows, key, desk.draw());
        }
    }

    #[test]
    fn a_cold_memo_draws_the_same(old in text(), new in text(), keys in "[] }anrsvjktwD]{0,12}") {
        let mut desk = Desk::with(vec![revision("a.rs", file(&old), file(&new))], ScreenConfig::default(), 100, 20);
        for key in keys.chars() {
            desk.keys(&key.to_string());
            let warm = desk.buffer();
            desk.cache = DiffCache::new(Arc::new(Highlighter::inline()));
            prop_assert_eq!(desk.buffer(), warm);
        }
    }
}

#[test]
fn a_review_of_many_files_is_drawn_and_decided() {
    let old = super::desk::numbered(200, &[]);
    let changes: Vec<(usize, &str)> = (1..=10).map(|hunk| (hunk * 18, "changed\n")).collect();
    let new = super::desk::numbered(200, &changes);
    let files = (0..2_000).map(|number| revision(&format!("src/{number:04}.rs"), file(&old), file(&new)));
    let mut desk = Desk::with(files.collect(), ScreenConfig::default(), 100, 40);
    desk.keys("G n n a a a");
    assert!(desk.pane.title(&desk.state).contains("3 of 20000 decided"), "{}", desk.pane.title(&desk.state));
}
