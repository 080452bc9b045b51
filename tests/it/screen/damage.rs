//! A frame draws what may look otherwise, and keeps the rest; what it keeps is what a whole frame would show.

use adit::session::{EventKind, StopReason, TurnId, TurnOutcome, Usage};
use adit::tui::{Layout, PaneId, arrange};
use ratatui::layout::Rect;

use super::stage::Stage;

fn delta(stage: &mut Stage, text: &str) {
    stage.event(EventKind::TextDelta { text: text.to_owned() });
}

/// A stream at its second word, on a screen of three panes with a review.
fn streaming() -> (Stage, Layout) {
    let mut stage = Stage::open(160, 40);
    stage.propose("src/lib.rs", Some("one\n"), Some("two\n"));
    stage.ask("Go on.");
    delta(&mut stage, "First ");
    stage.buffer();
    let layout = arrange(Rect { x: 0, y: 0, width: 160, height: 40 }, PaneId::Chat, false, 0);
    (stage, layout)
}

/// Tells whether the last frame drew some rows of the chat and these lines, and nothing else.
fn only(stage: &Stage, layout: &Layout, lines: &[Rect]) -> bool {
    let chat = layout.chat.unwrap();
    let (rows, others): (Vec<Rect>, Vec<Rect>) =
        stage.areas().iter().copied().partition(|area| chat.intersection(*area) == *area);
    others == lines && !rows.is_empty()
}

fn whole(stage: &Stage) -> bool {
    stage.areas() == [Rect { x: 0, y: 0, width: 160, height: 40 }]
}

#[test]
fn an_answer_that_streams_in_draws_the_chat_and_the_lines_below() {
    let (mut stage, layout) = streaming();
    for number in 0..200 {
        delta(&mut stage, &format!("word {number}\n\n"));
        stage.wait(1);
        stage.buffer();
        assert!(only(&stage, &layout, &[layout.status]), "{number}: {:?}", stage.areas());
    }
    stage.end_step(StopReason::EndTurn, Usage::default(), None);
    stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Done });
    stage.buffer();
    assert!(whole(&stage));
}

#[test]
fn rows_of_the_conversation_that_stay_the_same_are_not_drawn() {
    let (mut stage, layout) = streaming();
    let chat = layout.chat.unwrap();
    for number in 0..3 {
        delta(&mut stage, &format!("word {number} "));
        stage.buffer();
        let rows: Vec<&Rect> = stage.areas().iter().filter(|area| chat.contains(area.as_position())).collect();
        assert_eq!(rows.len(), 1, "{:?}", stage.areas());
        assert_eq!(rows[0].height, 1);
    }
    delta(&mut stage, "\n\n```rust\nfn main() {\n");
    stage.buffer();
    delta(&mut stage, "    let a = 1;");
    stage.buffer();
    assert_eq!(stage.areas().len(), 2, "a row and the line of facts: {:?}", stage.areas());
}

#[test]
fn typing_draws_the_chat_and_the_lines_below_until_something_lies_over_the_panes() {
    let (mut stage, layout) = streaming();
    for keys in ["'hello", "'漢字", "left", "backspace"] {
        stage.keys(keys);
        stage.buffer();
        assert!(only(&stage, &layout, &[layout.status, layout.hints.unwrap()]), "{keys}: {:?}", stage.areas());
    }
    // A completion lies over the panes; so does a list of keys, and what they covered is drawn again.
    stage.keys("alt-enter '/mo");
    stage.buffer();
    assert!(whole(&stage));
    stage.keys("esc");
    stage.buffer();
    assert!(whole(&stage));
    for keys in ["ctrl-p", "esc", "alt-3", "alt-2", "alt-1", "alt-2", "f1"] {
        stage.keys(keys);
        stage.buffer();
        assert!(whole(&stage), "{keys}");
    }
}

#[test]
fn what_changes_more_than_the_chat_is_drawn_even_where_words_stream_in_with_it() {
    let (mut stage, _) = streaming();
    delta(&mut stage, "more ");
    stage.propose("src/new.rs", None, Some("new\n"));
    delta(&mut stage, "words ");
    stage.keys("'typed");
    stage.buffer();
    assert!(whole(&stage));
    stage.resize(100, 30);
    delta(&mut stage, "still ");
    stage.buffer();
    assert_eq!(stage.areas(), [Rect { x: 0, y: 0, width: 100, height: 30 }]);
}
