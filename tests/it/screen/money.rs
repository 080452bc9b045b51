//! What was spent, how full the context is, and the questions about both.

use std::path::PathBuf;

use adit::config::Effort;
use adit::session::{
    Allowance, Block, Caps, EventKind, Fault, FaultClass, Image, ImageFormat, Level, Message, Op, Overhead,
    Reservations, Role, Spent, StepId, StopReason, Timings, TurnId, TurnOutcome, Usage,
};
use adit::tui::{Effect, Msg, Overlay, Startup};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::stage::Stage;
use crate::fakes::image;

fn step(stage: &mut Stage) {
    stage.ask("why is the fare wrong?");
    let usage = Usage { input: 1_200, output: 800, cache_read: 24_000, cache_write: 3_000, cache_write_hour: 0 };
    let message = Message::new(Role::Assistant, vec![Block::Text { text: "It is.".to_owned() }]);
    stage.event(EventKind::StepEnded {
        message: Some(message),
        stop: StopReason::EndTurn,
        usage,
        cost_micros: Some(23_456),
        timings: None,
    });
}

fn over() -> EventKind {
    let message = "the day's cap of $5.00 would be passed: $4.96 is spent, and this call may cost $0.11";
    let fault = Fault::new(FaultClass::Budget, message).with_hint("Send /allow to go on all the same.");
    EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Failed(fault) }
}

#[test]
fn cost_is_told_by_span_with_the_caps_and_the_cache() {
    let mut stage = Stage::starting(
        100,
        24,
        Startup { caps: Caps { day: Some(5_000_000), ..Caps::default() }, ..Startup::default() },
    );
    stage.begin();
    step(&mut stage);
    stage.keys("'/cost enter");
    assert_eq!(stage.asked, [Effect::AskSpent]);
    let spent = Spent { session: 23_456, day: 4_500_000, month: 31_000_000, project: 212_340_000, ..Spent::default() };
    stage.send(Msg::Spent(Ok(spent)));
    insta::assert_snapshot!("cost-100x24", stage.text());
    let reserved = Reservations { session: 20_000, day: 110_000, month: 110_000, project: 0 };
    stage.send(Msg::Spent(Ok(Spent { reserved, ..spent })));
    let text = stage.text();
    assert!(text.contains("$4.50 of $5.00      $0.11 more is reserved by running calls"), "{text}");
    assert!(text.contains("$4.50 today"), "what is reserved is not spent: {text}");
    stage.send(Msg::Spent(Err("cannot open the ledger /x: disk full".to_owned())));
    assert!(stage.text().contains("cannot open the ledger /x: disk full"));
    stage.keys("esc");
    assert!(!stage.text().contains("╭ Cost"));
}

#[test]
fn the_context_is_told_by_its_parts() {
    let overhead = Overhead { system: 6_000, tools: 9_000 };
    let mut stage = Stage::starting(100, 24, Startup { overhead, compact_at: 80, ..Startup::default() });
    stage.begin();
    let file = format!(
        "The file src/fare.rs, as it stands now (pending edits included):\n<file>\n{}\n</file>",
        "x".repeat(60_000)
    );
    let image =
        Image { name: "a.png".to_owned(), format: ImageFormat::Png, width: 1_500, height: 1_000, data: "".into() };
    let blocks = vec![Block::Text { text: file }, Block::Image(image), Block::Text { text: "why? ".repeat(4_000) }];
    let message = Message::new(Role::User, blocks);
    stage.event(EventKind::TurnStarted { turn: TurnId(1), prompt: "why?".to_owned(), message });
    stage.event(EventKind::StepStarted { step: StepId(1) });
    stage.send(Msg::Time(adit::session::Millis(stage.clock)));
    stage.app.open_overlay(Overlay::Context);
    insta::assert_snapshot!("context-100x24", stage.text());
}

