//! Commits that are refused, and that then change nothing.

use std::fs;
use std::process::Command;

use adit::engine::{CommitFile, Repository as _};

use super::scratch::{Scratch, request, written};

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

/// Asserts that a commit is refused with this message and that nothing has changed.
fn refused(scratch: &Scratch, files: &[CommitFile], message: &str) -> Option<String> {
    let everything = || {
        (
            scratch.git(&["for-each-ref"]),
            scratch.run_in(&scratch.root(), &["rev-parse", "HEAD"]).stdout,
            scratch.git(&["ls-files", "-s"]),
            scratch.git(&["status", "--porcelain"]),
        )
    };
    let before = everything();
    let fault = scratch.commit(files).unwrap_err();
    assert_eq!(fault.message, message);
    assert_eq!(everything(), before);
    fault.hint
}

#[test]
fn own_unstaged_lines_under_an_accepted_run() {
    let scratch = Scratch::with(&[("a.txt", BASE), ("b.txt", BASE)]);
    let users = BASE.replace('5', "user");
    scratch.put("a.txt", &users);
    let clash = scratch.accept("a.txt", Some(&users), Some(&users.replace("user", "adit")));
    let fine = scratch.accept("b.txt", Some(BASE), Some(&BASE.replace('5', "adit")));
    let hint = refused(
        &scratch,
        &[fine, clash],
        "cannot commit a.txt: an accepted change touches lines that you changed and did not commit",
    );
    assert!(hint.unwrap().contains("git first"));
}

#[test]
fn own_staged_lines_under_an_accepted_run() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.put("a.txt", BASE.replace('5', "staged"));
    scratch.git(&["add", "a.txt"]);
    scratch.put("a.txt", BASE);
    let file = scratch.accept("a.txt", Some(BASE), Some(&BASE.replace('5', "adit")));
    let message = "cannot commit a.txt: an accepted change touches lines that you have staged";
    assert!(refused(&scratch, &[file], message).unwrap().contains("git restore --staged 'a.txt'"));
}

#[test]
fn a_deletion_does_not_swallow_what_is_staged() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.put("a.txt", BASE.replace('5', "staged"));
    scratch.git(&["add", "a.txt"]);
    scratch.put("a.txt", BASE);
    let file = scratch.accept("a.txt", Some(BASE), None);
    refused(&scratch, &[file], "cannot commit a.txt: an accepted change touches lines that you have staged");
}

#[test]
fn a_merge_in_progress() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.git(&["checkout", "-qb", "side"]);
    scratch.git(&["commit", "-q", "--allow-empty", "-m", "side"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    assert_eq!(scratch.repository().state().in_progress.as_deref(), Some("merge"));
    let file = scratch.accept("b.txt", None, Some("b\n"));
    let hint = refused(&scratch, &[file], "a merge is in progress; a commit now would become part of it");
    assert_eq!(hint.as_deref(), Some("Finish it, or leave it with `git merge --abort`; then commit again."));
}

#[test]
fn a_rebase_and_a_cherry_pick_in_progress() {
    for (command, word) in [("rebase", "rebase"), ("cherry-pick", "cherry-pick"), ("revert", "revert")] {
        let scratch = Scratch::with(&[("a.txt", BASE)]);
        scratch.git(&["checkout", "-qb", "side"]);
        scratch.put("a.txt", "side\n");
        scratch.git(&["commit", "-qam", "side"]);
        scratch.put("a.txt", "side 2\n");
        scratch.git(&["commit", "-qam", "side 2"]);
        if command != "revert" {
            scratch.git(&["checkout", "-q", "main"]);
            scratch.put("a.txt", "main\n");
            scratch.git(&["commit", "-qam", "main"]);
        }
        let target = if command == "revert" { "HEAD~1" } else { "side" };
        let status = scratch.run_in(&scratch.root(), &[command, target]).status;
        assert!(!status.success(), "{command} was to conflict");
        assert_eq!(scratch.repository().state().in_progress.as_deref(), Some(word));
        let file = scratch.accept("b.txt", None, Some("b\n"));
        refused(&scratch, &[file], &format!("a {word} is in progress; a commit now would become part of it"));
    }
}

#[test]
fn conflicts_in_the_index() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.put("a.txt", "stashed\n");
    scratch.git(&["stash", "-q"]);
    scratch.put("a.txt", "main\n");
    scratch.git(&["commit", "-qam", "main"]);
    assert!(!scratch.run_in(&scratch.root(), &["stash", "pop"]).status.success());
    let file = scratch.accept("b.txt", None, Some("b\n"));
    refused(&scratch, &[file], "the index has unresolved conflicts");
}

