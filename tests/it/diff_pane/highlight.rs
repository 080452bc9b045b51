//! The highlighter: what is what, limits, and work off the thread.

use std::sync::mpsc;
use std::time::Duration;

use adit::tui::Scope;
use adit::tui::highlight::Highlighter;

fn scopes(language: &str, text: &str) -> Vec<(String, Scope)> {
    let lines = Highlighter::inline().get(language, text).unwrap();
    let mut found = Vec::new();
    for (line, spans) in text.split_inclusive('\n').zip(lines.iter()) {
        found.extend(spans.iter().map(|(range, scope)| (line[range.clone()].to_owned(), *scope)));
    }
    found
}

#[track_caller]
fn check(language: &str, text: &str, expected: &[(&str, Scope)]) {
    let found = scopes(language, text);
    for (piece, scope) in expected {
        let is_there = found.iter().any(|(text, is)| text.contains(piece) && is == scope);
        assert!(is_there, "{piece} as {scope:?} in {found:?}");
    }
}

#[test]
fn languages_are_known_by_file_name_extension_and_token() {
    let rust = "// says\nfn main() { let a = \"x\"; call(1); }\n";
    let expected = [
        ("// says", Scope::SyntaxComment),
        ("fn", Scope::SyntaxKeyword),
        ("main", Scope::SyntaxFunction),
        ("\"x\"", Scope::SyntaxString),
        ("1", Scope::SyntaxConstant),
    ];
    check("main.rs", rust, &expected);
    check("rs", rust, &expected);
    check("rust,ignore", rust, &expected);
    check("py", "class A:\n    def f(self): return None\n", &[("A", Scope::SyntaxType), ("def", Scope::SyntaxKeyword)]);
    check("a.ts", "const a: string = 'x';\n", &[("'x'", Scope::SyntaxString)]);
    check("Cargo.toml", "[a]\nb = 1\n", &[("1", Scope::SyntaxConstant)]);
    check("script", "#!/bin/sh\n# says\n", &[("# says", Scope::SyntaxComment)]);
}

#[test]
fn unknown_and_large_texts_are_plain() {
    assert_eq!(scopes("nothing-known", "fn main() {}\n"), Vec::new());
    assert_eq!(scopes("rs", &format!("fn main() {{}}\n{}\n", "x".repeat(30_000))), Vec::new());
    let large = "fn main() {}\n".repeat(100_000);
    assert!(Highlighter::inline().get("rs", &large).unwrap().iter().all(Vec::is_empty));
}

#[test]
fn the_worker_wakes_when_it_is_done() {
    let (bell, woken) = mpsc::channel();
    let highlighter = Highlighter::start(move || {
        let _gone = bell.send(());
    });
    let text = "fn main() {}\n";
    assert_eq!(highlighter.get("rs", text), None);
    woken.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(highlighter.get("rs", text), Highlighter::inline().get("rs", text));
}
