//! Whole frames, to be looked at.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Fault, FaultClass, Millis, ModelChoice, RepoState, StopReason, Usage};
use adit::tui::{Guide, GuideStep, Overlay, TuiOptions};

use super::overlays::{conflict, open};
use super::stage::{Stage, path, repo, with_proposal};

/// Compares a frame with the one that was looked at.
fn check(name: &str, stage: &mut Stage) {
    let text = stage.text();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// A session in the middle of its work.
fn working(width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    stage.ask("Raise the fare and greet the river.");
    stage.event(EventKind::TextDelta { text: "I raise the fare.".to_owned() });
    let usage = Usage { input: 9_000, output: 1_200, cache_read: 4_000, cache_write: 0, cache_write_hour: 0 };
    stage.end_step(StopReason::ToolUse, usage, Some(41_000));
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage.wait(7);
    stage
}

#[test]
fn the_first_frame_stands_before_anything_has_answered() {
    check("first-80x24", &mut Stage::new(80, 24));
    check("first-120x40", &mut Stage::new(120, 40));
    check("first-200x50", &mut Stage::new(200, 50));
}

#[test]
fn the_panes_follow_the_width() {
    for (width, height) in [(80, 24), (120, 40), (200, 50)] {
        let mut stage = working(width, height);
        check(&format!("work-{width}x{height}"), &mut stage);
    }
    let mut stage = working(80, 24);
    check("work-tree-80x24", stage.keys("alt-1 j l"));
    check("work-review-80x24", stage.keys("alt-3"));
    let mut stage = working(120, 40);
    check("work-tree-120x40", stage.keys("alt-1"));
    check("tiny-20x5", &mut working(20, 5));
}

#[test]
fn the_overlays_stand_over_the_panes() {
    for (width, height) in [(80, 24), (120, 40), (200, 50)] {
        let size = format!("{width}x{height}");
        check(&format!("help-{size}"), working(width, height).keys("f1"));
        check(&format!("palette-{size}"), working(width, height).keys("ctrl-p 'acc"));
        check(&format!("conflict-{size}"), &mut conflict(width, height));
        let mut stage = working(width, height);
        stage.event(EventKind::RepositoryChanged {
            repo: RepoState { bypassed: vec!["pre-commit".to_owned()], ..repo() },
        });
        stage.keys("alt-3 c");
        check(&format!("commit-drafting-{size}"), &mut stage);
        let message = "docs: say what is crossed\n\nThe river was not named.".to_owned();
        stage.event(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None, fault: None });
        check(&format!("commit-{size}"), &mut stage);
    }
    let mut stage = working(80, 24);
    let revision = stage.app.state.review.revision();
    let pick = Pick::Runs { path: path("src/fare.rs"), runs: vec![0] };
    open(&mut stage, Overlay::Note { pick, revision, decision: Decision::Rejected });
    check("note-80x24", stage.keys("'too space 'dear"));
    check("models-80x24", working(80, 24).keys("f2"));
    check("quit-80x24", working(80, 24).keys("ctrl-q"));
    let mut stage = working(80, 24);
    stage.event(EventKind::RepositoryChanged { repo: RepoState::default() });
    check("commit-no-repository-80x24", stage.keys("alt-3 c"));
}

#[test]
fn the_status_line_says_what_the_turn_does() {
    let mut lines = String::new();
    let mut note = |stage: &mut Stage| {
        let text = stage.text();
        let rows: Vec<&str> = text.lines().collect();
        lines.push_str(rows[rows.len() - 2]);
        lines.push('\n');
    };
    let mut stage = Stage::open(120, 24);
    note(&mut stage);
    stage.ask("go");
    stage.wait(3);
    note(&mut stage);
    stage.event(EventKind::TextDelta { text: "Well".to_owned() });
    stage.wait(2);
    note(&mut stage);
    stage.event(EventKind::StreamSilent { seconds: 12 });
    note(&mut stage);
    let fault = Fault::new(FaultClass::Throttled, "the service has no capacity\u{1b}[2J");
    let resumes_at = Millis(stage.clock + 4000);
    stage.event(EventKind::StepRetried { fault, attempt: 2, resumes_at });
    note(&mut stage);
    stage.event(EventKind::PromptQueued {
        prompt: adit::session::PromptId(1),
        text: "and then".to_owned(),
        images: Vec::new(),
    });
    stage.wait(1);
    note(&mut stage);
    let usage = Usage { input: 170_000, output: 2_000, cache_read: 0, cache_write: 0, cache_write_hour: 0 };
    stage.end_step(StopReason::EndTurn, usage, Some(1_234_567));
    let head = Some(adit::session::Head::Detached("1a2b3c4".to_owned()));
    stage.event(EventKind::RepositoryChanged {
        repo: RepoState { head, in_progress: Some("rebase".to_owned()), ..repo() },
    });
    note(&mut stage);
    stage.event(EventKind::ModelChanged {
        model: ModelChoice {
            name: "a-very-long-model-name-that-nobody-would-choose-for-fun".to_owned(),
            ..ModelChoice::default()
        },
    });
    with_proposal(&mut stage);
    stage.resize(60, 24);
    note(&mut stage);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("status-lines", lines);
    });
}

#[test]
fn the_guide_shows_one_step_after_another() {
    let steps = vec![
        GuideStep {
            text: "This is the demo: the answers are scripted. Write a request and press Enter.".to_owned(),
            done: |state| state.last_prompt.is_some(),
            ended_by: &[],
        },
        GuideStep { text: "Press Alt-3 and decide: a accepts, r rejects.".to_owned(), done: |_| false, ended_by: &[] },
    ];
    let mut stage = Stage::with(80, 24, TuiOptions { guide: Some(Guide { steps }), ..TuiOptions::default() });
    stage.begin();
    check("guide-1-80x24", &mut stage);
    stage.ask("hello");
    check("guide-2-80x24", &mut stage);
}
