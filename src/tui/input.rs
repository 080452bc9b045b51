//! Turns the terminal's bytes into events, whole or in pieces, and never loses a typed key.
//!
//! Own instead of crossterm's reader, because that one takes the answer to a question about the ground's
//! colour for typed text, and does not notice that the terminal is gone. The forms are those of ECMA-48,
//! xterm's control sequences and the kitty keyboard protocol.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::input_csi::{control_sequence, single_shift};
use super::late_rest::{Shape, shape};

/// A paste larger than this is cut; the rest is dropped, not typed.
const MAX_PASTE: usize = 8 << 20;
/// A sequence longer than this is not one; it is dropped.
const MAX_SEQUENCE: usize = 1 << 12;
const PASTE_END: &[u8] = b"\x1b[201~";
/// So many bytes in one piece were not typed: after a paste that was given out without its end they are its rest.
const REST: usize = 16;
/// Fewer bytes than these may have been typed one after the other: Esc, `[` and `?`.
const NEVER_TYPED: usize = 4;

/// What the terminal told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key, the mouse, a paste or the focus.
    Event(Event),
    /// The ground's colour, each channel from 0 to 255.
    Ground([u8; 3]),
    /// The terminal knows the kitty keyboard protocol.
    KnowsKeyboardProtocol,
    /// The terminal shows what stands between the marks of a frame as one; or it does not.
    Synchronizes(bool),
    /// The terminal told its kind, which every one does: what it has not answered before, it does not know.
    Attributes,
    /// A key behind an escape: with Alt, or Esc and then the key.
    Prefixed(KeyEvent),
    /// The terminal told that it is tmux.
    IsTmux,
    /// The terminal told that it is GNU screen.
    IsScreen,
    /// The terminal has read all that was sent before the question.
    Ready,
}

/// Where the parser stands between two pieces.
#[derive(Debug, Default)]
pub struct InputParser {
    bytes: Vec<u8>,
    paste: Option<Vec<u8>>,
    /// What was given up when nothing followed it; its rest may still come.
    given_up: Vec<u8>,
    /// So many bytes at the front were given up before, and stand there again because what followed looks like their rest.
    restored: usize,
    /// Whether an escape alone, which is no key yet, waits for what may be the rest of an answer.
    is_held: bool,
    expects_answer: bool,
    /// Whether a paste was given out without its end: the rest and the end may still come.
    is_paste_cut: bool,
}

/// What the bytes so far end with, when more must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// An escape: the key Esc, if nothing follows soon.
    Escape,
    /// An escape and what may begin a sequence or be a key with Alt.
    Introducer,
    /// A sequence or a character that has begun: nobody types half of one.
    Inside,
}

/// How many bytes a sequence has and what it is; none when its end has not come.
pub(super) type Parsed = Option<(usize, Option<Input>)>;

/// What the start of the bytes is.
enum Step {
    /// So many bytes are this.
    Done(usize, Option<Input>),
    /// More must come.
    Partial,
}

impl InputParser {
    /// Notes whether the terminal was asked something that it has not answered: then what follows the key Esc after a
    /// pause may be the answer's rest. After Alt and a character that begins sequences it may be so at any time.
    pub fn expects_answer(&mut self, does: bool) {
        self.expects_answer = does;
    }

