//! What helps a reviewer to see: moved blocks, white space, hidden characters, paths to look at twice.

use adit::review::{MovedBlock, Sensitivity, Suspicion, moved_blocks, sensitivity, spacing_runs, suspicions};

use super::desk::{Desk, path, text};

const FUNCTION: &str = "fn answer() -> u32 {\n    let value = 42;\n\n    value + 0\n}\n";

#[test]
fn a_block_that_moves_is_told_with_both_places() {
    let mut desk = Desk::with("a", Some(text(format!("one\n{FUNCTION}two\n"))), Some(text("one\ntwo\n")));
    let indented: String = FUNCTION.lines().map(|line| format!("    {line}\n")).collect();
    desk.disk.insert(path("b"), text("mod inner {\n}\n"));
    desk.propose("b", None, Some(text(format!("mod inner {{\n{indented}}}\n"))));
    let changes: Vec<_> = desk.review.files().map(AsRef::as_ref).collect();
    let blocks = moved_blocks(&changes);
    assert_eq!(blocks, [MovedBlock { from: path("a"), old: 1..6, to: path("b"), new: 1..6 }]);
}

#[test]
fn braces_do_not_move() {
    let desk = Desk::with("a", Some(text("x\n}\ny\n")), Some(text("x\ny\n}\n")));
    let changes: Vec<_> = desk.review.files().map(AsRef::as_ref).collect();
    assert_eq!(moved_blocks(&changes), []);
    // Thousands of equal lines come to nothing, soon.
    let many = "the same line again and again\n".repeat(20_000);
    let other: String = (0..20_000).map(|number| format!("{number}\nthe same line again and again\n")).collect();
    let mut desk = Desk::with("a", Some(text(&many)), Some(text("")));
    desk.propose("b", None, Some(text(other)));
    let changes: Vec<_> = desk.review.files().map(AsRef::as_ref).collect();
    assert_eq!(moved_blocks(&changes), []);
}

#[test]
fn runs_of_white_space_are_known() {
    let before = "a\n  b\nc\n\nd(e, f)\ng\n";
    let after = "a\n    b\nc\nd(\n    e, f\n)\nG\n";
    let desk = Desk::with("f", Some(text(before)), Some(text(after)));
    let change = desk.review.file(&path("f")).unwrap();
    let only_spacing = spacing_runs(change);
    let runs = change.diff.runs.len();
    assert!(only_spacing.contains(&0) && !only_spacing.contains(&(runs - 1)), "{only_spacing:?} of {runs}");
}

#[test]
fn hidden_characters_are_seen() {
    let check = |line: &str, expected: &[(&str, Suspicion)]| {
        let found: Vec<(&str, Suspicion)> =
            suspicions(line, false).into_iter().map(|(range, what)| (&line[range], what)).collect();
        assert_eq!(found, expected, "{line:?}");
    };
    check("let plain = \"text\";\t// ok\r\n", &[]);
    check("größe = \"naïve – “quoted”\"\n", &[]);
    check("// Привет, мир: 👩\u{200d}👩\u{200d}👧 می\u{200c}خواهم\n", &[]);
    check(
        "if access\u{202e} {\u{2066}// admin",
        &[("\u{202e}", Suspicion::Bidirectional), ("\u{2066}", Suspicion::Bidirectional)],
    );
    check("pass\u{200b}word", &[("\u{200b}", Suspicion::Invisible)]);
    check("a\u{200d}b", &[("\u{200d}", Suspicion::Invisible)]);
    check("x\u{1b}[2Jy", &[("\u{1b}", Suspicion::Control)]);
    check("lone\rreturn", &[("\r", Suspicion::Control)]);
    check("let p\u{430}yload = 1;", &[("p\u{430}yload", Suspicion::Homoglyph)]);
    check("\u{455}\u{441}\u{43e}\u{440}\u{435}()", &[("\u{455}\u{441}\u{43e}\u{440}\u{435}", Suspicion::Homoglyph)]);
    check("let x\u{3164} = 1;", &[("x\u{3164}", Suspicion::Invisible)]);
    check("\u{feff}x", &[("\u{feff}", Suspicion::Invisible)]);
    assert_eq!(suspicions("\u{feff}x", true), []);
}

#[test]
fn some_paths_deserve_a_second_look() {
    let check = |name: &str, expected: Option<Sensitivity>| assert_eq!(sensitivity(&path(name)), expected, "{name}");
    check("src/main.rs", None);
    check("docs/environment.md", None);
    check("src/keyboard.rs", None);
    check("sub/.GIT/config", Some(Sensitivity::Git));
    check(".gitattributes", Some(Sensitivity::Git));
    check(".husky/pre-commit", Some(Sensitivity::Git));
    check(".github/workflows/ci.yml", Some(Sensitivity::Automation));
    check("Jenkinsfile.nightly", Some(Sensitivity::Automation));
    check("web/package-lock.json", Some(Sensitivity::Lock));
    check("Cargo.lock", Some(Sensitivity::Lock));
    check(".env.production", Some(Sensitivity::Credentials));
    check("deploy/server.pem", Some(Sensitivity::Credentials));
    check("home/.ssh/config", Some(Sensitivity::Credentials));
}
