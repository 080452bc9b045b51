//! What holds for any text: streaming changes nothing, no row is too wide, nothing steers the terminal.

use adit::tui::markdown::{Document, ENDLESS, Ink, Outline, Page, Part, cells};
use adit::tui::{Scope, safe};
use proptest::prelude::*;

/// Pieces that meet in Markdown and around its edges.
const BIDI: char = '\u{202e}';
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n\n",
    " ",
    "    ",
    "- ",
    "* ",
    "1. ",
    "2) ",
    "> ",
    "# ",
    "## ",
    "```",
    "```rust\n",
    "~~~",
    "---",
    "===",
    "|",
    "| a | b |\n|---|:-:|\n",
    "a",
    "word ",
    "**",
    "_",
    "~~",
    "`",
    "[x](http://y)",
    "[ ] ",
    "<b>",
    "<!--",
    "-->",
    "<div>",
    "\\",
    "&amp;",
    "日本語",
    "👩‍👩‍👧",
    "e\u{301}",
    "\u{1b}[31m",
    "\u{202e}",
    "\t",
    "\r\n",
    "[a]: http://b\n",
    "\n\n[a]: http://b\n\n",
    "[a]",
    "![b][A]",
    "\n\n[^1]: n\n\n",
    "[^1]",
    "[^1]: n",
    "\n[^1]: n\n\n    more\n",
    "fn main() {}\n",
    "https://example.com/a/b",
    "\u{0}",
    "supercalifragilisticexpialidocious",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

fn streamed(text: &str, cuts: &[usize], width: usize) -> Document {
    let mut document = Document::new(width, Ink::of(Scope::Text));
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| text.floor_char_boundary(cut % (text.len() + 1))).collect();
    cuts.sort_unstable();
    for cut in cuts {
        document.extend(&text[..cut]);
    }
    document.extend(text);
    document
}

fn at_once(text: &str, width: usize) -> Document {
    let mut document = Document::new(width, Ink::of(Scope::Text));
    document.extend(text);
    document
}

fn same(left: &Document, right: &Document) -> Result<(), TestCaseError> {
    prop_assert_eq!(&left.page().rows, &right.page().rows);
    let codes = |document: &Document| -> Vec<_> {
        document.page().codes.iter().map(|code| (code.language.clone(), code.text.clone(), code.rows.clone())).collect()
    };
    prop_assert_eq!(codes(left), codes(right));
    Ok(())
}

/// Compares a text that is laid out part by part with the same text laid out whole.
fn same_as_whole(text: &str, outline: &Outline, parts: &[Part], whole: &Page) -> Result<(), TestCaseError> {
    prop_assert_eq!(parts.len(), outline.parts());
    let pages = || parts.iter().map(Part::page);
    let rows = |page: &Page| (0..page.rows.len()).map(|row| page.text(row)).collect::<Vec<_>>();
    prop_assert_eq!(pages().flat_map(rows).collect::<Vec<_>>(), rows(whole), "{:?}", text);
    let codes = |page: &Page| page.codes.iter().map(|code| code.text.clone()).collect::<Vec<_>>();
    prop_assert_eq!(pages().flat_map(codes).collect::<Vec<_>>(), codes(whole));
    Ok(())
}

/// Lays out all parts of a text, each from nothing.
fn parts(text: &str, outline: &Outline, width: usize) -> Vec<Part> {
    let laid = |number| {
        let mut part = Part::new(outline, number, width, Ink::of(Scope::Text));
        part.lay(text, outline);
        part
    };
    (0..outline.parts()).map(laid).collect()
}

