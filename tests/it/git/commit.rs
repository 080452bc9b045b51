//! What a commit holds, and what it leaves as it was.

use std::fs;

use adit::engine::{CommitFile, Repository as _};
use adit::review::Mode;

use super::scratch::{Scratch, moded, regular, rel, request, written};

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n";

fn with_line(text: &str, line: usize, new: &str) -> String {
    let change = |(at, old): (usize, &str)| if at + 1 == line { format!("{new}\n") } else { format!("{old}\n") };
    text.lines().enumerate().map(change).collect()
}

#[test]
fn staged_unstaged_and_accepted_in_one_file() {
    let scratch = Scratch::with(&[("a.txt", BASE), ("other.txt", "x\n")]);
    let staged = with_line(BASE, 2, "staged");
    scratch.put("a.txt", &staged);
    scratch.put("other.txt", "staged too\n");
    scratch.git(&["add", "-A"]);
    let unstaged = with_line(&staged, 19, "unstaged");
    scratch.put("a.txt", &unstaged);
    scratch.put("new.txt", "untracked\n");
    let before = scratch.users_own();

    let accepted = with_line(&unstaged, 10, "accepted");
    let file = scratch.accept("a.txt", Some(&unstaged), Some(&accepted));
    let id = scratch.commit(&[file]).unwrap();

    assert_eq!(scratch.git(&["rev-parse", "HEAD"]).trim(), id);
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), with_line(BASE, 10, "accepted"));
    assert_eq!(scratch.git(&["diff", "--name-only", "HEAD~1", "HEAD"]), "a.txt\n");
    assert_eq!(scratch.users_own(), before);
    assert_eq!(scratch.text("a.txt"), accepted);
    assert_eq!(scratch.text("new.txt"), "untracked\n");
}

#[test]
fn a_clean_repository_is_clean_after_it() {
    let scratch = Scratch::with(&[("src/a.txt", BASE)]);
    let file = scratch.accept("src/a.txt", Some(BASE), Some(&with_line(BASE, 3, "three")));
    let new = scratch.accept("src/deep/new.txt", None, Some("new\n"));
    scratch.commit(&[file, new]).unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.users_own(), (String::new(), String::new()));
}

#[test]
fn what_the_user_added_meanwhile_is_not_committed_twice() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let after = with_line(BASE, 3, "three");
    let file = scratch.accept("a.txt", Some(BASE), Some(&after));
    scratch.git(&["add", "a.txt"]);
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), after);
}

#[test]
fn pairs_around_the_users_own_change() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let first = with_line(BASE, 2, "accepted 1");
    let users = with_line(&first, 18, "user");
    let second = with_line(&users, 10, "accepted 2");
    scratch.put("a.txt", &second);
    let pair = |before: &str, after: &str| (Some(regular(before)), Some(regular(after)));
    let file = CommitFile { path: rel("a.txt"), written: vec![pair(BASE, &first), pair(&users, &second)] };
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), with_line(&first, 10, "accepted 2"));
    assert_eq!(scratch.users_own(), (String::new(), "--- a/a.txt\n+++ b/a.txt\n-18\n+user\n".to_owned()));
}

#[test]
fn head_moved_between_write_and_commit() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let after = with_line(BASE, 10, "accepted");
    let file = scratch.accept("a.txt", Some(BASE), Some(&after));
    // Another terminal commits its own change of the same file, without the accepted run.
    scratch.put("a.txt", with_line(BASE, 2, "other"));
    scratch.git(&["commit", "-qam", "other"]);
    scratch.put("a.txt", with_line(&after, 2, "other"));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), with_line(&after, 2, "other"));
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.git(&["log", "--format=%s"]), "feat: change it\nother\nstart\n");
}

#[test]
fn a_file_that_git_does_not_know_is_committed_as_written() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.put("mine.txt", "mine\n");
    let file = scratch.accept("mine.txt", Some("mine\n"), Some("mine\nand adit's\n"));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:mine.txt"]), "mine\nand adit's\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_file_added_by_intent_only() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let file = scratch.accept("new.txt", None, Some("new\n"));
    scratch.git(&["add", "--intent-to-add", "new.txt"]);
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:new.txt"]), "new\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn flags_of_other_entries_stay() {
    let scratch = Scratch::with(&[("a.txt", BASE), ("skipped.txt", "s\n"), ("assumed.txt", "a\n")]);
    scratch.git(&["update-index", "--skip-worktree", "skipped.txt"]);
    scratch.git(&["update-index", "--assume-unchanged", "assumed.txt"]);
    scratch.put("promised.txt", "p\n");
    scratch.git(&["add", "--intent-to-add", "promised.txt"]);
    let file = scratch.accept("a.txt", Some(BASE), Some(&with_line(BASE, 3, "three")));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["ls-files", "-v"]), "H a.txt\nh assumed.txt\nH promised.txt\nS skipped.txt\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), " A promised.txt\n");
}

