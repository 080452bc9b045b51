//! Takes the terminal and gives it back, whatever happens: in order, by a panic, by a signal.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use ratatui::layout::Size;
use rustix::termios::{self, OptionalActions, QueueSelector, Termios};

use super::{hyperlink, output};

/// How the terminal was before adit took it; none while it is given back.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
static MOUSE: AtomicBool = AtomicBool::new(false);
static KEYBOARD_PROTOCOL: AtomicBool = AtomicBool::new(false);
/// Keys are told apart by xterm's way.
static OTHER_KEYS: AtomicBool = AtomicBool::new(false);
/// The window's name is kept, and given back.
static TITLE: AtomicBool = AtomicBool::new(false);
/// A frame was marked as one; its end may be missing.
static MARKS: AtomicBool = AtomicBool::new(false);
/// A link was written; its end may be missing.
static LINKS: AtomicBool = AtomicBool::new(false);
/// The icon shows something.
static PROGRESS: AtomicBool = AtomicBool::new(false);
static PANICKED: AtomicBool = AtomicBool::new(false);

/// The last bytes have so long to reach a terminal that is slow, or stopped.
pub(super) const LAST_WRITE: Duration = Duration::from_millis(300);

/// Alternate screen, bracketed paste, focus events, word when the terminal turns light or dark.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?2031h";
const ALTERNATE_SCREEN: &[u8] = b"\x1b[?1049h";
/// Plain attributes, the whole screen to scroll, the lowest row, emptied for the prompt of consoles that have no other screen
/// to go back to, no focus events, no bracketed paste, the cursor, the main screen.
const LEAVE: &[u8] = b"\x1b[0m\x1b[r\x1b[999H\x1b[2K\x1b[?2031l\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Clicks, drags and the wheel, in the SGR form.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// The kitty protocol's first flag: keys that would be ambiguous are told apart.
const KEYBOARD_ON: &[u8] = b"\x1b[>1u";
/// The same for who has them told apart already, or another terminal has come: it is set and not pushed.
const KEYBOARD_SET: &[u8] = b"\x1b[=1u";
const KEYBOARD_OFF: &[u8] = b"\x1b[<u";
/// xterm's modifyOtherKeys: only keys that have no sequence of their own get one.
const OTHER_KEYS_ON: &[u8] = b"\x1b[>4;1m";
const OTHER_KEYS_OFF: &[u8] = b"\x1b[>4m";
const TITLE_KEEP: &[u8] = b"\x1b[22;2t";
const TITLE_BACK: &[u8] = b"\x1b[23;2t";
/// For the terminal itself, and for the one around tmux; each drops what is not for it.
const PROGRESS_OFF: &[u8] = b"\x1b]9;4;0\x1b\\\x1bPtmux;\x1b\x1b]9;4;0\x1b\x1b\\\x1b\\";
/// Asks whether frames can be shown as one, for the ground's colour and for the keyboard protocol; who does not know
/// them says nothing. The last question, for the kind of terminal, is answered by all: then no other answer is to come.
pub(super) const QUERIES: &[u8] = b"\x1b[?2026$p\x1b]11;?\x1b\\\x1b[?u\x1b[c";
/// The same for what may be screen: it answers the last question itself, but hands the one for the ground's colour on to the
/// terminal around it, whose answer may come at any time later. Which multiplexer it is, is asked instead.
pub(super) const QUERIES_IN_SCREEN: &[u8] = b"\x1b[?2026$p\x1b[?u\x1b[>c\x1b[c";
/// Asks tmux, which knows it, for the ground's colour, and whether it has read that.
pub(super) const QUERIES_IN_TMUX: &[u8] = b"\x1b]11;?\x1b\\\x1b[5n";
/// Begins and ends a frame that the terminal shows as one.
pub(super) const FRAME_BEGIN: &[u8] = b"\x1b[?2026h";
/// See [`FRAME_BEGIN`].
pub(super) const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Has the terminal while it lives.
pub(super) struct Guard;

impl Guard {
    /// Takes the terminal.
    pub(super) fn take(mouse: bool, keeps_title: bool) -> io::Result<Self> {
        MOUSE.store(mouse, Ordering::SeqCst);
        KEYBOARD_PROTOCOL.store(false, Ordering::SeqCst);
        OTHER_KEYS.store(false, Ordering::SeqCst);
        TITLE.store(keeps_title, Ordering::SeqCst);
        enter()?;
        Ok(Self)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}

/// Tells whether both ends are a terminal.
pub(super) fn is_terminal() -> bool {
    termios::isatty(rustix::stdio::stdin()) && termios::isatty(rustix::stdio::stdout())
}

/// Returns the terminal's size; 80x24 where it does not say.
pub(super) fn size() -> Size {
    match termios::tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size { width: size.ws_col, height: size.ws_row },
        Ok(_) | Err(_) => Size { width: 80, height: 24 },
    }
}

