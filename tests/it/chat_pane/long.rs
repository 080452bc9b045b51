//! One answer that is as long as a conversation: only the parts of it that are seen are laid out, and it is looked
//! through part by part.

use std::sync::Arc;

use adit::session::TurnOutcome;
use adit::tui::chat::ChatCache;
use adit::tui::highlight::Highlighter;
use adit::tui::{Action, Effect};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Stage, ended, said, started};

/// More than a part has, and less than two of them.
const PART_AND_MORE: usize = 48 * 1024;

/// Returns paragraphs of numbered words, some of them code, with a needle in each.
fn paragraphs(count: usize) -> String {
    let paragraph = |number: usize| match number % 50 {
        49 => format!("```rust\nfn needle_{number}() {{}}\n```\n\n"),
        _ => {
            let words: Vec<String> = (0..12).map(|word| format!("w{number}x{word}")).collect();
            format!("Needle {}.\n\n", words.join(" "))
        }
    };
    (0..count).map(paragraph).collect()
}

fn answered(stage: &mut Stage, text: &str) {
    stage.feed(started(1, "go on"));
    stage.feed([said(text)]);
    stage.feed(ended(1, TurnOutcome::Done));
}

fn cold() -> ChatCache {
    ChatCache::new(Arc::new(Highlighter::inline()))
}

#[test]
fn a_key_and_another_width_cost_no_more_in_a_long_answer_than_in_a_short_one() {
    let costs = |count: usize| {
        let mut stage = Stage::new(80, 40);
        answered(&mut stage, &paragraphs(count));
        let mut cache = cold();
        let mut costs = Vec::new();
        let mut draw = |stage: &Stage| {
            let before = cache.laid_rows();
            let _frame = stage.draw_with(&mut cache);
            costs.push(cache.laid_rows() - before);
        };
        draw(&stage);
        for (key, width) in [
            (Action::ChatPageUp, 80),
            (Action::ChatPageUp, 60),
            (Action::ChatTop, 60),
            (Action::ChatPageDown, 100),
            (Action::ChatBottom, 100),
            (Action::ChatPrevious, 80),
            (Action::ChatNext, 80),
        ] {
            stage.act(&[key]);
            stage.area.width = width;
            draw(&stage);
        }
        costs
    };
    let (short, long) = (costs(100), costs(5000));
    // Two or three parts are in sight, of some 1,000 rows each; the long answer has 15,000 or more.
    for (at, (short, long)) in short.iter().zip(&long).enumerate() {
        assert!(*long <= short + 3500, "{at}: {long} rows against {short}");
    }
}

#[test]
fn a_long_answer_is_drawn_as_its_pieces_are() {
    let mut stage = Stage::new(60, 30);
    let text = paragraphs(2000);
    answered(&mut stage, &text);
    let bottom = stage.draw();
    assert!(bottom.contains("fn needle_1999() {}"), "{bottom}");
    stage.act(&[Action::ChatTop]);
    let mut before = stage.draw();
    assert!(before.contains("Needle w0x0"), "{before}");
    // Row by row over the whole of some parts: nothing is left out where one ends, and nothing comes twice.
    let mut seen: Vec<String> = before.lines().map(str::to_owned).collect();
    for _ in 0..100 {
        stage.act(&[Action::ChatPageDown]);
        let after = stage.draw();
        let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        assert_eq!(old[old.len() - 2..], new[..2], "a page goes on where the last one ended");
        seen.extend(new[2..].iter().map(|line| (*line).to_owned()));
        before = after;
    }
    let words = seen.join(" ");
    let words: Vec<&str> = words.split_whitespace().filter(|word| word.starts_with('w')).collect();
    let expected: Vec<String> = (0..2000)
        .filter(|number| number % 50 != 49)
        .flat_map(|number| (0..12).map(move |word| (number, word)))
        .map(|(number, word)| if word == 11 { format!("w{number}x{word}.") } else { format!("w{number}x{word}") })
        .collect();
    assert!(words.len() > 5000, "{}", words.len());
    assert_eq!(words, expected[..words.len()]);
}

#[test]
fn what_is_read_stays_at_the_top_in_another_width() {
    let mut stage = Stage::new(70, 20);
    answered(&mut stage, &paragraphs(1500));
    stage.draw();
    // Into the middle of it, and not to the start of a paragraph.
    stage.act(&[Action::ChatPageUp; 60]);
    let mut before = stage.draw();
    while !before.lines().next().is_some_and(|row| row.trim().starts_with('w')) {
        stage.act(&[Action::ChatUp]);
        before = stage.draw();
    }
    let first = before.split_whitespace().next().unwrap_or_default().to_owned();
    for width in [40, 100, 31, 64, 200, 70] {
        stage.area.width = width;
        let text = stage.draw();
        let top = text.lines().next().unwrap_or_default();
        assert!(
            top.split_whitespace().any(|word| word == first),
            "{first} is not in the first row of {width}:\n{text}"
        );
    }
    assert_eq!(stage.draw(), before, "back where it was");
    // What is scrolled in the same moment counts.
    stage.area.width = 40;
    stage.act(&[Action::ChatBottom]);
    assert!(stage.draw().contains("tokens") || stage.draw().contains("read"), "{}", stage.draw());
}