#[test]
fn deletion_rename_and_names_of_all_kinds() {
    let names = ["with space.txt", "emoji 🦀.txt", "new\nline.txt", "tab\there.txt", "-dash", "quote\".txt", "ünï.txt"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "old\n")).chain([("gone.txt", BASE)]).collect();
    let scratch = Scratch::with(&files);
    let mut accepted: Vec<CommitFile> =
        names.iter().map(|name| scratch.accept(name, Some("old\n"), Some("new\n"))).collect();
    accepted.push(scratch.accept("gone.txt", Some(BASE), None));
    accepted.push(scratch.accept("moved/here.txt", None, Some(BASE)));
    scratch.commit(&accepted).unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    let summary = scratch.git(&["diff", "-M", "--name-status", "-z", "HEAD~1", "HEAD"]);
    assert!(summary.contains("R100\0gone.txt\0moved/here.txt\0"), "{summary}");
    for name in names {
        assert!(summary.contains(&format!("M\0{name}\0")), "{name}: {summary}");
    }
    scratch.users_own();
}

#[test]
fn a_moved_file_takes_the_users_own_changes_along() {
    let scratch = Scratch::with(&[("old.txt", BASE)]);
    let staged = with_line(BASE, 2, "staged");
    scratch.put("old.txt", &staged);
    scratch.git(&["add", "-A"]);
    let own = with_line(&staged, 18, "unstaged");
    scratch.put("old.txt", &own);
    let moved = with_line(&own, 10, "accepted");
    let gone = scratch.accept("old.txt", Some(&own), None);
    let made = scratch.accept("new/name.txt", None, Some(&moved));
    scratch.commit(&[made, gone]).unwrap();
    assert_eq!(scratch.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "new/name.txt\n");
    assert_eq!(scratch.git(&["show", "HEAD:new/name.txt"]), with_line(BASE, 10, "accepted"));
    assert_eq!(scratch.git(&["show", ":new/name.txt"]), with_line(&staged, 10, "accepted"));
    assert_eq!(scratch.git(&["status", "--porcelain"]), "MM new/name.txt\n");
    scratch.users_own();
}

#[test]
fn own_changes_right_beside_an_accepted_run() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let staged = with_line(BASE, 9, "staged");
    scratch.put("a.txt", &staged);
    scratch.git(&["add", "-A"]);
    let own = with_line(&staged, 11, "unstaged");
    let file = scratch.accept("a.txt", Some(&own), Some(&with_line(&own, 10, "accepted")));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), with_line(BASE, 10, "accepted"));
    assert_eq!(scratch.git(&["show", ":a.txt"]), with_line(&staged, 10, "accepted"));
}

#[test]
fn executable_bit_and_links() {
    let scratch = Scratch::with(&[("run.sh", "echo\n"), ("link", "x\n")]);
    scratch.set_mode("run.sh", 0o755);
    fs::remove_file(scratch.root().join("link")).unwrap();
    std::os::unix::fs::symlink("run.sh", scratch.root().join("link")).unwrap();
    let files = [
        CommitFile {
            path: rel("run.sh"),
            written: vec![(Some(regular("echo\n")), Some(moded("echo\n", Mode::Executable)))],
        },
        CommitFile { path: rel("link"), written: vec![(Some(regular("x\n")), Some(moded("run.sh", Mode::Symlink)))] },
    ];
    scratch.commit(&files).unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    let modes: Vec<String> =
        scratch.git(&["ls-tree", "HEAD"]).lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(modes, ["120000", "100755"]);
}

#[test]
fn the_users_own_mode_change_stays_unstaged() {
    let scratch = Scratch::with(&[("run.sh", BASE)]);
    scratch.set_mode("run.sh", 0o755);
    let after = with_line(BASE, 4, "four");
    scratch.put("run.sh", &after);
    let pair = (Some(moded(BASE, Mode::Executable)), Some(moded(&after, Mode::Executable)));
    scratch.commit(&[CommitFile { path: rel("run.sh"), written: vec![pair] }]).unwrap();
    assert!(scratch.git(&["ls-tree", "HEAD"]).starts_with("100644"));
    assert_eq!(scratch.users_own().1, "old mode 100644\nnew mode 100755\n");
}

#[test]
fn ignored_files_are_left_out() {
    let scratch = Scratch::with(&[("a.txt", BASE), (".gitignore", ".env\n")]);
    let secret = scratch.accept(".env", None, Some("KEY=1\n"));
    let file = scratch.accept("a.txt", Some(BASE), Some(&with_line(BASE, 3, "three")));
    assert_eq!(
        scratch.commit(std::slice::from_ref(&secret)).unwrap_err().message,
        "nothing to commit: HEAD has all that was accepted, or git ignores it"
    );
    scratch.commit(&[secret, file]).unwrap();
    assert_eq!(scratch.git(&["ls-tree", "--name-only", "HEAD"]), ".gitignore\na.txt\n");
}

