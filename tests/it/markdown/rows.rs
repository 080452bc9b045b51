//! Tables of input and rows.

use adit::tui::markdown::{Document, ENDLESS, Ink, Room};
use adit::tui::{LinkWay, Scope};

use super::{rows, shown};

fn check(width: usize, text: &str, expected: &[&str]) {
    assert_eq!(rows(text, width), expected, "{text:?} at {width}");
}

#[test]
fn paragraphs_wrap_at_words() {
    check(10, "one two three\nfour", &["one two", "three four"]);
    check(10, "one  \ntwo\\\nthree", &["one", "two", "three"]);
    check(10, "a\n\nb", &["a", "", "b"]);
    check(6, "abcdefghij k", &["abcdef", "ghij k"]);
    check(6, "日本語文字", &["日本語", "文字"]);
    check(5, "日本語文字", &["日本", "語文", "字"]);
    check(9, "foo-barbaz qux", &["foo-", "barbaz", "qux"]);
}

#[test]
fn words_of_scripts_with_marks_stay_whole_and_brackets_stay_with_what_they_hold() {
    check(10, "eeee श्रीमान् ff", &["eeee", "श्रीमान् ff"]);
    check(7, "मैं ज़रूरी है", &["मैं ज़रूरी", "है"]);
    check(10, "abc สำหรับ", &["abc สำหรับ"]);
    check(9, "abcd สำหรับ", &["abcd", "สำหรับ"]);
    check(10, "ab தமிழ் மொழி", &["ab தமிழ்", "மொழி"]);
    // No row ends with an opening bracket, nor begins with a closing one, a stop or a small kana.
    check(8, "中文字（括号）", &["中文字", "（括号）"]);
    check(8, "中文字「引", &["中文字", "「引"]);
    check(8, "中文字符。对", &["中文字", "符。对"]);
    check(6, "日本ニャン", &["日本", "ニャン"]);
    check(8, "价格：￥99", &["价格：", "￥99"]);
    check(6, "中“文”字", &["中“文”", "字"]);
    check(6, "가나다라", &["가나다", "라"]);
    check(6, "🙂🙂🙂🙂", &["🙂🙂🙂", "🙂"]);
}

#[test]
fn headings_lists_and_quotes() {
    check(20, "# One\ntext\n## Two", &["One", "text", "Two"]);
    check(12, "- one two three\n- four\n  - five", &["• one two", "  three", "• four", "  ◦ five"]);
    check(20, "1. a\n1. b\n1. c", &["1. a", "2. b", "3. c"]);
    check(20, "3. a\n\n4. b", &["3. a", "", "4. b"]);
    check(20, "- [ ] open\n- [x] done", &["• [ ] open", "• [x] done"]);
    check(12, "> quoted text goes on", &["▎ quoted", "▎ text goes", "▎ on"]);
    check(20, "> - a\n>\n> b", &["▎ • a", "▎", "▎ b"]);
    check(8, "---", &["────────"]);
    check(20, "- a\n\n  b\n- ", &["• a", "", "  b", "•"]);
}

#[test]
fn code_is_never_cut_silently() {
    check(12, "```rust\nfn main() {}\n```", &["╭ rust", "│ fn main()", "↪ {}"]);
    check(20, "```\n\tx\n```", &["│     x"]);
    check(20, "- a\n\n  ```py\n  x = 1\n  ```", &["• a", "", "  ╭ py", "  │ x = 1"]);
    check(20, "    indented\n", &["│ indented"]);
    check(20, "```\nopen", &["│ open"]);
    check(12, "1. -     \u{202e}", &["1. ◦", "     │ …"]);
}

#[test]
fn links_show_their_address_when_it_differs() {
    check(40, "[text](https://a.b/c)", &["text (https://a.b/c)"]);
    check(40, "<https://a.b/c>", &["https://a.b/c"]);
    check(40, "[https://a.b](https://a.b/)", &["https://a.b"]);
    check(40, "![alt](x.png)", &["image: alt (x.png)"]);
    check(40, "a[^1]\n\n[^1]: the note", &["a[^1]", "", "[^1] the note"]);
}

