//! Runs the corpora of a folder against the library and says, file by file, what holds.
//!
//! The folder, or one file, is named by `ADIT_CORPUS`; without it the test passes with a line that says so. A corpus is
//! a file of JSON lines, plain or gzipped, known by its name, or else by what its rows look like. Rows of a kind that no
//! rule is for are counted as skipped. What cannot be judged fails with a reason: a line that is no row, a row without
//! the fields of its kind, a file of an unknown family, a folder without any. Cases that are believed wrong stand in `tests/it/disputed.toml` with the reason.

mod broken;
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

/// Stands for a name that a row does not tell.
const UNNAMED: &str = "unnamed";

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
        let field = |name: &str| row[name].as_str().unwrap_or(UNNAMED).to_owned();
        let id = ["id", "name"].iter().find_map(|name| row[*name].as_str()).unwrap_or(UNNAMED).to_owned();
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
    let failed = run_folder(Path::new(&folder), &mut say);
    assert_eq!(failed, 0, "{failed} cases fail that must hold; each is listed above");
}

/// Runs all corpora of a folder and returns how many cases failed.
fn run_folder(folder: &Path, say: &mut dyn FnMut(&str)) -> usize {
    let files = match corpus_files(folder) {
        Ok(files) => files,
        Err(error) => {
            say(&format!("FAILED {}: it cannot be read: {error}", folder.display()));
            return 1;
        }
    };
    let mut failed: usize = files.iter().map(|file| run_file(file, say)).sum();
    if !files.iter().any(|file| stem(file).is_some()) {
        say(&format!("FAILED {}: there is no .jsonl or .jsonl.gz file in it", folder.display()));
        failed += 1;
    }
    for known in RUNNERS.iter().map(|(known, _)| known).collect::<std::collections::BTreeSet<_>>() {
        if !files.iter().filter_map(|file| stem(file)).any(|stem| stem.starts_with(known)) {
            say(&format!("{known}: not there"));
        }
    }
    failed
}

/// Returns the name of a corpus file without its endings; none for other files.
fn stem(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_string_lossy().into_owned();
    name.strip_suffix(".jsonl.gz").or_else(|| name.strip_suffix(".jsonl")).map(str::to_owned)
}

/// Writes past the test harness, which would keep a passing test's words to itself.
fn say(line: &str) {
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
fn run_file(file: &Path, say: &mut dyn FnMut(&str)) -> usize {
    let Some(stem) = stem(file) else {
        say(&format!("{}: skipped, not a .jsonl or .jsonl.gz file", file.display()));
        return 0;
    };
    let (rows, mut outcomes) = rows(file);
    let known = RUNNERS.iter().map(|(known, _)| *known).find(|known| stem.starts_with(known));
    let mut shape = || {
        let (_, known) = SHAPES.iter().find(|(field, _)| rows.iter().any(|(_, row)| !row[*field].is_null()))?;
        say(&format!("{stem}: its rows look like those of {known}"));
        Some(*known)
    };
    let Some(known) = known.or_else(&mut shape) else {
        outcomes.push(unjudged("unknown", &stem, "there are no rules for this name or for rows like these".to_owned()));
        return report(&stem, &outcomes, say);
    };
    let mut skipped: BTreeMap<String, usize> = BTreeMap::new();
    for (number, row) in &rows {
        let runners = RUNNERS.iter().filter(|(name, _)| *name == known);
        let found: Vec<Outcome> = runners.filter_map(|(_, runner)| run_row(*runner, row, *number)).collect();
        if found.is_empty() {
            match ["kind", "level", "op"].iter().find_map(|field| row[*field].as_str()) {
                Some(kind) => *skipped.entry(kind.to_owned()).or_default() += 1,
                None => outcomes.push(unjudged("unreadable", &place(*number), "it does not say its kind".to_owned())),
            }
        }
        outcomes.extend(found);
    }
    if outcomes.is_empty() {
        outcomes.push(unjudged("unreadable", &stem, "not one of its rows could be judged".to_owned()));
    }
    let failed = report(&stem, &outcomes, say);
    for (kind, count) in skipped {
        say(&format!("  {count} rows of kind {kind} skipped, no rules for them"));
    }
    failed
}

fn place(number: usize) -> String {
    format!("line {number}")
}

/// Returns the failure of something that cannot be judged.
fn unjudged(family: &str, place: &str, reason: String) -> Outcome {
    Outcome { family: family.to_owned(), id: place.to_owned(), result: Err(reason), disputed: false, tally: None }
}

/// Runs one row; a rule that panics on it has failed. A row without a name is named by its line.
fn run_row(runner: Runner, row: &Value, number: usize) -> Option<Outcome> {
    let outcome = std::panic::catch_unwind(|| runner(row)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Some(Outcome::of(row, Err(format!("{}: {}", place(number), words.unwrap_or("it panics")))))
    });
    outcome.map(|outcome| if outcome.id == UNNAMED { Outcome { id: place(number), ..outcome } } else { outcome })
}

/// Returns a file's rows with their lines, and a failed outcome for each line that is none.
fn rows(file: &Path) -> (Vec<(usize, Value)>, Vec<Outcome>) {
    let failed = |place: &str, reason: String| unjudged("unreadable", place, reason);
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
                Ok(row) if row.is_object() => rows.push((number, row)),
                Ok(_) => unreadable.push(failed(&place(number), "it is JSON, but no object".to_owned())),
                Err(error) => unreadable.push(failed(&place(number), error.to_string())),
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
fn report(stem: &str, outcomes: &[Outcome], say: &mut dyn FnMut(&str)) -> usize {
    let mut families: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut total = [0; 3];
    for outcome in outcomes {
        let column = if outcome.disputed { 2 } else { usize::from(outcome.result.is_err()) };
        families.entry(&outcome.family).or_default()[column] += 1;
        total[column] += 1;
    }
    let mut counts = |name: &str, [passed, failed, disputed]: [usize; 3]| {
        let disputed = if disputed > 0 { format!(", {disputed} disputed") } else { String::new() };
        say(&format!("{name}: {passed} passed, {failed} failed{disputed}"));
    };
    counts(stem, total);
    for (family, column) in families {
        counts(&format!("{stem} {family}"), column);
    }
    tallies(stem, outcomes, say);
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
fn tallies(stem: &str, outcomes: &[Outcome], say: &mut dyn FnMut(&str)) {
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
