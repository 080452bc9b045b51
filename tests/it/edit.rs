//! The ladder: what matches on which rung, what stays untouched, and what the model is told.

use adit::path::RelPath;
use adit::review::{Replacement, apply_replacements, not_read, rewritten, stale};
use proptest::prelude::*;

fn path() -> RelPath {
    RelPath::new("src/a.rs").expect("a plain name")
}

fn replacement(old: &str, new: &str) -> Replacement {
    Replacement { old: old.to_owned(), new: new.to_owned(), replace_all: false }
}

fn apply(text: &str, old: &str, new: &str) -> Result<(String, bool), String> {
    apply_replacements(&path(), text, &[replacement(old, new)]).map(|applied| (applied.text, applied.loose))
}

#[track_caller]
fn check(text: &str, old: &str, new: &str, expected: &str, loose: bool) {
    assert_eq!(apply(text, old, new), Ok((expected.to_owned(), loose)), "{text:?}: {old:?} to {new:?}");
}

#[track_caller]
fn check_error(text: &str, old: &str, new: &str, expected: &str) {
    assert_eq!(apply(text, old, new), Err(expected.to_owned()), "{text:?}: {old:?} to {new:?}");
}

#[test]
fn rung_1_exact() {
    check("a b c", "b", "x", "a x c", false);
    check("a\nb\n", "b\n", "", "a\n", false);
    check("", "", "new\r\n", "new\r\n", false);
    check("a\r\nb\r\nc\r\n", "a\nb\n", "x\ny\n", "x\r\ny\r\nc\r\n", false);
    check("a\nb\n", "a\r\nb", "x\r\ny", "x\ny\n", false);
    check("\u{feff}a\r\nb", "a\n", "x\n", "\u{feff}x\r\nb", false);
    check("\u{feff}a\n", "\u{feff}a", "\u{feff}b", "\u{feff}b\n", false);
    check("a\rb\n", "a\rb", "a\rc", "a\rc\n", false);
    check("$1", "$1", "$2\\", "$2\\", false);
}

#[test]
fn mixed_endings_stay_with_their_lines() {
    check("a\r\nb\nc\r\nd\n", "a\nb\nc\nd\n", "a\nx\nb\nc\nd\n", "a\r\nx\r\nb\nc\r\nd\n", false);
    check("a\nb\r\nc\n", "b\nc", "b\ny", "a\nb\r\ny\n", false);
    check("1\n2\r\n3\n4\r\n", "2\n3\n", "3\n", "1\n3\n4\r\n", false);
}

#[test]
fn a_lost_newline_is_restored_where_text_follows() {
    check("a\nb\nc\n", "b\n", "x", "a\nx\nc\n", false);
    check("a\nb\n\nc\n", "b\n\n", "x", "a\nx\n\nc\n", false);
    check("a\nb\n", "b\n", "x", "a\nx", false);
    check("a\nb\nc\n", "b\n", "", "a\nc\n", false);
    check("a\r\nb\r\nc", "b\n", "x", "a\r\nx\r\nc", false);
}

#[test]
fn rung_2_line_ends() {
    check("a  \nb\t\nc\n", "a\nb\n", "x\ny\n", "x\ny\nc\n", true);
    check("a\nb\nc\n", "a  \nb \n", "a\nx\n", "a\nx\nc\n", true);
    check("keep  \nb \nc\n", "keep\nb\n", "keep\nx\n", "keep  \nx\nc\n", true);
    check("a \r\nb\r\n", "a\nb", "a\nx", "a \r\nx\r\n", true);
    // Whole lines only: a part of a line is no match.
    assert!(apply("xa  \nb\n", "a\nb\n", "y\n").is_err());
}

