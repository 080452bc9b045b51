//! The places that adit may be started in, from no repository to a full disk.

use std::path::{Path, PathBuf};
use std::process::Command;

use adit::demo::Endpoint;
use serde_json::json;

use super::desk::{Place, adit, edits, finish, journal, run, script};

const TEXT: &str = "one\ntwo\nthree\n";
const COMMIT: [&str; 5] = ["run", "--accept", "all", "--commit", "shout"];

fn shout() -> impl FnMut(&serde_json::Value) -> Vec<adit::demo::ServerStep> + Send {
    edits("a.txt", "two\n", "TWO\n")
}

#[tokio::test]
async fn without_a_repository_it_works_and_says_that_commits_are_off() {
    let place = Place::new(&[("a.txt", TEXT)]);
    let (place, outcome, endpoint) = run(place, shout(), &["run", "--accept", "all", "shout"]).await;
    outcome.check(0, &["no git repository here, so commits are off", "git init"]);
    assert_eq!(place.read("a.txt"), TEXT.replace("two", "TWO"));
    let requests = endpoint.requests().len();
    finish(adit(&place, &COMMIT)).await.check(1, &["no git repository", "--commit"]);
    assert_eq!(endpoint.requests().len(), requests, "the model is not paid for what cannot be committed");
}

#[tokio::test]
async fn the_first_commit_of_a_repository() {
    let place = Place::new(&[("a.txt", TEXT)]);
    place.git(&["init", "-q", "-b", "main"]);
    let (place, outcome, _endpoint) = run(place, shout(), &COMMIT).await;
    outcome.check(0, &["committed "]);
    assert_eq!(place.git(&["show", "--format=", "--name-only"]), "a.txt\n");
}

#[tokio::test]
async fn a_detached_head_moves_and_no_branch_does() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    place.git(&["checkout", "-q", "--detach"]);
    let main = place.git(&["rev-parse", "main"]);
    let (place, outcome, _endpoint) = run(place, shout(), &COMMIT).await;
    outcome.check(0, &["committed "]);
    assert_eq!(place.git(&["rev-parse", "main"]), main);
    assert_eq!(place.git(&["rev-parse", "HEAD^"]), main);
}

#[tokio::test]
async fn in_a_merge_nothing_is_committed_and_the_rest_works() {
    let place = Place::new(&[("a.txt", TEXT), ("b.txt", "b\n")]).committed();
    place.git(&["checkout", "-q", "-b", "side"]);
    std::fs::write(place.repo().join("b.txt"), "side\n").unwrap();
    place.git(&["commit", "-qam", "side"]);
    place.git(&["checkout", "-q", "main"]);
    std::fs::write(place.repo().join("c.txt"), "main\n").unwrap();
    place.git(&["add", "-A"]);
    place.git(&["commit", "-qm", "main"]);
    place.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    let (place, outcome, endpoint) = run(place, shout(), &COMMIT).await;
    outcome.check(1, &["a merge is in progress", "git merge --abort"]);
    assert!(endpoint.requests().is_empty());
    finish(adit(&place, &["run", "--accept", "all", "shout"])).await.check(0, &["wrote a.txt"]);
    assert!(place.repo().join(".git/MERGE_HEAD").exists(), "the merge goes on");
}

#[tokio::test]
async fn a_linked_worktree_and_a_submodule_commit_where_they_are() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    place.git(&["worktree", "add", "-q", "-b", "tree", "../tree"]);
    let tree = place.repo().join("../tree").canonicalize().unwrap();
    let endpoint = Endpoint::start(shout()).await.unwrap();
    let place = place.with_endpoint(&endpoint.url());
    let tree = tree.to_str().unwrap();
    finish(adit(&place, &["run", tree, "--accept", "all", "--commit", "shout"])).await.check(0, &["committed "]);
    assert_eq!(place.git(&["log", "--format=%s", "tree"]), "feat: do it\nbegin\n");
    assert_eq!(place.git(&["log", "--format=%s", "main"]), "begin\n");

    let inner = Place::new(&[("a.txt", TEXT)]).committed();
    let endpoint = Endpoint::start(shout()).await.unwrap();
    let outer = Place::new(&[("b.txt", TEXT)]).committed().with_endpoint(&endpoint.url());
    outer.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        inner.repo().to_str().unwrap(),
        "sub",
    ]);
    outer.git(&["commit", "-qm", "submodule"]);
    finish(adit(&outer, &["run", "sub", "--accept", "all", "--commit", "shout"])).await.check(0, &["committed "]);
    assert_eq!(outer.git(&["-C", "sub", "log", "--format=%s"]), "feat: do it\nbegin\n");
    assert_eq!(outer.git(&["log", "--format=%s"]), "submodule\nbegin\n");
}