    /// Takes bytes in and gives out what is complete.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        let given_up = std::mem::take(&mut self.given_up);
        if bytes.is_empty() {
            self.given_up = given_up;
            return;
        }
        if std::mem::take(&mut self.is_paste_cut) && self.paste.is_none() {
            let end = bytes.windows(PASTE_END.len()).position(|window| window == PASTE_END);
            // Its rest is no key either, whatever letters are in it.
            if end.is_some_and(|end| end > 0) || end.is_none() && bytes.len() >= REST && bytes[0] != 0x1b {
                self.paste = Some(Vec::new());
            }
        }
        let may_go_on = self.expects_answer || given_up.len() == 2;
        if self.bytes.is_empty() && self.paste.is_none() && may_go_on {
            self.restored = given_up.len();
            self.bytes = given_up;
        }
        if self.is_held && self.bytes.len() == 1 && !goes_on(bytes) {
            self.release(out);
        }
        let before = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        if self.restored > 0 && before < NEVER_TYPED.max(self.restored + 1) && shape(&self.bytes) == Shape::Other {
            self.take_back();
        }
        self.run(out, false);
    }

    /// Lets an escape that stands alone wait on, because an answer is due; tells whether it does. It does so once: what
    /// follows is its rest, or it was the key Esc and what follows is something else, never a key with Alt.
    pub fn hold(&mut self) -> bool {
        let begins = !self.is_held && self.restored == 0 && self.paste.is_none() && self.bytes == [0x1b];
        self.is_held |= begins;
        begins
    }

    /// Gives out the escape that was held as the key that it was.
    fn release(&mut self, out: &mut Vec<Input>) {
        self.is_held = false;
        self.bytes.drain(..1);
        out.push(Input::Event(Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::empty()))));
    }

    /// Forgets the bytes that were given up: what followed them was typed.
    fn take_back(&mut self) {
        self.bytes.drain(..std::mem::take(&mut self.restored));
    }

    /// Returns how many bytes of a paste have come, while its end has not.
    pub fn pasting(&self) -> Option<usize> {
        self.paste.as_ref().map(Vec::len)
    }

    /// Tells what waits for more, if anything does. A paste is told of by [`Self::pasting`]: it waits longer.
    pub fn unfinished(&self) -> Option<Unfinished> {
        if self.paste.is_some() {
            return None;
        }
        match *self.bytes.as_slice() {
            [] => None,
            _ if self.restored > 0 || self.is_held && self.bytes.len() > 1 => Some(Unfinished::Inside),
            [0x1b] => Some(Unfinished::Escape),
            [0x1b, second] if second < 0x80 => Some(Unfinished::Introducer),
            _ => Some(Unfinished::Inside),
        }
    }

    /// Gives out what waited as the keys that it must have been, or as the paste whose end did not come.
    pub fn flush(&mut self, out: &mut Vec<Input>) {
        if let Some(mut paste) = self.paste.take() {
            paste.append(&mut self.bytes);
            self.is_paste_cut = true;
            // With these someone tried to get out of it.
            while matches!(paste.last(), Some(0x1b | 0x03 | 0x11)) {
                paste.pop();
            }
            out.extend((!paste.is_empty()).then(|| pasted(&paste)));
            return;
        }
        if self.restored > 0 && self.bytes.len() < NEVER_TYPED {
            self.take_back();
        } else if self.is_held && self.bytes.len() == 2 {
            // It was Esc, and after a while a bracket.
            self.release(out);
        } else if self.paste.is_none() {
            // Of two escapes the first is the key.
            let begun =
                self.bytes.strip_prefix(b"\x1b").filter(|rest| rest.starts_with(b"\x1b")).unwrap_or(&self.bytes);
            if begun.starts_with(b"\x1b") && shape(begun) == Shape::Begins {
                self.given_up = begun.to_vec();
            }
        }
        self.run(out, true);
    }

    fn run(&mut self, out: &mut Vec<Input>, is_last: bool) {
        let mut at = 0;
        loop {
            if self.paste.is_some() {
                at = self.take_paste(at, out);
                if self.paste.is_some() {
                    break;
                }
                continue;
            }
            let rest = &self.bytes[at..];
            if rest.is_empty() {
                break;
            }
            if rest.starts_with(b"\x1b[200~") {
                at += 6;
                self.paste = Some(Vec::new());
                continue;
            }
            match step(rest, is_last) {
                Step::Done(taken, input) => {
                    at += taken;
                    out.extend(input);
                }
                Step::Partial if rest.len() > MAX_SEQUENCE => at = self.bytes.len(),
                Step::Partial => break,
            }
        }
        self.bytes.drain(..at);
        if at > 0 {
            self.restored = 0;
            self.is_held = false;
        }
    }

    /// Moves bytes from a position on into the paste, gives it out if it ends, and returns where to go on.
    fn take_paste(&mut self, at: usize, out: &mut Vec<Input>) -> usize {
        let Some(paste) = self.paste.as_mut() else { return at };
        let rest = &self.bytes[at..];
        let end = rest.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        // An end that is cut in two by the pieces stays in `bytes` until its other half comes.
        let half = (1..PASTE_END.len()).rev().find(|len| rest.ends_with(&PASTE_END[..*len])).unwrap_or(0);
        let body = &rest[..end.unwrap_or(rest.len() - half)];
        let room = MAX_PASTE.saturating_sub(paste.len());
        paste.extend_from_slice(&body[..body.len().min(room)]);
        let taken = at + body.len();
        if end.is_none() {
            return taken;
        }
        out.push(pasted(paste));
        self.paste = None;
        taken + PASTE_END.len()
    }
}

fn pasted(bytes: &[u8]) -> Input {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    Input::Event(Event::Paste(text))
}

/// Tells whether bytes that come after an escape was held are its rest: what begins a sequence, with more of it. Only a
/// bracket alone may have been typed, and is waited for.
fn goes_on(bytes: &[u8]) -> bool {
    matches!(bytes, [b'[' | b']'] | [b'[' | b']' | b'O', _, ..])
}

fn step(bytes: &[u8], is_last: bool) -> Step {
    match bytes {
        [0x1b] if is_last => key(1, KeyCode::Esc, KeyModifiers::empty()),
        [0x1b] => Step::Partial,
        [0x1b, b'[', ..] => sequence(bytes, is_last, control_sequence),
        [0x1b, b'O', ..] => sequence(bytes, is_last, single_shift),
        [0x1b, b']' | b'P' | b'_' | b'^' | b'X', ..] => string(bytes, is_last),
        [0x1b, 0x1b, ..] => two_escapes(bytes, is_last),
        [0x1b, rest @ ..] => match character(rest, is_last) {
            Some((taken, event)) => {
                let event = KeyEvent::new(event.code, event.modifiers | KeyModifiers::ALT);
                Step::Done(taken + 1, Some(Input::Prefixed(event)))
            }
            None => Step::Partial,
        },
        _ => match character(bytes, is_last) {
            Some((taken, event)) => Step::Done(taken, Some(Input::Event(Event::Key(event)))),
            None => Step::Partial,
        },
    }
}

