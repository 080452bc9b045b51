//! The text area in which sheets take more than one line, and what may be put into it.

use ratatui::style::{Modifier, Style};
use tui_textarea::{CursorMove, DataCursor, Scrolling, TextArea, WrapMode};

use super::super::safe;

/// Returns a text area with a text, its cursor at the beginning.
pub(super) fn text_area(text: &str) -> TextArea<'static> {
    let lines: Vec<String> = text.lines().map(|line| safe::shown(line, 0).into_owned()).collect();
    let mut area = TextArea::new(if lines.is_empty() { vec![String::new()] } else { lines });
    area.set_cursor_line_style(Style::new());
    area.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.move_cursor(CursorMove::Top);
    area
}

/// Returns pasted text without what could steer the terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|character| *character == '\n' || !safe::is_hidden(*character)).collect()
}

/// Scrolls a text area back to its first line, as far as the cursor stays in sight when it is drawn next.
pub(super) fn scroll_back(text: &mut TextArea<'static>) {
    let DataCursor(row, column) = text.cursor();
    text.scroll(Scrolling::Delta { rows: -i16::MAX, cols: 0 });
    let [row, column] = [row, column].map(|place| u16::try_from(place).unwrap_or(u16::MAX));
    text.move_cursor(CursorMove::Jump(row, column));
}
