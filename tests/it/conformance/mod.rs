//! Runs the corpora of a folder against the library and says, file by file, what holds.
//!
//! The folder, or one file, is named by `ADIT_CORPUS`; without it the test passes with a line that says so. A corpus is
//! a file of JSON lines, plain or gzipped, known by its name, or else by what its rows look like. Rows that no rule is
//! for are counted as skipped; a line that is no row, and a row that breaks its rules, fail with a reason. Cases
//! that are believed wrong stand in `tests/it/disputed.toml` with the reason.

mod cassettes;
mod changes;
mod merges;
mod neutral;
mod perturbed;
mod review;
mod selection;
mod sessions;
mod tricky;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What one case came to.
pub(crate) struct Outcome {
    /// The family under which it is counted.
    pub(crate) family: String,
    /// Which case.
    pub(crate) id: String,
    /// Why it failed, if it did.
    pub(crate) result: Result<(), String>,
    /// Whether the case itself is disputed; it is then neither passed nor failed.
    pub(crate) disputed: bool,
    /// Under what else it is counted, and in which column.
    pub(crate) tally: Option<(String, Column)>,
}

/// How an edit came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// The expected text.
    Right,
    /// An error.
    Error,
    /// Another text.
    Wrong,
}

impl Outcome {
    /// Returns the outcome of a row, under its family.
    pub(crate) fn of(row: &Value, result: Result<(), String>) -> Self {
        let field = |name: &str| row[name].as_str().unwrap_or("unnamed").to_owned();
        let id = ["id", "name"].iter().find_map(|name| row[name].as_str()).unwrap_or("unnamed").to_owned();
        Self { family: field("family"), disputed: is_disputed(&id), id, result, tally: None }
    }
}

/// Runs one row; none where the rules are for other kinds of rows.
type Runner = fn(&Value) -> Option<Outcome>;

/// The corpora that are known, by the start of the file's name; of several runners each takes its kinds of rows.
const RUNNERS: &[(&str, Runner)] = &[
    ("cassettes", cassettes::run),
    ("changes", changes::run),
    ("merges", merges::run),
    ("neutral", neutral::run),
    ("neutral", selection::run),
    ("perturbed", perturbed::run),
    ("review", review::run),
    ("sessions", sessions::run),
    ("tricky", tricky::run),
];

/// What the rows of each corpus have and those of the others have not, for files of another name.
const SHAPES: &[(&str, &str)] = &[
    ("body_base64", "cassettes"),
    ("files", "changes"),
    ("theirs", "merges"),
    ("perturbation", "perturbed"),
    ("steps", "sessions"),
    ("level", "review"),
    ("semantics", "neutral"),
    ("kind", "neutral"),
];

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpora are named by the environment")]
fn corpora_hold() {
    let folder = std::env::var("ADIT_CORPUS").unwrap_or_default();
    if folder.is_empty() {
        say("conformance: skipped, ADIT_CORPUS is not set");
        return;
    }
    let files = match corpus_files(Path::new(&folder)) {
        Ok(files) => files,
        Err(error) => panic!("ADIT_CORPUS names {folder}, which cannot be read: {error}"),
    };
    let failed: usize = files.iter().map(|file| run_file(file)).sum();
    for known in RUNNERS.iter().map(|(known, _)| known).collect::<std::collections::BTreeSet<_>>() {
        let is_there = |file: &PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(known));
        if !files.iter().any(is_there) {
            say(&format!("{known}: not there"));
        }
    }
    assert_eq!(failed, 0, "{failed} cases fail that must hold; each is listed above");
}

