//! Tables of input and rows.

use super::rows;

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
    check(40, "see [text][1]\n\n[1]: https://a.b", &["see [text][1]", "", "[1]: https://a.b"]);
    check(40, "a[^1]\n\n[^1]: the note", &["a[^1]", "", "[^1] the note"]);
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
