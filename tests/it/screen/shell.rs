//! Focus, stopping, quitting, the mouse, the words of the moment: what the shell around the panes does.

use adit::session::{Event, EventKind, Op, Seq, TurnId, TurnOutcome};
use adit::tui::{EditorJob, Effect, Msg, TuiOptions};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::stage::{Stage, path, with_proposal};

fn click(stage: &mut Stage, column: u16, row: u16) {
    let kind = MouseEventKind::Down(MouseButton::Left);
    stage.send(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::empty() }));
}

/// Returns which pane has the thick border, by its title row.
fn focused(stage: &mut Stage) -> String {
    let text = stage.text();
    let first = text.lines().next().unwrap();
    let start = first.find('┏').unwrap();
    let rest = &first[start..];
    rest[..rest.find('┓').unwrap()].trim_matches(|at| "┏━ ".contains(at)).to_owned()
}

#[test]
fn at_the_start_the_root_is_asked_for_and_the_composer_has_the_keys() {
    let mut stage = Stage::new(200, 50);
    assert_eq!(stage.asked, [Effect::List(None), Effect::AskSpent]);
    let cursor = stage.cursor();
    assert!(cursor.is_some());
    stage.keys("'hello");
    assert!(stage.text().contains("hello"));
    assert_ne!(stage.cursor(), cursor);
}

#[test]
fn tab_and_alt_with_a_number_move_the_focus() {
    let mut stage = Stage::open(200, 50);
    assert_eq!(focused(&mut stage), "Chat");
    stage.keys("tab");
    assert_eq!(focused(&mut stage), "Review");
    stage.keys("tab");
    assert_eq!(focused(&mut stage), "ferry");
    stage.keys("shift-tab shift-tab");
    assert_eq!(focused(&mut stage), "Chat");
    for (key, pane) in [("alt-1", "ferry"), ("alt-3", "Review"), ("alt-2", "Chat")] {
        assert_eq!(focused(stage.keys(key)), pane);
    }
}

#[test]
fn zoom_gives_the_focused_pane_the_whole_screen_but_is_text_in_the_composer() {
    let mut stage = Stage::open(200, 50);
    stage.keys("'z");
    assert!(stage.text().contains("ferry"), "z was typed");
    stage.keys("alt-3 z");
    assert!(!stage.text().lines().next().unwrap().contains("ferry"));
    stage.keys("z");
    assert!(stage.text().lines().next().unwrap().contains("ferry"));
}

#[test]
fn escape_closes_the_overlay_then_stops_the_turn_then_leaves_the_composer() {
    let mut stage = Stage::open(120, 40);
    stage.ask("make it so");
    stage.keys("f1 esc");
    assert_eq!(stage.ops(), []);
    assert!(!stage.text().contains("Keys"));
    stage.keys("esc");
    assert_eq!(stage.ops(), [Op::Cancel]);
    stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Cancelled });
    stage.keys("esc");
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("i writes a message"), "the conversation is read");
    stage.keys("i 'yes");
    assert!(stage.text().contains("yes"));
}

#[test]
fn a_long_comparison_is_told_of_and_escape_stops_it_before_the_turn() {
    for (width, height) in [(80, 24), (120, 40), (200, 50)] {
        let mut stage = Stage::open(width, height);
        stage.ask("make it so");
        assert!(!stage.text().contains("reviewing"));
        stage.event(EventKind::ComparisonStarted { path: path("src/big.txt") });
        assert!(stage.text().contains("reviewing src/big.txt …  Esc stops"), "{}", stage.text());
        stage.ops();
        stage.keys("alt-3 j k alt-2 esc");
        assert_eq!(stage.ops(), [Op::Cancel]);
        stage.event(EventKind::ComparisonGivenUp { path: path("src/big.txt") });
        assert!(!stage.text().contains("reviewing"), "{}", stage.text());
        stage.propose("src/big.txt", Some("one\ntwo\n"), Some("one\nTWO\n"));
        let text = stage.keys("alt-3").text();
        assert!(text.contains("src/big.txt · as a whole"), "{text}");
    }
}

#[test]
fn ctrl_c_stops_the_turn_and_twice_quits() {
    let mut stage = Stage::open(120, 40);
    stage.ask("make it so");
    stage.asked.clear();
    stage.keys("ctrl-c");
    assert_eq!(stage.asked, [Effect::Send(Op::Cancel)]);
    assert!(stage.text().contains("once more quits"));
    stage.asked.clear();
    stage.keys("'x ctrl-c");
    assert_eq!(stage.asked, [Effect::Send(Op::Cancel)], "another key lies between");
    stage.asked.clear();
    stage.keys("ctrl-c");
    assert_eq!(stage.asked, [Effect::Quit]);
}

