//! What git says of the workspace, against `git status`.

use std::fs;

use adit::engine::Repository as _;
use adit::session::{FileMark, GitMark};

use super::scratch::Scratch;

/// Returns the marks in git's own short form.
fn short(scratch: &Scratch) -> Vec<String> {
    let letter = |mark: FileMark| match mark {
        FileMark::Clean => ' ',
        FileMark::Added => 'A',
        FileMark::Modified | FileMark::Submodule => 'M',
        FileMark::Deleted => 'D',
        FileMark::Renamed => 'R',
        FileMark::TypeChanged => 'T',
        FileMark::Untracked => '?',
        FileMark::Conflicted => 'U',
    };
    let line = |(path, mark): (&adit::path::RelPath, &GitMark)| match mark.unstaged {
        FileMark::Untracked if mark.staged == FileMark::Clean => format!("?? {}", path.as_str()),
        unstaged => format!("{}{} {}", letter(mark.staged), letter(unstaged), path.as_str()),
    };
    scratch.repository().state().marks.iter().map(line).collect()
}

fn oracle(scratch: &Scratch) -> Vec<String> {
    let output = scratch.git(&["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"]);
    let mut lines: Vec<String> = output.split_terminator('\0').map(str::to_owned).collect();
    lines.sort_by(|left, right| left[3..].cmp(&right[3..]));
    lines
}

#[test]
fn marks_are_those_of_git_status() {
    let scratch = Scratch::with(&[
        ("modified.txt", "1\n"),
        ("staged.txt", "1\n"),
        ("both.txt", "1\n"),
        ("deleted.txt", "1\n"),
        ("removed.txt", "1\n"),
        ("typed.txt", "1\n"),
        ("mode.sh", "1\n"),
        ("kept.txt", "1\n"),
        (".gitignore", "*.log\nbuild/\n"),
    ]);
    scratch.put("staged.txt", "2\n");
    scratch.put("both.txt", "2\n");
    scratch.put("added.txt", "new\n");
    scratch.git(&["add", "staged.txt", "both.txt", "added.txt"]);
    scratch.git(&["rm", "-q", "removed.txt"]);
    scratch.put("both.txt", "3\n");
    scratch.put("modified.txt", "2\n");
    fs::remove_file(scratch.root().join("deleted.txt")).unwrap();
    fs::remove_file(scratch.root().join("typed.txt")).unwrap();
    std::os::unix::fs::symlink("kept.txt", scratch.root().join("typed.txt")).unwrap();
    scratch.set_mode("mode.sh", 0o755);
    scratch.put("new/deep/file 🦀.txt", "u\n");
    scratch.put("new/line\nend.txt", "u\n");
    scratch.put("a.log", "ignored\n");
    scratch.put("build/out.txt", "ignored\n");
    assert_eq!(short(&scratch), oracle(&scratch));
    assert_eq!(short(&scratch).len(), 10);
}

#[test]
fn conflicts_are_marked() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    scratch.git(&["checkout", "-qb", "side"]);
    scratch.put("a.txt", "side\n");
    scratch.git(&["commit", "-qam", "side"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.put("a.txt", "main\n");
    scratch.git(&["commit", "-qam", "main"]);
    assert!(!scratch.run_in(&scratch.root(), &["merge", "-q", "side"]).status.success());
    assert_eq!(short(&scratch), ["UU a.txt"]);
}

#[test]
fn hooks_and_signing_that_a_commit_leaves_out_are_named() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let bypassed = || scratch.repository().state().bypassed;
    assert_eq!(bypassed(), Vec::<String>::new());
    for hook in ["pre-commit", "commit-msg", "post-commit"] {
        scratch.put(&format!(".git/hooks/{hook}"), "#!/bin/sh\n");
        scratch.set_mode(&format!(".git/hooks/{hook}"), 0o755);
    }
    scratch.put(".git/hooks/prepare-commit-msg", "#!/bin/sh\n");
    scratch.set_mode(".git/hooks/prepare-commit-msg", 0o644);
    scratch.git(&["config", "commit.gpgsign", "true"]);
    assert_eq!(bypassed(), ["pre-commit", "commit-msg", "commit.gpgsign"]);
    scratch.git(&["config", "core.hooksPath", "own-hooks"]);
    scratch.put("own-hooks/prepare-commit-msg", "#!/bin/sh\n");
    scratch.set_mode("own-hooks/prepare-commit-msg", 0o755);
    assert_eq!(bypassed(), ["prepare-commit-msg", "commit.gpgsign"]);
}

#[test]
fn looking_does_not_write_the_index() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let index = scratch.root().join(".git/index");
    scratch.put("a.txt", "1\n");
    let before = fs::read(&index).unwrap();
    scratch.repository().state();
    assert_eq!(fs::read(&index).unwrap(), before);
}
