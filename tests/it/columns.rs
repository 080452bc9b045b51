//! How many columns a text takes.

use adit::safe::columns;
use regex::Regex;

#[test]
fn texts_have_the_columns_that_their_graphemes_have() {
    let table = [
        ("", 0),
        ("plain", 5),
        ("日本", 4),
        ("e\u{301}", 1),
        ("🏳\u{fe0f}\u{200d}🌈", 2),
        // Vowel signs with a place of their own, before, behind and around their letter.
        ("বাংলা ভাষা", 10),
        ("மொழியா", 6),
        ("ഭാഷാ", 4),
        ("श्री", 3),
        // Halfwidth sound marks.
        ("ｶﾞ", 2),
        // A letter that is joined to the next one, and tone marks beside a syllable.
        ("aൎb", 3),
        ("a\u{a8fa}b", 3),
        ("가\u{302e}", 4),
        // Each letter is painted by itself, so a ligature is not counted as one.
        ("\u{644}\u{627}", 2),
    ];
    for (text, expected) in table {
        assert_eq!(columns(text), expected, "{text}");
    }
}

/// A mark that terminals give a column must not be covered by what follows, so no spacing mark has none.
#[test]
fn every_spacing_mark_has_a_column() {
    let all: String = ('\u{80}'..=char::MAX).collect();
    let marks = Regex::new(r"\p{Mc}").unwrap();
    let without = marks.find_iter(&all).map(|mark| mark.as_str()).filter(|mark| columns(mark) == 0);
    let without: Vec<String> = without.map(|mark| mark.escape_unicode().to_string()).collect();
    assert_eq!(without, [""; 0]);
}
