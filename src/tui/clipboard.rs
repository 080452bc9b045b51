//! Puts text on the user's clipboard through the terminal (OSC 52), also out of tmux and over ssh.

use base64::Engine as _;

/// Terminals and tmux drop what is longer than some 100,000 bytes of base64.
pub(super) const MAX_BYTES: usize = 74_000;

/// Returns the sequence that sets the clipboard, or none where the text is too long for it.
///
/// Inside tmux it is sent twice: to tmux itself (`set-clipboard on`), and wrapped for the terminal around it
/// (`allow-passthrough on`); whichever is not allowed is dropped there.
pub fn sequence(text: &str, in_tmux: bool) -> Option<Vec<u8>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let plain = format!("\x1b]52;c;{}\x07", base64::engine::general_purpose::STANDARD.encode(text));
    let mut out = plain.clone().into_bytes();
    if in_tmux {
        out.extend_from_slice(b"\x1bPtmux;");
        out.extend_from_slice(plain.replace('\x1b', "\x1b\x1b").as_bytes());
        out.extend_from_slice(b"\x1b\\");
    }
    Some(out)
}

/// Returns what the user is told: how much was copied, or that it was too much.
pub(super) fn words(text: &str) -> String {
    let kilobytes = text.len() / 1000;
    if text.len() > MAX_BYTES {
        return format!("{kilobytes} kB are too much for the terminal's clipboard (74 kB); nothing was copied");
    }
    match text.lines().count() {
        0 | 1 => "copied".to_owned(),
        lines => format!("copied {lines} lines"),
    }
}
