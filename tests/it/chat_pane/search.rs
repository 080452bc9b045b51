//! Search in the conversation.

use adit::session::TurnOutcome;
use adit::tui::Action;
use adit::tui::chat::{ChatCache, ChatPane};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Modifier;

use super::{Stage, ended, said, started, thought, whole_turn};

impl Stage {
    /// Types a query; looks through all there is, in slices of so many bytes.
    fn look_for(&mut self, query: &str, slice: usize) {
        self.pane.begin_search();
        for character in query.chars() {
            let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
            assert!(self.pane.search_key(key, &self.state));
            while self.pane.advance_search(&self.state, slice) {}
        }
    }

    /// Returns the line of the search.
    fn bar(&mut self) -> String {
        self.draw().lines().last().unwrap_or_default().to_owned()
    }

    /// Returns the text that is drawn as the current match.
    fn current(&mut self) -> String {
        let mut cache = std::mem::replace(
            &mut self.cache,
            ChatCache::new(std::sync::Arc::new(adit::tui::highlight::Highlighter::inline())),
        );
        let buffer = self.draw_with(&mut cache);
        self.cache = cache;
        let is_current = |at: &(u16, u16)| buffer[*at].modifier.contains(Modifier::REVERSED | Modifier::BOLD);
        let all = (0..buffer.area.height).flat_map(|y| (0..buffer.area.width).map(move |x| (x, y)));
        all.filter(is_current).map(|at| buffer[at].symbol().to_owned()).collect()
    }
}

fn turns(stage: &mut Stage, count: u32) {
    for turn in 1..=count {
        stage.feed(started(turn, &format!("prompt {turn}")));
        stage.feed([said(&format!("The **Needle** of turn {turn}.\n\n{}needle again", "hay\n\n".repeat(20)))]);
        stage.feed(ended(turn, TurnOutcome::Done));
    }
}

#[test]
fn a_match_is_shown_counted_and_stepped_through() {
    let mut stage = Stage::new(50, 12);
    turns(&mut stage, 5);
    stage.draw();
    stage.look_for("needle", 1 << 20);
    assert!(stage.bar().ends_with("of 10"), "{}", stage.bar());
    let mut numbers = Vec::new();
    for _ in 0..10 {
        let bar = stage.bar();
        numbers.push(bar.split_whitespace().rev().nth(2).unwrap().parse::<usize>().unwrap());
        assert_eq!(stage.current().to_lowercase(), "needle");
        next(&mut stage.pane, 1);
        stage.pane.advance_search(&stage.state, 1 << 20);
    }
    let first = numbers[0];
    let expected: Vec<usize> = (0..10).map(|step| (first - 1 + step) % 10 + 1).collect();
    assert_eq!(numbers, expected);
    assert!(stage.pane.end_search());
    assert!(!stage.draw().contains("of 10"));
}

fn next(pane: &mut ChatPane, times: usize) {
    for _ in 0..times {
        assert!(
            pane.search_key(KeyEvent::new(KeyCode::Down, KeyModifiers::NONE), &adit::session::SessionState::default())
        );
    }
}

#[test]
fn a_capital_letter_makes_the_case_count() {
    let mut stage = Stage::new(50, 12);
    turns(&mut stage, 3);
    stage.look_for("Needle", 1 << 20);
    assert!(stage.bar().ends_with("of 3"), "{}", stage.bar());
    stage.look_for("**Needle**", 1 << 20);
    assert!(stage.bar().ends_with("no match"), "what is not shown is not found: {}", stage.bar());
    stage.look_for("of turn 2", 1 << 20);
    assert!(stage.bar().ends_with("1 of 1"), "{}", stage.bar());
    stage.look_for("a.b*c", 1 << 20);
    assert!(stage.bar().ends_with("no match"));
}

#[test]
fn slices_find_the_same_as_the_whole() {
    for slice in [1, 100, 5000, 1 << 20] {
        let mut stage = Stage::new(50, 12);
        turns(&mut stage, 40);
        stage.draw();
        stage.look_for("needle", slice);
        assert!(stage.bar().ends_with("79 of 80"), "{slice}: {}", stage.bar());
        assert_eq!(stage.current(), "Needle");
    }
}

#[test]
fn a_slice_looks_through_no_more_than_its_bytes_and_one_entry() {
    let mut stage = Stage::new(50, 12);
    turns(&mut stage, 500);
    stage.draw();
    stage.pane.begin_search();
    stage.pane.search_key(KeyEvent::new(KeyCode::Char('n'), KeyModifiers::NONE), &stage.state);
    let mut slices = 0;
    while stage.pane.advance_search(&stage.state, 4096) {
        slices += 1;
    }
    assert!((50..1000).contains(&slices), "{slices}");
}

