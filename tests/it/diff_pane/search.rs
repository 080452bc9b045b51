//! Search in the review and in a file's view.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Modifier;

use super::desk::{Desk, file, numbered, path, revision};

impl Desk {
    fn look_for(&mut self, query: &str) {
        self.pane.begin_search();
        for character in query.chars() {
            assert!(self.pane.search_key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE)));
        }
        while self.pane.advance_search(1 << 20) {}
    }

    fn step(&mut self, code: KeyCode) {
        assert!(self.pane.search_key(KeyEvent::new(code, KeyModifiers::NONE)));
        while self.pane.advance_search(1 << 20) {}
    }

    fn bar(&mut self) -> String {
        self.draw().lines().last().unwrap_or_default().to_owned()
    }
}

fn review() -> Desk {
    let change = |number: usize| {
        let changes: Vec<(usize, String)> = (1..=9)
            .map(|at| (at * 10, format!("the {} of {number}\n", if at == 5 { "Pearl" } else { "shell" })))
            .collect();
        let changes: Vec<(usize, &str)> = changes.iter().map(|(at, text)| (*at, text.as_str())).collect();
        revision(&format!("src/f{number}.txt"), file(numbered(100, &[])), file(numbered(100, &changes)))
    };
    Desk::new((1..=3).map(change).collect())
}

#[test]
fn lines_and_names_of_the_review_are_found_in_order() {
    let mut desk = review();
    desk.look_for("pearl");
    assert!(desk.bar().ends_with("1 of 3"), "{}", desk.bar());
    assert!(desk.draw().contains("+ the Pearl of 1"), "{}", desk.draw());
    let mut seen = Vec::new();
    for code in [KeyCode::Down, KeyCode::Down, KeyCode::Down, KeyCode::Up] {
        desk.step(code);
        let screen = desk.draw();
        let line =
            screen.lines().find(|line| line.contains('▌') && line.contains("Pearl")).unwrap_or_default().to_owned();
        seen.push((
            line.trim_end().chars().last().unwrap_or(' '),
            desk.bar().trim_start_matches("/pearl").trim().to_owned(),
        ));
    }
    let expected = [('2', "2 of 3"), ('3', "3 of 3"), ('1', "1 of 3"), ('3', "3 of 3")];
    assert_eq!(seen, expected.map(|(number, bar)| (number, bar.to_owned())));
    assert!(desk.pane.escape());
    assert!(!desk.bar().contains("/pearl"));
    desk.look_for("f2.txt");
    assert!(desk.bar().ends_with("1 of 1"), "{}", desk.bar());
}

#[test]
fn removed_lines_and_matches_far_to_the_right_are_brought_into_sight() {
    let long = format!("{}needle\n", "x".repeat(300));
    let mut desk =
        Desk::new(vec![revision("a.txt", file(numbered(9, &[])), file(numbered(9, &[(4, ""), (5, &long)])))]);
    desk.look_for("line 4");
    assert!(desk.bar().ends_with("1 of 1"), "{}", desk.bar());
    assert!(desk.draw().contains("- line 4"));
    desk.look_for("needle");
    assert!(desk.draw().contains("needle"), "{}", desk.draw());
}

#[test]
fn a_decision_while_a_search_stands_is_taken_over() {
    let mut desk = review();
    desk.look_for("shell");
    assert!(desk.bar().ends_with("of 24"), "{}", desk.bar());
    desk.keys("r");
    while desk.pane.advance_search(1 << 20) {}
    assert!(desk.bar().contains("of 24") || desk.bar().contains("of 23"), "{}", desk.bar());
    desk.keys("d");
    while desk.pane.advance_search(1 << 20) {}
    assert!(desk.bar().ends_with("of 23"), "{}", desk.bar());
}

