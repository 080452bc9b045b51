//! The highlighter: what is what, limits, and work off the thread.

use std::sync::mpsc;
use std::time::Duration;

use adit::tui::Scope;
use adit::tui::highlight::{Colors, Highlighter};

fn scopes(language: &str, text: &str) -> Vec<(String, Scope)> {
    let colors = Highlighter::inline().get(language, text, 1).unwrap();
    let mut found = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        found.extend(colors.line(number).iter().map(|span| (line[span.range()].to_owned(), span.scope)));
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
    assert_eq!(Highlighter::inline().get("rs", &large, 1), Some(Colors::plain()));
}

#[test]
fn the_worker_wakes_when_it_is_done() {
    let (bell, woken) = mpsc::channel();
    let highlighter = Highlighter::start(move || {
        let _gone = bell.send(());
    });
    let text = "fn main() {}\n";
    assert_eq!(highlighter.get("rs", text, 1), None);
    woken.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(highlighter.get("rs", text, 1), Highlighter::inline().get("rs", text, 1));
}

/// Code with a comment over many lines, so that what a line is depends on lines far before it.
fn long_code(lines: usize) -> String {
    let line = |number: usize| match number % 40 {
        7 => "/* from here\n".to_owned(),
        30 => "to there */\n".to_owned(),
        _ => format!("fn f{number}() {{ let s = \"{number}\"; }}\n"),
    };
    (0..lines).map(line).collect()
}

#[test]
fn a_text_that_grows_gets_the_colours_that_it_has_as_a_whole() {
    let text = long_code(300);
    let whole = Highlighter::inline().get("rs", &text, 300).unwrap();
    let highlighter = Highlighter::start(|| ());
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    for (lines, end) in ends.iter().enumerate().map(|(at, end)| (at + 1, *end)).filter(|(lines, _)| lines % 7 < 3) {
        let grown = wait(|| highlighter.follow("rs", &text[..end]).filter(Colors::is_whole));
        assert_eq!(grown.lines(), lines);
        for line in 0..lines {
            assert_eq!(grown.line(line), whole.line(line), "line {line} of {lines}");
        }
    }
    assert_eq!(wait(|| highlighter.get("rs", &text, 300).filter(Colors::is_whole)), whole);
    // Another text that begins otherwise is not gone on with.
    let other = text.replacen("fn f0", "/* f0", 1);
    let colors = wait(|| highlighter.get("rs", &other, 300).filter(Colors::is_whole));
    assert_eq!(Some(colors), Highlighter::inline().get("rs", &other, 300));
}

/// A text that grows wakes nobody, since it is drawn again; but whoever draws its end is woken.
#[test]
fn the_end_of_a_text_that_grew_is_told() {
    let (bell, woken) = mpsc::channel();
    let highlighter = Highlighter::start(move || {
        let _gone = bell.send(());
    });
    let text = long_code(400);
    // While it is read for who will add to it, or after that, it is asked for as it is.
    let _early = highlighter.follow("rs", &text);
    let mut colors = highlighter.get("rs", &text, 400);
    if !colors.as_ref().is_some_and(Colors::is_whole) {
        woken.recv_timeout(Duration::from_secs(60)).unwrap();
        colors = highlighter.get("rs", &text, 400);
    }
    assert_eq!(colors, Highlighter::inline().get("rs", &text, 400));
}

#[test]
fn the_lines_in_sight_are_told_before_the_whole_text_is_read() {
    let (bell, woken) = mpsc::channel();
    let (go_on, wait_for) = mpsc::channel::<()>();
    let wait_for = std::sync::Mutex::new(wait_for);
    let highlighter = Highlighter::start(move || {
        let _gone = bell.send(());
        // The worker stands still here, so that what it has told can be looked at.
        let _gone = wait_for.lock().unwrap().recv();
    });
    let text = long_code(2_000);
    assert_eq!(highlighter.get("rs", &text, 20), None);
    woken.recv_timeout(Duration::from_secs(60)).unwrap();
    let first = highlighter.get("rs", &text, 20).unwrap();
    assert!(!first.is_whole() && (20..2_000).contains(&first.lines()), "{}", first.lines());
    // Who looks further down is told of that.
    assert_eq!(highlighter.get("rs", &text, 1_000).unwrap().lines(), first.lines());
    go_on.send(()).unwrap();
    woken.recv_timeout(Duration::from_secs(60)).unwrap();
    let second = highlighter.get("rs", &text, 1_000).unwrap();
    assert!(!second.is_whole() && (1_000..2_000).contains(&second.lines()), "{}", second.lines());
    go_on.send(()).unwrap();
    woken.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(highlighter.get("rs", &text, 1), Highlighter::inline().get("rs", &text, 1));
    drop(go_on);
}

/// Asks until there is an answer.
fn wait<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(std::time::Instant::now() < deadline, "it never came");
        std::thread::yield_now();
    }
}