#[test]
fn what_is_folded_is_opened() {
    let mut stage = Stage::new(60, 14);
    whole_turn(&mut stage, 1);
    turns(&mut stage, 3);
    stage.draw();
    stage.look_for("// end", 1 << 20);
    let text = stage.draw();
    assert!(text.contains("2 // end"), "{text}");
    assert_eq!(stage.current(), "// end");
    stage.look_for("it need not", 1 << 20);
    assert_eq!(stage.current(), "It need not");
}

#[test]
fn what_streams_in_is_found_too() {
    let mut stage = Stage::new(50, 12);
    turns(&mut stage, 2);
    stage.draw();
    stage.look_for("needle", 1 << 20);
    assert!(stage.bar().ends_with("of 4"), "{}", stage.bar());
    stage.feed(started(3, "more"));
    stage.feed([thought("a needle?")]);
    for piece in ["An", "other nee", "dle, and a ", "needle."] {
        stage.feed([said(piece)]);
        while stage.pane.advance_search(&stage.state, 1 << 20) {}
    }
    assert!(stage.bar().ends_with("of 7"), "{}", stage.bar());
}

#[test]
fn escape_while_typing_goes_back() {
    let mut stage = Stage::new(50, 12);
    turns(&mut stage, 9);
    let before = stage.draw();
    stage.look_for("turn 2", 1 << 20);
    assert!(stage.draw().contains("turn 2"), "{}", stage.draw());
    stage.pane.begin_search();
    let _cleared = stage.act(&[Action::Write]);
    stage.act(&[Action::ChatBottom]);
    assert_eq!(stage.draw(), before);
}

impl Stage {
    /// Returns what is marked as the current match, row by row.
    fn current_rows(&mut self) -> Vec<String> {
        let mut cache = ChatCache::new(std::sync::Arc::new(adit::tui::highlight::Highlighter::inline()));
        let buffer = self.draw_with(&mut cache);
        let is_current = |at: &(u16, u16)| buffer[*at].modifier.contains(Modifier::REVERSED | Modifier::BOLD);
        let row = |y: u16| (0..buffer.area.width).map(move |x| (x, y)).filter(is_current).map(|at| buffer[at].symbol());
        (0..buffer.area.height).map(|y| row(y).collect::<String>()).filter(|text| !text.is_empty()).collect()
    }
}

impl Stage {
    /// Looks for a query, and compares what is marked for each of its matches, row by row.
    fn check_rows(&mut self, query: &str, expected: &[&[&str]]) {
        self.look_for(query, 1 << 20);
        let mut found = Vec::new();
        for at in 1..=expected.len() {
            let bar = self.bar();
            assert!(bar.ends_with(&format!("of {}", expected.len())), "{query} {at}: {bar}\n{}", self.draw());
            found.push(self.current_rows());
            next(&mut self.pane, 1);
            self.pane.advance_search(&self.state, 1 << 20);
        }
        // The search begins at what is in view, which need not be the first place.
        found.sort();
        let mut expected: Vec<Vec<&str>> = expected.iter().map(|rows| rows.to_vec()).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}\n{}", self.draw());
    }
}

#[test]
fn a_match_over_the_end_of_a_row_is_marked_in_both() {
    let answer = "\
The cobbler takes a hammer and nails to mend the old shoe today.

- A list that takes a hammer and nails to mend it, once more.

> A quote that takes a hammer and nails to mend it, once more.

```
let hammer_and_nails = \"a hammer and nails to mend the old shoe\";
```

A/path/that/is/longer/than/a/row/with/hammer-and-nails/behind/it";
    let mut stage = Stage::new(30, 30);
    stage.feed(started(1, "please take a hammer and nails to mend it"));
    stage.feed([said(answer)]);
    stage.feed(ended(1, TurnOutcome::Done));
    let mut check = |query: &str, expected: &[&[&str]]| stage.check_rows(query, expected);
    let over = |first: &'static str, second: &'static str| [first, second];
    check(
        "hammer and nails to mend",
        &[
            &over("hammer and", "nails to mend"),
            &over("hammer", "and nails to mend"),
            &over("hammer", "and nails to mend"),
            &over("hammer", "and nails to mend"),
            &over("h", "ammer and nails to mend"),
        ],
    );
    check("longer/than/a/row/with", &[&over("longer/than/", "a/row/with")]);
    check("the old shoe", &[&over("the", " old shoe"), &over("the old", "shoe")]);
}