#[test]
fn code_blocks_of_a_long_answer_are_gone_through_and_copied() {
    let mut stage = Stage::new(60, 30);
    answered(&mut stage, &paragraphs(1200));
    stage.draw();
    let copied = |stage: &mut Stage| match stage.act(&[Action::ChatCopy]).as_slice() {
        [Effect::Copy(copied)] => copied.text.clone(),
        other => panic!("{other:?}"),
    };
    let code = |number: usize| format!("fn needle_{number}() {{}}\n");
    for number in (0..24).rev().map(|block| block * 50 + 49) {
        stage.act(&[Action::ChatPrevious]);
        assert_eq!(copied(&mut stage), code(number));
        assert!(stage.draw().contains(code(number).trim()), "{number}");
    }
    stage.act(&[Action::ChatNext]);
    assert_eq!(copied(&mut stage), code(99));
    match stage.act(&[Action::ChatCopyCode]).as_slice() {
        [Effect::Copy(copied)] => assert_eq!(copied.text, code(1199)),
        other => panic!("{other:?}"),
    }
}

impl Stage {
    /// Begins to look for something; nothing is looked through yet.
    fn ask_for(&mut self, query: &str) {
        self.pane.begin_search();
        for character in query.chars() {
            let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
            assert!(self.pane.search_key(key, &self.state));
        }
    }

    /// Returns how many matches the search's line tells of.
    fn found(&mut self) -> usize {
        let text = self.draw();
        let bar = text.lines().last().unwrap_or_default();
        let total = bar.split_whitespace().last().unwrap_or_default();
        total.trim_end_matches(['…', '+']).parse().unwrap_or(0)
    }

    /// Looks through all there is in slices; returns how many it took.
    fn look_through(&mut self, bytes: usize) -> usize {
        let mut slices = 1;
        while self.pane.advance_search(&self.state, bytes) {
            slices += 1;
        }
        slices
    }
}

#[test]
fn a_long_answer_is_looked_through_a_part_at_a_time() {
    let mut stage = Stage::new(60, 10);
    let text = paragraphs(3000);
    answered(&mut stage, &text);
    stage.draw();
    stage.ask_for("needle");
    let paragraph = text.len() / 3000;
    let mut before = 0;
    let mut slices = 1;
    while stage.pane.advance_search(&stage.state, 4096) {
        let found = stage.found();
        assert!(found - before <= PART_AND_MORE / paragraph, "{before} and then {found}");
        before = found;
        slices += 1;
    }
    assert_eq!(stage.found(), 3000);
    assert!(slices >= text.len() / PART_AND_MORE, "{slices}");
}

#[test]
fn what_grows_is_looked_through_at_its_end() {
    let text = paragraphs(1500);
    let mut stage = Stage::new(60, 10);
    stage.feed(started(1, "go on"));
    stage.feed([said(&text)]);
    stage.draw();
    stage.ask_for("needle");
    assert!(stage.look_through(4096) >= text.len() / PART_AND_MORE);
    assert_eq!(stage.found(), 1500);
    for piece in ["A nee", "dle, and a", "nother needle.\n", "\n```\n", "needle\n", "```\n\nThe [last][needle] needle"]
    {
        stage.feed([said(piece)]);
        let slices = stage.look_through(PART_AND_MORE * 8);
        assert!(slices <= 2, "{slices} for {piece:?}");
    }
    assert_eq!(stage.found(), 1500 + 5);
    stage.feed([said(".\n\n[needle]: https://a.b/c\n")]);
    stage.feed(ended(1, TurnOutcome::Done));
    stage.look_through(PART_AND_MORE * 8);
    let grown = stage.found();
    let mut finished = Stage::new(60, 10);
    answered(
        &mut finished,
        &format!(
            "{text}A needle, and another needle.\n\n```\nneedle\n```\n\nThe [last][needle] needle.\n\n[needle]: https://a.b/c\n"
        ),
    );
    finished.ask_for("needle");
    finished.look_through(4096);
    assert_eq!(grown, finished.found());
    assert_eq!(grown, 1500 + 4 + 1, "the reference has become a link, and its definition is shown");
}

#[test]
fn each_match_in_a_long_answer_is_gone_to() {
    let mut stage = Stage::new(60, 12);
    answered(&mut stage, &paragraphs(1000));
    stage.draw();
    stage.ask_for("w777x3 ");
    stage.look_through(1 << 20);
    let text = stage.draw();
    assert!(text.contains("w777x3") && text.contains("1 of 1"), "{text}");
    stage.ask_for("fn needle");
    stage.look_through(1 << 20);
    // It begins in the part that is in sight and goes round.
    let text = stage.draw();
    let first = (0..20).find(|block| text.contains(&format!("fn needle_{}()", block * 50 + 49))).unwrap();
    assert!(first > 5, "{first}");
    for block in (0..20).map(|step| (first + step) % 20) {
        let text = stage.draw();
        assert!(text.contains(&format!("fn needle_{}()", block * 50 + 49)), "{block}:\n{text}");
        stage.pane.search_key(KeyEvent::new(KeyCode::Down, KeyModifiers::NONE), &stage.state);
        stage.pane.advance_search(&stage.state, 1 << 20);
    }
}

#[test]
fn the_first_letter_is_found_from_what_is_in_sight_on() {
    let mut stage = Stage::new(60, 10);
    for turn in 1..=9 {
        stage.feed(started(turn, "xxxx"));
        stage.feed([said(&"word\n\n".repeat(8))]);
        stage.feed(ended(turn, TurnOutcome::Done));
    }
    stage.draw();
    stage.act(&[Action::ChatTop]);
    stage.draw();
    stage.act(&[Action::ChatNextPrompt; 3]);
    stage.draw();
    stage.ask_for("x");
    stage.look_through(1 << 20);
    let text = stage.draw();
    assert!(text.ends_with("13 of 36\n"), "{text}");
}
