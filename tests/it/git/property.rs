//! A commit's diff is the accepted runs, whatever the user has staged and changed besides.

use proptest::prelude::{Strategy, any, prop_assert_eq};

use super::scratch::Scratch;
use crate::review::properties::holds;

/// Who changes a line, if anyone, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    Nobody,
    Staged,
    Unstaged,
    Accepted,
}

/// Lines in blocks of three: the middle one may change, those around keep the hands apart.
fn hands() -> impl Strategy<Value = Vec<(Hand, u8)>> {
    let hand = any::<u8>().prop_map(|number| match number % 5 {
        0 => Hand::Staged,
        1 => Hand::Unstaged,
        2 => Hand::Accepted,
        _ => Hand::Nobody,
    });
    proptest::collection::vec((hand, 0..4_u8), 1..12)
}

/// Returns the text in which these hands have done their part.
fn text(plan: &[(Hand, u8)], done: &[Hand]) -> String {
    let mut text = String::new();
    for (block, (hand, how)) in plan.iter().enumerate() {
        let middle = match how {
            _ if !done.contains(hand) => format!("middle {block}\n"),
            0 => format!("{hand:?} {block}\n"),
            1 => String::new(),
            2 => format!("{hand:?} {block}\nand more\nand more\n"),
            _ => format!("middle {block}\nadded after\n"),
        };
        text.push_str(&format!("before {block}\n{middle}after {block}\n"));
    }
    text
}

#[test]
fn a_commit_has_the_accepted_runs_alone() {
    // Each file is a case of its own; a repository a file would take too long.
    let plans = proptest::collection::vec(hands(), 1..600);
    holds(7, plans, |plans| {
        let scratch = Scratch::with(&[]);
        let name = |number: usize| format!("{number:03}.txt");
        let put = |done: &[Hand]| {
            for (number, plan) in plans.iter().enumerate() {
                scratch.put(&name(number), text(plan, done));
            }
        };
        put(&[]);
        scratch.git(&["add", "-A"]);
        scratch.git(&["commit", "-q", "-m", "files"]);
        put(&[Hand::Staged]);
        scratch.git(&["add", "-A"]);
        put(&[Hand::Staged, Hand::Unstaged]);
        let mut files = Vec::new();
        for (number, plan) in plans.iter().enumerate() {
            let own = text(plan, &[Hand::Staged, Hand::Unstaged]);
            let all = text(plan, &[Hand::Staged, Hand::Unstaged, Hand::Accepted]);
            files.push(scratch.accept(&name(number), Some(&own), Some(&all)));
        }
        let is_something = plans.iter().any(|plan| text(plan, &[Hand::Accepted]) != text(plan, &[]));
        let result = scratch.commit(&files);
        prop_assert_eq!(result.is_ok(), is_something, "{:?}", result);
        let expected = |done: &[Hand]| -> Vec<String> { plans.iter().map(|plan| text(plan, done)).collect() };
        let (committed, staged) = (expected(&[Hand::Accepted]), expected(&[Hand::Staged, Hand::Accepted]));
        prop_assert_eq!(blobs(&scratch, &["ls-tree", "-r", "HEAD"]), hashes(&scratch, &committed));
        prop_assert_eq!(blobs(&scratch, &["ls-files", "-s"]), hashes(&scratch, &staged));
        for (number, all) in expected(&[Hand::Staged, Hand::Unstaged, Hand::Accepted]).iter().enumerate() {
            prop_assert_eq!(&scratch.text(&name(number)), all);
        }
        scratch.users_own();
        Ok(())
    });
}

/// Returns the ids of blobs that git lists by name.
fn blobs(scratch: &Scratch, listing: &[&str]) -> Vec<String> {
    let id = |line: &str| line.split_whitespace().find(|word| word.len() == 40).unwrap().to_owned();
    scratch.git(listing).lines().map(id).collect()
}

/// Returns the ids that git gives to texts.
fn hashes(scratch: &Scratch, texts: &[String]) -> Vec<String> {
    let mut arguments = vec!["hash-object".to_owned()];
    for (number, text) in texts.iter().enumerate() {
        let path = scratch.home().join(number.to_string());
        std::fs::write(&path, text).unwrap();
        arguments.push(path.to_str().unwrap().to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    scratch.git(&arguments).lines().map(str::to_owned).collect()
}
