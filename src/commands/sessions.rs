//! `adit sessions`: a workspace's sessions for people: when, how much is pending, what was asked, where.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use adit::adapters::journal::{self, Events, JournalEntry};
use adit::safe::{written, written_in_line};
use adit::session::{EventKind, Millis, SessionState};

use super::output::print;
use crate::launch::workspace;
use crate::places::Places;
use crate::stop::Stop;

/// So many sessions are shown.
const SHOWN: usize = 20;
/// A larger journal is not read to its end.
const WHOLE_LIMIT: u64 = 32 << 20;
/// Of a larger one so many events are looked at for the first prompt.
const LOOKED_AT: usize = 200;
/// Of the first prompt so many characters are shown.
const PROMPT_CHARS: usize = 60;

/// Prints the list.
pub(crate) fn show(places: &Places, path: Option<&Path>) -> Result<ExitCode, Stop> {
    let root = workspace(path)?;
    let sessions = journal::list(&places.sessions(), &root).map_err(|fault| Stop::new(fault.to_string()))?;
    if sessions.is_empty() {
        return print(&format!("no sessions of {} yet\n", root.display()));
    }
    print(&written(&listing(&sessions), None))
}

/// Returns the list, the session used last first.
fn listing(entries: &[JournalEntry]) -> String {
    let mut out = String::new();
    for entry in entries.iter().take(SHOWN) {
        let path = entry.path.display();
        // Writing into a String cannot fail.
        let _ = match Summary::read(entry) {
            Ok(Summary { started, prompt, pending }) => {
                let prompt = prompt.map_or_else(|| "(no prompt)".to_owned(), |prompt| shortened(&prompt));
                writeln!(out, "{}  {pending:<12}  {prompt}\n    {path}", local(started))
            }
            Err(reason) => writeln!(out, "(cannot be read: {reason})\n    {path}"),
        };
    }
    if entries.len() > SHOWN {
        let _ = writeln!(out, "and {} older ones", entries.len() - SHOWN);
    }
    out
}

/// What is told of one session.
struct Summary {
    started: Millis,
    prompt: Option<String>,
    pending: String,
}

impl Summary {
    fn read(entry: &JournalEntry) -> Result<Self, String> {
        let is_whole = entry.bytes <= WHOLE_LIMIT;
        let (mut started, mut prompt) = (None, None);
        let mut state = SessionState::default();
        let limit = if is_whole { usize::MAX } else { LOOKED_AT };
        for event in Events::open(&entry.path).map_err(|fault| fault.to_string())?.take(limit) {
            let event = event.map_err(|fault| fault.to_string())?;
            started.get_or_insert(event.at);
            if let (None, EventKind::TurnStarted { prompt: text, .. }) = (&prompt, &event.kind) {
                prompt = Some(text.clone());
            }
            if is_whole {
                state.apply(&event);
            } else if prompt.is_some() {
                break;
            }
        }
        let progress = state.review.progress();
        let pending = match (is_whole, progress.pending + progress.conflicts) {
            (false, _) => "large".to_owned(),
            (true, 0) => "-".to_owned(),
            (true, count) => format!("{count} pending"),
        };
        Ok(Self { started: started.unwrap_or_default(), prompt, pending })
    }
}

/// Returns the first line, cut, with what could steer a terminal as pictures.
fn shortened(prompt: &str) -> String {
    let line = prompt.trim().lines().next().unwrap_or_default();
    let short: String = line.chars().take(PROMPT_CHARS).collect();
    let more = if short.len() < prompt.trim().len() { "…" } else { "" };
    format!("{}{more}", written_in_line(&short))
}

/// Returns a time in the user's own zone, to the minute.
fn local(time: Millis) -> String {
    let millis = i64::try_from(time.0).unwrap_or_default();
    let zoned =
        jiff::Timestamp::from_millisecond(millis).map(|time| time.to_zoned_datetime(jiff::tz::TimeZone::system()));
    zoned.map_or_else(|_| "unknown time".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M").to_string())
}
