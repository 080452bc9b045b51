//! The control sequences that keys, the mouse and the terminal's answers come as.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::input::{Input, Parsed};

/// Reads `ESC O` and a letter: keys of the application mode, rxvt's arrows with Ctrl, and the number pad's; before the letter
/// older terminals tell the modifiers.
pub(super) fn single_shift(bytes: &[u8]) -> Parsed {
    let letter = *bytes.get(2)?;
    if letter.is_ascii_digit() {
        let (held, letter) = (u32::from(letter - b'0'), *bytes.get(3)?);
        return Some((4, letter_key(letter).map(|code| key(code, modifiers(held)))));
    }
    let (code, held) = match (letter_key(letter), rxvt_arrow(letter)) {
        (Some(code), _) => (Some(code), KeyModifiers::empty()),
        (None, Some(code)) => (Some(code), KeyModifiers::CONTROL),
        (None, None) => (pad_key(letter), KeyModifiers::empty()),
    };
    Some((3, code.map(|code| key(code, held))))
}

/// Reads `ESC [`, parameters and a final byte; none when the final byte has not come.
pub(super) fn control_sequence(bytes: &[u8]) -> Parsed {
    let body = &bytes[2..];
    // Linux's console sends ESC [ [ A for F1.
    if body.first() == Some(&b'[') {
        let letter = *body.get(1)?;
        let number = letter.wrapping_sub(b'A').wrapping_add(1);
        return Some((4, (1..=5).contains(&number).then(|| key(KeyCode::F(number), KeyModifiers::empty()))));
    }
    // With Shift held, rxvt ends a key with what begins a final byte elsewhere.
    if let Some(number) = body.iter().position(|byte| !byte.is_ascii_digit()).filter(|at| *at > 0 && body[*at] == b'$')
    {
        let parameters = std::str::from_utf8(&body[..number]).unwrap_or("");
        return Some((3 + number, meaning(parameters, b'$')));
    }
    let end = body.iter().position(|byte| !(0x20..0x40).contains(byte))?;
    let (last, parameters) = (body[end], &body[..end]);
    if !(0x40..0x7f).contains(&last) {
        // A control character breaks the sequence off; it is read on its own.
        return Some((2 + end, None));
    }
    let parameters = std::str::from_utf8(parameters).unwrap_or("");
    Some((3 + end, meaning(parameters, last)))
}

fn meaning(parameters: &str, last: u8) -> Option<Input> {
    if let Some(mouse) = parameters.strip_prefix('<') {
        return mouse_event(mouse, last == b'm').map(|event| Input::Event(Event::Mouse(event)));
    }
    // The terminal turned dark or light, as mode 2031 has it told; that is all that the theme goes by.
    match (parameters, last) {
        ("?997;1", b'n') => return Some(Input::Ground([0; 3])),
        ("?997;2", b'n') => return Some(Input::Ground([u8::MAX; 3])),
        _ => {}
    }
    if let Some(private) = parameters.strip_prefix('?') {
        return answer(private, last);
    }
    if let Some(kind) = parameters.strip_prefix('>') {
        // The secondary attributes begin with the terminal's own number: 84 is the T of tmux, 83 the S of screen.
        return match kind.split(';').next() {
            Some("84") if last == b'c' => Some(Input::IsTmux),
            Some("83") if last == b'c' => Some(Input::IsScreen),
            _ => None,
        };
    }
    if last == b'n' {
        return (parameters == "0").then_some(Input::Ready);
    }
    let mut numbers = parameters.split(';').map(|part| part.split(':'));
    let mut number =
        || numbers.next().map(|mut parts| (parts.next().and_then(|n| n.parse::<u32>().ok()), parts.next()));
    let first = number().and_then(|(value, _)| value);
    let (modifiers, kind) = match number() {
        Some((value, kind)) => (modifiers(value.unwrap_or(1)), kind),
        None => (KeyModifiers::empty(), None),
    };
    if kind == Some("3") {
        // A key that is let go.
        return None;
    }
    // rxvt tells the modifiers by what ends the sequence, of an arrow by a small letter.
    let (modifiers, last) = match last {
        b'^' => (KeyModifiers::CONTROL, b'~'),
        b'$' => (KeyModifiers::SHIFT, b'~'),
        b'@' => (KeyModifiers::CONTROL | KeyModifiers::SHIFT, b'~'),
        b'a'..=b'd' if parameters.is_empty() => (KeyModifiers::SHIFT, last.to_ascii_uppercase()),
        _ => (modifiers, last),
    };
    let code = match last {
        b'I' => return Some(Input::Event(Event::FocusGained)),
        b'O' => return Some(Input::Event(Event::FocusLost)),
        b'Z' => KeyCode::BackTab,
        b'u' => kitty_key(first?)?,
        b'~' => match first? {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            number @ 11..=15 => function(number - 10)?,
            number @ 17..=21 => function(number - 11)?,
            number @ 23..=26 => function(number - 12)?,
            number @ 28..=29 => function(number - 13)?,
            number @ 31..=34 => function(number - 14)?,
            // xterm's modifyOtherKeys: 27 ; modifiers ; character.
            27 => kitty_key(number().and_then(|(value, _)| value)?)?,
            _ => return None,
        },
        letter => letter_key(letter)?,
    };
    Some(key(code, modifiers))
}

