//! SEARCH/REPLACE blocks: where they are found, what they are called, what is wrong with them.

use adit::path::RelPath;
use adit::review::{Block, Edit, EditAction, Replacement, guess_path, parse_blocks};

fn block(path: &str, search: &str, replace: &str) -> Block {
    Block::Replace { path: path.to_owned(), search: search.to_owned(), replace: replace.to_owned() }
}

#[test]
fn finds_blocks_and_their_files() {
    let table = [
        ("name before the fence", "a.rs\n```rust\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n```\n", "a.rs"),
        (
            "name in the fence",
            "```rust\nsrc/a.rs\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n```\n",
            "src/a.rs",
        ),
        ("five markers", "a.rs\n<<<<< SEARCH\none\n=====\ntwo\n>>>>> REPLACE\n", "a.rs"),
        ("nine markers", "a.rs\n<<<<<<<<< SEARCH\none\n=========\ntwo\n>>>>>>>>> REPLACE\n", "a.rs"),
        ("emphasis", "`**a.rs**`:\n```\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n```", "a.rs"),
        ("CRLF", "a.rs\r\n```\r\n<<<<<<< SEARCH\r\none\n=======\r\ntwo\n>>>>>>> REPLACE\r\n```\r\n", "a.rs"),
        (
            "a tag as fence",
            "a.rs\n<source>rust\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n</source>\n",
            "a.rs",
        ),
    ];
    for (name, text, path) in table {
        assert_eq!(parse_blocks(text, &[]), Ok(vec![block(path, "one\n", "two\n")]), "{name}");
    }
}

#[test]
fn four_or_ten_markers_are_text() {
    for text in ["a\n<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n", "a\n<<<<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n"]
    {
        assert_eq!(parse_blocks(text, &[]), Ok(vec![]));
    }
}

#[test]
fn a_block_without_a_name_goes_to_the_file_before() {
    let text = "a.rs\n<<<<<<< SEARCH\n1\n=======\n2\n>>>>>>> REPLACE\n\n<<<<<<< SEARCH\n3\n=======\n>>>>>>> REPLACE\n";
    assert_eq!(parse_blocks(text, &[]), Ok(vec![block("a.rs", "1\n", "2\n"), block("a.rs", "3\n", "")]));
}

#[test]
fn shell_fences_are_shown_not_searched() {
    let text = "run:\n```bash\nls <<<<<<< SEARCH\n```\n";
    assert_eq!(parse_blocks(text, &[]), Ok(vec![Block::Shell("ls <<<<<<< SEARCH\n".to_owned())]));
}

#[test]
fn says_what_is_wrong() {
    let table = [
        (
            "<<<<<<< SEARCH\na\n=======\n",
            "line 1: the block has no file name. Put it alone on the line before the fence.",
        ),
        ("a.rs\n<<<<<<< SEARCH\na\n", "line 2: the block of a.rs has no `=======` line."),
        ("a.rs\n<<<<<<< SEARCH\na\n=======\nb\n", "line 2: the block of a.rs has no `>>>>>>> REPLACE` line."),
    ];
    for (text, expected) in table {
        assert_eq!(parse_blocks(text, &[]), Err(expected.to_owned()));
    }
}

#[test]
fn guesses_what_a_name_means() {
    let known = ["src/main.rs", "src/parser.rs", "docs/README.md"];
    let table: [(&[&str], Option<&str>); 7] = [
        (&["src/main.rs\n", "```rust\n"], Some("src/main.rs")),
        (&["main.rs:\n"], Some("src/main.rs")),
        (&["## src/parser_rs\n"], Some("src/parser.rs")),
        (&["```docs/README.md\n"], Some("docs/README.md")),
        (&["new/file.rs\n"], Some("new/file.rs")),
        (&["...\n"], None),
        (&[], None),
    ];
    for (before, expected) in table {
        assert_eq!(guess_path(before, &known).as_deref(), expected, "{before:?}");
    }
}

#[test]
fn blocks_become_edits() {
    let replacement = Replacement { old: "1\n".to_owned(), new: "2\n".to_owned(), replace_all: false };
    let path = RelPath::new("a.rs").expect("a plain name");
    let edit = Edit { path, action: EditAction::Replace(vec![replacement]) };
    assert_eq!(block("a.rs", "1\n", "2\n").edit(), Some(Ok(edit)));
    assert!(block("../a.rs", "1\n", "2\n").edit().is_some_and(|edit| edit.is_err()));
    assert_eq!(Block::Shell(String::new()).edit(), None);
}
