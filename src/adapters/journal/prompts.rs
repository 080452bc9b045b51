//! The prompts of a workspace's sessions, for who looks for one again.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::folder::list;
use crate::session::{Event, EventKind};

/// So many sessions are looked through, and so many bytes of them.
const SESSIONS: usize = 100;
const BYTES: u64 = 128 << 20;
/// A longer prompt is left out.
const PROMPT_BYTES: usize = 64 << 10;
/// What tells the line of a prompt, and where in the line it stands at the latest.
const MARK: &[u8] = b"\"turn_started\"";
const HEAD: usize = 120;

/// Returns at most so many prompts of the sessions of `workspace`, the newest first, each once. It blocks.
///
/// What cannot be read is passed over: it is a comfort, no more.
pub fn prompts(folder: &Path, workspace: &Path, most: usize) -> Vec<String> {
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    let mut left = BYTES;
    for entry in list(folder, workspace).unwrap_or_default().into_iter().take(SESSIONS) {
        if found.len() >= most || entry.bytes > left {
            break;
        }
        left -= entry.bytes;
        for prompt in of(&entry.path, entry.bytes).into_iter().rev() {
            if found.len() < most && known.insert(prompt.clone()) {
                found.push(prompt);
            }
        }
    }
    found
}

/// Returns the prompts of one journal, the oldest first.
fn of(path: &Path, bytes: u64) -> Vec<String> {
    let Ok(file) = File::open(path) else { return Vec::new() };
    // The journal may be in use and grow meanwhile.
    let mut lines = BufReader::with_capacity(64 << 10, file.take(bytes));
    let (mut found, mut line) = (Vec::new(), Vec::new());
    while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        let head = &line[..line.len().min(HEAD)];
        if head.windows(MARK.len()).any(|part| part == MARK)
            && let Ok(Event { kind: EventKind::TurnStarted { prompt, .. }, .. }) = serde_json::from_slice(&line)
            && prompt.len() <= PROMPT_BYTES
            && !prompt.trim().is_empty()
        {
            found.push(prompt);
        }
        line.clear();
    }
    found
}
