//! Carrying accepted runs over to HEAD's text or the index's.

use adit::review::{Overlap, Text, transplant};

fn check(before: &str, after: &str, onto: &str, expected: Result<&str, usize>) {
    let found = transplant(&before.into(), &after.into(), &onto.into());
    let expected = match expected {
        Ok(text) => Ok(Text::from(text)),
        Err(line) => Err(line),
    };
    let found = found.map_err(|Overlap { line, .. }| line);
    assert_eq!(found, expected, "{before:?} to {after:?} onto {onto:?}");
}

#[test]
fn runs_are_placed_among_other_changes() {
    check("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n", Ok("a\nB\nc\n"));
    check("a\nb\nc\n", "a\nB\nc\n", "x\na\nb\nc\n", Ok("x\na\nB\nc\n"));
    // The lines right beside it are the user's own; a merge would call it a conflict.
    check("mine\nb\nown\n", "mine\nB\nown\n", "a\nb\nc\n", Ok("a\nB\nc\n"));
    check("mine\nb\nown\n", "mine\nown\n", "a\nb\nc\n", Ok("a\nc\n"));
    check("a\nown\n", "a\nnew\nown\n", "a\nc\n", Ok("a\nnew\nc\n"));
    check("mine\nc\n", "mine\nnew\nc\n", "a\nc\n", Ok("a\nnew\nc\n"));
    check("", "new\n", "", Ok("new\n"));
    check("a\nmine\n", "a\nmine\nnew\n", "a\n", Ok("a\nnew\n"));
}

#[test]
fn what_is_there_already_is_not_applied_again() {
    check("a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n", Ok("a\nB\nc\n"));
    check("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nB\nc\nother\n", Ok("a\nB\nc\nother\n"));
    check("a\nb\nc\nd\n", "a\nc\nd\n", "a\nc\nother\n", Ok("a\nc\nother\n"));
    check("a\nc\nd\n", "a\nb\nc\nd\n", "a\nb\nc\nother\n", Ok("a\nb\nc\nother\n"));
}

#[test]
fn what_cannot_be_told_is_refused() {
    check("a\nmine\nc\n", "a\nB\nc\n", "a\nb\nc\n", Err(1));
    check("a\nb\nmine\n", "a\nB\nC\n", "a\nb\nc\n", Err(1));
    // Between the two neighbours stands something else.
    check("a\nc\n", "a\nb\nc\n", "a\nx\nc\n", Err(1));
    check("a\n", "a\nb\n", "a\nx\n", Err(1));
    check("a\nb\nc\n", "a\nB\nc\n", "", Err(1));
    check("mine\nb\n", "mine\nnew\nb\n", "a\nx\n", Err(1));
}

#[test]
fn lines_are_never_joined() {
    check("a\nb\n", "a\nb\nc\n", "a\nb", Err(2));
    check("x\na\nb", "x\na\nB", "y\na\nb", Ok("y\na\nB"));
    check("x\na\n", "x\na", "y\na\nmore\n", Err(1));
}

#[test]
fn binary_is_carried_whole_or_not() {
    check("\0a", "\0b", "\0a", Ok("\0b"));
    check("\0a", "\0b", "\0b", Ok("\0b"));
    check("\0a", "\0b", "\0c", Err(0));
}