#[test]
fn a_note_has_all_the_blocks_that_are_indented_below_it() {
    let text =
        "[^1]: first\n\n    second\n    goes on\n\n    ```rs\n    fn a() {\n\n    }\n    ```\n    - item\n\nafter";
    let expected = [
        "[^1] first",
        "",
        "     second goes on",
        "",
        "     ╭ rs",
        "     │ fn a() {",
        "     │",
        "     │ }",
        "     • item",
        "",
        "after",
    ];
    check(30, text, &expected);
    // Each begins by itself, also right after words, an item or another note; a line that is not indented goes on with it.
    check(30, "a\n[^1]: b\nc\n[^2]: d\n- e\n[^f]: g", &["a", "[^1] b c", "[^2] d", "• e", "[^f] g"]);
    // What looks like one is none.
    for text in ["[^]: a", "[^a] : b", "[^a]b"] {
        check(30, text, &[text]);
    }
    check(30, "    [^1]: code", &["│ [^1]: code"]);
    // One that is longer than what is laid out at once goes on under its mark's column.
    let long = format!("[^1]: {}\n\n    end\n", "word ".repeat(2000));
    let last = rows(&long, 30).pop();
    assert_eq!(last.as_deref(), Some("    end"));
}

#[test]
fn references_lead_to_what_is_defined_elsewhere() {
    let definition = "[1]: https://a.b";
    let shown = ["see text (https://a.b)", "", definition];
    check(40, &format!("see [text][1]\n\n{definition}"), &shown);
    check(40, &format!("{definition}\n\nsee [text][1]"), &[definition, "", "see text (https://a.b)"]);
    check(40, "[A  b]\n\n[a B]: <https://a.b>", &["A  b (https://a.b)", "", "[a B]: <https://a.b>"]);
    check(40, "[a][]\n\n[a]: /x \"title\"", &["a (/x)", "", "[a]: /x \"title\""]);
    check(40, "![a][i]\n\n[i]: x.png", &["image: a (x.png)", "", "[i]: x.png"]);
    check(40, "- see [a]\n- b\n\n> q\n>\n> [a]: /x", &["• see a (/x)", "• b", "", "▎ q"]);
    check(40, "| [a] | b |\n|---|---|\n\n[a]: /x", &["a (/x) │ b", "───────┼──", "", "[a]: /x"]);
    // The first one counts; code, and what nothing defines, is as it is written.
    check(40, "[a]\n\n[a]: /x\n\n[a]: /y", &["a (/x)", "", "[a]: /x", "", "[a]: /y"]);
    check(40, "`[a]` [b]\n\n    [a]\n\n[a]: /x", &["[a] [b]", "", "│ [a]", "", "[a]: /x"]);
}

#[test]
fn what_streams_in_leads_to_what_was_defined_before_and_the_complete_text_to_all() {
    let early = "[a]: /x\n\n[a] and [b]\n\n";
    let text = format!("{early}[b]: /y\n\n[b] again\n");
    let mut document = Document::new(40, Ink::of(Scope::Text));
    let expect = |document: &Document, expected: &[&str]| assert_eq!(shown(document), expected);
    for end in 0..text.len() {
        document.extend(&text[..end]);
    }
    document.extend(&text);
    expect(&document, &["[a]: /x", "", "a (/x) and [b]", "", "[b]: /y", "", "b (/y) again"]);
    document.complete(&text);
    let complete = ["[a]: /x", "", "a (/x) and b (/y)", "", "[b]: /y", "", "b (/y) again"];
    expect(&document, &complete);
    // Should it go on after all, it is as if it had streamed in.
    document.extend(&format!("{text}c"));
    expect(&document, &["[a]: /x", "", "a (/x) and [b]", "", "[b]: /y", "", "b (/y) again c"]);
    document.complete(&text);
    expect(&document, &complete);
}

#[test]
fn a_mark_of_a_note_looks_the_same_wherever_the_note_stands() {
    let inks = |text: &str| {
        let document = Document::of(text, 40, Ink::of(Scope::Text));
        let row = document.page().rows.iter().find(|row| row.pieces.iter().any(|piece| piece.text.starts_with("see")));
        row.map(|row| row.pieces.iter().map(|piece| (piece.text.clone(), piece.ink.scope)).collect::<Vec<_>>())
    };
    let piece = |text: &str, scope| (text.to_owned(), scope);
    let mark = [piece("see ", Scope::Text), piece("[^n]", Scope::Muted), piece(" and [^m] [^", Scope::Text)];
    for text in ["see [^n] and [^m] [^\n\n[^n]: note", "[^N]: note\n\nsee [^n] and [^m] [^"] {
        assert_eq!(inks(text).as_deref(), Some(mark.as_slice()), "{text:?}");
    }
    assert_eq!(inks("see [^n]").as_deref(), Some([piece("see [^n]", Scope::Text)].as_slice()));
    check(40, "see[^1]\n\n[^1]: the note", &["see[^1]", "", "[^1] the note"]);
}

