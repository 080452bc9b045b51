//! The composer: key scripts to text and effects, and its editing against a simple model.

mod completion;
mod editing;
mod sending;

use adit::config::ScreenConfig;
use adit::session::{Millis, SessionState};
use adit::tui::composer::Composer;
use adit::tui::{Effect, Look, Theme};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn composer() -> Composer {
    Composer::new(&ScreenConfig::default())
}

/// Reads a script: characters are typed; `<C-a>`, `<A-b>`, `<Left>`, `<Enter>` and the like are keys.
fn keys(script: &str) -> Vec<KeyEvent> {
    let mut keys = Vec::new();
    let mut rest = script;
    while let Some(first) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|body| body.split_once('>'));
        let Some((name, after)) = named else {
            keys.push(KeyEvent::new(KeyCode::Char(first), KeyModifiers::NONE));
            rest = &rest[first.len_utf8()..];
            continue;
        };
        rest = after;
        let (modifiers, name) = match name.split_once('-') {
            Some(("C", name)) => (KeyModifiers::CONTROL, name),
            Some(("A", name)) => (KeyModifiers::ALT, name),
            _ => (KeyModifiers::NONE, name),
        };
        let code = match name {
            "Enter" => KeyCode::Enter,
            "Tab" => KeyCode::Tab,
            "Esc" => KeyCode::Esc,
            "Up" => KeyCode::Up,
            "Down" => KeyCode::Down,
            "Left" => KeyCode::Left,
            "Right" => KeyCode::Right,
            "Home" => KeyCode::Home,
            "End" => KeyCode::End,
            "Backspace" => KeyCode::Backspace,
            "Delete" => KeyCode::Delete,
            name => KeyCode::Char(name.chars().next().unwrap()),
        };
        keys.push(KeyEvent::new(code, modifiers));
    }
    keys
}

fn press(composer: &mut Composer, script: &str, state: &SessionState) -> Vec<Effect> {
    keys(script).into_iter().flat_map(|key| composer.key(key, state)).collect()
}

fn draw(composer: &Composer, area: Rect, screen: Rect, state: &SessionState) -> Buffer {
    let mut buffer = Buffer::empty(screen);
    let theme = Theme::plain();
    let look = Look { state, theme: &theme, is_focused: true, now: Millis(0) };
    composer.view(area, &mut buffer, look);
    composer.popup(area, screen, &mut buffer, look);
    buffer
}

/// Draws the composer at the bottom of a screen, the cursor as `▮`.
fn screen(composer: &Composer, width: u16, height: u16) -> String {
    let state = SessionState::default();
    let rows = composer.height(width).min(height);
    let screen = Rect::new(0, 0, width, height);
    let area = Rect::new(0, height - rows, width, rows);
    let mut buffer = draw(composer, area, screen, &state);
    if let Some(at) = composer.cursor(area) {
        buffer[at].set_symbol("▮");
    }
    text(&buffer)
}

/// Returns a buffer's rows; the cells behind a wide character are skipped.
fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut x = buffer.area.left();
        while x < buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(adit::tui::markdown::cells(symbol)).unwrap().max(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