/// Writes past the test harness, which would keep a passing test's words to itself.
pub(crate) fn say(line: &str) {
    // A closed standard output must not fail the test.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn corpus_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    if folder.is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

/// Runs one file and returns how many cases failed.
fn run_file(file: &Path) -> usize {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(stem) = name.strip_suffix(".jsonl.gz").or_else(|| name.strip_suffix(".jsonl")) else {
        say(&format!("{name}: skipped, not a .jsonl or .jsonl.gz file"));
        return 0;
    };
    let (rows, mut unreadable) = rows(file);
    let known = RUNNERS.iter().map(|(known, _)| *known).find(|known| stem.starts_with(known));
    let shape = || {
        let (_, known) = SHAPES.iter().find(|(field, _)| rows.first().is_some_and(|row| !row[field].is_null()))?;
        say(&format!("{stem}: its rows look like those of {known}"));
        Some(*known)
    };
    let Some(known) = known.or_else(shape) else {
        say(&format!("{stem}: skipped, no rules for this name or for rows like these"));
        return 0;
    };
    let (mut outcomes, mut skipped): (Vec<Outcome>, BTreeMap<String, usize>) = Default::default();
    for (number, row) in rows.iter().enumerate() {
        let runners = RUNNERS.iter().filter(|(name, _)| *name == known);
        let found: Vec<Outcome> = runners.filter_map(|(_, runner)| run_row(*runner, row, number)).collect();
        if found.is_empty() {
            let kind =
                ["kind", "level", "op"].iter().find_map(|field| row[field].as_str()).unwrap_or("that is not told");
            *skipped.entry(kind.to_owned()).or_default() += 1;
        }
        outcomes.extend(found);
    }
    outcomes.append(&mut unreadable);
    let failed = report(stem, &outcomes);
    for (kind, count) in skipped {
        say(&format!("  {count} rows of kind {kind} skipped, no rules for them"));
    }
    failed
}

/// Runs one row; a rule that panics on it has failed.
fn run_row(runner: Runner, row: &Value, number: usize) -> Option<Outcome> {
    std::panic::catch_unwind(|| runner(row)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let reason = format!("row {}: {}", number + 1, words.unwrap_or("it panics"));
        Some(Outcome::of(row, Err(reason)))
    })
}

/// Returns a file's rows, and a failed outcome for each line that is none.
fn rows(file: &Path) -> (Vec<Value>, Vec<Outcome>) {
    let failed = |place: &str, reason: String| Outcome {
        family: "unreadable".to_owned(),
        id: place.to_owned(),
        result: Err(reason),
        disputed: false,
        tally: None,
    };
    let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
    let open = match File::open(file) {
        Ok(open) => open,
        Err(error) => return (rows, vec![failed("the file", error.to_string())]),
    };
    let mut plain: Box<dyn BufRead> = if file.extension().is_some_and(|end| end == "gz") {
        Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(open)))
    } else {
        Box::new(BufReader::new(open))
    };
    for number in 1.. {
        let mut line = Vec::new();
        match plain.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) => match serde_json::from_slice::<Value>(&line) {
                Ok(row) => rows.push(row),
                Err(error) => unreadable.push(failed(&format!("line {number}"), error.to_string())),
            },
            Err(error) => {
                unreadable.push(failed(&format!("line {number} and what follows"), error.to_string()));
                break;
            }
        }
    }
    (rows, unreadable)
}

/// Prints the counts by family and the cases that failed, and returns how many did.
fn report(stem: &str, outcomes: &[Outcome]) -> usize {
    let mut families: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut total = [0; 3];
    for outcome in outcomes {
        let column = if outcome.disputed { 2 } else { usize::from(outcome.result.is_err()) };
        families.entry(&outcome.family).or_default()[column] += 1;
        total[column] += 1;
    }
    let counts = |name: &str, [passed, failed, disputed]: [usize; 3]| {
        let disputed = if disputed > 0 { format!(", {disputed} disputed") } else { String::new() };
        say(&format!("{name}: {passed} passed, {failed} failed{disputed}"));
    };
    counts(stem, total);
    for (family, column) in families {
        counts(&format!("{stem} {family}"), column);
    }
    tallies(stem, outcomes);
    for outcome in outcomes {
        let reason = match (&outcome.result, outcome.disputed) {
            (Ok(()), false) => continue,
            (Err(reason), false) => format!("FAILED {}: {}", outcome.id, short(reason)),
            (Ok(()), true) => format!("disputed {}, though it passes", outcome.id),
            (Err(reason), true) => format!("disputed {}: {}", outcome.id, short(reason)),
        };
        say(&format!("  {reason}"));
    }
    total[1]
}

/// Prints how the edits came out, by what they are counted under.
fn tallies(stem: &str, outcomes: &[Outcome]) {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut all = [0; 3];
    for (name, column) in outcomes.iter().filter_map(|outcome| outcome.tally.as_ref()) {
        counts.entry(name).or_default()[*column as usize] += 1;
        all[*column as usize] += 1;
    }
    if counts.is_empty() {
        return;
    }
    for (name, [right, errors, wrong]) in counts.into_iter().chain([("all", all)]) {
        say(&format!("{stem} by {name}: {right} right, {errors} errors, {wrong} wrong"));
    }
}

/// Returns the start of a reason, on one line.
fn short(reason: &str) -> String {
    reason.chars().take(400).flat_map(char::escape_debug).collect()
}

fn is_disputed(id: &str) -> bool {
    let table: toml::Table =
        include_str!("../disputed.toml").parse().expect("disputed.toml is a table of id and reason");
    table.contains_key(id)
}
