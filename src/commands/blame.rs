//! `adit blame`: which prompt each line of a file came from, by git's blame and what adit recorded of its commits.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use adit::adapters::git::{BlamedLine, GitRepository, LineOrigin};
use adit::adapters::journal::{self, Events, JournalEntry};
use adit::cli::BlameArgs;
use adit::engine::{CommitFault, Repository as _};
use adit::path::RelPath;
use adit::review::{Maker, Text, carried_marks};
use adit::safe::{written, written_in_line, written_json};
use adit::session::{CommittedLines, EventKind, Provenance, SessionState};
use serde_json::json;

use super::output::print;
use crate::launch::workspace;
use crate::places::Places;
use crate::stop::Stop;

/// What a line came from is shown in so many columns.
const SOURCE_COLUMNS: usize = 40;
/// A larger journal is not folded for what is not committed yet.
const WHOLE_LIMIT: u64 = 32 << 20;

/// Prints the lines, each with its commit and the prompt behind it.
pub(crate) fn blame(places: &Places, arguments: &BlameArgs) -> Result<ExitCode, Stop> {
    let folder = arguments.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = workspace(Some(folder))?;
    let path = inside(&root, folder, &arguments.file)?;
    let repository = GitRepository::discover(&root);
    let stop = |fault: CommitFault| Stop { hint: fault.hint, ..Stop::new(fault.message) };
    let lines = repository.blame(&path).map_err(stop)?;
    let sessions = places.sessions();
    let mut journals = journal::list(&sessions, &root).map_err(|fault| Stop::new(fault.to_string()))?;
    let newest = journals.first().cloned();
    // A commit may have been made in another working tree of the repository; what cannot be listed tells nothing.
    journals.extend(repository.elsewhere().iter().flat_map(|tree| journal::list(&sessions, tree).unwrap_or_default()));
    let mut records = Records::read(&journals, &repository);
    let uncommitted = newest.as_ref().and_then(|newest| uncommitted(newest, &path, &lines));
    let (first, last) = arguments.range().map_err(Stop::usage)?;
    let mut told: Vec<(String, String)> = Vec::new();
    let mut out = String::new();
    let digits = lines.len().max(1).ilog10() as usize + 1;
    for (number, line) in lines.iter().enumerate().filter(|(number, _)| (first..=last).contains(&(number + 1))) {
        let behind = match &line.origin {
            Some(origin) => records.behind(origin),
            None => uncommitted.as_ref().and_then(|found| found.behind(&path, number)),
        };
        if arguments.json {
            let _ = writeln!(out, "{}", written_json(&as_json(number, line, behind.as_ref()).to_string()));
            continue;
        }
        let commit = line.origin.as_ref().map_or("--------", |origin| &origin.commit.id[..8]);
        let source = source(line, behind.as_ref());
        let text = String::from_utf8_lossy(&line.text);
        let text = text.trim_end_matches(['\n', '\r']);
        // Writing into a String cannot fail.
        let _ = writeln!(out, "{commit}  {source}  {:>digits$}  {}", number + 1, written(text, None));
        if let Some(Behind { turn: Some((turn, Some(prompt))), session, .. }) = behind {
            let entry = (format!("turn {turn} ({session})"), prompt);
            if arguments.prompts && !told.contains(&entry) {
                told.push(entry);
            }
        }
    }
    for (turn, prompt) in told {
        let _ = write!(out, "\n{turn}:\n");
        for line in prompt.lines() {
            let _ = writeln!(out, "    {}", written(line, None));
        }
    }
    print(&out)
}

/// Returns the file's path in the workspace.
fn inside(root: &Path, folder: &Path, file: &Path) -> Result<RelPath, Stop> {
    let refused = || Stop::usage(format!("{} is not a file of {}", file.display(), root.display()));
    let folder = folder.canonicalize().map_err(|_| refused())?;
    let place = folder.join(file.file_name().ok_or_else(refused)?);
    let text = place.strip_prefix(root).ok().and_then(Path::to_str).ok_or_else(refused)?;
    RelPath::new(text).map_err(|fault| Stop::usage(fault.to_string()))
}

/// What is known of who made a line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Behind {
    maker: Maker,
    /// The turn, and its prompt where that is recorded.
    turn: Option<(u32, Option<String>)>,
    /// The journal's name, or where else it is known from.
    session: String,
}

/// What is recorded of one commit, and where.
struct Record {
    provenance: Provenance,
    session: String,
}

impl Record {
    fn behind(&self, path: &RelPath, line: usize) -> Option<Behind> {
        let maker = self.provenance.maker(path, line)?.clone();
        let turn = match &maker {
            Maker::Model { turn, .. } => Some((*turn, self.provenance.prompts.get(turn).cloned())),
            Maker::User => None,
        };
        Some(Behind { maker, turn, session: self.session.clone() })
    }
}

/// What journals and notes tell of commits.
struct Records<'a> {
    repository: &'a GitRepository,
    /// By the commit's id; none for a commit of which nothing is known.
    known: HashMap<String, Option<Record>>,
    /// The ids of recorded commits by the first line of their message.
    by_summary: HashMap<String, Vec<String>>,
}