#[test]
fn rung_3_line_numbers() {
    check(
        "fn a() {\n    1\n}\n",
        "     1\tfn a() {\n     2\t    1\n",
        "     1\tfn b() {\n     2\t    1\n",
        "fn b() {\n    1\n}\n",
        true,
    );
    check("a\nb\nc\n", "2→b\n3→c\n", "2→x\n3→c\n", "a\nx\nc\n", true);
    check("a\nb\nc\n", "2 | b\n3 | c", "", "a\n\n", true);
    check("a \nb\n", "1\ta\n2\tb\n", "1\tx\n2\tb\n", "x\nb\n", true);
    // A column of data that looks like numbers is none: the place of another line is not taken.
    assert!(apply("7\tplum\n4\tfig\n", "3\tfig", "3\tpear").is_err());
    // Numbers that do not follow each other are data; new without numbers is not stripped.
    assert!(apply("a\nb\n", "1\ta\n7\tb\n", "1\tx\n7\tb\n").is_err());
    assert!(apply("a\nb\n", "1\ta\n2\tb\n", "x\nb\n").is_err());
}

#[test]
fn rung_4_indentation() {
    check(
        "    if a {\n        b\n    }\n",
        "if a {\n    b\n}\n",
        "if a {\n\n    c\n}\n",
        "    if a {\n\n        c\n    }\n",
        true,
    );
    check(
        "if a {\n    b\n}\n",
        "    if a {\n        b\n    }",
        "    if a {\n        c\n    }",
        "if a {\n    c\n}\n",
        true,
    );
    check("\tif a\n\t\tb\n", "if a\n\tb\n", "if x\n\tb\n", "\tif x\n\t\tb\n", true);
    // Not uniform, or another kind of blank: no match.
    assert!(apply("  a\n    b\n", "a\nb\n", "c\nd\n").is_err());
    assert!(apply("\ta\n\tb\n", "  a\n  b\n", "  c\n").is_err());
    let shift_of_one_line = "no match for edits[0].old_text in src/a.rs (1 line). From line 1 on it stands with another indentation, to \
         which new_text cannot be moved: send both texts with the file's own indentation. Nothing in this call was applied.";
    // What new took over from old says how it is indented; else its first line does.
    check("    a(1)\n    b\n", "a(1)\nb", "a(1)\n  c", "    a(1)\n      c\n", true);
    check("  a\n", "      a\n", "      c\n          d\n", "  c\n      d\n", true);
    assert!(apply("    a(1)\n    b\n", "      a(1)\n      b\n", "    a(1)\n    c\n").is_err());
    assert!(apply("        a\n", "    a\n", "        c\n").is_err());
    // A single line that stands there behind more indentation: new must fit as it is.
    check("    a\n", "a", "c", "    c\n", false);
    check("    a\n", "a", "c\n\n    d", "    c\n\n    d\n", false);
    check("        a\n", "    a", "    c", "        c\n", false);
    check("        a\n", "    a", "    c\n\n        d", "        c\n\n        d\n", false);
    assert!(apply("        a\n", "    a", "    c\n    d").is_err());
    check_error("    a\n", "a", "c\nd", shift_of_one_line);
    check("  a\nb\n", "a\nb", "c\nd\n", "  c\nd\n\n", false);
    // A line goes with its indentation.
    check("  a\n    b\nc\n", "b\n", "", "  a\nc\n", true);
    check("  a\n  b\nc\n", "a\n  b\n", "", "c\n", true);
    // Tabs in a file of spaces stand for spaces: of two places none is taken.
    assert!(apply("  a\nb\n      a\n    b\n", "\t  a\n\tb\n", "\t  a\n\tc\n").is_err());
    // A line of blanks is moved with the others; an empty one stays.
    check("  a\n  b\n", "a\nb\n", "a\n  \n\nc\n", "  a\n    \n\n  c\n", true);
    // New has the file's indentation already, or less than is to be taken away.
    let shift = "no match for edits[0].old_text in src/a.rs (2 lines). From line 1 on it stands with another \
                 indentation, to which new_text cannot be moved: send both texts with the file's own indentation. \
                 Nothing in this call was applied.";
    check_error("  a\n  b\n", "a\nb\n", "  a\n  c\n", shift);
    check_error("a\nb\n", "  a\n  b\n", "a\nc\n", shift);
}

