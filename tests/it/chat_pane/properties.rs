//! What holds for any conversation: a memo changes nothing, and streaming costs no more than it must.

use adit::session::{EventKind, Fault, FaultClass, Millis, ToolCallId, TurnOutcome};
use adit::tui::Action;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

use super::{Stage, call, ended, said, started, thought};

#[derive(Debug, Clone)]
enum Step {
    Turn,
    Say(String),
    Think(String),
    Tool(String),
    Retry,
    End,
    Clear,
    Act(Action),
    Look(&'static str),
    Resize(u16, u16),
}

fn step() -> impl Strategy<Value = Step> {
    let text = prop::sample::select(vec![
        "word ",
        "two words\n\n",
        "- item\n",
        "```rust\nfn a() {}\n",
        "```\n",
        "日本語 ",
        "\u{1b}[1m",
        "**bold",
        "| a | b |\n|--|--|\n",
        "[a] and [words][a]\n\n",
        "[a]: http://b.c\n\n",
    ]);
    let action = prop::sample::select(vec![
        Action::ChatUp,
        Action::ChatDown,
        Action::ChatPageUp,
        Action::ChatPageDown,
        Action::ChatTop,
        Action::ChatBottom,
        Action::ChatNext,
        Action::ChatPrevious,
        Action::ChatFold,
        Action::ChatCopy,
        Action::ChatFoldAll,
        Action::ChatWrap,
        Action::ChatRight,
        Action::ChatNextPrompt,
        Action::ChatPreviousPrompt,
    ]);
    prop_oneof![
        1 => Just(Step::Turn),
        8 => prop::collection::vec(text.clone(), 1..6).prop_map(|pieces| Step::Say(pieces.concat())),
        2 => text.prop_map(|piece| Step::Think(piece.to_owned())),
        2 => "[a-z_]{1,12}".prop_map(Step::Tool),
        1 => Just(Step::Retry),
        1 => Just(Step::End),
        1 => Just(Step::Clear),
        8 => action.prop_map(Step::Act),
        3 => prop::sample::select(vec!["w", "o", "words", "日", "out", ""]).prop_map(Step::Look),
        1 => (1_u16..70, 1_u16..30).prop_map(|(width, height)| Step::Resize(width, height)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// `draw` itself compares warm with cold after each step.
    #[test]
    fn cold_and_warm_caches_draw_the_same(steps in prop::collection::vec(step(), 1..50)) {
        let mut stage = Stage::new(40, 12);
        let mut turn = 0;
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Turn => {
                    turn += 1;
                    stage.feed(started(turn, "prompt"));
                }
                Step::Say(text) => stage.feed([said(&text)]),
                Step::Think(text) => stage.feed([thought(&text)]),
                Step::Tool(name) => {
                    let input = serde_json::json!({"path": "src/a.rs", "content": "a\nb"});
                    stage.feed(call(&format!("t{number}"), &name, input, (number % 2 == 0).then_some(("out\nput", number % 3 == 0))));
                }
                Step::Retry => stage.feed([EventKind::StepRetried {
                    fault: Fault::new(FaultClass::Throttled, "too many requests"),
                    attempt: 1,
                    resumes_at: Millis(0),
                }]),
                Step::End => stage.feed(ended(turn, TurnOutcome::Done)),
                Step::Clear => stage.feed([EventKind::ConversationCleared]),
                Step::Act(action) => {
                    stage.act(&[action]);
                }
                Step::Look(query) => {
                    stage.pane.begin_search();
                    for character in query.chars() {
                        stage.pane.search_key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE), &stage.state);
                    }
                }
                Step::Resize(width, height) => {
                    stage.area.width = width;
                    stage.area.height = height;
                }
            }
            let _goes_on = stage.pane.advance_search(&stage.state, 100);
            let drawn = stage.draw();
            prop_assert!(!drawn.chars().any(|character| character.is_control() && character != '\n'));
        }
    }
}

#[test]
fn another_answer_in_the_same_place_is_noticed() {
    let mut stage = Stage::new(40, 12);
    stage.feed(started(1, "prompt"));
    stage.feed([said("the first answer, quite long")]);
    stage.draw();
    let fault = Fault::new(FaultClass::Network, "the connection broke");
    stage.feed([
        EventKind::StepRetried { fault, attempt: 1, resumes_at: Millis(0) },
        said("the other answer, which is longer still"),
    ]);
    let drawn = stage.draw();
    assert!(drawn.contains("the other answer") && !drawn.contains("first"), "{drawn}");
}

#[test]
fn a_path_shows_as_soon_as_it_has_come() {
    let mut stage = Stage::new(60, 8);
    stage.feed(started(1, "prompt"));
    let id = ToolCallId("t".to_owned());
    stage.feed([EventKind::ToolCallStarted { id: id.clone(), name: "edit_file".to_owned() }]);
    let mut seen = Vec::new();
    for json in ["{\"pa", "th\": \"src/", "a.rs\", ", "\"edits\": [{\"old_text\": \"\\u00", "e9\"}"] {
        stage.feed([EventKind::ToolInputDelta { id: id.clone(), json: json.to_owned() }]);
        let drawn = stage.draw();
        seen.push(drawn.lines().find(|line| line.contains('⟳')).unwrap_or_default().trim().to_owned());
    }
    assert_eq!(seen, ["⟳ edit", "⟳ edit src/", "⟳ edit src/a.rs", "⟳ edit src/a.rs", "⟳ edit src/a.rs"]);
}