impl<'a> Records<'a> {
    /// Reads the commits of all journals; one that cannot be read to its end tells what it can.
    fn read(journals: &[JournalEntry], repository: &'a GitRepository) -> Self {
        let mut records = Self { repository, known: HashMap::new(), by_summary: HashMap::new() };
        for journal in journals {
            let Ok(events) = Events::open(&journal.path) else { continue };
            let mut prompts: Vec<String> = Vec::new();
            for event in events.map_while(Result::ok) {
                match event.kind {
                    EventKind::TurnStarted { turn, prompt, .. } => {
                        prompts.resize(turn.0.saturating_sub(1) as usize, String::new());
                        prompts.push(prompt);
                    }
                    EventKind::Committed { id, summary, made, .. } if !made.is_empty() => {
                        let provenance = Provenance::of(&made, &prompts);
                        records.by_summary.entry(summary).or_default().push(id.clone());
                        records.known.insert(id, Some(Record { provenance, session: name(journal) }));
                    }
                    _ => {}
                }
            }
        }
        records
    }

    fn behind(&mut self, origin: &LineOrigin) -> Option<Behind> {
        let (id, path) = (&origin.commit.id, origin.path.as_ref()?);
        let found = match self.known.get(id) {
            Some(known) => return known.as_ref()?.behind(path, origin.line),
            None => self.noted(id).or_else(|| self.rewritten(id, &origin.commit.summary)),
        };
        let behind = found.as_ref().and_then(|record| record.behind(path, origin.line));
        self.known.insert(id.clone(), found);
        behind
    }

    fn noted(&self, id: &str) -> Option<Record> {
        let provenance = Provenance::from_note(&self.repository.note(id)?)?;
        Some(Record { provenance, session: "from the commit's note".to_owned() })
    }

    /// Returns what is known of a commit that an amend, a rebase or a cherry-pick made of a recorded one: it has the
    /// same first line, and the recorded one is still there to compare with.
    fn rewritten(&self, id: &str, summary: &str) -> Option<Record> {
        for recorded in self.by_summary.get(summary)?.iter().rev() {
            let Some(Some(record)) = self.known.get(recorded) else { continue };
            let carried = record.provenance.files.iter().filter_map(|file| {
                let before = self.repository.committed_text(recorded, &file.path)?;
                let after = self.repository.committed_text(id, &file.path)?;
                let lines = carried_marks(&file.lines, &before, &after);
                (!lines.is_empty()).then(|| CommittedLines { path: file.path.clone(), lines })
            });
            let files: Vec<CommittedLines> = carried.collect();
            if !files.is_empty() {
                let provenance = Provenance { prompts: record.provenance.prompts.clone(), files };
                return Some(Record { provenance, session: record.session.clone() });
            }
        }
        None
    }
}

/// Returns who made the lines that are accepted and not committed, by the session used last.
fn uncommitted(journal: &JournalEntry, path: &RelPath, lines: &[BlamedLine]) -> Option<Record> {
    if journal.bytes > WHOLE_LIMIT || lines.iter().all(|line| line.origin.is_some()) {
        return None;
    }
    let mut state = SessionState::default();
    for event in Events::open(&journal.path).ok()?.map_while(Result::ok) {
        state.apply(&event);
    }
    let change = state.review.files().find(|change| change.disk_path() == path)?;
    let standing: Vec<u8> = lines.iter().flat_map(|line| line.text.clone()).collect();
    let accepted = &change.accepted.as_ref()?.text;
    let made = carried_marks(&change.made, accepted, &Text::new(standing));
    let files = [CommittedLines { path: path.clone(), lines: made }];
    Some(Record { provenance: Provenance::of(&files, &state.prompts), session: name(journal) })
}

fn name(journal: &JournalEntry) -> String {
    let name = journal.path.file_stem().unwrap_or_default().to_string_lossy();
    format!("session {name}")
}

/// Returns what a line came from, in a fixed width.
fn source(line: &BlamedLine, behind: Option<&Behind>) -> String {
    let words = match (behind, &line.origin) {
        (Some(Behind { turn: Some((turn, prompt)), .. }), _) => {
            let prompt = prompt.as_deref().unwrap_or_default().trim();
            format!("turn {turn}: {}", prompt.lines().next().unwrap_or_default())
        }
        (Some(Behind { turn: None, .. }), _) => "edited in the review".to_owned(),
        (None, Some(origin)) => origin.commit.author.clone(),
        (None, None) => "not committed".to_owned(),
    };
    let words = written_in_line(&words);
    let mut cut: String = words.chars().take(SOURCE_COLUMNS).collect();
    if cut.len() < words.len() {
        cut.pop();
        cut.push('…');
    }
    format!("{cut:<SOURCE_COLUMNS$}")
}

fn as_json(number: usize, line: &BlamedLine, behind: Option<&Behind>) -> serde_json::Value {
    let mut object = json!({
        "line": number + 1,
        "commit": line.origin.as_ref().map(|origin| &origin.commit.id),
        "author": line.origin.as_ref().map(|origin| &origin.commit.author),
        "text": String::from_utf8_lossy(&line.text).trim_end_matches('\n'),
    });
    if let Some(behind) = behind {
        object["session"] = json!(behind.session);
        match &behind.maker {
            Maker::Model { turn, step, call } => {
                object["turn"] = json!(turn);
                object["step"] = json!(step);
                object["call"] = json!(call);
                object["prompt"] = json!(behind.turn.as_ref().and_then(|(_, prompt)| prompt.clone()));
            }
            Maker::User => object["edited_in_review"] = json!(true),
        }
    }
    object
}
