//! Repositories of every shape: unborn, detached, worktree, submodule, sub-folder, bare, none.

use std::fs;
use std::path::Path;

use adit::adapters::git::GitRepository;
use adit::engine::Repository as _;
use adit::session::{Head, RepoState};

use super::scratch::{Scratch, request, written};

fn commit_at(root: &Path, path: &str, text: &str) -> Result<String, String> {
    fs::write(root.join(path), text).unwrap();
    let file = written(path, None, Some(text));
    GitRepository::discover(root).commit(&request("feat: add", &[file])).map_err(|fault| fault.message)
}

fn head_at(root: &Path) -> Option<Head> {
    GitRepository::discover(root).state().head
}

#[test]
fn no_repository_then_one_is_made() {
    let scratch = Scratch::bare_folder();
    let repository = scratch.repository();
    assert_eq!(repository.state(), RepoState::default());
    assert_eq!(repository.trouble(), None);
    assert_eq!(GitRepository::check(&scratch.root()), Ok(()));
    assert_eq!(repository.recent_subjects(3), Vec::<String>::new());
    let fault = repository.commit(&request("x", &[])).unwrap_err();
    assert_eq!(fault.message, "there is no git repository here");
    repository.init().unwrap();
    assert!(matches!(repository.state().head, Some(Head::Unborn(_))));
    assert!(repository.init().unwrap_err().message.starts_with("there is a git repository already"));
    assert_eq!(scratch.git(&["rev-parse", "--is-inside-work-tree"]), "true\n");
}

#[test]
fn the_first_commit() {
    let scratch = Scratch::new();
    assert_eq!(head_at(&scratch.root()), Some(Head::Unborn("main".to_owned())));
    scratch.put("mine.txt", "mine\n");
    scratch.git(&["add", "mine.txt"]);
    commit_at(&scratch.root(), "a.txt", "one\n").unwrap();
    assert_eq!(head_at(&scratch.root()), Some(Head::Branch("main".to_owned())));
    assert_eq!(scratch.git(&["ls-tree", "--name-only", "HEAD"]), "a.txt\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "A  mine.txt\n");
    assert_eq!(scratch.git(&["reflog", "--format=%gs", "HEAD"]), "commit (initial): feat: add\n");
    scratch.users_own();
}

#[test]
fn a_detached_head_moves_alone() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    scratch.git(&["checkout", "-q", "--detach"]);
    let short = scratch.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    assert_eq!(head_at(&scratch.root()), Some(Head::Detached(short)));
    let main = scratch.git(&["rev-parse", "main"]);
    let id = commit_at(&scratch.root(), "b.txt", "b\n").unwrap();
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]).trim(), id);
    assert_eq!(scratch.git(&["rev-parse", "main"]), main);
    assert_eq!(scratch.git(&["reflog", "-1", "--format=%gs", "HEAD"]), "commit: feat: add\n");
}

#[test]
fn a_linked_worktree_has_its_own_head() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let linked = scratch.root().parent().unwrap().join("linked");
    scratch.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
    let main = scratch.git(&["rev-parse", "main"]);
    let id = commit_at(&linked, "b.txt", "b\n").unwrap();
    assert_eq!(head_at(&linked), Some(Head::Branch("side".to_owned())));
    assert_eq!(scratch.git(&["rev-parse", "side"]).trim(), id);
    assert_eq!(scratch.git(&["rev-parse", "main"]), main);
    assert_eq!(scratch.git_in(&linked, &["status", "--porcelain"]), "");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let inner = Scratch::with(&[("in.txt", "1\n")]);
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let url = inner.root();
    scratch.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", url.to_str().unwrap(), "sub"]);
    scratch.git(&["commit", "-qm", "sub"]);
    let sub = scratch.root().join("sub");
    for (key, value) in [("user.name", "Ann"), ("user.email", "ann@example.com")] {
        scratch.git_in(&sub, &["config", key, value]);
    }
    assert_eq!(
        commit_at(&scratch.root(), "sub/new.txt", "x\n").unwrap_err(),
        "sub/new.txt belongs to another repository inside this one"
    );
    fs::remove_file(sub.join("new.txt")).unwrap();
    commit_at(&sub, "new.txt", "x\n").unwrap();
    assert_eq!(scratch.git_in(&sub, &["status", "--porcelain"]), "");
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M sub\n");
    let marks = scratch.repository().state().marks;
    let marks: Vec<String> = marks.iter().map(|(path, mark)| format!("{path} {:?}", mark.unstaged)).collect();
    assert_eq!(marks, ["sub Submodule"]);
}

