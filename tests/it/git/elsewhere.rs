//! What someone else commits: found in HEAD, so that it is not to be committed again.

use adit::engine::Repository as _;

use super::scratch::{Scratch, rel, written};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

#[test]
fn what_head_has_already_is_known() {
    let scratch = Scratch::with(&[("a.txt", TEXT), ("b.txt", TEXT), ("gone.txt", TEXT)]);
    let (changed, more) = (TEXT.replace("two", "TWO"), TEXT.replace("two", "TWO").replace("six", "SIX"));
    let files = [
        scratch.accept("a.txt", Some(TEXT), Some(&changed)),
        scratch.accept("b.txt", Some(TEXT), Some(&changed)),
        scratch.accept("gone.txt", Some(TEXT), None),
        scratch.accept("new.txt", None, Some("fresh\n")),
    ];
    let already = || scratch.repository().committed_already(&files);
    assert_eq!(already(), []);
    // The user's own change goes into the same commit, and another file is left for later.
    scratch.put("a.txt", &more);
    scratch.git(&["add", "a.txt", "gone.txt"]);
    scratch.git(&["commit", "-q", "-m", "mine"]);
    assert_eq!(already(), [rel("a.txt"), rel("gone.txt")]);
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-q", "-m", "the rest"]);
    assert_eq!(already(), files.iter().map(|file| file.path.clone()).collect::<Vec<_>>());
}

#[test]
fn what_head_has_in_part_or_otherwise_is_not() {
    let scratch = Scratch::with(&[("a.txt", TEXT)]);
    let file = written("a.txt", Some(TEXT), Some(&TEXT.replace("two", "TWO").replace("six", "SIX")));
    scratch.put("a.txt", TEXT.replace("two", "TWO"));
    scratch.git(&["commit", "-q", "-a", "-m", "one of two"]);
    assert_eq!(scratch.repository().committed_already(std::slice::from_ref(&file)), []);
    scratch.put("a.txt", TEXT.replace("two", "zwei").replace("six", "sechs"));
    scratch.git(&["commit", "-q", "-a", "-m", "another text"]);
    assert_eq!(scratch.repository().committed_already(&[file]), []);
}

#[test]
fn head_and_its_commit_are_told_without_a_look_at_the_files() {
    let scratch = Scratch::with(&[("a.txt", TEXT)]);
    let repository = scratch.repository();
    let state = repository.state();
    assert_eq!(repository.head(), (state.head, state.tip.clone()));
    assert_eq!(state.tip.unwrap(), scratch.git(&["rev-parse", "HEAD"]).trim());
    scratch.git(&["checkout", "-q", "-b", "feature"]);
    assert_eq!(repository.head().0, Some(adit::session::Head::Branch("feature".to_owned())));
}