/// Sets the terminal up, at the start and after someone else had it.
pub(super) fn enter() -> io::Result<()> {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if before.is_none() {
        *before = Some(termios::tcgetattr(rustix::stdio::stdin())?);
    }
    if let Some(mut raw) = before.clone() {
        raw.make_raw();
        termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &raw)?;
    }
    drop(before);
    let mut bytes = ENTER.to_vec();
    if MOUSE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(MOUSE_ON);
    }
    if KEYBOARD_PROTOCOL.load(Ordering::SeqCst) {
        bytes.extend_from_slice(KEYBOARD_ON);
    }
    if OTHER_KEYS.load(Ordering::SeqCst) {
        bytes.extend_from_slice(OTHER_KEYS_ON);
    }
    if TITLE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(TITLE_KEEP);
    }
    output::write_all(&bytes)
}

/// Returns the bytes that set up a terminal that may have come in the place of the one that was, as when a session that was
/// detached is attached again. For the same terminal they change nothing, but for the switch of screens, which may clear it.
pub(super) fn renew(with_screen: bool) -> Vec<u8> {
    let mut bytes = if with_screen { ENTER } else { &ENTER[ALTERNATE_SCREEN.len()..] }.to_vec();
    let mut when = |is_on: &AtomicBool, sequence: &[u8]| {
        if is_on.load(Ordering::SeqCst) {
            bytes.extend_from_slice(sequence);
        }
    };
    when(&MOUSE, MOUSE_ON);
    when(&KEYBOARD_PROTOCOL, KEYBOARD_SET);
    when(&OTHER_KEYS, OTHER_KEYS_ON);
    bytes
}

/// Gives the terminal back. It may be called more than once, from any thread; only the first call acts.
pub(super) fn leave() {
    // A panic on the thread that holds the lock must not wait for itself.
    let mut before = match BEFORE.try_lock() {
        Ok(before) => before,
        Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(std::sync::TryLockError::WouldBlock) => return,
    };
    let Some(cooked) = before.take() else { return };
    let mut bytes = Vec::new();
    if MARKS.load(Ordering::SeqCst) {
        bytes.extend_from_slice(FRAME_END);
    }
    if LINKS.load(Ordering::SeqCst) {
        bytes.extend_from_slice(hyperlink::END);
    }
    if KEYBOARD_PROTOCOL.load(Ordering::SeqCst) {
        bytes.extend_from_slice(KEYBOARD_OFF);
    }
    if OTHER_KEYS.load(Ordering::SeqCst) {
        bytes.extend_from_slice(OTHER_KEYS_OFF);
    }
    if TITLE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(TITLE_BACK);
    }
    if PROGRESS.load(Ordering::SeqCst) {
        bytes.extend_from_slice(PROGRESS_OFF);
    }
    if MOUSE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(MOUSE_OFF);
    }
    bytes.extend_from_slice(LEAVE);
    write_in_time(bytes);
    // The terminal may be gone; then there is nothing to give back to. What was typed but not read is dropped,
    // because it may be half of a mouse's or a paste's sequence, which a shell would take for a command.
    let _gone = termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &cooked);
    let _gone = termios::tcflush(rustix::stdio::stdin(), QueueSelector::IFlush);
}

/// Writes the last bytes, from a thread of its own: a terminal that takes nothing must not keep adit from ending.
fn write_in_time(bytes: Vec<u8>) {
    let (done, wait) = mpsc::channel();
    let writer = std::thread::Builder::new().name("farewell".to_owned()).spawn(move || {
        let _gone = rustix::io::write(rustix::stdio::stdout(), &bytes);
        let _late = done.send(());
    });
    if writer.is_ok() {
        let _late = wait.recv_timeout(LAST_WRITE);
    }
}

/// Returns the bytes that take the mouse or leave it to the terminal.
pub(super) fn take_mouse(takes: bool) -> &'static [u8] {
    MOUSE.store(takes, Ordering::SeqCst);
    if takes { MOUSE_ON } else { MOUSE_OFF }
}

/// Returns the bytes that turn the kitty keyboard protocol on; none if it is on.
pub(super) fn use_keyboard_protocol() -> &'static [u8] {
    if KEYBOARD_PROTOCOL.swap(true, Ordering::SeqCst) { b"" } else { KEYBOARD_ON }
}

/// Returns the bytes that make xterm tell keys apart; none where the keyboard protocol already does.
pub(super) fn use_other_keys() -> &'static [u8] {
    let is_needless = KEYBOARD_PROTOCOL.load(Ordering::SeqCst) || OTHER_KEYS.swap(true, Ordering::SeqCst);
    if is_needless { b"" } else { OTHER_KEYS_ON }
}

/// Notes that a frame is marked as one.
pub(super) fn note_marks() {
    MARKS.store(true, Ordering::SeqCst);
}

/// Notes that a link was written.
pub(super) fn note_links() {
    LINKS.store(true, Ordering::SeqCst);
}

/// Notes whether the icon shows something that must be taken back.
pub(super) fn note_progress(shows: bool) {
    PROGRESS.store(shows, Ordering::SeqCst);
}

/// Tells whether some thread has panicked; nothing is drawn then.
pub(super) fn has_panicked() -> bool {
    PANICKED.load(Ordering::SeqCst)
}

/// Makes every panic give the terminal back before it speaks, and wake the loop so that it ends.
pub(super) fn restore_on_panic(wake: impl Fn() + Send + Sync + 'static) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let has_terminal = BEFORE.try_lock().map_or(true, |before| before.is_some());
        if has_terminal {
            PANICKED.store(true, Ordering::SeqCst);
            leave();
            wake();
        }
        before(panic);
    }));
}
