//! What may be in the stream of bytes to a terminal: adit's own sequences and safe text, nothing else.

/// Modes that adit sets and takes back.
const MODES: &[&str] = &["25", "1000", "1002", "1004", "1006", "1049", "2004", "2026", "2031"];

/// Returns what in a stream is neither a sequence of adit's nor safe text, with what stands around it.
///
/// A sequence that is cut off at the very end is no fault: the program may have been killed.
pub fn faults(stream: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < stream.len() {
        let rest = &stream[at..];
        let taken = match rest[0] {
            0x1b => sequence(rest),
            b'\r' | b'\n' | 0x08 => Ok(1),
            // The bell rings for a user who looks elsewhere, which tests do not.
            0x00..0x20 | 0x7f => Err("a control character".to_owned()),
            _ => text(rest),
        };
        match taken {
            Ok(0) => break,
            Ok(taken) => at += taken,
            Err(what) => {
                let around = &stream[at.saturating_sub(40)..(at + 60).min(stream.len())];
                found.push(format!("{what} at byte {at}: {:?}", String::from_utf8_lossy(around)));
                at += 1;
            }
        }
    }
    found
}

/// Fails when something else is in the stream.
pub fn assert_clean(stream: &[u8]) {
    let faults = faults(stream);
    assert!(faults.is_empty(), "{} faults: {:#?}", faults.len(), &faults[..faults.len().min(5)]);
}

/// Returns the parameters of every sequence that sets colours and attributes.
pub fn parameters(stream: &[u8]) -> Vec<Vec<u32>> {
    let text = String::from_utf8_lossy(stream);
    let of = |rest: &str| {
        let end = rest.find(|character: char| !character.is_ascii_digit() && character != ';')?;
        rest[end..].starts_with('m').then(|| rest[..end].split(';').filter_map(|number| number.parse().ok()).collect())
    };
    text.split("\x1b[").skip(1).filter_map(of).collect()
}

/// Reads one character of text; 0 where its bytes are not all there.
fn text(rest: &[u8]) -> Result<usize, String> {
    let piece = &rest[..rest.len().min(4)];
    let valid = match std::str::from_utf8(piece) {
        Ok(valid) => valid,
        Err(error) if error.valid_up_to() > 0 => std::str::from_utf8(&piece[..error.valid_up_to()]).unwrap(),
        Err(error) if error.error_len().is_none() && rest.len() < 4 => return Ok(0),
        Err(_) => return Err("a byte that is not UTF-8".to_owned()),
    };
    let character = valid.chars().next().unwrap();
    let is_glue = matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
    if adit::tui::safe::is_hidden(character) && !is_glue {
        return Err(format!("the hidden character U+{:04X}", character as u32));
    }
    Ok(character.len_utf8())
}

fn sequence(rest: &[u8]) -> Result<usize, String> {
    match rest.get(1) {
        None => Ok(0),
        Some(b'[') => control_sequence(rest),
        Some(b']') => string(rest, operating_system_command),
        Some(b'P') => string(rest, |body| body.starts_with("tmux;\x1b\x1b]")),
        // Scrolls down.
        Some(b'M') => Ok(2),
        Some(other) => Err(format!("the escape {:?}", char::from(*other))),
    }
}

