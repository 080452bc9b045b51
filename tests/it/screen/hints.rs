//! The bottom line says what its keys do now.

use adit::review::{Decision, Pick};
use adit::tui::Overlay;

use super::stage::{Stage, path, with_proposal};

/// Returns the bottom line.
fn bottom(stage: &mut Stage) -> String {
    stage.text().lines().last().unwrap_or_default().to_owned()
}

fn has(stage: &mut Stage, words: &[&str]) {
    let bottom = bottom(stage);
    for words in words {
        assert!(bottom.contains(words), "no {words:?} in {bottom:?}");
    }
}

#[test]
fn hints_say_what_the_keys_do_now() {
    let mut stage = Stage::open(200, 40);
    has(&mut stage, &["Up last message"]);
    with_proposal(&mut stage);
    has(&mut stage, &["Alt-3 review"]);
    stage.keys("alt-3 v");
    has(&mut stage, &["Esc select nothing"]);
    stage.keys("esc");
    assert!(!bottom(&mut stage).contains("Esc"), "{}", bottom(&mut stage));
    stage.decided(Pick::Everything, Decision::Accepted);
    has(&mut stage, &["d hide decided"]);
    // The first of the keys takes away what the other one had to say.
    stage.keys("d down");
    has(&mut stage, &["d show decided"]);
    stage.keys("alt-2 /");
    has(&mut stage, &["Esc close the list"]);
}

#[test]
fn decided_lines_are_offered_no_decision() {
    let mut stage = Stage::open(200, 40);
    with_proposal(&mut stage);
    stage.keys("alt-3 j j j v");
    has(&mut stage, &["a accept", "r reject"]);
    stage.keys("esc");
    stage.decided(Pick::Everything, Decision::Accepted);
    stage.keys("v j");
    let bottom = bottom(&mut stage);
    assert!(!bottom.contains("accept") && !bottom.contains("reject"), "{bottom}");
    assert!(bottom.contains("y copy"), "{bottom}");
}

#[test]
fn a_sheet_of_words_says_what_enter_decides() {
    for (decision, words) in
        [(Decision::Pending, "keep the note"), (Decision::Accepted, "accept"), (Decision::Rejected, "reject")]
    {
        let mut stage = Stage::open(120, 40);
        with_proposal(&mut stage);
        let revision = stage.app.state.review.revision();
        let pick = Pick::File { path: path("README.md") };
        let asked = stage.app.open_overlay(Overlay::Note { pick, revision, decision });
        stage.asked.extend(asked);
        has(&mut stage, &[&format!("Enter {words}")]);
    }
}
