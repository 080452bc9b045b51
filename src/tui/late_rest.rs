//! Tells whether bytes may be an answer of the terminal, or something else that nobody types by hand.

/// What bytes that begin with an escape can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// None of the forms.
    Other,
    /// The beginning of one.
    Begins,
    /// One whole form, and perhaps more behind it.
    Whole,
}

/// Compares bytes with the forms of what is asked of the terminal, of the mouse and of a paste's beginning.
///
/// Only forms that are told from typed keys by their third byte are known here: an arrow key is not, and is not needed,
/// because a rest of one letter is no harm.
pub(super) fn shape(bytes: &[u8]) -> Shape {
    let Some(rest) = bytes.strip_prefix(b"\x1b") else { return Shape::Other };
    match rest {
        [] => Shape::Begins,
        [b'[', body @ ..] => control(body),
        [b']', body @ ..] => colour(body),
        _ => Shape::Other,
    }
}

/// `? 6 2 ; 2 2 c` and its like, `0 n`, `< 35 ; 10 ; 5 M`, `2 0 0 ~`.
fn control(body: &[u8]) -> Shape {
    let (inside, last): (fn(&u8) -> bool, &[u8]) = match body {
        [] => return Shape::Begins,
        [b'?', ..] => (|byte| byte.is_ascii_digit() || matches!(byte, b';' | b'$'), b"cuyn"),
        [b'<', ..] => (|byte| byte.is_ascii_digit() || *byte == b';', b"Mm"),
        _ => return literal(body, b"0n").max(literal(body, b"200~")),
    };
    match body[1..].iter().find(|byte| !inside(byte)) {
        None => Shape::Begins,
        Some(byte) if last.contains(byte) => Shape::Whole,
        Some(_) => Shape::Other,
    }
}

/// `1 1 ; r g b : …` up to a bell or `ESC \`.
fn colour(body: &[u8]) -> Shape {
    const HEAD: &[u8] = b"11;";
    if body.len() < HEAD.len() {
        return literal(body, HEAD);
    }
    let Some(value) = body.strip_prefix(HEAD) else { return Shape::Other };
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'/');
    match value.iter().position(|byte| !is_inside(byte)).map(|at| &value[at..]) {
        None | Some([0x1b]) => Shape::Begins,
        Some([0x07, ..] | [0x1b, b'\\', ..]) => Shape::Whole,
        Some(_) => Shape::Other,
    }
}

fn literal(body: &[u8], wanted: &[u8]) -> Shape {
    if body.starts_with(wanted) {
        Shape::Whole
    } else if wanted.starts_with(body) {
        Shape::Begins
    } else {
        Shape::Other
    }
}