#[test]
fn message_identity_and_reflog() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let file = scratch.accept("a.txt", Some(BASE), Some(&with_line(BASE, 3, "three")));
    let message = "\n\nfeat: three  \n\n\n# kept\nbody\t\n\nAssisted-by: adit\n\n";
    scratch.repository().commit(&request(message, &[file])).unwrap();
    assert_eq!(scratch.git(&["log", "-1", "--format=%B"]), "feat: three\n\n# kept\nbody\n\nAssisted-by: adit\n\n");
    assert_eq!(
        scratch.git(&["log", "-1", "--format=%an <%ae> %cn <%ce>"]),
        "Ann <ann@example.com> Ann <ann@example.com>\n"
    );
    assert_eq!(scratch.git(&["reflog", "-1", "--format=%gs %gn", "HEAD"]), "commit: feat: three Ann\n");
    assert_eq!(scratch.git(&["reflog", "-1", "--format=%gs", "main"]), "commit: feat: three\n");
    assert_eq!(scratch.repository().recent_subjects(5), ["feat: three", "start"]);
    assert_eq!(scratch.repository().recent_subjects(1), ["feat: three"]);
}

#[test]
fn nothing_to_commit_changes_nothing() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let head = scratch.git(&["rev-parse", "HEAD"]);
    assert!(scratch.commit(&[]).unwrap_err().message.starts_with("nothing to commit"));
    // The user has committed it with git already.
    let after = with_line(BASE, 3, "three");
    let file = scratch.accept("a.txt", Some(BASE), Some(&after));
    scratch.git(&["commit", "-qam", "mine"]);
    assert!(scratch.commit(&[file]).unwrap_err().message.starts_with("nothing to commit"));
    assert_eq!(scratch.git(&["rev-parse", "HEAD~1"]), head);
}

#[test]
fn two_that_commit_at_once_lose_nothing() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    let commit_all = |name: &str| {
        for number in 0..20 {
            let file = scratch.accept(&format!("{name} {number}"), None, Some("text\n"));
            // It finds HEAD locked or moved now and then, and says so.
            while scratch.commit(std::slice::from_ref(&file)).is_err() {}
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| commit_all("left"));
        scope.spawn(|| commit_all("right"));
    });
    assert_eq!(scratch.git(&["rev-list", "--count", "HEAD"]), "41\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.git(&["ls-tree", "--name-only", "HEAD"]).lines().count(), 41);
    scratch.users_own();
}

#[test]
fn a_created_file_over_one_that_head_has() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    fs::remove_file(scratch.root().join("a.txt")).unwrap();
    scratch.put("a.txt", "again\n");
    scratch.commit(&[written("a.txt", None, Some("again\n"))]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), "again\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_new_file_is_committed_as_it_is_staged_with_what_was_accepted() {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    scratch.put("n.txt", BASE);
    scratch.git(&["add", "n.txt"]);
    let unstaged = with_line(BASE, 19, "unstaged");
    scratch.put("n.txt", &unstaged);
    let file = scratch.accept("n.txt", Some(&unstaged), Some(&with_line(&unstaged, 3, "accepted")));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:n.txt"]), with_line(BASE, 3, "accepted"));
    assert_eq!(scratch.users_own(), (String::new(), "--- a/n.txt\n+++ b/n.txt\n-19\n+unstaged\n".to_owned()));

    scratch.put("m.txt", BASE);
    scratch.git(&["add", "m.txt"]);
    let unstaged = with_line(BASE, 3, "unstaged");
    scratch.put("m.txt", &unstaged);
    let file = scratch.accept("m.txt", Some(&unstaged), Some(&with_line(BASE, 3, "accepted")));
    let fault = scratch.commit(&[file]).unwrap_err();
    assert!(fault.message.starts_with("cannot commit m.txt: an accepted change touches lines"), "{fault:?}");
}

#[test]
fn a_file_outside_of_a_sparse_checkout_is_not_replaced_unseen() {
    let scratch = Scratch::with(&[("in/a.txt", BASE), ("out/b.txt", BASE)]);
    scratch.git(&["sparse-checkout", "set", "in"]);
    assert!(!scratch.root().join("out/b.txt").exists());
    let file = scratch.accept("out/b.txt", None, Some("new\n"));
    let fault = scratch.commit(&[file]).unwrap_err();
    assert!(fault.message.contains("sparse checkout"), "{fault:?}");
    assert_eq!(scratch.git(&["show", "HEAD:out/b.txt"]), BASE);
}

#[test]
fn what_git_does_not_know_is_told_to_be_committed_whole() {
    let scratch = Scratch::with(&[("a.txt", BASE), (".gitignore", "*.log\n")]);
    scratch.put("mine.txt", BASE);
    scratch.put("x.log", BASE);
    let after = with_line(BASE, 3, "accepted");
    let files = [
        scratch.accept("a.txt", Some(BASE), Some(&after)),
        scratch.accept("mine.txt", Some(BASE), Some(&after)),
        scratch.accept("x.log", Some(BASE), Some(&after)),
        scratch.accept("made.txt", None, Some("new\n")),
    ];
    assert_eq!(scratch.repository().whole(&files), [rel("mine.txt")]);
}
