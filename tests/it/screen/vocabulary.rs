//! The whole vocabulary of the review by its keys, on the smallest and on a large screen.

use std::collections::BTreeSet;

use adit::session::EventKind;
use adit::tui::{ACTIONS, Action, Context};

use super::stage::{FARE, Stage, path, text, with_proposal};

/// What a key comes to.
enum Comes {
    /// Something is asked of the engine or of the outside, told so in Rust's form.
    Asks(&'static str),
    /// The screen shows this afterwards.
    Shows(&'static str),
    /// The screen changes.
    Changes,
}
use Comes::{Asks, Changes, Shows};

/// The action, the keys before it, its own key, and what comes of it.
const SCRIPT: &[(Action, &str, &str, Comes)] = &[
    (Action::DiffDown, "g", "j", Changes),
    (Action::DiffUp, "g j", "k", Changes),
    (Action::DiffPageDown, "g", "pagedown", Changes),
    (Action::DiffPageUp, "G", "pageup", Changes),
    (Action::DiffHalfPageDown, "g", "ctrl-d", Changes),
    (Action::DiffHalfPageUp, "G", "ctrl-u", Changes),
    (Action::DiffTop, "G", "g", Changes),
    (Action::DiffBottom, "g", "G", Changes),
    (Action::NextHunk, "g", "]", Changes),
    (Action::PreviousHunk, "G", "[", Changes),
    (Action::NextFile, "g", "}", Changes),
    (Action::PreviousFile, "G", "{", Changes),
    (Action::NextUndecided, "g", "n", Changes),
    (Action::Accept, "g ]", "a", Asks("Accepted")),
    (Action::Reject, "g ]", "r", Asks("Rejected")),
    (Action::AcceptFile, "g", "A", Asks("pick: File")),
    (Action::RejectFile, "g", "R", Asks("pick: File")),
    (Action::AcceptAll, "", "ctrl-a", Asks("pick: Everything")),
    (Action::SelectLines, "g ]", "v", Changes),
    (Action::Split, "} ] ]", "s", Changes),
    (Action::EditTarget, "g ]", "e", Asks("Edit(")),
    (Action::EditLine, "g ] j j j j", "E", Shows("Edit the line")),
    (Action::Note, "g ]", "m", Shows("Note")),
    (Action::AcceptWithNote, "g ]", "&", Shows("Accept")),
    (Action::RejectWithNote, "g ]", "M", Shows("Reject")),
    (Action::SendFeedback, "", "S", Changes),
    (Action::Undo, "", "u", Shows("nothing of yours to undo")),
    (Action::Redo, "", "ctrl-r", Asks("Redo")),
    (Action::History, "", "H", Shows("History")),
    (Action::ShowPrompt, "g ]", "p", Shows("Turn 1, step 1")),
    (Action::FilterReview, "", "f", Changes),
    (Action::ToggleViewed, "g", "V", Shows("viewed")),
    (Action::ToggleBlank, "", "W", Changes),
    (Action::ToggleSideBySide, "", "t", Changes),
    (Action::ToggleWrap, "G {", "w", Changes),
    (Action::ToggleDecided, "", "d", Changes),
    (Action::DiffLeft, "G { l l", "h", Changes),
    (Action::DiffRight, "G {", "l", Changes),
    (Action::DiffCopy, "g ]", "y", Asks("Copy(")),
    (Action::DiffCopyPath, "g", "Y", Asks("Copy(")),
    (Action::ResolveConflict, "G", "x", Shows("Conflict in")),
];

/// Actions that have no key by default; the palette has them.
const WITHOUT_KEY: &[Action] = &[Action::RejectAll];

/// A review with two runs in one hunk, a change of blanks, a line wider than any screen and a conflict.
fn stage(width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    stage.ask("make it so");
    with_proposal(&mut stage);
    let lines: String = (0..60).map(|line| format!("line {line}\n")).collect();
    let runs = lines.replace("line 30\n", "line thirty\n").replace("line 32\n", "line thirty-two\n");
    stage.propose("src/lines.txt", Some(&lines), Some(&runs));
    stage.propose("src/blank.rs", Some("fn a() {\n  1\n}\n"), Some("fn a() {\n    1\n}\n"));
    let wide = "wide ".repeat(120);
    stage.propose("src/wide.txt", Some("short\n"), Some(&format!("{wide}\n")));
    stage.propose("zone.rs", Some(FARE), Some(&FARE.replace("100", "120")));
    stage.event(EventKind::DiskMoved { path: path("zone.rs"), disk: Some(text(&FARE.replace("100", "90"))) });
    stage.keys("alt-3 z");
    stage.asked.clear();
    stage
}

fn check(width: u16, height: u16) {
    let mut faults = Vec::new();
    for (action, before, key, comes) in SCRIPT {
        let name = action.info().name;
        let mut stage = stage(width, height);
        stage.keys(before);
        stage.asked.clear();
        let was = stage.frame().clone();
        stage.keys(key);
        let asked = format!("{:?}", stage.asked);
        let shown = stage.text();
        match comes {
            Asks(what) if !asked.contains(what) => faults.push(format!("{name} asks {asked}\n{shown}")),
            Shows(what) if !shown.contains(what) => faults.push(format!("{name} does not show {what}\n{shown}")),
            Changes if &was == stage.frame() => faults.push(format!("{name} changes nothing\n{shown}")),
            Asks(_) | Shows(_) | Changes => {}
        }
    }
    assert!(faults.is_empty(), "at {width}x{height}:\n{}", faults.join("\n\n"));
}

#[test]
fn every_action_of_the_review_has_its_line() {
    let told: BTreeSet<Action> = SCRIPT.iter().map(|(action, ..)| *action).chain(WITHOUT_KEY.iter().copied()).collect();
    let known = ACTIONS.iter().filter(|info| info.context == Context::Diff).map(|info| info.action);
    assert_eq!(known.filter(|action| !told.contains(action)).collect::<Vec<_>>(), []);
}

#[test]
fn every_key_of_the_review_on_the_smallest_screen() {
    check(80, 24);
}

#[test]
fn every_key_of_the_review_on_a_large_screen() {
    check(200, 50);
}