#[test]
fn rung_6_spaces_for_tabs() {
    let text = "func a() {\n\tone()\n\tif two {\n\t\tthree()\n\t}\n\t * four\n}\n\nall:\n\tfive\n";
    let check = |old: &str, new: &str, expected: &str| {
        let after = text.replace("\tone()\n\tif two {\n\t\tthree()\n\t}\n", expected);
        assert_eq!(apply(text, old, new), Ok((after, true)), "{old:?} to {new:?}");
    };
    for width in [2, 4, 8] {
        let sent = |lines: &str| lines.replace('\t', &" ".repeat(width));
        let old = sent("\tone()\n\tif two {\n\t\tthree()\n\t}\n");
        let new = "\tone()\n\tif two {\n\n\t\tthree()\n\t\tif four {\n\t\t\tfive()\n\t\t}\n\t}\n";
        check(&old, &sent(new), new);
        // Fewer spaces than a tab stands for come after the tabs.
        check(&old, &sent("\tone()\n\t * five\n"), "\tone()\n\t * five\n");
        assert!(apply(text, &sent("\tone()\n\tif two {\n\t\t three()\n"), "x\n").is_err(), "not one width");
        assert!(apply(text, &old, "\tone()\n").is_err(), "new has tabs, old has none");
        assert!(apply("\ta()\n\tb()\n", &sent("\ta()\n"), &sent("\tc()\n")).is_err(), "two lines are no style");
        let mixed = format!("{text}{}six()\n", " ".repeat(8));
        assert!(apply(&mixed, &old, &sent("\tone()\n")).is_err(), "the file has both");
        assert_eq!(apply(text, &sent("\tone()\n"), "x\n").is_ok(), width != 2, "one depth is shown as 4 or 8 spaces");
        let twice = format!("{text}{text}");
        assert!(apply(&twice, &old, &sent("\tone()\n")).is_err_and(|error| error.contains("matches 2 places")));
    }
}

#[test]
fn rung_5_typography() {
    check(
        "say(“hi”); // it’s\nx\n",
        "say(\"hi\"); // it's\nx\n",
        "say(\"hi\"); // it's\ny\n",
        "say(“hi”); // it’s\ny\n",
        true,
    );
    check("a\u{a0}b — c", "a b - c", "d", "d", true);
    check("a = 'x'\nb\n", "a = ‘x’\nb\n", "a = 'x'\nc\n", "a = 'x'\nc\n", true);
    check("“a” \nb\n", "\"a\"\nb\n", "\"a\"\nc\n", "“a” \nc\n", true);
    // Type that the file does not have, in a new line beside wrong type in old.
    assert!(apply("a = 'x'\n", "a = ‘x’\n", "a = 'y' + “z”\n").is_err());
    assert!(apply("'a'\nb\n", "‘a’\nb\n", "‘a’\n‘a’\nb\n").is_err());
    // New would bring the wrong quotes into a changed line.
    check_error(
        "a = \"x\"\n",
        "a = “x”\n",
        "a = “y”\n",
        "no match for edits[0].old_text in src/a.rs (1 line). It stands there with `\"`, where you sent `“` \
         (U+201C), which new_text has too: send both texts with the file's own characters. Nothing in this call was applied.",
    );
}

#[test]
fn added_lines_stand_where_the_others_keep_their_bytes() {
    // Which of two blank lines is the old one is told by its blanks.
    check("a\n  \nb\n", "a \n  \nb\n", "a\n\nc\n  \nb\n", "a\n\nc\n  \nb\n", true);
    check("a\n  \nb\n", "a \n  \nb\n", "a\n  \nc\n\nb\n", "a\n  \nc\n\nb\n", true);
    // Where a line was sent as it stands, its new end is meant.
    check("a\n    \nb\n", "a \n    \nb\n", "a\n  \nb\n", "a\n  \nb\n", true);
    // What follows the last newline is no line that an added blank one could be.
    check("a \nb\n", "a\nb\n", "a\nb\n  \nc\n", "a \nb\n  \nc\n", true);
}

