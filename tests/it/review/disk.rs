//! Others change the files meanwhile: merges, conflicts and how they are settled.

use adit::review::{ConflictTexts, Mode, Pick, Refusal, Resolution, Snapshot, Unit};

use super::desk::{Desk, path, text};

fn file(name: &str) -> Pick {
    Pick::File { path: path(name) }
}

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

#[test]
fn pending_runs_move_with_the_disk() {
    let mut desk = Desk::with("f", Some(text(BASE)), Some(text(BASE.replace('7', "seven"))));
    desk.edit("f", Some(text(format!("0\n{BASE}"))));
    assert_eq!(desk.target("f"), Some(&text(format!("0\n{BASE}").replace('7', "seven"))));
    let change = desk.review.file(&path("f")).unwrap();
    assert!(change.conflict.is_none());
    assert_eq!(change.diff.runs.len(), 1);
}

#[test]
fn touching_changes_become_a_conflict_with_all_three_texts() {
    let start = || {
        let mut desk = Desk::with("f", Some(text(BASE)), Some(text(BASE.replace('7', "seven").replace('2', "two"))));
        desk.edit("f", Some(text(BASE.replace('7', "VII"))));
        desk
    };
    let mut desk = start();
    let conflict = ConflictTexts {
        base: Some(text(BASE)),
        yours: Some(text(BASE.replace('7', "VII"))),
        proposal: Some(text(BASE.replace('7', "seven").replace('2', "two"))),
    };
    assert_eq!(desk.review.file(&path("f")).unwrap().conflict, Some(conflict));
    assert_eq!(desk.accept(&file("f")), Err(Refusal::Conflict(path("f"))));
    assert!(matches!(desk.accept(&Pick::Everything), Err(Refusal::Conflict(_))));
    assert_eq!((desk.review.progress().conflicts, desk.review.progress().pending), (1, 0));
    let check = |resolution: Resolution, target: String| {
        let mut desk = start();
        desk.resolve("f", &resolution);
        assert_eq!(desk.target("f"), Some(&text(target)), "{resolution:?}");
        assert_eq!(desk.bytes("f"), BASE.replace('7', "VII").as_bytes());
        desk.undo().unwrap();
        assert_eq!(desk.review.progress().conflicts, 1);
    };
    check(Resolution::Yours, BASE.replace('7', "VII").replace('2', "two"));
    check(Resolution::Proposal, BASE.replace('7', "seven").replace('2', "two"));
    check(Resolution::Both, BASE.replace('7', "VII\nseven").replace('2', "two"));
    check(Resolution::Text(text("mine\n")), "mine\n".to_owned());
    // The place is free again: the conflict settles by itself.
    desk.edit("f", Some(text(format!("{BASE}10\n"))));
    let change = desk.review.file(&path("f")).unwrap();
    assert_eq!((change.conflict.is_none(), change.diff.runs.len()), (true, 2));
}

#[test]
fn a_conflict_takes_nothing_back_that_was_changed_elsewhere() {
    let mut desk = Desk::with("f", Some(text(BASE)), Some(text(BASE.replace('2', "two"))));
    desk.edit("f", Some(text(BASE.replace('2', "II").replace('9', "IX"))));
    let change = desk.review.file(&path("f")).unwrap();
    assert_eq!(change.conflict.as_ref().unwrap().proposal, Some(text(BASE.replace('2', "two"))));
    assert_eq!(change.target, Some(text(BASE.replace('2', "two").replace('9', "IX"))));
    assert_eq!(change.diff.runs.len(), 1);
    // What is changed back elsewhere does not become a part of the proposal.
    desk.edit("f", Some(text(BASE.replace('2', "II"))));
    let change = desk.review.file(&path("f")).unwrap();
    assert!(change.conflict.is_some());
    assert_eq!(change.target, Some(text(BASE.replace('2', "two"))));
}

#[test]
fn a_revision_during_a_conflict_becomes_the_proposal() {
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    desk.edit("f", Some(text("c\n")));
    desk.propose("f", None, Some(text("d\n")));
    desk.resolve("f", &Resolution::Proposal);
    desk.accept(&file("f")).unwrap();
    assert_eq!(desk.bytes("f"), b"d\n");
}

