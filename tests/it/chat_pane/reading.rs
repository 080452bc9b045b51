//! Prompts, folds and wide code; and that a key costs what is in view, however long the conversation is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use adit::session::TurnOutcome;
use adit::tui::chat::ChatCache;
use adit::tui::highlight::Highlighter;
use adit::tui::{Action, Effect};

use super::{Stage, ended, said, started, whole_turn};

#[test]
fn keys_go_from_prompt_to_prompt() {
    let mut stage = Stage::new(40, 12);
    for turn in 1..=9 {
        stage.feed(started(turn, &format!("prompt {turn}")));
        stage.feed([said(&"a paragraph\n\n".repeat(6))]);
        stage.feed(ended(turn, TurnOutcome::Done));
    }
    stage.draw();
    let top = |stage: &mut Stage| {
        let text = stage.draw();
        text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
    };
    stage.act(&[Action::ChatPreviousPrompt]);
    let mut seen = vec![top(&mut stage)];
    while stage.act(&[Action::ChatPreviousPrompt]).is_empty() {
        seen.push(top(&mut stage));
    }
    let expected: Vec<String> = (1..=9).rev().map(|turn| format!("▎▌ prompt {turn}")).collect();
    assert_eq!(seen, expected);
    let mut count = 0;
    while stage.act(&[Action::ChatNextPrompt]).is_empty() {
        count += 1;
        stage.draw();
    }
    assert_eq!(count, 8);
    assert!(stage.draw().contains("▎▌ prompt 9"));
}

#[test]
fn everything_that_folds_is_opened_and_folded_at_once() {
    let mut stage = Stage::new(60, 140);
    whole_turn(&mut stage, 1);
    whole_turn(&mut stage, 2);
    let folded = stage.draw();
    stage.act(&[Action::ChatFoldAll]);
    let opened = stage.draw();
    assert_eq!(opened.matches("  output").count(), 6, "{opened}");
    assert!(opened.contains("It need not."), "reasoning is open too: {opened}");
    stage.act(&[Action::ChatFoldAll]);
    assert_eq!(stage.draw(), folded);
}