#[test]
fn references_add_only_so_much_to_a_text() {
    let long = format!("https://a.b/{}", "x".repeat(1000));
    let text = format!("[a]: {long}\n\n{}", "[a]\n\n".repeat(3000));
    let document = Document::of(&text, Room { width: 40, wraps: true, links: LinkWay::Link }, Ink::of(Scope::Text));
    let added: usize = document.page().links.iter().map(|link| link.len()).sum();
    assert!((1 << 19..=1 << 20).contains(&added), "{added}");
    // An address that is too long for a link is none for the references either.
    let text = format!("[a]: /{}\n\n[a]", "x".repeat(3000));
    assert_eq!(rows(&text, 40).last().map(String::as_str), Some("[a]"));
}

#[test]
fn tables_fit_the_width() {
    let table = "| name | size |\n|:--|--:|\n| a | 1 |\n| long name | 1000 |";
    check(30, table, &["name      │ size", "──────────┼─────", "a         │    1", "long name │ 1000"]);
    check(12, table, &["name  │ size", "──────┼─────", "a     │    1", "long  │ 1000", "name  │"]);
    check(8, table, &["name: a", "size: 1", "", "name:", "long", "name", "size:", "1000"]);
    check(20, "|a|b|\n|:-:|-|\n|x y z|w|", &["  a   │ b", "──────┼──", "x y z │ w"]);
}

#[test]
fn the_lines_of_a_table_are_its_cells_in_any_width() {
    let lines = |text: &str, width: usize| {
        let document = Document::of(text, width, Ink::of(Scope::Text));
        let lines: Vec<String> = document.page().all_lines().into_iter().map(|line| line.text).collect();
        lines.into_iter().filter(|line| !line.is_empty() && !line.contains('─')).collect::<Vec<_>>()
    };
    let table = "| name | how large |\n|---|--:|\n| the first | 1 |\n| a second one | |";
    let expected = ["name", "how large", "the first", "1", "a second one"];
    for width in [8, 10, 12, 20, 40, ENDLESS] {
        assert_eq!(lines(table, width), expected, "{width}");
    }
    let row = |cell: &str| (0..70).map(|column| format!("| {cell}{column} ")).collect::<String>();
    let wide = format!("{}|\n{}|\n{}|", row("title"), "|---".repeat(70), row("cell"));
    assert_eq!(lines(&wide, 100).len(), 128, "no more cells are told");
    assert_eq!(lines(&wide, 100), lines(&wide, ENDLESS));
}

#[test]
fn html_and_hidden_characters_are_shown() {
    check(20, "<div>\nx\n</div>", &["<div>", "x", "</div>"]);
    check(20, "a <b>c</b>", &["a <b>c</b>"]);
    check(20, "a\u{1b}[31mb", &["a␛[31mb"]);
    check(20, "```\na\u{202e}b\n```", &["│ a<202E>b"]);
}

#[test]
fn a_table_that_streams_in_is_a_table_from_its_first_line_on() {
    let grid = &["file │ change", "─────┼───────"];
    check(20, "| file | change |", grid);
    check(20, "| file | change |\n", grid);
    for begun in ["|", "| -", "| --- |", "| --- | -", "|---|---|"] {
        check(20, &format!("| file | change |\n{begun}"), grid);
    }
    check(20, "| file | change |\n|--:|---|", grid);
    check(20, "| file | ch", &["file │ ch", "─────┼───"]);
    check(8, "| file | change |", &["file,", "change"]);
    check(20, "as follows:\n| a | b |", &["as follows:", "a │ b", "──┼──"]);
    check(20, "| a | b |\n|---|---|\n| 1", &["a │ b", "──┼──", "1 │"]);
    check(20, "| a | b |\nc", &["| a | b | c"]);
    check(20, "| a | b |\n\nc", &["| a | b |", "", "c"]);
}
