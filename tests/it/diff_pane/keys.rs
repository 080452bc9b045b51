//! Key scripts on a review: what is asked of the engine, and where the cursor goes.

use super::desk::{Desk, file, numbered, path, revision};
use adit::review::{FileRevision, Mode, Snapshot, Text};
use adit::session::EventKind;

/// Three hunks in `a`, the second with two runs; one in `b`; a new file `c`; `d` goes.
fn review() -> Vec<FileRevision> {
    let old = numbered(60, &[]);
    let new = numbered(60, &[(3, "three\n"), (20, "twenty\n"), (23, ""), (40, "forty\nand more\n")]);
    vec![
        revision("a.txt", file(&old), file(new)),
        revision("b.txt", file(numbered(9, &[])), file(numbered(9, &[(5, "five\n")]))),
        revision("c.txt", None, file("one\ntwo\n")),
        revision("d.txt", file("gone\n"), None),
    ]
}

/// Runs keys on the review; returns what was asked and where the cursor stands.
fn run(script: &str) -> (String, String) {
    let mut desk = Desk::new(review());
    desk.keys(script);
    (desk.told(), desk.cursor())
}

fn check(script: &str, asked: &str, cursor: &str) {
    let (told, at) = run(script);
    let at = at.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(told, asked, "after {script}");
    assert!(at.starts_with(cursor), "{at} is not {cursor} after {script}");
}

#[test]
fn hunks_are_decided_one_after_the_other() {
    check("] a", "accept a.txt runs [0]", "@@ -17,10 +17,9 @@");
    check("] a a", "accept a.txt runs [0]; accept a.txt runs [0, 1]", "@@ -36,7 +36,8 @@");
    check("] r a r", "reject a.txt runs [0]; accept a.txt runs [0, 1]; reject a.txt runs [0]", "@@ -2,7 +2,7 @@");
    check("] j j j j a", "accept a.txt runs [0]", "@@ -17,10 +17,9 @@");
}

#[test]
fn the_first_undecided_hunk_has_the_cursor_until_the_user_moves() {
    let mut desk = Desk::bare();
    let [a, b, c, d] = review().try_into().unwrap();
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![b] });
    assert!(desk.cursor().starts_with("@@ -2,7 +2,7 @@"), "{}", desk.cursor());
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![a, c] });
    assert!(desk.cursor().starts_with("@@ -1,6 +1,6 @@"), "{}", desk.cursor());
    desk.keys("n");
    assert!(desk.cursor().starts_with("@@ -17,10 +17,9 @@"), "{}", desk.cursor());
    let first = revision("0.txt", None, file("first\n"));
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![first, d] });
    assert!(desk.cursor().starts_with("@@ -17,10 +17,9 @@"), "{}", desk.cursor());
}

#[test]
fn a_hunk_left_out_stays_behind() {
    check("] ] a", "accept a.txt runs [1, 2]", "@@ -36,7 +36,8 @@");
    check("] ] a a a", "accept a.txt runs [1, 2]; accept a.txt runs [1]; accept b.txt runs [0]", "create this file");
}

#[test]
fn the_last_decision_stays_in_sight() {
    let script = "G [ a";
    check(script, "accept d.txt Delete", "✓ accepted: delete this file");
    check("G [ a n", "accept d.txt Delete", "@@ -1,6 +1,6 @@");
    check("accept-all n", "accept everything; say everything is decided", "▾ a.txt");
}

#[test]
fn files_and_everything_are_decided() {
    check("A", "accept a.txt", "@@ -2,7 +2,7 @@");
    check("a", "accept a.txt", "@@ -2,7 +2,7 @@");
    check("} } R", "reject c.txt", "delete this file");
    check("reject-all", "reject everything", "▾ a.txt");
    check("A { { A", "accept a.txt; say nothing is pending in a.txt", "▾ a.txt");
}

#[test]
fn units_are_decided() {
    check("} } ] a", "accept c.txt Create", "delete this file");
    check("} } ] r", "reject c.txt Create", "delete this file");
    check("} } } j j a", "accept d.txt Delete", "✓ accepted: delete this file");
}

