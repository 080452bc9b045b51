//! The keys that sheets tell are buttons: a click on one does what the key does.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Op, RepoState, Usage};
use adit::tui::{EditorJob, Effect, Msg, Origin, Overlay, TuiOptions};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::stage::{Stage, path, with_proposal};

/// Clicks the first place where the words stand, so many columns after their beginning.
fn click_at(stage: &mut Stage, words: &str, after: u16) {
    let text = stage.text();
    let found = text.lines().enumerate().find_map(|(row, line)| Some((row, line[..line.find(words)?].chars().count())));
    let (row, column) = found.unwrap_or_else(|| panic!("{words:?} is not shown:\n{text}"));
    let (column, row) = (u16::try_from(column).unwrap() + after, u16::try_from(row).unwrap());
    for kind in [MouseEventKind::Down(MouseButton::Left), MouseEventKind::Up(MouseButton::Left)] {
        stage.send(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::empty() }));
    }
}

fn click(stage: &mut Stage, words: &str) {
    click_at(stage, words, 0);
}

fn open(stage: &mut Stage, overlay: Overlay) {
    let asked = stage.app.open_overlay(overlay);
    stage.asked.extend(asked);
}

/// A stage with the commit sheet open and its message drafted.
fn committing(options: TuiOptions) -> Stage {
    let mut stage = Stage::with(120, 40, options);
    stage.begin();
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    open(&mut stage, Overlay::Commit);
    let message = "docs: say what is crossed".to_owned();
    stage.event(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None, fault: None });
    stage.asked.clear();
    stage
}

#[test]
fn the_commit_sheets_keys_act_on_a_click() {
    let mut stage = committing(TuiOptions::default());
    let text = "docs: say what is crossed".to_owned();
    click_at(&mut stage, "Ctrl-G editor", 7);
    assert_eq!(stage.asked, [Effect::Edit(EditorJob::CommitMessage { text: text.clone() })], "the words act too");
    stage.asked.clear();
    // Between two of them stand two columns that are neither's.
    click_at(&mut stage, "  Ctrl-G editor", 1);
    assert_eq!(stage.asked, []);
    click(&mut stage, "Ctrl-R draft anew");
    assert_eq!(stage.ops(), [Op::DraftCommit]);
    click(&mut stage, "Esc leave");
    assert!(!stage.text().contains("Commit to main"));
    let mut stage = committing(TuiOptions::default());
    click(&mut stage, "Ctrl-S commit");
    assert_eq!(stage.ops(), [Op::Commit { message: text }]);
}

#[test]
fn a_question_about_the_repository_is_answered_by_a_click() {
    let mut stage = committing(TuiOptions::default());
    stage.event(EventKind::RepositoryChanged { repo: RepoState::default() });
    click(&mut stage, "Enter makes one here");
    assert_eq!(stage.ops(), [Op::InitRepository]);
}

#[test]
fn keys_of_the_users_own_that_are_pressed_one_after_another_are_one_button() {
    let keymap = "[commit]\n\"ctrl-x ctrl-s\" = \"commit-now\"\n".to_owned();
    let mut stage = committing(TuiOptions { keymap: Some(keymap), ..TuiOptions::default() });
    click(&mut stage, "Ctrl-X Ctrl-S commit");
    assert_eq!(stage.ops(), [Op::Commit { message: "docs: say what is crossed".to_owned() }]);
}

#[test]
fn a_notes_keys_act_on_a_click() {
    let mut stage = committing(TuiOptions::default());
    stage.keys("esc");
    let revision = stage.app.state.review.revision();
    let pick = Pick::Runs { path: path("src/fare.rs"), runs: vec![0] };
    let overlay = Overlay::Note { pick: pick.clone(), revision, decision: Decision::Rejected };
    open(&mut stage, overlay.clone());
    stage.keys("'no");
    click(&mut stage, "Alt-Enter new line");
    stage.keys("'never");
    click(&mut stage, "Enter rejects");
    let note = Some("no\nnever".to_owned());
    assert_eq!(stage.ops(), [Op::Decide { revision, pick, decision: Decision::Rejected, note }]);
    open(&mut stage, overlay);
    click(&mut stage, "Esc leaves");
    assert_eq!(stage.ops(), []);
    assert!(!stage.text().contains("Reject, and say why"));
}

#[test]
fn the_historys_keys_act_on_a_click_and_the_two_that_move_are_two() {
    let mut stage = committing(TuiOptions::default());
    stage.keys("esc alt-3 H");
    let first = stage.text();
    click(&mut stage, "j k move");
    let moved = stage.buffer();
    stage.keys("k");
    assert_ne!(stage.buffer(), moved, "j went on");
    stage.keys("j");
    click_at(&mut stage, "j k move", 2);
    assert_eq!(stage.text(), first, "k went back");
    click(&mut stage, "j k move");
    click(&mut stage, "Enter goes there");
    assert!(matches!(stage.ops()[..], [Op::GoTo { .. }]));
    stage.keys("H");
    click(&mut stage, "Esc leaves");
    assert!(!stage.text().contains("History of the review"));
}

#[test]
fn every_sheet_is_left_by_a_click_on_its_way_out() {
    let origins = vec![Origin { maker: "You wrote it.".to_owned(), prompt: None }];
    let origin = Overlay::Origin { about: "src/fare.rs, line 3".to_owned(), origins };
    let sheets = [
        (origin, "src/fare.rs, line 3"),
        (Overlay::Timings, "The last requests"),
        (Overlay::Cost, "Cost"),
        (Overlay::Connection, "onnection"),
        (Overlay::Context, "ontext"),
    ];
    for (overlay, title) in sheets {
        for (width, height) in [(120, 40), (20, 6)] {
            let mut stage = Stage::open(width, height);
            let before = stage.text();
            open(&mut stage, overlay.clone());
            stage.resize(width, height);
            assert_ne!(stage.text(), before, "{title} is open");
            click(&mut stage, "Esc");
            assert_eq!(stage.text(), before, "{title} at {width}x{height}");
        }
    }
}
