//! What a reviewer is told of a change: deceptive characters, moved blocks, paths that need care.

use std::collections::BTreeSet;

use adit::path::RelPath;
use adit::review::{
    FileRevision, Maker, Mode, Review, Sensitive, Snapshot, Text, has_hidden, look_alikes, moved_blocks, sensitive,
};

#[test]
fn hidden_characters_are_found_and_emoji_are_left_alone() {
    let check = |line: &str, expected: bool| assert_eq!(has_hidden(line), expected, "{line:?}");
    check("let x = 1;\t// fine\r\n", false);
    check("if admin \u{202e}\u{2066}// check\u{2069}", true);
    check("let na\u{200b}me = 1;", true);
    check("let na\u{200d}me = 1;", true);
    check("\u{feff}use std;", true);
    check("a\u{1b}[31m", true);
    check("a\rb", true);
    check("grüße, 世界", false);
    check("👩\u{200d}👩 ❤\u{fe0f} 1\u{fe0f}\u{20e3}", false);
    check("नि\u{200d}म", false);
}

#[test]
fn letters_of_two_alphabets_in_one_identifier_are_found() {
    let check = |line: &str, expected: &[&str]| {
        let found: Vec<&str> = look_alikes(line, |word| word == "copy").into_iter().map(|range| &line[range]).collect();
        assert_eq!(found, expected, "{line}");
    };
    check("let scope = 1;", &[]);
    check("let sсоpe = 1;", &["с", "о"]);
    check("is_аdmin(user)", &["а"]);
    check("// привет, мир", &[]);
    check("let Δx = λ + 1;", &[]);
    check("grüße_und_ñ", &[]);
    check("ｅval(x)", &["ｅ"]);
    // An identifier in one alphabet passes for another one only where that one stands in the text.
    check("сору(x)", &["с", "о", "р", "у"]);
    check("let ｃｏｐｙ", &["ｃ", "ｏ", "ｐ", "ｙ"]);
    check("// рост сон нос", &[]);
}

#[test]
fn paths_that_need_care_are_known() {
    let check = |path: &str, expected: Option<Sensitive>| {
        assert_eq!(sensitive(&RelPath::new(path).unwrap()), expected, "{path}");
    };
    check(".github/workflows/test.yml", Some(Sensitive::Ci));
    check(".gitlab-ci.yml", Some(Sensitive::Ci));
    check("Cargo.lock", Some(Sensitive::Lock));
    check("web/package-lock.json", Some(Sensitive::Lock));
    check(".env", Some(Sensitive::Credentials));
    check("deploy/.env.production", Some(Sensitive::Credentials));
    check(".env.example", None);
    check("keys/server.pem", Some(Sensitive::Credentials));
    check("home/.ssh/id_rsa", Some(Sensitive::Credentials));
    check(".gitattributes", Some(Sensitive::Git));
    check(".gitmodules", Some(Sensitive::Git));
    check("hooks/pre-commit", Some(Sensitive::Git));
    check("src/main.rs", None);
    check("docs/workflows/intro.md", None);
}

fn text(text: &str) -> Option<Snapshot> {
    Some(Snapshot { text: Text::from(text), mode: Mode::Regular })
}

fn review(files: &[(&str, Option<&str>, Option<&str>)]) -> Review {
    let mut review = Review::default();
    let revision = |(path, base, target): &(&str, Option<&str>, Option<&str>)| FileRevision {
        path: RelPath::new(path).unwrap(),
        from: None,
        base: Some(base.and_then(text)),
        target: target.and_then(text),
        maker: Maker::User,
        loose: false,
    };
    review.revise(&files.iter().map(revision).collect::<Vec<_>>());
    review
}

/// Returns the moved lines of a file, removed and added ones.
fn moved(review: &Review, path: &str) -> (Vec<usize>, Vec<usize>) {
    let moved = moved_blocks(review.files().map(AsRef::as_ref));
    let lines = moved.get(&RelPath::new(path).unwrap()).cloned().unwrap_or_default();
    let list = |lines: BTreeSet<usize>| lines.into_iter().collect();
    (list(lines.from), list(lines.to))
}

const BLOCK: &str = "fn area(width: u32) -> u32 {\n    width * width\n}\n";

#[test]
fn a_block_that_goes_to_another_file_is_moved() {
    let before = format!("// one\n{BLOCK}// two\n");
    let after = format!("// three\n{BLOCK}");
    let review = review(&[
        ("a.rs", Some(&before), Some("// one\n// two\n")),
        ("b.rs", Some("// three\n"), Some(&after)),
        ("gone.rs", Some("// some words of a file\n// that goes away\n// for good\n"), None),
        ("new.rs", None, Some("// x\n// some words of a file\n// that goes away\n// for good\n")),
    ]);
    assert_eq!(moved(&review, "a.rs"), (vec![1, 2, 3], vec![]));
    assert_eq!(moved(&review, "b.rs"), (vec![], vec![1, 2, 3]));
    assert_eq!(moved(&review, "gone.rs"), (vec![0, 1, 2], vec![]));
    assert_eq!(moved(&review, "new.rs"), (vec![], vec![1, 2, 3]));
}

#[test]
fn short_and_empty_blocks_are_not_moved() {
    let review = review(&[
        ("a.rs", Some("x\n}\n\n}\ny\nfirst line of two\nsecond line of two\n"), Some("x\ny\n")),
        ("b.rs", Some("z\n"), Some("z\n}\n\n}\nother words\nfirst line of two\nsecond line of two\n")),
    ]);
    assert_eq!(moved(&review, "a.rs"), (vec![], vec![]));
    assert_eq!(moved(&review, "b.rs"), (vec![], vec![]));
}
