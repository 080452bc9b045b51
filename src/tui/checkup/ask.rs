//! Asks the terminal what it can do, and waits for the answers for a bounded time.

use std::time::{Duration, Instant};

use rustix::termios::{self, OptionalActions, SpecialCodeIndex, Termios};

use super::super::{output, terminal};

/// The keyboard protocol, the ground's colour, the terminal's name, and last a question that every terminal answers.
const QUESTIONS: &[u8] = b"\x1b[?u\x1b]11;?\x1b\\\x1b[>q\x1b[c";
/// So long an answer is waited for: a line over the world takes half a second.
const PATIENCE: Duration = Duration::from_millis(1500);
/// A read waits so many tenths of a second.
const TENTHS: u8 = 2;
/// Answers are short.
const LIMIT: usize = 4096;

/// What a terminal answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// Whether it answered at all.
    pub any: bool,
    /// Whether it tells keys apart that would be ambiguous (the kitty protocol).
    pub keyboard: bool,
    /// Whether it tells its ground's colour.
    pub ground: bool,
    /// Its name and version, where it tells them.
    pub name: Option<String>,
}

impl Answers {
    /// Reads the answers from what came.
    pub fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let sequences = |start: &str| text.match_indices(start).map(|(at, _)| at + start.len()).collect::<Vec<_>>();
        let ends_in = |start: &str, end: char| {
            sequences(start).into_iter().any(|at| {
                let rest = text[at..].trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
                rest.starts_with(end)
            })
        };
        let name = sequences("\x1bP>|").first().map(|at| {
            let name = text[*at..].split(['\x1b', '\x07']).next().unwrap_or_default();
            name.chars().filter(|letter| !letter.is_control()).take(60).collect()
        });
        let keyboard = ends_in("\x1b[?", 'u');
        let ground = text.contains("\x1b]11;rgb");
        Self { any: keyboard || ground || name.is_some() || ends_in("\x1b[?", 'c'), keyboard, ground, name }
    }

    /// Tells whether the last question was answered.
    fn is_complete(bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        text.match_indices("\x1b[?").any(|(at, start)| {
            let rest = &text[at + start.len()..];
            rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';').starts_with('c')
        })
    }
}

/// Asks the terminal; none where there is none, or where it cannot be set up for that.
///
/// It blocks, at most a second or two. What the user types meanwhile is lost.
pub fn ask_terminal() -> Option<Answers> {
    if !terminal::is_terminal() {
        return None;
    }
    let _restored = Quiet::begin()?;
    output::write_all(QUESTIONS).ok()?;
    let began = Instant::now();
    let mut came = Vec::new();
    let mut piece = [0; 256];
    while began.elapsed() < PATIENCE && came.len() < LIMIT && !Answers::is_complete(&came) {
        match rustix::io::read(rustix::stdio::stdin(), &mut piece) {
            Ok(count) => came.extend_from_slice(&piece[..count]),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => break,
        }
    }
    Some(Answers::read(&came))
}

/// Returns the terminal's columns and rows, where there is a terminal.
pub fn terminal_size() -> Option<(u16, u16)> {
    let size = termios::tcgetwinsize(rustix::stdio::stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

/// The terminal shows nothing of what comes in, and a read ends after a moment; dropping it puts all back.
struct Quiet {
    before: Termios,
}

impl Quiet {
    fn begin() -> Option<Self> {
        let before = termios::tcgetattr(rustix::stdio::stdin()).ok()?;
        let mut raw = before.clone();
        raw.make_raw();
        raw.special_codes[SpecialCodeIndex::VMIN] = 0;
        raw.special_codes[SpecialCodeIndex::VTIME] = TENTHS;
        termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &raw).ok()?;
        Some(Self { before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // Answers that come late must not reach the shell.
        let _nothing_else_to_do = termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Flush, &self.before);
    }
}