/// Reads two escapes. Rxvt, PuTTY and others send so the sequence of a key that is pressed with Alt; otherwise the first is a key
/// by itself, and the second may begin anything.
fn two_escapes(bytes: &[u8], is_last: bool) -> Step {
    let inner = &bytes[1..];
    let parsed = match inner {
        // The mouse and answers begin so, and no key does.
        [_, b'[', b'?' | b'<', ..] => return key(1, KeyCode::Esc, KeyModifiers::empty()),
        [_] | [_, b'[' | b'O'] => None,
        [_, b'[', ..] => control_sequence(inner),
        [_, b'O', ..] => single_shift(inner),
        _ => return key(1, KeyCode::Esc, KeyModifiers::empty()),
    };
    match parsed {
        None if !is_last => Step::Partial,
        Some((taken, Some(Input::Event(Event::Key(event))))) => {
            let event = KeyEvent { modifiers: event.modifiers | KeyModifiers::ALT, ..event };
            Step::Done(taken + 1, Some(Input::Prefixed(event)))
        }
        None | Some(_) => key(1, KeyCode::Esc, KeyModifiers::empty()),
    }
}

fn key(taken: usize, code: KeyCode, modifiers: KeyModifiers) -> Step {
    Step::Done(taken, Some(Input::Event(Event::Key(KeyEvent::new(code, modifiers)))))
}

/// Reads a sequence; one that never ends was typed: Alt and a character.
fn sequence(bytes: &[u8], is_last: bool, parse: fn(&[u8]) -> Parsed) -> Step {
    match parse(bytes) {
        Some((taken, input)) => Step::Done(taken, input),
        None if is_last && bytes.len() == 2 => key(2, KeyCode::Char(char::from(bytes[1])), KeyModifiers::ALT),
        None if is_last => Step::Done(bytes.len(), None),
        None => Step::Partial,
    }
}

/// Reads an operating system command or another string; only the ground's colour is understood.
fn string(bytes: &[u8], is_last: bool) -> Step {
    let bell = bytes.iter().position(|byte| *byte == 0x07).map(|at| (at, at + 1));
    let terminator = bytes.windows(2).position(|pair| pair == b"\x1b\\").map(|at| (at, at + 2));
    let end = match (bell, terminator) {
        (Some(bell), Some(terminator)) => Some(bell.min(terminator)),
        (bell, terminator) => bell.or(terminator),
    };
    match end {
        Some((body, taken)) => Step::Done(taken, ground(&bytes[2..body.max(2)]).map(Input::Ground)),
        None if is_last && bytes.len() == 2 => key(2, KeyCode::Char(char::from(bytes[1])), KeyModifiers::ALT),
        None if is_last => Step::Done(bytes.len(), None),
        None => Step::Partial,
    }
}

/// Reads `11;rgb:RRRR/GGGG/BBBB`, with one to four digits a channel.
fn ground(body: &[u8]) -> Option<[u8; 3]> {
    let text = std::str::from_utf8(body).ok()?.strip_prefix("11;")?;
    let channels = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut out = [0; 3];
    let mut parts = channels.split('/');
    for channel in &mut out {
        let digits = parts.next()?;
        if digits.is_empty() || digits.len() > 4 {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let most = (1_u32 << (4 * digits.len())) - 1;
        *channel = u8::try_from(value * 255 / most).ok()?;
    }
    Some(out)
}

/// Reads one character or control key; none when a character's bytes have not all come.
fn character(bytes: &[u8], is_last: bool) -> Option<(usize, KeyEvent)> {
    let first = *bytes.first()?;
    let plain = |code| Some((1, KeyEvent::new(code, KeyModifiers::empty())));
    let control = |character| Some((1, KeyEvent::new(KeyCode::Char(character), KeyModifiers::CONTROL)));
    match first {
        0x00 => control(' '),
        b'\r' => plain(KeyCode::Enter),
        b'\t' => plain(KeyCode::Tab),
        0x7f => plain(KeyCode::Backspace),
        0x01..=0x1a => control(char::from(first - 1 + b'a')),
        0x1b => plain(KeyCode::Esc),
        0x1c..=0x1f => control(char::from(first - 0x1c + b'4')),
        0x20..0x7f => plain(KeyCode::Char(char::from(first))),
        _ => {
            let wanted = match first {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => 1,
            };
            let have = &bytes[..wanted.min(bytes.len())];
            match std::str::from_utf8(have) {
                Ok(text) => {
                    let character = text.chars().next()?;
                    Some((wanted, KeyEvent::new(KeyCode::Char(character), KeyModifiers::empty())))
                }
                Err(error) if error.error_len().is_none() && !is_last => None,
                Err(_) => Some((1, KeyEvent::new(KeyCode::Char(char::REPLACEMENT_CHARACTER), KeyModifiers::empty()))),
            }
        }
    }
}