#[tokio::test]
async fn a_subfolder_stands_for_its_repository() {
    let place = Place::new(&[("a.txt", TEXT), ("sub/deep/b.txt", TEXT)]).committed();
    let arguments = ["run", "sub/deep", "--accept", "all", "--commit", "shout"];
    let (place, outcome, _endpoint) = run(place, edits("sub/deep/b.txt", "two\n", "TWO\n"), &arguments).await;
    outcome.check(0, &["wrote sub/deep/b.txt", "committed "]);
    assert_eq!(place.git(&["show", "--format=", "--name-only"]), "sub/deep/b.txt\n");
}

#[tokio::test]
async fn a_bare_repository_is_refused() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    place.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let bare = place.repo().join("../bare");
    finish(adit(&place, &["run", bare.to_str().unwrap(), "hello"]))
        .await
        .check(1, &["bare git repository", "worktree"]);
}

#[tokio::test]
async fn hooks_and_signing_are_named_before_the_commit() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let hook = place.repo().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (_place, outcome, _endpoint) = run(place, shout(), &COMMIT).await;
    outcome.check(0, &["git would obey pre-commit here; adit does not yet, so this commit goes without", "committed "]);
}

#[tokio::test]
async fn an_unknown_author_is_told_before_the_model_is_paid() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let endpoint = Endpoint::start(shout()).await.unwrap();
    let place = place.with_endpoint(&endpoint.url());
    let mut command = adit(&place, &COMMIT);
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
        command.env_remove(name);
    }
    finish(command).await.check(1, &["git does not know who you are", "git config --global user.name"]);
    assert!(endpoint.requests().is_empty());
}

#[tokio::test]
async fn a_repository_of_another_user_is_not_used_and_the_reason_is_told() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let owned = Command::new("chown").args(["-R", "12345"]).arg(place.repo()).output().unwrap();
    if !owned.status.success() {
        println!("SKIPPED: files cannot be given to another user here");
        return;
    }
    let (place, outcome, _endpoint) = run(place, shout(), &["run", "--accept", "all", "shout"]).await;
    outcome.check(0, &["so commits are off", "safe.directory"]);
    assert_eq!(place.read("a.txt"), TEXT.replace("two", "TWO"));
    finish(adit(&place, &COMMIT)).await.check(1, &["safe.directory", "--commit"]);
}

/// A file system in memory, mounted on a folder; gone when dropped.
struct Mount(PathBuf);

impl Mount {
    /// Returns none where mounting is not allowed, and says so.
    fn new(at: &Path, options: &str) -> Option<Self> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(at.to_path_buf()));
        }
        println!("SKIPPED: file systems cannot be mounted here");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l".as_ref(), self.0.as_os_str()]).status();
    }
}

#[tokio::test]
async fn a_read_only_folder_is_told_and_the_proposal_waits() {
    let place = Place::new(&[]);
    let Some(mount) = Mount::new(&place.repo(), "size=1m") else { return };
    std::fs::write(place.repo().join("a.txt"), TEXT).unwrap();
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&mount.0).status().unwrap();
    assert!(remounted.success());
    let (place, outcome, _endpoint) = run(place, shout(), &["run", "--accept", "all", "shout"]).await;
    outcome.check(1, &["a.txt", "Read-only file system", "its hunks stay pending"]);
    assert_eq!(journal(&place).1.review.progress().pending, 1);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_half_written() {
    let place = Place::new(&[]);
    let Some(_mount) = Mount::new(&place.repo(), "size=64k") else { return };
    std::fs::write(place.repo().join("a.txt"), TEXT).unwrap();
    let content = "a line that fills the disk\n".repeat(5_000);
    let model = script(vec![vec![("write_file", json!({"path": "big.txt", "content": content}))]]);
    let (place, outcome, _endpoint) = run(place, model, &["run", "--accept", "all", "fill"]).await;
    outcome.check(1, &["big.txt", "No space left on device", "its hunks stay pending"]);
    let names: Vec<_> = std::fs::read_dir(place.repo()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.txt"]);
    assert_eq!(journal(&place).1.review.progress().pending, 1, "the file with its text");
}

#[tokio::test]
async fn a_full_disk_under_the_journal_is_told_and_what_is_accepted_is_written() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let Some(_mount) = Mount::new(&place.state(), "size=24k") else { return };
    let long = "The reason for this is long. ".repeat(4_000);
    let model = script(vec![
        vec![("read_file", json!({"path": "a.txt"})), ("search", json!({"pattern": long}))],
        vec![("edit_file", json!({"path": "a.txt", "old_text": "two\n", "new_text": "TWO\n"}))],
    ]);
    let (place, outcome, _endpoint) = run(place, model, &["run", "--json", "--accept", "all", "shout"]).await;
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    super::desk::assert_numbered(&outcome.events());
    assert_eq!(outcome.text().matches("cannot write the session's journal").count(), 1);
    assert_eq!(place.read("a.txt"), TEXT.replace("two", "TWO"));
}