#[test]
fn lines_are_selected_in_the_order_of_the_difference() {
    // Cursor on the hunk's heading; three lines of context, then -line 3, +three.
    check("] j j j j v a", "accept a.txt lines -[] +[2]", "@@ -1,6 +1,5 @@");
    check("] j j j v j a", "accept a.txt lines -[2] +[2]", "@@ -17,10 +17,9 @@");
    check("] v j a", "say no pending line is selected", "1 1 line 1");
    check("} } } j j v a", "say the removal of a file is decided as a whole, not by line", "1 - gone");
    check("] v j v a", "accept a.txt runs [0]", "@@ -17,10 +17,9 @@");
    check("] v j esc a", "accept a.txt runs [0]", "@@ -17,10 +17,9 @@");
}

#[test]
fn split_hunks_are_decided_run_by_run() {
    check("s ] ] a", "say a.txt: each run is decided by itself; accept a.txt runs [1]", "@@ -20,7 +20,6 @@");
    check(
        "s ] ] a a",
        "say a.txt: each run is decided by itself; accept a.txt runs [1]; accept a.txt runs [1]",
        "@@ -36,7 +36,8 @@",
    );
}

#[test]
fn history_goes_where_it_changed_something() {
    check("] a a u", "accept a.txt runs [0]; accept a.txt runs [0, 1]; undo", "@@ -17,10 +17,9 @@");
    check("] a u ctrl-r", "accept a.txt runs [0]; undo; redo", "✓ accepted");
}

#[test]
fn an_undo_without_a_decision_leaves_the_proposal() {
    let told = "say nothing of yours to undo; {history} in the review goes further back";
    check("] u", told, "@@ -1,6 +1,6 @@");
    check("] a u u", &format!("accept a.txt runs [0]; undo; {told}"), "@@ -1,6 +1,6 @@");
}

#[test]
fn moving_reaches_every_stop() {
    check("] ]", "", "@@ -17,10 +17,9 @@");
    check("] ] [", "", "@@ -1,6 +1,6 @@");
    check("}", "", "▾ b.txt");
    check("} }", "", "▾ c.txt · new file");
    check("} j {", "", "▾ b.txt");
    check("} {", "", "▾ a.txt");
    check("G", "", "1 - gone");
    check("n n n n", "", "@@ -2,7 +2,7 @@");
    check("n n n n n n n n", "", "@@ -1,6 +1,6 @@");
}

#[test]
fn notes_editor_and_copy_know_the_place() {
    check("] m", "note(pending) a.txt runs [0]", "@@ -1,6 +1,6 @@");
    check("] M", "note(reject) a.txt runs [0]", "@@ -1,6 +1,6 @@");
    check("] &", "note(accept) a.txt runs [0]", "@@ -1,6 +1,6 @@");
    check("] ] e", "edit a.txt:20", "@@ -17,10 +17,9 @@");
    check("} } } e", "say the proposal deletes d.txt", "▾ d.txt · deleted");
    let hunk = "copy the hunk: --- a/b.txt\n+++ b/b.txt\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+five\n line 6\n line 7\n line 8\n";
    check("} ] y", hunk, "@@ -2,7 +2,7 @@");
    let lines = "copy the selected lines: --- a/b.txt\n+++ b/b.txt\n@@ -2,7 +2,8 @@\n line 2\n line 3\n line 4\n line 5\n+five\n line 6\n line 7\n line 8\n";
    check("} ] j j j j j v y", lines, "5 + five");
}

/// Names that could be misread are in quotes, so that `git apply` takes what was copied.
#[test]
fn what_is_copied_names_files_as_git_does() {
    let name = |path: &str| {
        let mut desk = Desk::new(vec![revision(path, file("one\n"), file("two\n"))]);
        desk.keys("] y");
        let told = desk.told();
        told.lines().take(2).collect::<Vec<_>>().join("|")
    };
    assert_eq!(name("a b.txt"), "copy the hunk: --- a/a b.txt\t|+++ b/a b.txt\t");
    assert_eq!(name("tab\tx"), "copy the hunk: --- \"a/tab\\tx\"|+++ \"b/tab\\tx\"");
    assert_eq!(name("esc\u{1b}x"), "copy the hunk: --- \"a/esc\\033x\"|+++ \"b/esc\\033x\"");
    assert_eq!(name("ünï\"q"), "copy the hunk: --- \"a/ünï\\\"q\"|+++ \"b/ünï\\\"q\"");
}