/// Returns the lines of a text at a width, in words; without what stands before a line, which a narrow room leaves out.
fn lines(text: &str, width: usize) -> Vec<String> {
    let is_lead = |word: &&str| {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        matches!(*word, "•" | "◦" | "▪" | "▎" | "[^1]") || word.strip_suffix('.').is_some_and(is_number)
    };
    let words = |line: &str| line.split_whitespace().skip_while(is_lead).collect::<Vec<_>>().join(" ");
    // The label of a code block is cut where it is too long.
    let is_text = |line: &String| !line.starts_with('╭') && line.chars().any(|character| !"─┼".contains(character));
    let document = Document::of(text, width, Ink::of(Scope::Text));
    document.page().all_lines().iter().map(|line| words(&line.text)).filter(is_text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn streaming_in_any_pieces_gives_the_same_rows(
        text in text(),
        cuts in prop::collection::vec(0_usize..4000, 0..12),
        width in 1_usize..60,
    ) {
        let mut streamed = streamed(&text, &cuts, width);
        same(&streamed, &at_once(&text, width))?;
        streamed.complete(&text);
        same(&streamed, &Document::of(&text, width, Ink::of(Scope::Text)))?;
    }

    #[test]
    fn long_lines_and_chunks_stream_the_same(
        pieces in prop::collection::vec((prop::sample::select(PIECES), 1_usize..3000), 1..8),
        cuts in prop::collection::vec(0_usize..100_000, 0..6),
    ) {
        let text: String = pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect();
        let mut streamed = streamed(&text, &cuts, 30);
        same(&streamed, &at_once(&text, 30))?;
        streamed.complete(&text);
        same(&streamed, &Document::of(&text, 30, Ink::of(Scope::Text)))?;
    }

    /// Whatever the parts are, and however much of the text each of them has seen.
    #[test]
    fn the_parts_of_a_text_are_the_whole(
        text in text(),
        cuts in prop::collection::vec(0_usize..4000, 0..6),
        width in 1_usize..60,
        part_bytes in 1_usize..120,
    ) {
        let mut outline = Outline::new(part_bytes);
        let mut grown: Vec<Part> = Vec::new();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| text.floor_char_boundary(cut % (text.len() + 1))).collect();
        cuts.sort_unstable();
        for end in cuts.into_iter().chain([text.len()]) {
            let known = outline.parts();
            prop_assert!(outline.read(&text[..end], false, usize::MAX));
            // Only the last part may change, and what comes.
            for number in known - 1..outline.parts() {
                if number >= grown.len() {
                    grown.push(Part::new(&outline, number, width, Ink::of(Scope::Text)));
                }
                grown[number].lay(&text[..end], &outline);
            }
        }
        let whole = at_once(&text, width);
        same_as_whole(&text, &outline, &grown, whole.page())?;
        same_as_whole(&text, &outline, &parts(&text, &outline, width), whole.page())?;
        prop_assert!(outline.read(&text, true, usize::MAX));
        grown.iter_mut().for_each(|part| part.lay(&text, &outline));
        let whole = Document::of(&text, width, Ink::of(Scope::Text));
        same_as_whole(&text, &outline, &grown, whole.page())?;
        same_as_whole(&text, &outline, &parts(&text, &outline, width), whole.page())?;
    }

    /// Where the parts begin is the same however few bytes are read at a time, and of a long text there are many.
    #[test]
    fn long_texts_are_cut_into_parts_that_are_the_whole(
        pieces in prop::collection::vec((prop::sample::select(PIECES), 1_usize..3000), 1..8),
        bytes in 1_usize..5000,
    ) {
        let text: String = pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect();
        let mut outline = Outline::new(1000);
        while !outline.read(&text, true, bytes) {}
        let whole = Document::of(&text, 30, Ink::of(Scope::Text));
        same_as_whole(&text, &outline, &parts(&text, &outline, 30), whole.page())?;
    }

    #[test]
    fn no_row_is_wider_than_the_width_and_none_steers_the_terminal(text in text(), width in 12_usize..70) {
        let document = Document::of(&text, width, Ink::of(Scope::Text));
        for row in 0..document.page().rows.len() {
            let line = document.page().text(row);
            prop_assert!(cells(&line) <= width, "{line:?} is wider than {width}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            prop_assert!(!line.contains(BIDI));
            prop_assert!(safe::shown(&line, 0) == line);
        }
    }

    /// What is found in a text without an end of lines stands in the same order wherever it is drawn.
    #[test]
    fn the_lines_are_the_same_in_any_width(text in text(), width in 60_usize..150) {
        prop_assert_eq!(lines(&text, width), lines(&text, ENDLESS));
    }

    #[test]
    fn any_bytes_are_taken(text in any::<String>(), width in 1_usize..40) {
        let document = Document::of(&text, width, Ink::of(Scope::Text));
        for row in 0..document.page().rows.len() {
            prop_assert!(!document.page().text(row).chars().any(char::is_control));
        }
    }
}

#[test]
fn every_single_byte_delta_gives_the_same_rows() {
    let text = "# Title\n\nSome *text* with `code`.\n\n1. one\n2. two\n\n   ```rust\n   fn main() {}\n   ```\n3. three\n\n\
                | a | b |\n|---|--:|\n| 1 | 2 |\n\n> quoted\n> more\n\n```\nraw\n```\nend";
    let mut document = Document::new(24, Ink::of(Scope::Text));
    for end in 0..=text.len() {
        document.extend(&text[..end]);
        let whole = Document::of(&text[..end], 24, Ink::of(Scope::Text));
        assert_eq!(document.page().rows, whole.page().rows, "{:?}", &text[..end]);
    }
}

#[test]
fn hostile_nesting_and_sizes_are_bounded() {
    let deep = 10_000;
    for text in [
        "> ".repeat(deep) + "text",
        "- ".repeat(deep) + "text",
        (0..2000).map(|depth| format!("{}- x\n", "  ".repeat(depth % 400))).collect::<String>(),
        "*".repeat(100_000),
        "[".repeat(100_000),
        "a".to_owned() + &"`".repeat(50_000) + &"a`".repeat(20_000),
        "|".repeat(40_000) + "\n" + &"|-".repeat(20_000) + "\n" + &"|\n".repeat(2000),
        "<".repeat(50_000),
        "e".to_owned() + &"\u{301}".repeat(50_000),
        "```\n".to_owned() + &"x".repeat(1_000_000),
    ] {
        let document = Document::of(&text, 40, Ink::of(Scope::Text));
        assert!(!document.page().rows.is_empty(), "{:?}", &text[..20]);
        for row in (0..document.page().rows.len()).step_by(97) {
            assert!(cells(&document.page().text(row)) <= 40);
        }
    }
}

proptest! {
    #[test]
    fn a_paragraph_is_put_together_again_from_its_rows(
        words in prop::collection::vec("[a-z][a-z/-]{0,24}|世[界你好]{0,6}", 1..40),
        width in 4_usize..40,
    ) {
        let text = words.join(" ");
        let quoted = format!("> {text}");
        for source in [&text, &quoted] {
            let page = Document::of(source, width, Ink::of(Scope::Text)).page().clone();
            for row in 0..page.rows.len() {
                let lines = page.lines(row);
                prop_assert_eq!(lines.len(), 1);
                let line = &lines[0];
                prop_assert_eq!(line.text.trim_start_matches("▎ "), &text);
                prop_assert_eq!(&line.rows, &(0..page.rows.len()));
            }
        }
    }
}