#[test]
fn a_match_in_code_that_is_cut_is_marked_where_it_is_scrolled_to() {
    let mut stage = Stage::new(30, 12);
    stage.feed(started(1, "go"));
    stage.feed([said("```\nlet first = 1;\nlet second = \"世界 and a long line of it with the end here\";\n```")]);
    stage.feed(ended(1, TurnOutcome::Done));
    stage.draw();
    stage.pane.act(Action::ChatWrap, &stage.state);
    stage.look_for("with the", 1 << 20);
    for _ in 0..3 {
        stage.pane.act(Action::ChatRight, &stage.state);
    }
    assert_eq!(stage.current_rows(), ["with the"], "{}", stage.draw());
    stage.look_for("界 and", 1 << 20);
    assert_eq!(stage.current_rows(), Vec::<String>::new(), "it is scrolled off:\n{}", stage.draw());
    stage.pane.act(Action::ChatLeft, &stage.state);
    stage.pane.act(Action::ChatLeft, &stage.state);
    assert_eq!(stage.current_rows().concat().replace(' ', ""), "界and", "{}", stage.draw());
}

#[test]
fn a_match_is_found_across_marks_of_markdown_and_in_the_cells_of_a_table() {
    let answer = "\
Take a **hammer** and *some* `nails` to [mend it](https://a.b), and `snake_case` with AT&amp;T.

| what it is | how it is done | how often |
|---|---|---|
| the **old** shoe of the cobbler | with a hammer and *some* nails | now and then |
| hammer | and some nails | again |

[1]: https://a.b/hammer

Once more: a hammer
and some nails, and [a link][1].";
    for (width, split) in [(60, true), (200, false)] {
        let mut stage = Stage::new(width, 40);
        stage.feed(started(1, "go"));
        stage.feed([said(answer)]);
        stage.feed(ended(1, TurnOutcome::Done));
        let in_cell: &[&str] = if split { &["hammer and", "some nails"] } else { &["hammer and some nails"] };
        let whole: &[&str] = &["hammer and some nails"];
        stage.check_rows("hammer and some nails", &[whole, whole, in_cell]);
        let shoe: &[&str] = if split { &["the old shoe of the", "cobbler"] } else { &["the old shoe of the cobbler"] };
        stage.check_rows("the old shoe of the cobbler", &[shoe]);
        stage.check_rows("at&t", &[&["AT&T"]]);
        stage.check_rows("mend it (https", &[&["mend it (https"]]);
        stage.check_rows("how", &[&["how"], &["how"]]);
        // From a cell to the next there is no line to go on in, as there is none from a paragraph to the next.
        stage.check_rows("hammer", &[["hammer"].as_slice(); 6]);
        stage.look_for("hammer │ and", 1 << 20);
        assert!(stage.bar().ends_with("no match"), "{}", stage.bar());
        stage.look_for("AT&T. what", 1 << 20);
        assert!(stage.bar().ends_with("no match"), "{}", stage.bar());
    }
}

#[test]
fn a_table_told_as_a_list_has_its_titles_once() {
    let mut stage = Stage::new(18, 40);
    stage.feed(started(1, "go"));
    stage.feed([said("| name | size of it | x |\n|---|---|---|\n| the name | 1 size | y |\n| a name | 2 | z |")]);
    stage.feed(ended(1, TurnOutcome::Done));
    assert!(stage.draw().contains("size of it: 1"), "{}", stage.draw());
    stage.check_rows("name", &[&["name"], &["name"], &["name"]]);
    stage.check_rows("size", &[&["size"], &["size"]]);
    stage.check_rows("the name", &[&["the name"]]);
}

#[test]
fn what_is_cut_off_of_a_calls_line_does_not_lead_astray() {
    let mut stage = Stage::new(30, 40);
    stage.feed(started(1, "go"));
    let path = "a/folder/that/has/a/long/name/needle.rs";
    let input = serde_json::json!({"path": path, "offset": 1});
    stage.feed(super::call("t1", "read_file", input, Some(("1 the Needle\n", false))));
    stage.feed(ended(1, TurnOutcome::Done));
    stage.look_for("needle", 1 << 20);
    assert!(stage.bar().ends_with("of 3"), "{}", stage.bar());
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(stage.current_rows().concat());
        next(&mut stage.pane, 1);
        stage.pane.advance_search(&stage.state, 1 << 20);
    }
    seen.sort();
    assert_eq!(seen, ["Needle", "needle", "needle"], "{}", stage.draw());
}