#[test]
fn nothing_below_the_ladder() {
    for (text, old) in [
        ("foo(a, b)\nbar()\nbaz()\n", "foo(a, b)\n...\nbaz()\n"),
        ("foo(a, b)\nbar()\nbaz()\n", "foo(a, b)\nqux()\nbaz()\n"),
        ("foo(a, b)\nbar()\nbaz()\n", "foo(a, b)\nbaz()\n"),
        ("print(\"a\\n\")\n", "print(\\\"a\\\\n\\\")\n"),
        ("foo( a,  b )\n", "foo(a, b)\n"),
        ("Foo\n", "foo\n"),
        // A blank line more is what tells an edit that was applied already from one that was not.
        ("foo\nbar\n", "foo\n\n"),
    ] {
        assert!(apply(text, old, "something else\n").is_err(), "{old:?}");
    }
}

#[test]
fn refuses_before_looking() {
    check_error("a", "a", "a", "old_text and new_text are the same, so there is nothing to change.");
    check_error("a\r\n", "a\r\n", "a\n", "old_text and new_text are the same, so there is nothing to change.");
    check_error(
        "a\nb\n",
        "",
        "c",
        "old_text is empty, but src/a.rs has 2 lines. Send the text that is to be replaced, or use write_file to \
         replace all of it.",
    );
    check_error(
        "a\nb\n",
        "a\nb\n",
        "c\n    // ... rest of the methods\n",
        "new_text has the line `// ... rest of the methods`, which stands for code that you left out. Send the whole \
         text, or leave those lines out of old_text too.",
    );
}

#[test]
fn ambiguous_on_any_rung() {
    let text = "a\nx\nb\nx\nc\nx\n";
    check_error(
        text,
        "x",
        "y",
        "old_text matches 3 places (lines 2, 4, 6). Add surrounding lines, or set replace_all.",
    );
    check_error(
        "x  \nx  \n",
        "x \n",
        "y\n",
        "old_text matches 2 places (lines 1, 2). Add surrounding lines, or set replace_all.",
    );
    check_error("aaa", "aa", "b", "old_text matches 2 places (lines 1, 1). Add surrounding lines, or set replace_all.");
    let all = |text: &str, old: &str, new: &str| {
        let all = Replacement { replace_all: true, ..replacement(old, new) };
        apply_replacements(&path(), text, &[all]).map(|applied| applied.text)
    };
    assert_eq!(all(text, "x", "y"), Ok("a\ny\nb\ny\nc\ny\n".to_owned()));
    assert_eq!(all("aaa", "aa", "b"), Ok("ba".to_owned()));
    assert_eq!(all("  a\n  b\n\ta\n\tb\n", "a\nb\n", "a\nc\n"), Ok("  a\n  c\n\ta\n\tc\n".to_owned()));
    let many = "x\n".repeat(15);
    assert!(
        apply(&many, "x", "y")
            .is_err_and(|error| error.contains("lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more"))
    );
}

#[test]
fn not_found_shows_the_closest_place() {
    let text = "fn one() {\n\tlet a = first();\n\tlet b = second();\n\tthird(a, b)\n}\n";
    check_error(
        text,
        "    let a = first();\n    let b = second();\n",
        "x",
        "no match for edits[0].old_text in src/a.rs (5 lines). Closest: lines 2-3:\n\tlet a = first();\n\
         \tlet b = second();\nFirst difference: line 2, column 1: the file has a tab, you sent 4 spaces. Nothing in this call was applied.",
    );
    check_error(
        text,
        "\tlet b = seconds();\n\tthird(a, b)\n",
        "x",
        "no match for edits[0].old_text in src/a.rs (5 lines). Closest: lines 3-4:\n\tlet b = second();\n\
         \tthird(a, b)\nFirst difference: line 3, column 16: the file has `();`, you sent `s();`. Nothing in this call was applied.",
    );
    check_error(
        text,
        "something else",
        "x",
        "no match for edits[0].old_text in src/a.rs (5 lines). Nothing in it is much like it: read the file again \
         before you edit it. Nothing in this call was applied.",
    );
    check_error(
        "a line\nthe last line",
        "the last line\n",
        "x\n",
        "no match for edits[0].old_text in src/a.rs (2 lines). Closest: line 2:\nthe last line\nThe file ends there \
         without a newline, you sent one. Nothing in this call was applied.",
    );
}