#[test]
fn quitting_asks_only_while_a_turn_runs() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.keys("ctrl-q");
    assert_eq!(stage.asked, [Effect::Quit]);
    stage.asked.clear();
    stage.ask("make it so");
    stage.keys("ctrl-q");
    assert_eq!(stage.asked, []);
    assert!(stage.text().contains("A turn is running"));
    stage.keys("n");
    assert!(!stage.text().contains("A turn is running"));
    stage.keys("ctrl-q ctrl-q");
    assert_eq!(stage.asked, [Effect::Quit]);
}

#[test]
fn what_was_said_stays_until_the_next_key() {
    let mut stage = Stage::open(80, 24);
    stage.event(EventKind::Refused { reason: "the proposal changed".to_owned(), hint: None });
    stage.wait(5);
    assert!(stage.text().lines().last().unwrap().contains("the proposal changed"));
    stage.keys("right");
    assert!(!stage.text().lines().last().unwrap().contains("the proposal changed"));
}

#[test]
fn a_click_gives_the_keys_and_the_wheel_does_not() {
    let mut stage = Stage::open(200, 50);
    click(&mut stage, 5, 10);
    assert_eq!(focused(&mut stage), "ferry");
    stage.send(Msg::Mouse(MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column: 150,
        row: 10,
        modifiers: KeyModifiers::empty(),
    }));
    assert_eq!(focused(&mut stage), "ferry");
    click(&mut stage, 80, 46);
    assert_eq!(focused(&mut stage), "Chat");
    stage.keys("'typed");
    assert!(stage.text().contains("typed"));
}

#[test]
fn pastes_go_where_the_keys_go() {
    let mut stage = Stage::open(120, 40);
    stage.send(Msg::Paste("pasted words".to_owned()));
    assert!(stage.text().contains("pasted words"));
    stage.keys("ctrl-p");
    stage.send(Msg::Paste("zoom".to_owned()));
    assert!(stage.text().contains("> zoom"));
}

#[test]
fn what_the_editor_left_goes_to_where_it_came_from() {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    let revision = stage.app.state.review.revision();
    stage.asked.clear();
    let job = EditorJob::Composer { text: String::new() };
    stage.send(Msg::Edited { job: job.clone(), result: Ok(Some("from the editor\n".to_owned())) });
    assert!(stage.text().contains("from the editor"));
    stage.send(Msg::Edited { job, result: Err("vi ended with exit status: 1; the text is as it was".to_owned()) });
    assert!(stage.text().contains("the text is as it was"));
    let job =
        EditorJob::Target { revision, path: path("README.md"), text: "old\n".to_owned(), line: 1, settles: false };
    stage.send(Msg::Edited { job: job.clone(), result: Ok(None) });
    assert_eq!(stage.ops(), []);
    stage.send(Msg::Edited { job, result: Ok(Some("mine\n".to_owned())) });
    let (target, base) = (super::stage::text("mine\n"), Some(super::stage::text("old\n")));
    assert_eq!(stage.ops(), [Op::Rewrite { revision, path: path("README.md"), target, base }]);
}

#[test]
fn the_files_are_walked_when_an_at_sign_is_typed_and_only_once() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.keys("'look");
    assert_eq!(stage.asked, []);
    stage.keys("'@");
    assert_eq!(stage.asked, [Effect::Walk]);
    stage.keys("'src/ alt-1 /");
    assert_eq!(stage.asked, [Effect::Walk]);
}

#[test]
fn the_disk_is_looked_at_when_the_window_gets_the_focus() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.send(Msg::FocusGained);
    assert_eq!(stage.ops(), [Op::Refresh]);
}

#[test]
fn a_light_ground_changes_the_theme_only_where_it_is_automatic() {
    let mut stage = Stage::new(80, 24);
    let dark = stage.buffer();
    stage.send(Msg::Ground([250, 250, 240]));
    let light = stage.buffer();
    assert_ne!(dark, light);
    stage.send(Msg::Ground([20, 20, 20]));
    assert_eq!(stage.buffer(), dark);
    let mut options = TuiOptions::default();
    options.config.theme = "dark".to_owned();
    let mut fixed = Stage::with(80, 24, options);
    fixed.send(Msg::Ground([250, 250, 240]));
    assert_eq!(fixed.buffer(), dark);
}

