//! Runs the corpora of a folder against the library and says, file by file, what holds.
//!
//! The folder is named by `ADIT_CORPUS`; without it the test passes with a line that says so. A corpus is a file
//! of JSON lines, plain or gzipped, known by its name. Kinds that are not known are reported, not failed. Cases
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
use std::io::{BufRead, BufReader, Read, Write};
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
}

impl Outcome {
    /// Returns the outcome of a row, under its family.
    pub(crate) fn of(row: &Value, result: Result<(), String>) -> Self {
        let field = |name: &str| row[name].as_str().unwrap_or("unnamed").to_owned();
        let id = field("id");
        Self { family: field("family"), disputed: is_disputed(&id), id, result }
    }
}

type Runner = fn(&[Value]) -> Vec<Outcome>;

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

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpora are named by the environment")]
fn corpora_hold() {
    let folder = std::env::var("ADIT_CORPUS").unwrap_or_default();
    if folder.is_empty() {
        say("conformance: skipped, ADIT_CORPUS is not set");
        return;
    }
    let files = corpus_files(Path::new(&folder));
    let mut failed = 0;
    for file in &files {
        failed += run_file(file);
    }
    assert_eq!(failed, 0, "{failed} cases fail that must hold; each is listed above");
}

/// Writes past the test harness, which would keep a passing test's words to itself.
pub(crate) fn say(line: &str) {
    // A closed standard output must not fail the test.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn corpus_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("ADIT_CORPUS names {}, which cannot be read: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder's entry can be read").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// Runs one file and returns how many cases failed.
fn run_file(file: &Path) -> usize {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(stem) = name.strip_suffix(".jsonl.gz").or_else(|| name.strip_suffix(".jsonl")) else {
        say(&format!("{name}: skipped, not a .jsonl or .jsonl.gz file"));
        return 0;
    };
    let runners: Vec<Runner> =
        RUNNERS.iter().filter(|(known, _)| stem.starts_with(known)).map(|(_, runner)| *runner).collect();
    if runners.is_empty() {
        say(&format!("{name}: skipped, no rules for this name"));
        return 0;
    }
    let rows = rows(file);
    let outcomes: Vec<Outcome> = runners.into_iter().flat_map(|runner| runner(&rows)).collect();
    report(stem, &outcomes)
}

fn rows(file: &Path) -> Vec<Value> {
    let open = File::open(file).unwrap_or_else(|error| panic!("cannot open {}: {error}", file.display()));
    let plain: Box<dyn Read> = if file.extension().is_some_and(|end| end == "gz") {
        Box::new(flate2::read::MultiGzDecoder::new(open))
    } else {
        Box::new(open)
    };
    let lines = BufReader::new(plain).lines().map(|line| line.expect("a corpus is UTF-8 text"));
    lines
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{} line {}: {error}", file.display(), at + 1))
        })
        .collect()
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

/// Returns the start of a reason, on one line.
fn short(reason: &str) -> String {
    reason.chars().take(400).flat_map(char::escape_debug).collect()
}

fn is_disputed(id: &str) -> bool {
    let table: toml::Table =
        include_str!("../disputed.toml").parse().expect("disputed.toml is a table of id and reason");
    table.contains_key(id)
}