#[test]
fn an_empty_message() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let file = scratch.accept("b.txt", None, Some("b\n"));
    for (message, reason) in
        [("", "the message is empty"), (" \n\t\n", "the message is empty"), ("a\0b", "the message holds a NUL byte")]
    {
        let fault = scratch.repository().commit(&request(message, std::slice::from_ref(&file))).unwrap_err();
        assert_eq!(fault.message, reason);
    }
}

#[test]
fn locks_that_others_hold() {
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        let scratch = Scratch::with(&[("a.txt", BASE)]);
        let file = scratch.accept("b.txt", None, Some("b\n"));
        fs::write(scratch.root().join(".git").join(lock), "").unwrap();
        let head = scratch.git(&["rev-parse", "HEAD"]);
        let fault = scratch.commit(std::slice::from_ref(&file)).unwrap_err();
        assert!(fault.message.ends_with("another git process holds a lock"), "{lock}: {fault:?}");
        assert_eq!(scratch.git(&["rev-parse", "HEAD"]), head);
        assert_eq!(scratch.git(&["ls-files"]), "a.txt\n");
        fs::remove_file(scratch.root().join(".git").join(lock)).unwrap();
        scratch.commit(&[file]).unwrap();
        assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn a_branch_that_cannot_be_written_leaves_the_index_as_it_was() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let file = scratch.accept("b.txt", None, Some("b\n"));
    // The branch's log is a folder, so that the branch cannot be moved once the index is written.
    let log = scratch.root().join(".git/logs/refs/heads/main");
    fs::remove_file(&log).unwrap();
    fs::create_dir_all(log.join("x")).unwrap();
    fs::write(log.join("x/y"), "").unwrap();
    let head = scratch.git(&["rev-parse", "HEAD"]);
    let fault = scratch.commit(&[file]).unwrap_err();
    assert!(fault.message.starts_with("cannot move the branch"), "{fault:?}");
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(scratch.git(&["status", "--porcelain"]), "?? b.txt\n");
}

#[test]
fn other_repositories_and_links_on_the_way() {
    let scratch = Scratch::with(&[("a.txt", BASE), ("real/x.txt", "x\n")]);
    fs::create_dir(scratch.root().join("nested")).unwrap();
    scratch.git_in(&scratch.root().join("nested"), &["init", "-q"]);
    std::os::unix::fs::symlink("real", scratch.root().join("link")).unwrap();
    let nested = scratch.accept("nested/new.txt", None, Some("x\n"));
    refused(&scratch, &[nested], "nested/new.txt belongs to another repository inside this one");
    let linked = scratch.accept("link/x.txt", Some("x\n"), Some("y\n"));
    refused(&scratch, &[linked], "link/x.txt lies behind a link, where git does not look");
}

#[test]
fn a_file_in_the_place_of_a_folder() {
    let scratch = Scratch::with(&[("place/in.txt", BASE)]);
    fs::remove_dir_all(scratch.root().join("place")).unwrap();
    let file = scratch.accept("place", None, Some("now a file\n"));
    refused(
        &scratch,
        std::slice::from_ref(&file),
        "place would replace a folder by a file or a file by a folder in git",
    );
    scratch.commit(&[file, written("place/in.txt", Some(BASE), None)]).unwrap();
    assert_eq!(scratch.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "place\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

/// Runs this test binary again with an empty home, since libgit2 reads the user's settings once a process.
#[test]
fn without_a_name() {
    if std::env::var_os("ADIT_TEST_NAMELESS").is_none() {
        let home = tempfile::tempdir().unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "git::refusals::without_a_name"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("ADIT_TEST_NAMELESS", "1")
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
        return;
    }
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.git(&["config", "--unset", "user.name"]);
    scratch.git(&["config", "--unset", "user.email"]);
    let file = scratch.accept("b.txt", None, Some("b\n"));
    let hint = refused(&scratch, &[file], "git does not know who you are").unwrap();
    assert!(hint.contains("git config --global user.name") && hint.contains("git config --global user.email"));
}