fn control_sequence(rest: &[u8]) -> Result<usize, String> {
    let Some(end) = rest[2..].iter().position(|byte| (0x40..0x7f).contains(byte)) else {
        return if rest.len() < 40 { Ok(0) } else { Err("a sequence without an end".to_owned()) };
    };
    let parameters = std::str::from_utf8(&rest[2..2 + end]).map_err(|_| "odd parameters".to_owned())?;
    let numbers = |most: usize| {
        let count = parameters.split(';').count();
        parameters.is_empty()
            || count <= most
                && parameters.split(';').all(|part| part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_known = match rest[2 + end] {
        b'm' => numbers(16) || matches!(parameters, ">4;1" | ">4"),
        b'H' | b'r' => numbers(2),
        b'A' | b'B' | b'C' | b'D' | b'X' => numbers(1),
        b'K' => matches!(parameters, "" | "2"),
        b'J' => parameters == "2",
        b'h' | b'l' => parameters.strip_prefix('?').is_some_and(|mode| MODES.contains(&mode)),
        b't' => matches!(parameters, "22;2" | "23;2"),
        b'u' => matches!(parameters, "?" | ">1" | "<"),
        b'n' => parameters == "5",
        // The second is asked in GNU screen only, which answers it itself.
        b'c' => matches!(parameters, "" | ">"),
        b'p' => parameters == "?2026$",
        _ => false,
    };
    if is_known { Ok(3 + end) } else { Err(format!("the sequence {:?}", String::from_utf8_lossy(&rest[..3 + end]))) }
}

fn operating_system_command(body: &str) -> bool {
    let is_safe = |text: &str| !text.chars().any(char::is_control);
    let base64 =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    body == "11;?"
        || body.strip_prefix("8;").is_some_and(link)
        || body.strip_prefix("2;").is_some_and(|title| title.starts_with("adit") && is_safe(title))
        || body.strip_prefix("52;c;").is_some_and(base64)
        || matches!(body, "9;4;0" | "9;4;3" | "9;4;2;100")
}

/// Tells whether it is the end of a link, or the beginning of one to a safe address.
fn link(body: &str) -> bool {
    let number = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_safe = |address: &str| {
        ["http://", "https://", "mailto:"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme))
            && address.len() <= 2048
            && address.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let begins = |(id, address): (&str, &str)| id.strip_prefix("id=adit").is_some_and(number) && is_safe(address);
    body == ";" || body.split_once(';').is_some_and(begins)
}

/// Reads a string up to its end, which is a bell or ST.
fn string(rest: &[u8], is_known: impl Fn(&str) -> bool) -> Result<usize, String> {
    let end = (2..rest.len()).find_map(|at| match rest[at] {
        0x07 => Some((at, at + 1)),
        // Inside a passthrough escapes are doubled.
        0x1b if rest.get(at + 1) == Some(&b'\\') && rest[at - 1] != 0x1b => Some((at, at + 2)),
        _ => None,
    });
    let Some((body, taken)) = end else { return Ok(0) };
    let body = std::str::from_utf8(&rest[2..body]).map_err(|_| "an odd string".to_owned())?;
    if is_known(body) { Ok(taken) } else { Err(format!("the string {body:?}")) }
}

#[test]
fn the_grammar_knows_what_is_adits_own_and_what_is_not() {
    let clean = "\x1b[?1049h\x1b[1;31mhé漢\x1b[m\x1b[5;7H\x1b[3A\x1b[2J\x1b[K\x1b[12X\x1b[2;9r\x1bM\x1b[r\r\n\x1b]2;adit: x\x1b\\\x1b]8;id=adit0;https://a/b;c\x1b\\x\x1b]8;;\x1b\\";
    assert_clean(clean.as_bytes());
    for evil in [
        "\x1b[777n",
        "\x1b]0;x\x07",
        "\x1bc",
        "\x07",
        "\u{9b}31m",
        "\x1b[6n",
        "\x1b[=c",
        "\x1b[>q",
        "\x1bPx\x1b\\",
        "\x1b]52;c;?\x07",
        "\u{202e}",
        "\x1b[?1h",
        "\x1b]2;other\x1b\\",
        "\x1b[4:3m",
        "\x0e",
        "\x1b]8;;http://a\x1b\\",
        "\x1b]8;id=adit1;file:///etc\x1b\\",
        "\x1b]8;id=adit1;http://a b\x1b\\",
        "\x1b[20h",
    ] {
        assert!(!faults(format!("a{evil}b").as_bytes()).is_empty(), "{evil:?}");
    }
}
