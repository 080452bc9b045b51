//! The text area in which sheets take more than one line, and what may be put into it.

use ratatui::style::{Modifier, Style};
use tui_textarea::{CursorMove, TextArea, WrapMode};

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