#[test]
fn a_cap_asks_and_the_answer_goes_to_the_engine() {
    let rows = [("y", Some(Allowance::Call)), ("s", Some(Allowance::Session)), ("n", None)];
    for (key, allowance) in rows {
        let mut stage = Stage::open(90, 20);
        stage.ask("go");
        stage.event(over());
        if key == "y" {
            insta::assert_snapshot!("over-cap-90x20", stage.text());
        }
        stage.asked.clear();
        stage.keys(key);
        assert_eq!(
            stage.ops(),
            allowance.map(|allowance| Op::AllowSpending { allowance }).into_iter().collect::<Vec<_>>()
        );
        assert!(!stage.text().contains("A cap is reached"));
    }
}

#[test]
fn a_cache_at_risk_asks() {
    let mut stage = Stage::open(90, 20);
    stage.event(EventKind::CacheAtRisk { act: "ask another model".to_owned(), worth_micros: 432_100 });
    insta::assert_snapshot!("cache-at-risk-90x20", stage.text());
    stage.keys("enter space");
    assert_eq!(stage.ops(), [], "it costs money: only y says yes");
    assert!(stage.text().contains("Go on?"));
    stage.keys("y");
    assert_eq!(stage.ops(), [Op::Proceed]);
}

#[test]
fn a_summary_is_shown_with_what_it_replaced() {
    let mut stage = Stage::open(90, 20);
    step(&mut stage);
    stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Done });
    stage.event(EventKind::CompactionStarted { cause: adit::session::CompactionCause::Asked });
    assert!(stage.text().contains("summing up the conversation"));
    stage.event(EventKind::Compacted {
        replaced: 2,
        summary: "The user wants **fares** in cents.".to_owned(),
        before: 28_200,
        after: 1_900,
        usage: Usage::default(),
        cost_micros: Some(5_000),
    });
    stage.event(EventKind::Notice { level: Level::Info, text: "done".to_owned(), hint: None });
    insta::assert_snapshot!("compacted-90x20", stage.text());
}

#[test]
fn a_pasted_image_becomes_a_chip_and_goes_with_the_prompt() {
    let image =
        Image { name: "shot 1.png".to_owned(), format: ImageFormat::Png, width: 640, height: 400, data: "AAEC".into() };
    for (pasted, path) in [
        ("/tmp/shot 1.png", "/tmp/shot 1.png"),
        ("'/tmp/shot 1.png' ", "/tmp/shot 1.png"),
        ("/tmp/shot\\ 1.PNG\n", "/tmp/shot 1.PNG"),
        ("file:///tmp/shot%201.webp", "/tmp/shot 1.webp"),
    ] {
        let mut stage = Stage::open(90, 20);
        stage.send(Msg::Paste(pasted.to_owned()));
        assert_eq!(stage.asked, [Effect::LoadImage { path: PathBuf::from(path), text: path.to_owned() }]);
        stage.asked.clear();
        // What is typed while it is read stands behind it.
        stage.keys("space 'what? ");
        assert!(stage.text().contains("[reading shot 1."), "{}", stage.text());
        stage.send(Msg::ImageLoaded { text: path.to_owned(), image: Ok(image.clone()) });
        assert!(stage.text().contains("[image shot 1.png 640×400] what?"), "{}", stage.text());
        stage.keys("enter");
        let prompt = Op::Prompt { text: "[image shot 1.png] what?".to_owned() };
        assert_eq!(stage.ops(), [Op::Attach { image: image.clone() }, prompt]);
    }
    for pasted in ["/tmp/notes.txt", "shot.png", "see /tmp/a.png", "/tmp/a.png\n/tmp/b.txt", "'/tmp/a.png"] {
        let mut stage = Stage::open(90, 20);
        stage.send(Msg::Paste(pasted.to_owned()));
        assert_eq!(stage.asked, [], "{pasted}");
    }
    let mut stage = Stage::open(90, 20);
    stage.send(Msg::Paste("/tmp/bomb.png".to_owned()));
    stage.keys("space 'look");
    stage.send(Msg::ImageLoaded { text: "/tmp/bomb.png".to_owned(), image: Err("bomb.png is too large".to_owned()) });
    let text = stage.text();
    assert!(text.contains("bomb.png is too large") && text.contains("/tmp/bomb.png look"), "{text}");
}

