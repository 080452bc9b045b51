//! Signs for terminals whose font has few: what adit itself draws, in a form that is there.
//!
//! The Linux console's font has the 256 characters of code page 437 (or a Latin set with its lines and blocks), a VT220 has
//! ASCII and little more. Only adit's own signs are replaced, each by one of the same width; what a file or the model
//! wrote is never touched, unless it happens to be such a sign.

use crate::config::Glyphs;

/// The signs of adit: as they are, on a console, in ASCII.
const SIGNS: &[(&str, &str, &str)] = &[
    // Borders and lines.
    ("─", "─", "-"),
    ("│", "│", "|"),
    ("╭", "┌", "+"),
    ("╮", "┐", "+"),
    ("╰", "└", "+"),
    ("╯", "┘", "+"),
    ("┌", "┌", "+"),
    ("┐", "┐", "+"),
    ("└", "└", "+"),
    ("┘", "┘", "+"),
    ("├", "├", "+"),
    ("┤", "┤", "+"),
    ("┬", "┬", "+"),
    ("┴", "┴", "+"),
    ("┼", "┼", "+"),
    ("━", "═", "="),
    ("┃", "║", "#"),
    ("┏", "╔", "#"),
    ("┓", "╗", "#"),
    ("┗", "╚", "#"),
    ("┛", "╝", "#"),
    ("▎", "│", "|"),
    ("▌", "▌", "|"),
    // Marks.
    ("✓", "√", "v"),
    ("✗", "x", "x"),
    ("✎", "+", "+"),
    ("⟳", "~", "~"),
    ("●", "•", "*"),
    ("○", "o", "o"),
    ("•", "•", "*"),
    ("◦", "o", "o"),
    ("▪", "■", "-"),
    ("■", "■", "#"),
    ("∴", "*", "*"),
    ("≡", "≡", "="),
    ("·", "·", "."),
    ("×", "x", "x"),
    ("…", "~", "~"),
    ("–", "-", "-"),
    ("—", "-", "-"),
    // Arrows.
    ("▸", "►", ">"),
    ("▾", "▼", "v"),
    ("›", ">", ">"),
    ("‹", "<", "<"),
    ("→", "→", ">"),
    ("←", "←", "<"),
    ("↓", "↓", "v"),
    ("↑", "↑", "^"),
    ("↗", ">", ">"),
    ("↪", "→", ">"),
    // Meters.
    ("█", "█", "#"),
    ("▓", "▓", "%"),
    ("▒", "▒", ":"),
    ("▤", "░", "="),
    ("▞", "▀", "/"),
    // Quotes and the sign of a line end.
    ("“", "\"", "\""),
    ("”", "\"", "\""),
    ("‘", "'", "'"),
    ("’", "'", "'"),
    ("␍", "^", "^"),
];

/// Returns the sign that is written for a symbol.
pub(super) fn written(symbol: &str, glyphs: Glyphs) -> &str {
    if symbol.len() == 1 || matches!(glyphs, Glyphs::Auto | Glyphs::Full) {
        return symbol;
    }
    let found = SIGNS.iter().find(|(sign, _, _)| *sign == symbol);
    found.map_or(symbol, |(_, console, ascii)| if glyphs == Glyphs::Console { console } else { ascii })
}