#[test]
fn a_file_of_fifty_thousand_lines_is_searched_in_slices() {
    let mut desk = Desk::new(Vec::new());
    desk.area.height = 6;
    desk.pane.show_file(path("big.txt"), Ok(file(numbered(50_000, &[(41_234, "here it is\n")]))));
    desk.draw();
    desk.pane.begin_search();
    assert!(desk.pane.search_key(KeyEvent::new(KeyCode::Char('h'), KeyModifiers::NONE)));
    let mut slices = 0;
    while desk.pane.advance_search(64 << 10) {
        slices += 1;
    }
    assert!(slices > 10, "{slices}");
    assert!(desk.draw().contains("41234  here it is"), "{}", desk.draw());
    assert!(desk.bar().ends_with("1 of 1"));
    assert!(desk.pane.escape());
    assert!(desk.draw().contains("41234  here it is"), "the view stays where the search went");
    assert!(desk.pane.escape(), "the file is closed next");
}

impl Desk {
    /// Returns what is marked as the current match, row by row.
    fn current_rows(&mut self) -> Vec<String> {
        let buffer = self.buffer();
        // On the cursor's line, which is reversed, it is the one that is not.
        let is_current = |at: &(u16, u16)| {
            let is_reversed = buffer[*at].modifier.contains(Modifier::REVERSED);
            buffer[*at].modifier.contains(Modifier::BOLD) && is_reversed != (buffer[(0, at.1)].symbol() == "▌")
        };
        let row = |y: u16| (0..buffer.area.width).map(move |x| (x, y)).filter(is_current).map(|at| buffer[at].symbol());
        (0..buffer.area.height).map(|y| row(y).collect::<String>()).filter(|text| !text.is_empty()).collect()
    }
}

/// Returns the review and the file view of a text with a long line, wrapped.
fn wrapped_with(long: &str) -> [Desk; 2] {
    let text = numbered(9, &[(5, long)]);
    let review = Desk::new(vec![revision("a.txt", file(numbered(9, &[])), file(text.clone()))]);
    let mut read = Desk::new(Vec::new());
    read.pane.show_file(path("a.txt"), Ok(file(text)));
    [review, read].map(|mut desk| {
        desk.draw();
        desk.keys("w");
        desk
    })
}

#[test]
fn a_match_over_the_end_of_a_wrapped_row_is_marked_in_both() {
    let long = format!("{}needle in the hay{}\n", "x".repeat(40), "y".repeat(900));
    for mut desk in wrapped_with(&long) {
        desk.look_for("needle in the hay");
        assert!(desk.bar().ends_with("1 of 1"), "{}", desk.bar());
        let rows = desk.current_rows();
        assert_eq!(rows.len(), 2, "{}", desk.draw());
        assert_eq!(rows.concat(), "needle in the hay");
    }
}

#[test]
fn a_match_far_down_a_line_that_is_higher_than_the_pane_is_brought_into_sight() {
    let long = format!("{}needle{}\n", "x".repeat(3000), "y".repeat(3000));
    for mut desk in wrapped_with(&long) {
        desk.look_for("needle");
        assert_eq!(desk.current_rows().concat(), "needle", "{}", desk.draw());
    }
}

#[test]
fn a_match_behind_the_cut_of_a_long_line_is_in_sight() {
    let mut desk = Desk::new(Vec::new());
    desk.area = ratatui::layout::Rect::new(0, 0, 60, 5);
    let numbers: Vec<String> = (0..30_000).map(|number| number.to_string()).collect();
    desk.pane.show_file(path("one.json"), Ok(file(format!("[{}]\n", numbers.join(",")))));
    desk.look_for("2777");
    assert!(desk.bar().ends_with("1 of 13"), "{}", desk.bar());
    let first = desk.draw().lines().next().unwrap().to_owned();
    assert!(first.contains("2776,2777,2778"), "{first}");
    desk.step(KeyCode::Down);
    assert!(desk.bar().ends_with("2 of 13"), "{}", desk.bar());
    let first = desk.draw().lines().next().unwrap().to_owned();
    assert!(first.contains(" bytes before ") && first.contains("12776,12777,1277"), "{first}");
    // Wrapped, it is in sight as well, and at the end of the search the line is as it was.
    assert!(desk.pane.escape());
    desk.keys("w");
    desk.look_for("22777");
    let first = desk.draw().lines().next().unwrap().to_owned();
    assert!(first.contains(" bytes before ") && first.contains("22777"), "{}", desk.draw());
    assert!(desk.pane.escape());
    assert!(!desk.draw().contains("bytes before"), "{}", desk.draw());
}