#[test]
fn several_images_are_dropped_at_once_and_sent_as_soon_as_they_are_read() {
    for pasted in [
        "/tmp/a.png /tmp/it\\'s.png",
        "'/tmp/a.png' '/tmp/it'\\''s.png' ",
        "/tmp/a.png\n/tmp/it's.png\n",
        "# from a list\r\nfile:///tmp/a.png\r\nfile:///tmp/it%27s.png\r\n",
        "\"/tmp/a.png\" \"/tmp/it's.png\"",
    ] {
        let mut stage = Stage::open(90, 20);
        stage.keys("'see space");
        stage.send(Msg::Paste(pasted.to_owned()));
        let load = |path: &str| Effect::LoadImage { path: PathBuf::from(path), text: path.to_owned() };
        assert_eq!(stage.asked, [load("/tmp/a.png"), load("/tmp/it's.png")], "{pasted}");
        stage.asked.clear();
        stage.keys("enter");
        assert_eq!(stage.ops(), [], "nothing is sent without them");
        stage.send(Msg::ImageLoaded { text: "/tmp/it's.png".to_owned(), image: Ok(image("it's.png")) });
        assert_eq!(stage.ops(), []);
        stage.send(Msg::ImageLoaded { text: "/tmp/a.png".to_owned(), image: Ok(image("a.png")) });
        let sent = stage.ops();
        assert_eq!(sent[..2], [Op::Attach { image: image("a.png") }, Op::Attach { image: image("it's.png") }]);
        assert_eq!(sent[2], Op::Prompt { text: "see [image a.png][image it's.png]".to_owned() });
    }
    // One that cannot be read holds the message back, so that nobody asks about a picture that is not there.
    let mut stage = Stage::open(90, 20);
    stage.send(Msg::Paste("/tmp/a.png".to_owned()));
    stage.keys("enter");
    stage.send(Msg::ImageLoaded { text: "/tmp/a.png".to_owned(), image: Err("a.png is no image".to_owned()) });
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("a.png is no image"), "{}", stage.text());
    // Also where another one is read after it.
    let mut stage = Stage::open(90, 20);
    stage.send(Msg::Paste("/tmp/a.png /tmp/b.png".to_owned()));
    stage.keys("enter");
    stage.asked.clear();
    stage.send(Msg::ImageLoaded { text: "/tmp/a.png".to_owned(), image: Err("a.png is no image".to_owned()) });
    stage.send(Msg::ImageLoaded { text: "/tmp/b.png".to_owned(), image: Ok(image("b.png")) });
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("/tmp/a.png[image b.png"), "{}", stage.text());
}

#[test]
fn what_the_day_and_the_project_cost_and_the_effort_stand_in_the_line_where_there_is_room() {
    let mut thinking = adit::config::ThinkingConfig { effort: Effort::High, ..Default::default() };
    let mut stage = Stage::starting(200, 24, Startup { thinking: thinking.clone(), ..Startup::default() });
    stage.begin();
    step(&mut stage);
    stage.asked.clear();
    stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Done });
    assert_eq!(stage.asked, [Effect::AskSpent], "the ledger is read when a turn has ended");
    assert!(!stage.text().contains(" today"));
    let spent = Spent { session: 23_456, day: 4_500_000, month: 31_000_000, project: 212_340_000, ..Spent::default() };
    stage.send(Msg::Spent(Ok(spent)));
    let line =
        |stage: &mut Stage| stage.text().lines().find(|line| line.contains("$0.023  ")).unwrap_or_default().to_owned();
    assert!(line(&mut stage).contains("$0.023  $4.50 today  $212.34 project  thinking high"), "{}", line(&mut stage));
    // What the session's own cost says already is not said again.
    stage.send(Msg::Spent(Ok(Spent { day: 23_456, project: 23_456, ..spent })));
    assert!(!line(&mut stage).contains("today") && !line(&mut stage).contains("project"), "{}", line(&mut stage));
    stage.event(EventKind::ThinkingChanged { effort: Effort::Low });
    assert!(line(&mut stage).contains("thinking low"), "{}", line(&mut stage));
    // The weightier facts stay where there is less room.
    stage.send(Msg::Spent(Ok(spent)));
    stage.resize(80, 24);
    assert!(line(&mut stage).contains("$0.023") && !line(&mut stage).contains("project"), "{}", line(&mut stage));

    // A model's own effort may be configured by a name that is not known here: then none is told.
    thinking.models.insert("haiku-4.5".to_owned(), Effort::Off);
    let mut stage = Stage::starting(200, 24, Startup { thinking, ..Startup::default() });
    stage.begin();
    assert!(!stage.text().contains("thinking"), "{}", stage.text());
}