#[test]
fn a_file_that_becomes_the_target_settles() {
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    desk.edit("f", Some(text("b\n")));
    assert_eq!(desk.review.files().count(), 0);
    let mut desk = Desk::with("f", Some(text("a\n")), None);
    desk.edit("f", None);
    assert_eq!(desk.review.files().count(), 0);
    let mut desk = Desk::with("f", None, Some(text("b\n")));
    desk.edit("f", Some(text("b\n")));
    assert_eq!(desk.review.files().count(), 0);
}

#[test]
fn a_new_file_that_is_there_now_is_a_conflict() {
    let mut desk = Desk::with("f", None, Some(text("model\n")));
    desk.edit("f", Some(text("user\n")));
    assert_eq!(
        desk.review.file(&path("f")).unwrap().conflict,
        Some(ConflictTexts { base: None, yours: Some(text("user\n")), proposal: Some(text("model\n")) })
    );
    desk.resolve("f", &Resolution::Both);
    desk.accept(&file("f")).unwrap();
    assert_eq!(desk.bytes("f"), b"user\nmodel\n");
    // Rejecting what was a new file never removes the user's.
    let mut desk = Desk::with("f", None, Some(text("model\n")));
    desk.edit("f", Some(text("user\n")));
    desk.resolve("f", &Resolution::Proposal);
    desk.reject(&file("f")).unwrap();
    assert_eq!(desk.bytes("f"), b"user\n");
}

#[test]
fn a_removal_of_a_file_that_was_changed_is_a_conflict() {
    let mut desk = Desk::with("f", Some(text("a\n")), None);
    desk.edit("f", Some(text("b\n")));
    assert!(desk.review.file(&path("f")).unwrap().conflict.is_some());
    desk.resolve("f", &Resolution::Proposal);
    assert_eq!(desk.review.file(&path("f")).unwrap().diff.units, [Unit::Delete]);
    desk.accept(&file("f")).unwrap();
    assert_eq!(desk.on_disk("f"), None);
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), b"b\n");
}

#[test]
fn a_file_that_is_gone_is_a_conflict() {
    let start = || {
        let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
        desk.edit("f", None);
        desk
    };
    let mut desk = start();
    assert_eq!(desk.review.progress().conflicts, 1);
    desk.resolve("f", &Resolution::Yours);
    assert_eq!(desk.review.files().count(), 0);
    let mut desk = start();
    desk.resolve("f", &Resolution::Proposal);
    assert_eq!(desk.review.file(&path("f")).unwrap().diff.units, [Unit::Create]);
    desk.accept(&file("f")).unwrap();
    assert_eq!(desk.bytes("f"), b"b\n");
}

#[test]
fn modes_are_merged_too() {
    let executable = |bytes: &str| Snapshot { mode: Mode::Executable, ..text(bytes) };
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    desk.edit("f", Some(executable("a\n")));
    assert_eq!(desk.target("f"), Some(&executable("b\n")));
    let link = Snapshot { mode: Mode::Symlink, ..text("a\n") };
    let mut desk = Desk::with("f", Some(text("a\n")), Some(executable("a\n")));
    desk.edit("f", Some(link));
    assert_eq!(desk.review.progress().conflicts, 1);
}

#[test]
fn binary_changes_on_both_sides_are_a_conflict() {
    let mut desk = Desk::with("f", Some(text("\0a\n")), Some(text("\0b\n")));
    desk.edit("f", Some(text("\0c\n")));
    assert_eq!(desk.review.progress().conflicts, 1);
    desk.resolve("f", &Resolution::Both);
    assert_eq!(desk.target("f"), Some(&text("\0b\n")));
}

