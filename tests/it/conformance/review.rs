//! Rows of the `review` corpus: a part of a proposal is accepted, by run or by line.

use adit::review::{Decision, Pick};
use serde_json::Value;

use super::Outcome;
use crate::review::desk::{Desk, path, text};

pub(crate) fn run(row: &Value) -> Option<Outcome> {
    let is_known = matches!(row["level"].as_str(), Some("runs" | "lines"));
    is_known.then(|| Outcome::of(&with_family(row, &row["level"]), check(row)))
}

/// Returns a row that is counted under another family.
pub(crate) fn with_family(row: &Value, family: &Value) -> Value {
    let mut row = row.clone();
    row["family"] = family.clone();
    row
}

pub(crate) fn check(row: &Value) -> Result<(), String> {
    let field = |name: &str| row[name].as_str().ok_or_else(|| format!("{name} is no text"));
    let mut desk = Desk::with("f", Some(text(field("before")?)), Some(text(field("proposal")?)));
    let runs = match desk.review.file(&path("f")) {
        Some(change) => change.diff.runs.clone(),
        None => Vec::new(),
    };
    let found: Vec<[usize; 4]> =
        runs.iter().map(|run| [run.old.start, run.old.len(), run.new.start, run.new.len()]).collect();
    let wanted: Vec<[usize; 4]> = serde_json::from_value(row["runs"].clone()).map_err(|error| error.to_string())?;
    if found != wanted {
        return Err(format!("runs {found:?}, not {wanted:?}"));
    }
    let numbers = |name: &str| -> Vec<usize> { serde_json::from_value(row[name].clone()).unwrap_or_default() };
    let pick = match row["level"].as_str() {
        Some("runs") => Pick::Runs { path: path("f"), runs: numbers("accept_runs") },
        Some("lines") => Pick::Lines {
            path: path("f"),
            removed: numbers("accept_deleted_lines"),
            added: numbers("accept_added_lines"),
        },
        other => return Err(format!("level {other:?} is not known")),
    };
    let is_empty = match &pick {
        Pick::Runs { runs, .. } => runs.is_empty(),
        Pick::Lines { removed, added, .. } => removed.is_empty() && added.is_empty(),
        _ => false,
    };
    if !is_empty {
        desk.decide(&pick, Decision::Accepted).map_err(|refusal| refusal.to_string())?;
    }
    let expected = field("expected")?.as_bytes();
    if desk.bytes("f") != expected {
        return Err(format!("wrong text {:?}", String::from_utf8_lossy(desk.bytes("f"))));
    }
    let target = desk.target("f").map_or(&b""[..], |target| target.text.as_bytes());
    if target != field("proposal")?.as_bytes() {
        return Err("accepting changed the proposal".to_owned());
    }
    // The rest rejected, the disk keeps what was accepted and nothing is left to decide.
    let rest = Pick::File { path: path("f") };
    if desk.review.plan(&rest, Decision::Rejected).is_ok() {
        desk.reject(&rest).map_err(|refusal| refusal.to_string())?;
    }
    if desk.bytes("f") != expected || desk.review.progress().pending != 0 {
        return Err("rejecting the rest touched the disk or left something".to_owned());
    }
    Ok(())
}
