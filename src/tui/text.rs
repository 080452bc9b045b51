//! Puts short texts into the buffer, measured and clipped by the columns that they take.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;

/// Returns how many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    crate::safe::columns(text)
}

/// Returns the text, or its beginning and an ellipsis where it is wider than the room.
pub(super) fn clip(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    if room == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut taken = 1;
    for grapheme in text.graphemes(true) {
        taken += width(grapheme);
        if taken > room {
            break;
        }
        out.push_str(grapheme);
    }
    out.push('…');
    Cow::Owned(out)
}

/// Puts a text into the first line of an area from a column on; returns the column after it.
///
/// What is wider than the room ends in an ellipsis.
pub(super) fn put(buffer: &mut Buffer, area: Rect, column: u16, text: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if area.height == 0 || column >= area.width {
        return column;
    }
    let room = usize::from(area.width - column);
    // No text takes more columns than bytes.
    let text = if text.len() > room { clip(text, room) } else { Cow::Borrowed(text) };
    write(buffer, (area.x + column, area.y), &text, room, style) - area.x
}

/// Writes the beginning of a text that takes at most so many columns; returns the column after it.
pub(super) fn write(buffer: &mut Buffer, at: (u16, u16), text: &str, room: usize, style: Style) -> u16 {
    // Most text is plain: a byte is a column then, and nothing has to be measured.
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return write_graphemes(buffer, at, text, room, style);
    }
    let right = usize::from(buffer.area.right().saturating_sub(at.0));
    let columns = text.len().min(room).min(right);
    if columns == 0 || !buffer.area.contains(at.into()) {
        return at.0;
    }
    let start = buffer.index_of(at.0, at.1);
    for (cell, byte) in buffer.content[start..start + columns].iter_mut().zip(text.bytes()) {
        cell.set_char(char::from(byte)).set_style(style);
    }
    at.0 + u16::try_from(columns).unwrap_or(0)
}

/// Writes graphemes, each in as many cells as it has columns. Control characters are left out.
fn write_graphemes(buffer: &mut Buffer, at: (u16, u16), text: &str, room: usize, style: Style) -> u16 {
    let (mut x, y) = at;
    let room = u16::try_from(room).unwrap_or(u16::MAX);
    let end = buffer.area.right().min(x.saturating_add(room));
    if !(buffer.area.top()..buffer.area.bottom()).contains(&y) {
        return x;
    }
    for grapheme in text.graphemes(true).filter(|grapheme| !grapheme.contains(char::is_control)) {
        let columns = u16::try_from(width(grapheme)).unwrap_or(u16::MAX);
        let Some(next) = x.checked_add(columns).filter(|next| *next <= end) else { break };
        for (nth, x) in (x..next).enumerate() {
            let cell = &mut buffer[(x, y)];
            if nth == 0 {
                cell.set_symbol(grapheme).set_style(style);
            } else {
                cell.reset();
            }
        }
        x = next;
    }
    x
}

/// Returns a text in lines of at most so many columns, broken at blanks where there are some.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_word_bounds() {
            if width(&line) + width(word) <= columns {
                line.push_str(word);
                continue;
            }
            if !line.trim().is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            line.clear();
            for grapheme in word.trim_start().graphemes(true) {
                if width(&line) + width(grapheme) > columns && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push_str(grapheme);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Returns a number with its thousands set apart.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
