//! A file that someone else changes while its hunks are pending.

use super::main_job::{text, two_hunks};
use super::pty::{ALT_3, CTRL_A, ENTER, Place, Screen};
use super::server::Server;

/// Shows a proposal that changes lines 3 and 30.
fn proposed() -> (Server, Place, Screen) {
    let (server, repo) = two_hunks();
    let mut screen = Screen::start(&repo, &[], 120, 40);
    screen.wait_for("main").send("Louder.\r").wait_for("Done with it.").wait_for("0 of 2 decided");
    (server, repo, screen)
}

#[test]
fn a_change_elsewhere_in_the_file_is_merged() {
    let (_server, repo, mut screen) = proposed();
    repo.write("alpha.txt", &text("alpha", &[(15, "theirs")]));
    screen.send(ALT_3).send("a").wait_for("1 of 2 decided");
    let merged = text("alpha", &[(3, "ALPHA three"), (15, "theirs")]);
    screen.wait_until("both changes are on disk", |_| repo.read("alpha.txt") == merged);
    screen.send("u").wait_for("0 of 2 decided");
    let theirs = text("alpha", &[(15, "theirs")]);
    screen.wait_until("only theirs is on disk", |_| repo.read("alpha.txt") == theirs);
}

/// Makes a conflict, and opens its sheet.
fn conflict() -> (Server, Place, Screen, String) {
    let (server, repo, mut screen) = proposed();
    let theirs = text("alpha", &[(3, "theirs")]);
    repo.write("alpha.txt", &theirs);
    screen.send(ALT_3).send("a").wait_for("1 conflict");
    assert_eq!(repo.read("alpha.txt"), theirs, "a conflict writes nothing");
    screen.send("g").wait_for("! conflict").send("x").wait_for("Conflict in alpha.txt").wait_for("theirs");
    (server, repo, screen, theirs)
}

#[test]
fn a_conflict_can_keep_the_others_text() {
    let (_server, repo, mut screen, theirs) = conflict();
    screen.send("y").wait_gone("1 conflict").send(CTRL_A).wait_gone("0 of");
    assert!(repo.read("alpha.txt").contains("theirs\n"));
    assert_ne!(repo.read("alpha.txt"), text("alpha", &[]), "{theirs}");
}

#[test]
fn a_conflict_can_take_the_proposal_and_undo_brings_the_others_text_back() {
    let (_server, repo, mut screen, theirs) = conflict();
    screen.send("p").wait_gone("1 conflict").wait_for("0 of 2 decided");
    assert_eq!(repo.read("alpha.txt"), theirs, "the proposal is reviewed again, not written");
    screen.send("n").send("a").wait_for("1 of 2 decided");
    let taken = text("alpha", &[(3, "ALPHA three")]);
    screen.wait_until("the proposal's line is on disk", |_| repo.read("alpha.txt") == taken);
    screen.send("u").wait_for("0 of 2 decided");
    screen.wait_until("the other's text is back", |_| repo.read("alpha.txt") == theirs);
}

#[test]
fn a_file_that_is_written_again_after_the_accept_is_not_undone_over() {
    let (_server, repo, mut screen) = proposed();
    screen.send(ALT_3).send("a").wait_for("1 of 2 decided");
    let accepted = text("alpha", &[(3, "ALPHA three")]);
    screen.wait_until("it is written", |_| repo.read("alpha.txt") == accepted);
    let theirs = text("alpha", &[(3, "ALPHA three, theirs")]);
    repo.write("alpha.txt", &theirs);
    screen.send("u").send(ENTER).wait("an answer to the undo", |text| {
        text.contains("changed") || text.contains("conflict") || text.contains("cannot")
    });
    assert_eq!(repo.read("alpha.txt"), theirs);
}