#[test]
fn the_origin_of_a_run_is_told() {
    let mut desk = Desk::new(review());
    let message = adit::session::Message::new(adit::session::Role::User, Vec::new());
    let prompt = "count in words".to_owned();
    desk.fold(EventKind::TurnStarted { turn: adit::session::TurnId(1), prompt, message });
    desk.keys("] p H");
    let told = "a.txt, line 3: Turn 1, step 1, tool call (call-1) (Some(\"count in words\")); history";
    assert_eq!(desk.told(), told);
    let text = numbered(60, &[(3, "mine\n"), (20, "twenty\n"), (23, ""), (40, "forty\nand more\n")]);
    let mut mine = revision("a.txt", None, file(text));
    mine.base = None;
    mine.maker = adit::review::Maker::User;
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![mine] });
    desk.keys("p a k p");
    assert!(desk.told().starts_with("a.txt, line 3: You wrote it in the review. (None); accept"), "{:?}", desk.log);
}

#[test]
fn a_note_that_rejects_moves_on_when_it_was_sent() {
    let mut desk = Desk::new(review());
    desk.keys("] M");
    let pick = adit::review::Pick::Runs { path: path("a.txt"), runs: vec![0] };
    let decided = EventKind::HunksDecided {
        revision: desk.state.review.revision(),
        pick,
        decision: adit::review::Decision::Rejected,
        note: Some("too short".to_owned()),
    };
    desk.fold(decided);
    assert!(desk.cursor().starts_with("@@ -17,10 +17,9 @@"), "{}", desk.cursor());
}

#[test]
fn a_conflict_asks_to_be_settled() {
    let mut desk = Desk::new(review());
    desk.fold(EventKind::DiskMoved { path: path("a.txt"), disk: file(numbered(60, &[(3, "mine\n")])) });
    desk.keys("j enter a j a");
    let asked = "conflict a.txt; say a.txt has a conflict to settle first; say a.txt has a conflict to settle first";
    assert_eq!(desk.told(), asked);
}

#[test]
fn mode_and_rename_are_units() {
    let run = |text: &str| Some(Snapshot { text: Text::from(text), mode: Mode::Executable });
    let mut moved = revision("new.sh", file("echo\n"), run("echo\n"));
    moved.from = Some(path("old.sh"));
    let mut desk = Desk::new(vec![moved]);
    desk.keys("] a a");
    assert_eq!(desk.told(), "accept new.sh Rename; accept new.sh Mode");
}

#[test]
fn folding_and_opening() {
    let mut desk = Desk::new(review());
    desk.keys("enter");
    assert!(desk.draw().starts_with("▸ a.txt"));
    assert!(desk.draw().lines().nth(1).unwrap().starts_with("▾ b.txt"));
    desk.keys("enter");
    let gap = desk.draw().lines().position(|line| line.contains("… 10 lines …")).unwrap();
    for _ in 0..gap {
        desk.keys("j");
    }
    desk.keys("enter");
    assert!(desk.cursor().ends_with("line 7"), "{}", desk.cursor());
    assert!(!desk.draw().contains("… 10 lines …"));
}

#[test]
fn the_cursor_stays_on_its_line_when_the_model_goes_on() {
    let mut desk = Desk::new(review());
    desk.keys("} ] j j j j");
    let (cursor, screen) = (desk.cursor(), desk.draw());
    let row = |screen: &str| screen.lines().position(|line| line.contains("- line 5"));
    let mut more = revision("a.txt", None, file(numbered(60, &[(3, "three\n")])));
    more.base = None;
    let before = revision("0.txt", None, file("first\n"));
    desk.fold(EventKind::ProposalRevised { call: None, files: vec![more, before] });
    assert_eq!((desk.cursor(), row(&desk.draw())), (cursor, row(&screen)));
}

#[test]
fn the_tree_leads_to_a_files_changes() {
    let mut desk = Desk::new(review());
    desk.pane.show_changes(&path("b.txt"), &desk.state);
    assert!(desk.cursor().starts_with("@@ -2,7 +2,7 @@"));
    assert!(desk.draw().contains("▾ b.txt"));
    desk.keys("a D g");
    assert!(!desk.draw().contains("b.txt"));
    desk.pane.show_changes(&path("b.txt"), &desk.state);
    assert!(desk.cursor().starts_with("✓ accepted"));
}