#[test]
fn already_there_is_said() {
    check_error(
        "fn a() {}\n\nfn renamed() {\n    1\n}\n",
        "fn named() {\n    1\n}\n",
        "fn renamed() {\n    1\n}\n",
        "old_text is not in the file, but new_text already is, at lines 3-5. Do not send it again.",
    );
    check_error(
        "a  \nb\n",
        "a \nb",
        "a\nb",
        "src/a.rs would stay as it is: it has the lines of new_text already. Do not send it again.",
    );
}

#[test]
fn edits_of_a_call_apply_in_order_all_or_none() {
    let edits = [replacement("a", "x"), replacement("x", "y")];
    assert_eq!(apply_replacements(&path(), "a b", &edits).map(|applied| applied.text), Ok("y b".to_owned()));
    let edits = [replacement("a", "x"), replacement("b", "b")];
    assert_eq!(
        apply_replacements(&path(), "a b", &edits),
        Err("edits[1]: old_text and new_text are the same, so there is nothing to change. Nothing in this call was \
             applied."
            .to_owned())
    );
}

#[test]
fn stale_and_unread_files() {
    assert_eq!(not_read(&path()), "read src/a.rs first");
    assert_eq!(
        stale(&path(), "a\nb\nc\n", "a\nx\ny\nc\n"),
        "src/a.rs changed on disk since you read it; lines 2-3 are now:\nx\ny"
    );
    assert_eq!(
        stale(&path(), "a\nb\nc\n", "a\nc\n"),
        "src/a.rs changed on disk since you read it; lines were removed before line 2. Read it again."
    );
}

#[test]
fn hostile_sizes_come_to_an_end() {
    // Above the limits only an exact match counts.
    let big = format!("{}needle\n", "a line like any other\n".repeat(250_000));
    assert!(apply(&big, "needle", "found").is_ok());
    assert!(apply(&big, "needle \n", "found\n").is_err_and(|error| error.contains("only an exact match counts")));
    assert!(apply(&big, &"a".repeat(1 << 20), "b").is_err());
    // Below them, repetition must not multiply.
    let same = "x\n".repeat(19_000);
    let almost = format!("{}y\n", "x\n".repeat(9_000));
    assert!(apply(&same, &almost, "z\n").is_err());
    let shifted = format!("{}  x\n", " x\n".repeat(9_000));
    assert!(apply(&same, &shifted, "z\n").is_err());
    let long = "x".repeat(900_000);
    assert!(apply(&long, &format!("{}y", "x".repeat(400_000)), "z").is_err());
}

/// A text of a few short lines, with the characters that the rungs look at.
fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec("[ab \t\"“–-]{0,5}(\r\n|\n)?", 0..8).prop_map(|lines| lines.concat())
}

/// What no rung looks at, taken out: two texts that differ in it are never each other's match.
fn folded(text: &str) -> String {
    let plain = |character| match character {
        '“' => '"',
        '–' => '-',
        other => other,
    };
    text.chars().filter(|character| !character.is_whitespace()).map(plain).collect()
}