/// Reads what only a terminal says, when it was asked.
fn answer(parameters: &str, last: u8) -> Option<Input> {
    match last {
        b'u' => Some(Input::KnowsKeyboardProtocol),
        b'c' => Some(Input::Attributes),
        b'y' => {
            let setting = parameters.strip_prefix("2026;")?.strip_suffix('$')?;
            // 0: not known; 4: never. 1, 2 and 3: set, not set, always.
            Some(Input::Synchronizes(matches!(setting, "1" | "2" | "3")))
        }
        _ => None,
    }
}

fn function(number: u32) -> Option<KeyCode> {
    u8::try_from(number).ok().map(KeyCode::F)
}

fn letter_key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// Returns the arrow that rxvt means with Ctrl or Shift held.
fn rxvt_arrow(letter: u8) -> Option<KeyCode> {
    matches!(letter, b'a'..=b'd').then(|| letter_key(letter.to_ascii_uppercase())).flatten()
}

/// Returns the key of the number pad, where that is in its application mode.
fn pad_key(letter: u8) -> Option<KeyCode> {
    Some(KeyCode::Char(match letter {
        b'X' => '=',
        b'j'..=b'y' => char::from(letter - b'j' + b'*'),
        _ => return None,
    }))
}

/// Returns the key of a code point as the kitty protocol numbers them.
fn kitty_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        9 => KeyCode::Tab,
        13 | 57414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        57399..=57408 => KeyCode::Char(char::from_digit(number - 57399, 10)?),
        57409 => KeyCode::Char('.'),
        57410 => KeyCode::Char('/'),
        57411 => KeyCode::Char('*'),
        57412 => KeyCode::Char('-'),
        57413 => KeyCode::Char('+'),
        57415 => KeyCode::Char('='),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        57376..=57387 => function(number - 57376 + 13)?,
        // Other keys of the private range: media keys, modifiers by themselves.
        57344..=63743 => return None,
        other => KeyCode::Char(char::from_u32(other)?),
    })
}

/// Returns the modifiers of a parameter: one more than a set of bits.
fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let mut out = KeyModifiers::empty();
    let bit_by_bit = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    for (bit, modifier) in (0..).map(|place| 1 << place).zip(bit_by_bit) {
        if bits & bit != 0 {
            out |= modifier;
        }
    }
    out
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Event(Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, state: KeyEventState::NONE }))
}

/// Reads `button ; column ; row` of the SGR form, counted from 1.
fn mouse_event(parameters: &str, is_release: bool) -> Option<MouseEvent> {
    let mut numbers = parameters.split(';').map(|number| number.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let held = match button & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (button & 0b1100_0000, button & 3) {
        (0, 3) if button & 32 != 0 => MouseEventKind::Moved,
        (0, _) if button & 32 != 0 => MouseEventKind::Drag(held),
        (0, _) if is_release => MouseEventKind::Up(held),
        (0, 3) => return None,
        (0, _) => MouseEventKind::Down(held),
        (64, 0) => MouseEventKind::ScrollUp,
        (64, 1) => MouseEventKind::ScrollDown,
        (64, 2) => MouseEventKind::ScrollLeft,
        (64, _) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let mut modifiers = KeyModifiers::empty();
    for (bit, modifier) in [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)] {
        if button & bit != 0 {
            modifiers |= modifier;
        }
    }
    Some(MouseEvent { kind, column: column.saturating_sub(1), row: row.saturating_sub(1), modifiers })
}