#[test]
fn a_sub_folder_as_the_workspace() {
    let scratch = Scratch::with(&[("pkg/a.txt", "1\n"), ("top.txt", "t\n")]);
    let root = scratch.root().join("pkg");
    scratch.put("top.txt", "changed\n");
    scratch.put("pkg/a.txt", "2\n");
    let marks = GitRepository::discover(&root).state().marks;
    assert_eq!(marks.keys().map(|path| path.as_str()).collect::<Vec<_>>(), ["a.txt"]);
    commit_at(&root, "b.txt", "b\n").unwrap();
    assert_eq!(scratch.git(&["show", "--name-only", "--format=", "HEAD"]), "pkg/b.txt\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M pkg/a.txt\n M top.txt\n");
}

#[test]
fn a_change_in_the_second_in_which_the_index_was_written_stays_visible() {
    let scratch = Scratch::with(&[("a.txt", "1\n"), ("b.txt", "1\n")]);
    // The change has as many bytes, and all times lie within one second, which has passed by the time of the commit.
    let second = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let at = |nanoseconds| second + std::time::Duration::from_nanos(nanoseconds);
    let set = |name: &str, time| {
        fs::File::options().write(true).open(scratch.root().join(name)).unwrap().set_modified(time).unwrap();
    };
    scratch.git(&["config", "core.trustctime", "false"]);
    set("a.txt", at(100));
    set("b.txt", at(100));
    scratch.git(&["update-index", "--refresh"]);
    set(".git/index", at(200));
    scratch.put("a.txt", "2\n");
    set("a.txt", at(300));
    assert_eq!(
        scratch.git(&["--no-optional-locks", "status", "--porcelain"]),
        " M a.txt\n",
        "git looks at what is as young as the index"
    );
    set(".git/index", at(200));
    commit_at(&scratch.root(), "new.txt", "x\n").unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M a.txt\n");
    assert_eq!(scratch.text("b.txt"), "1\n");
}

#[test]
fn a_bare_repository_is_refused() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let bare = scratch.root().parent().unwrap().join("bare.git");
    scratch.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let reason = GitRepository::check(&bare).unwrap_err();
    assert!(reason.ends_with("is in a bare git repository, which has no files to work on"), "{reason}");
    assert_eq!(GitRepository::check(&scratch.root()), Ok(()));
    assert_eq!(GitRepository::discover(&bare).state().head, None);
    assert!(GitRepository::discover(&bare).trouble().is_some());
}

#[test]
fn the_folder_of_git_is_refused() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let trouble = GitRepository::discover(&scratch.root().join(".git")).trouble();
    assert!(trouble.is_some_and(|fault| fault.message.ends_with("is git's own folder")));
}

#[test]
fn a_workspace_behind_a_link() {
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    let link = scratch.root().parent().unwrap().join("link");
    std::os::unix::fs::symlink(scratch.root(), &link).unwrap();
    commit_at(&link, "b.txt", "b\n").unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

/// Only root can give a repository away, so others cannot make the case.
#[test]
fn a_repository_of_another_user_is_not_trusted() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let scratch = Scratch::with(&[("a.txt", "1\n")]);
    for path in [scratch.root(), scratch.root().join(".git")] {
        std::os::unix::fs::chown(path, Some(12345), None).unwrap();
    }
    assert_eq!(head_at(&scratch.root()), None);
    let trouble = scratch.repository().trouble().unwrap();
    assert_eq!(trouble.message, "the git repository belongs to another user, and git does not trust it");
    assert!(trouble.hint.unwrap().contains("git config --global --add safe.directory"));
    assert_eq!(scratch.repository().init().unwrap_err().message, trouble.message);
}