/// However it comes in, each line of code is read once by its grammar, and not again with each piece that is added.
#[test]
fn code_that_streams_in_is_read_once() {
    let highlighter = Arc::new(Highlighter::start(|| ()));
    let mut stage = Stage::new(60, 20);
    stage.cache = ChatCache::new(Arc::clone(&highlighter));
    let lines = 300;
    let code: String = (0..lines).map(|number| format!("fn f{number}() {{ let s = \"{number}\"; }}\n")).collect();
    stage.feed(started(1, "show"));
    let mut cache = std::mem::replace(&mut stage.cache, ChatCache::new(Arc::new(Highlighter::inline())));
    let mut draw = |stage: &Stage| drop(stage.draw_with(&mut cache));
    stage.feed([said("```rust\n")]);
    for piece in code.as_bytes().chunks(20) {
        stage.feed([said(std::str::from_utf8(piece).unwrap())]);
        draw(&stage);
        std::thread::yield_now();
    }
    stage.feed([said("```\n\nThat is all.")]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while highlighter.lines_read() < lines {
        draw(&stage);
        assert!(Instant::now() < deadline, "only {} lines were read", highlighter.lines_read());
        std::thread::yield_now();
    }
    assert!(highlighter.lines_read() < lines * 2, "{} lines were read", highlighter.lines_read());
}

#[test]
fn long_lines_of_code_are_wrapped_or_cut_and_scrolled() {
    let mut stage = Stage::new(24, 12);
    stage.feed(started(1, "show"));
    stage.feed([said("```rust\nlet alphabet = \"abcdefghijklmnopqrstuvwxyz\";\nshort();\n```")]);
    let wrapped = stage.draw();
    assert!(wrapped.contains('↪'), "{wrapped}");
    assert!(matches!(stage.act(&[Action::ChatRight]).as_slice(), [Effect::Say(_)]));
    stage.act(&[Action::ChatWrap]);
    let cut = stage.draw();
    assert!(cut.contains("│ let alphabet = \"abcd›"), "{cut}");
    assert!(!cut.contains('↪'));
    stage.act(&[Action::ChatRight, Action::ChatRight]);
    let scrolled = stage.draw();
    assert!(scrolled.contains("│ abcdefghijklmnopqrst›"), "{scrolled}");
    stage.act(&[Action::ChatRight, Action::ChatRight]);
    assert!(stage.draw().contains("│ qrstuvwxyz\";"), "{}", stage.draw());
    stage.act(&[Action::ChatWrap]);
    assert_eq!(stage.draw(), wrapped);
}

/// Feeds turns of some 10 kB each.
fn feed(stage: &mut Stage, turns: u32) {
    for turn in 1..=turns {
        stage.feed(started(turn, &format!("prompt {turn}")));
        let answer: String =
            (0..100).map(|line| format!("Line {line} of {turn}: {}\n\n", "word ".repeat(16))).collect();
        stage.feed([said(&answer)]);
        stage.feed(ended(turn, TurnOutcome::Done));
    }
}

#[test]
fn a_key_in_ten_megabytes_lays_out_no_more_rows_than_in_ten_kilobytes() {
    let keys = [
        Action::ChatUp,
        Action::ChatPageUp,
        Action::ChatTop,
        Action::ChatDown,
        Action::ChatPageDown,
        Action::ChatBottom,
        Action::ChatPreviousPrompt,
        Action::ChatPrevious,
        Action::ChatUp,
    ];
    let costs = |turns: u32| {
        let mut stage = Stage::new(80, 40);
        feed(&mut stage, turns);
        let bytes: usize = stage.state.entries.len();
        assert!(bytes > 0);
        let mut cache = std::mem::replace(
            &mut stage.cache,
            adit::tui::chat::ChatCache::new(std::sync::Arc::new(adit::tui::highlight::Highlighter::inline())),
        );
        let _first = stage.draw_with(&mut cache);
        let mut costs = Vec::new();
        for key in keys {
            let before = cache.laid_rows();
            stage.act(&[key]);
            let _frame = stage.draw_with(&mut cache);
            costs.push(cache.laid_rows() - before);
        }
        costs
    };
    let (short, long) = (costs(4), costs(1000));
    // An entry is laid out whole when it comes into view: one answer is 299 rows or so.
    for (key, (short, long)) in keys.iter().zip(short.iter().zip(&long)) {
        assert!(*long <= short + 1000, "{key:?}: {long} rows against {short}");
    }
}

#[test]
fn the_view_does_not_jump_when_what_is_above_was_never_laid_out() {
    let mut stage = Stage::new(60, 20);
    feed(&mut stage, 30);
    stage.draw();
    stage.act(&[Action::ChatPreviousPrompt, Action::ChatPreviousPrompt]);
    let mut before = stage.draw();
    for _ in 0..350 {
        stage.act(&[Action::ChatUp]);
        let after = stage.draw_with(&mut adit::tui::chat::ChatCache::new(std::sync::Arc::new(
            adit::tui::highlight::Highlighter::inline(),
        )));
        let after = super::text(&after);
        let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        // All but the row of news at the bottom has gone down by exactly one.
        assert_eq!(old[..18], new[1..19]);
        before = after;
    }
}

#[test]
fn a_reference_is_a_link_once_the_answer_is_complete() {
    let mut stage = Stage::new(50, 14);
    stage.feed(started(1, "where?"));
    for piece in ["See [the manual][1]", ".\n\nMore.\n\n", "[1]: https://a.b/c\n"] {
        stage.feed([said(piece)]);
        assert!(!stage.draw().contains("manual ("));
    }
    assert!(stage.draw().contains("See [the manual][1]."));
    stage.feed(ended(1, TurnOutcome::Done));
    let text = stage.draw();
    assert!(text.contains("See the manual (https://a.b/c)."), "{text}");
}
