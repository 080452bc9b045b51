//! How many columns of a terminal a text takes.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Returns how many columns a text takes that is safe to draw: the sum over its graphemes, as they are painted.
///
/// Terminals differ over marks. Those that go by `wcwidth`, and tmux, give a column to vowel signs and their like that have
/// a place of their own beside their letter, though they extend its grapheme; others none. Here they have one: where a
/// terminal gives none, a gap is seen, while the other way round the next letter would cover the sign.
pub fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(|grapheme| grapheme.width() + grapheme.chars().map(places).sum::<usize>()).sum()
}

/// Returns the columns of a mark that has a place of its own: the spacing marks that extend a grapheme (general category Mc,
/// property `Grapheme_Extend`), the letters that are joined to the next one without a width, and the wide tone marks.
fn places(mark: char) -> usize {
    match mark {
        '\u{9be}'
        | '\u{9d7}'
        | '\u{b3e}'
        | '\u{b57}'
        | '\u{bbe}'
        | '\u{bd7}'
        | '\u{cc0}'
        | '\u{cc2}'
        | '\u{cc7}'
        | '\u{cc8}'
        | '\u{cca}'
        | '\u{ccb}'
        | '\u{cd5}'
        | '\u{cd6}'
        | '\u{d3e}'
        | '\u{d4e}'
        | '\u{d57}'
        | '\u{dcf}'
        | '\u{ddf}'
        | '\u{1715}'
        | '\u{1734}'
        | '\u{1b35}'
        | '\u{1b3b}'
        | '\u{1b3d}'
        | '\u{1b43}'
        | '\u{1b44}'
        | '\u{1baa}'
        | '\u{1bf2}'
        | '\u{1bf3}'
        | '\u{a8fa}'
        | '\u{a953}'
        | '\u{a9c0}'
        | '\u{111c0}'
        | '\u{11235}'
        | '\u{1133e}'
        | '\u{1134d}'
        | '\u{11357}'
        | '\u{113b8}'
        | '\u{113c2}'
        | '\u{113c5}'
        | '\u{113c7}'..='\u{113c9}'
        | '\u{113cf}'
        | '\u{114b0}'
        | '\u{114bd}'
        | '\u{115af}'
        | '\u{116b6}'
        | '\u{11930}'
        | '\u{1193d}'
        | '\u{11f41}'
        | '\u{16ff0}'
        | '\u{16ff1}'
        | '\u{1d165}'
        | '\u{1d166}'
        | '\u{1d16d}'..='\u{1d172}' => 1,
        '\u{302e}' | '\u{302f}' => 2,
        _ => 0,
    }
}
