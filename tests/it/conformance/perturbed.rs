//! The perturbed corpus: real edits, damaged the way models damage them. A wrong text is the one sin.

use serde_json::Value;

use super::neutral::{apply_edits, same_files, texts};
use super::{Column, Outcome};

/// Runs a row; it is counted by its kind of damage: right, an error, or wrong.
pub(crate) fn run(row: &Value) -> Option<Outcome> {
    let damage = row["perturbation"].as_str().unwrap_or("unnamed").to_owned();
    let expected = &row["expected"];
    if !row["before"].is_object() || !row["edits"].is_array() || !expected.is_object() {
        let reason = "before, edits and expected are not what such a row has".to_owned();
        return Some(Outcome { tally: None, ..Outcome::of(row, Err(reason)) });
    }
    let after = expected.get("after").filter(|after| after.is_object()).map(texts);
    let must_apply = expected["allowed"].as_array().is_some_and(|allowed| allowed.iter().all(|word| word == "after"));
    let (column, result) = match (apply_edits(row), after) {
        (Err(error), _) if must_apply => {
            (Column::Error, Err(format!("{damage}, an error where a text must be: {error}")))
        }
        (Err(_), _) => (Column::Error, Ok(())),
        (Ok(files), Some(after)) => match same_files(&files, &after) {
            Ok(()) => (Column::Right, Ok(())),
            Err(reason) => (Column::Wrong, Err(format!("{damage}, wrong: {reason}"))),
        },
        (Ok(_), None) => (Column::Wrong, Err(format!("{damage}, applied where only an error is right"))),
    };
    Some(Outcome { tally: Some((damage, column)), ..Outcome::of(row, result) })
}