proptest! {
    #[test]
    fn a_unique_exact_match_is_replacen(
        before in "[abc\n]{0,12}",
        old in "[xyz][abc\n]{0,8}",
        after in "[abc\n]{0,12}",
        new in "[abc\n]{0,8}\n",
    ) {
        let text = format!("{before}{old}{after}");
        prop_assert_eq!(apply(&text, &old, &new), Ok((text.replacen(&old, &new, 1), false)));
    }

    #[test]
    fn what_is_not_there_is_never_replaced(text in texts(), old in texts(), new in texts()) {
        if !text.is_empty() && !folded(&text).contains(&folded(&old)) {
            prop_assert!(apply(&text, &old, &new).is_err());
        }
    }

    /// Whatever the rung: but for blanks and type, one place that was old is now new, and nothing else has changed.
    #[test]
    fn only_the_place_changes(text in texts(), lead in texts(), tail in texts(), new in texts(), pad in "[ \t]{0,2}") {
        let place = if text.is_empty() { "ab\n".to_owned() } else { text };
        let whole = format!("{lead}\n{place}\n{tail}");
        let padded: String = place.split_inclusive('\n').map(|line| format!("{pad}{line}")).collect();
        for old in [place.clone(), place.replace('\n', " \n"), place.replace('“', "\""), padded] {
            let Ok((after, _)) = apply(&whole, &old, &new) else { continue };
            let (before, after) = (folded(&whole), folded(&after));
            let (old, new) = (folded(&old), folded(&new));
            let starts = (0..=before.len()).filter(|at| before.get(*at..).is_some_and(|rest| rest.starts_with(&old)));
            let mut possible = starts.map(|at| format!("{}{new}{}", &before[..at], &before[at + old.len()..]));
            prop_assert!(possible.any(|possible| possible == after), "{whole:?}: {old:?} to {new:?} gave {after:?}");
        }
    }

    #[test]
    fn all_or_none(text in texts(), first in texts(), second in texts(), new in texts()) {
        let edits = [replacement(&first, &new), replacement(&second, &new)];
        let both = apply_replacements(&path(), &text, &edits).map(|applied| applied.text);
        let stepwise = apply(&text, &first, &new).and_then(|(text, _)| apply(&text, &second, &new));
        let stepwise = stepwise.map(|(text, _)| text);
        prop_assert_eq!(both.is_ok(), stepwise.is_ok());
        if let (Ok(both), Ok(stepwise)) = (both, stepwise) {
            prop_assert_eq!(both, stepwise);
        }
    }

    #[test]
    fn bytes_around_the_place_stay(lead in "[ab\r\n]{0,10}", tail in "[ab\r\n]{0,10}", new in "[cd\n]{1,6}") {
        let text = format!("{lead}needle{tail}");
        let (after, _) = apply(&text, "needle", &new).expect("the needle stands there once");
        prop_assert!(after.starts_with(&lead) && after.ends_with(&tail));
    }

    #[test]
    fn never_panics(text in any::<String>(), old in any::<String>(), new in any::<String>()) {
        let _ = apply(&text, &old, &new);
    }
}

#[test]
fn a_whole_new_text_keeps_mark_and_line_ends() {
    let check = |before: &str, content: &str, expected: &str| assert_eq!(rewritten(before, content), expected);
    check("a\nb\n", "a\nc\n", "a\nc\n");
    check("\u{feff}a\r\nb\r\nc\r\n", "a\nB\nc\nd\n", "\u{feff}a\r\nB\r\nc\r\nd\r\n");
    check("\u{feff}a\n", "\u{feff}b\n", "\u{feff}b\n");
    check("a\r\nb", "a\nb\nc", "a\r\nb\r\nc");
    // Lines that stay keep their ends, one by one; new ones get their neighbours'.
    check("a\r\nb\nc\r\nd\n", "a\nb\nx\nd\n", "a\r\nb\nx\r\nd\n");
    check("a\r\nb\nc\n", "n\na\nb\nc\n", "n\r\na\r\nb\nc\n");
    // A text that says itself how its lines end is taken as it is.
    check("a\r\nb\r\n", "a\r\nc\n", "a\r\nc\n");
    check("a\r\n", "", "");
    check("", "a\n", "a\n");
}

proptest! {
    #[test]
    fn a_text_sent_back_as_it_was_read_is_the_same(lines in prop::collection::vec(("[ab]{0,2}", any::<bool>()), 0..12), mark in any::<bool>()) {
        let before: String = lines.iter().map(|(line, crlf)| format!("{line}{}", if *crlf { "\r\n" } else { "\n" })).collect();
        let before = if mark { format!("\u{feff}{before}") } else { before };
        let read = before.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        prop_assert_eq!(rewritten(&before, &read), before);
    }
}