#[test]
fn a_pending_rename_follows_its_file() {
    let start = || {
        let mut desk = Desk::default();
        desk.disk.insert(path("old"), text(BASE));
        desk.propose("new", Some("old"), Some(text(BASE.replace('7', "seven"))));
        desk
    };
    let mut desk = start();
    desk.edit("old", Some(text(BASE.replace('1', "one"))));
    desk.accept(&file("new")).unwrap();
    assert_eq!(desk.bytes("new"), BASE.replace('7', "seven").replace('1', "one").as_bytes());
    assert_eq!(desk.on_disk("old"), None);
    // The new path is taken.
    let mut desk = start();
    desk.edit("new", Some(text("user\n")));
    assert!(desk.review.file(&path("old")).is_none(), "it stays, and nothing is pending of it");
    assert!(desk.review.file(&path("new")).unwrap().conflict.is_some());
    desk.resolve("new", &Resolution::Yours);
    assert_eq!((desk.bytes("new"), desk.bytes("old")), (&b"user\n"[..], BASE.as_bytes()));
    // The file is gone.
    let mut desk = start();
    desk.edit("old", None);
    desk.resolve("new", &Resolution::Proposal);
    desk.accept(&file("new")).unwrap();
    assert_eq!(desk.bytes("new"), BASE.replace('7', "seven").as_bytes());
}

#[test]
fn files_outside_the_review_are_nobodys_business() {
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    let before = desk.review.revision();
    desk.edit("g", Some(text("x\n")));
    assert_eq!(desk.review.revision(), before);
}

#[test]
fn a_merge_before_anything_else_of_git() {
    let merged = adit::review::merge_texts(b"a\nb\nc\nd\n", b"A\nb\nc\nd\n", b"a\nb\nc\nD\n");
    assert_eq!((merged.text.as_bytes(), merged.conflicts), (&b"A\nb\nc\nD\n"[..], 0));
}

#[test]
fn the_first_thing_that_a_process_does_with_git_may_be_a_merge() {
    let alone = ["--exact", "review::disk::a_merge_before_anything_else_of_git"];
    let run = std::process::Command::new(std::env::current_exe().unwrap()).args(alone).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_merge_may_be_empty() {
    let mut desk = Desk::with("f", Some(text("a\nb\nc\n")), Some(text("a\n")));
    desk.edit("f", Some(text("")));
    assert!(desk.review.file(&path("f")).is_none_or(|change| change.conflict.is_some()));
    for (base, ours, theirs) in [("", "", ""), ("a\n", "", ""), ("a\nm\nb\n", "m\nb\n", "a\nm\n"), ("a\nb\n", "", "")] {
        let merged = adit::review::merge_texts(base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
        assert_eq!(merged.conflicts, 0, "{base:?} {ours:?} {theirs:?}");
    }
    let binary = adit::review::merge_texts(b"a\n", b"\0b\n", b"c\n");
    assert_eq!((binary.text.as_bytes(), binary.conflicts), (&b"\0b\n"[..], 1));
}

#[test]
fn what_is_taken_back_on_disk_is_neither_accepted_nor_to_be_committed() {
    let target = BASE.replace('2', "two").replace('7', "seven");
    let start = || {
        let mut desk = Desk::with("f", Some(text(BASE)), Some(text(&target)));
        desk.accept(&file("f")).unwrap();
        assert_eq!(desk.review.file(&path("f")).unwrap().written.len(), 1);
        desk
    };
    // All of it: a checkout, a stash, an undo in the editor.
    let mut desk = start();
    desk.edit("f", Some(text(BASE)));
    assert!(desk.review.file(&path("f")).is_none(), "nothing is left to decide or to commit");
    // One run of two, beside a change of the user's own.
    let mut desk = start();
    let left = BASE.replace('7', "seven");
    desk.edit("f", Some(text(left.replace('9', "nine"))));
    let change = desk.review.file(&path("f")).unwrap();
    assert_eq!(change.written, [(Some(text(BASE)), Some(text(&left)))]);
    assert_eq!(change.decided.iter().map(|record| record.added.concat()).collect::<Vec<_>>(), ["seven\n"]);
    // What the user only changed further is still what was accepted.
    let mut desk = start();
    desk.edit("f", Some(text(target.replace("two", "two, mine"))));
    let change = desk.review.file(&path("f")).unwrap();
    assert_eq!(change.written, [(Some(text(BASE)), Some(text(&target)))]);
    assert_eq!(change.decided.len(), 2);
    // A file that was made and is removed again.
    let mut desk = Desk::with("new", None, Some(text("one\n")));
    desk.accept(&file("new")).unwrap();
    desk.edit("new", None);
    assert!(desk.review.file(&path("new")).is_none());
}