#[test]
fn no_size_makes_it_panic_with_any_overlay() {
    let openers = ["", "f1", "ctrl-p", "f2", "alt-3 c", "alt-1 / 'src", "alt-1", "alt-3"];
    for keys in openers {
        let mut stage = Stage::open(80, 24);
        with_proposal(&mut stage);
        stage.keys(keys);
        for (width, height) in [(1, 1), (2, 2), (3, 9), (5, 3), (9, 12), (20, 5), (40, 8), (60, 13), (91, 7), (141, 20)]
        {
            stage.resize(width, height);
            let _frame = stage.buffer();
            stage.keys("down down up pagedown");
            let _frame = stage.buffer();
        }
    }
}

#[test]
fn hostile_names_reach_no_cell_raw() {
    let mut stage = Stage::open(200, 50);
    let evil = "a\u{1b}[31m\u{202e}b\u{7}.rs";
    stage.list(None, &[evil]);
    stage.event(EventKind::SessionStarted { version: String::new(), workspace: format!("/tmp/{evil}") });
    stage.event(EventKind::Refused { reason: evil.to_owned(), hint: None });
    let buffer = stage.buffer();
    for cell in buffer.content() {
        assert!(!cell.symbol().chars().any(adit::tui::safe::is_hidden), "{:?}", cell.symbol());
    }
    let repo =
        adit::session::RepoState { head: Some(adit::session::Head::Branch(evil.to_owned())), ..super::stage::repo() };
    stage.event(EventKind::RepositoryChanged { repo });
    let _seq = Event { seq: Seq(1), at: adit::session::Millis(0), kind: EventKind::SessionResumed };
    for cell in stage.buffer().content() {
        assert!(!cell.symbol().chars().any(adit::tui::safe::is_hidden), "{:?}", cell.symbol());
    }
}

#[test]
fn while_a_completion_is_offered_tab_and_escape_are_its_own() {
    let mut stage = Stage::open(120, 40);
    stage.send(Msg::Walked(vec![path("src/fare.rs"), path("src/tide.rs")]));
    stage.send(Msg::WalkEnded);
    stage.asked.clear();
    stage.keys("'@far");
    assert!(stage.text().contains("src/fare.rs"), "{}", stage.text());
    stage.keys("tab");
    assert_eq!(focused(&mut stage), "Chat");
    assert!(stage.text().contains("@src/fare.rs"), "{}", stage.text());
    stage.keys("ctrl-u '/cl");
    assert!(stage.text().contains("/clear"), "{}", stage.text());
    stage.keys("esc");
    assert!(!stage.text().contains("/clear"), "{}", stage.text());
    stage.keys("'x");
    assert!(stage.text().contains("/clx"), "the composer still has the keys");
}

#[test]
fn enter_goes_on_to_writing_where_nothing_opens() {
    let mut stage = Stage::open(120, 40);
    stage.keys("esc enter 'words");
    assert!(stage.text().contains("words"));
}

#[test]
fn a_click_where_a_message_covers_the_hints_only_takes_it_away() {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    stage.keys("alt-3");
    let text = stage.text();
    let hint = text.lines().last().unwrap().find("a accept").expect("the hint is ASCII up to there");
    let column = u16::try_from(hint).unwrap();
    stage.asked.clear();
    stage.send(Msg::Said("something to read".to_owned()));
    click(&mut stage, column, 39);
    assert_eq!(stage.ops(), []);
    assert!(!stage.text().contains("something to read"));
    click(&mut stage, column, 39);
    assert_eq!(stage.ops().len(), 1, "the hint that is shown acts");
}

#[test]
fn what_a_click_gives_the_terminal_away_for_waits_until_the_button_is_up() {
    let mut stage = Stage::open(120, 40);
    stage.keys("f1 'quit");
    let text = stage.text();
    let row = text.lines().position(|line| line.contains(" quit ") && line.contains("Ctrl-Q"));
    let row = u16::try_from(row.unwrap_or_else(|| panic!("{text}"))).unwrap();
    let send = |stage: &mut Stage, kind: MouseEventKind| {
        stage.send(Msg::Mouse(MouseEvent { kind, column: 50, row, modifiers: KeyModifiers::empty() }));
    };
    let (down, up) = (MouseEventKind::Down(MouseButton::Left), MouseEventKind::Up(MouseButton::Left));
    let quits = |stage: &Stage| stage.asked.contains(&Effect::Quit);
    send(&mut stage, down);
    send(&mut stage, up);
    assert!(!quits(&stage) && stage.text().contains("╭ Keys"), "the first click selects");
    send(&mut stage, down);
    assert!(!quits(&stage), "a shell would read the release");
    send(&mut stage, up);
    assert!(quits(&stage));
    // A release that never comes does not quit when something else is clicked later.
    stage.asked.clear();
    stage.keys("f1 'quit");
    for kind in [down, up, down] {
        send(&mut stage, kind);
    }
    stage.keys("alt-2");
    send(&mut stage, up);
    assert!(!quits(&stage));
}
