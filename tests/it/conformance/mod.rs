//! Runs the corpora of a folder against the library and says, file by file, what holds.

mod cassettes;

use std::io::{Read, Write};

/// What one case came to.
pub struct Outcome {
    /// The family under which it is counted.
    pub family: String,
    /// Which case.
    pub id: String,
    /// Why it failed, if it did.
    pub result: Result<(), String>,
    /// Whether the case itself is disputed; it is then neither passed nor failed.
    pub disputed: bool,
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpora are named by the environment")]
fn cassettes_hold() {
    let Ok(folder) = std::env::var("ADIT_CORPUS") else { return };
    let file = std::fs::File::open(std::path::Path::new(&folder).join("cassettes.jsonl.gz")).unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let rows: Vec<_> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let outcomes = cassettes::run(&rows);
    let failed: Vec<_> = outcomes.iter().filter(|outcome| outcome.result.is_err()).collect();
    let mut out = std::io::stdout();
    for outcome in &failed {
        let _ = writeln!(out, "{} {} {:?}", outcome.family, outcome.id, outcome.result);
    }
    for family in ["converse-stream", "converse", "error"] {
        let of = |wanted: bool| {
            outcomes.iter().filter(|outcome| outcome.family == family && outcome.result.is_ok() == wanted).count()
        };
        let _ = writeln!(out, "{family}: {} passed, {} failed", of(true), of(false));
    }
    assert!(failed.is_empty());
}