#[test]
fn the_context_says_that_compaction_rests() {
    let mut stage = Stage::starting(100, 24, Startup { compact_at: 80, ..Startup::default() });
    stage.begin();
    step(&mut stage);
    let summary = "It was about fares.".to_owned();
    stage.event(EventKind::Compacted {
        replaced: 1,
        summary,
        before: 9_000,
        after: 100,
        usage: Usage::default(),
        cost_micros: None,
    });
    stage.event(EventKind::Uncompacted);
    stage.keys("'/context enter");
    assert!(stage.text().contains("compacted only by /compact, since you took a summary back"), "{}", stage.text());
}

fn begin(stage: &mut Stage, number: u32, prompt: &str) {
    let message = Message::new(Role::User, Vec::new());
    stage.event(EventKind::TurnStarted { turn: TurnId(number), prompt: prompt.to_owned(), message });
    stage.event(EventKind::StepStarted { step: StepId(1) });
}

/// Plays a turn of so many seconds.
fn turn(stage: &mut Stage, number: u32, seconds: u64, outcome: TurnOutcome) {
    begin(stage, number, &format!("prompt {number}"));
    stage.wait(seconds);
    let usage = Usage { input: 1_000, output: 100 * u64::from(number), ..Usage::default() };
    stage.event(EventKind::StepEnded {
        message: None,
        stop: StopReason::EndTurn,
        usage,
        cost_micros: Some(10_000 * u64::from(number)),
        timings: Some(Timings { total: seconds * 1_000, ..Timings::default() }),
    });
    stage.event(EventKind::TurnEnded { turn: TurnId(number), outcome });
}

#[test]
fn each_turn_s_time_tokens_and_cost_are_listed_and_lead_to_its_prompt() {
    let mut stage = Stage::open(80, 24);
    for number in 1..=12 {
        let outcome = if number == 11 { TurnOutcome::Cancelled } else { TurnOutcome::Done };
        turn(&mut stage, number, u64::from(number) * 10, outcome);
    }
    begin(&mut stage, 13, "the thirteenth");
    stage.keys("'/cost enter");
    stage.send(Msg::Spent(Ok(Spent { session: 780_000, day: 4_500_000, ..Spent::default() })));
    insta::assert_snapshot!("turns-80x24", stage.text());
    stage.keys("end");
    assert!(stage.text().lines().any(|line| line.contains("$0.0100") && line.contains("prompt 1")), "{}", stage.text());
    stage.keys("home down down down down enter");
    let text = stage.text();
    assert!(!text.contains("╭ Cost"), "{text}");
    let first = text.lines().find(|line| line.contains("prompt")).unwrap_or_default();
    assert!(first.contains("▎▌ prompt 9"), "the prompt is selected and the first in the view:\n{text}");
    // The second click on a row does what Enter does.
    stage.keys("ctrl-p 'spent enter");
    let click = |stage: &mut Stage, words: &str| {
        let text = stage.text();
        let row = text.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{text}"));
        let (kind, modifiers) = (MouseEventKind::Down(MouseButton::Left), KeyModifiers::NONE);
        stage.send(Msg::Mouse(MouseEvent { kind, column: 40, row: u16::try_from(row).unwrap(), modifiers }));
    };
    click(&mut stage, "stopped: prompt 11");
    assert!(stage.text().contains("╭ Cost"), "the first click selects");
    click(&mut stage, "stopped: prompt 11");
    assert!(stage.text().contains("▎▌ prompt 11"), "{}", stage.text());
    stage.keys("ctrl-p 'timings enter");
    click(&mut stage, "10.1 ");
    click(&mut stage, "10.1 ");
    assert!(stage.text().contains("▎▌ prompt 10"), "{}", stage.text());
}
