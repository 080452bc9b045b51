//! The perturbed corpus: real edits, damaged the way models damage them. A wrong text is the one sin.

use std::collections::BTreeMap;

use serde_json::Value;

use super::neutral::{apply_edits, same_files, texts};
use super::{Outcome, say};

/// Runs the rows and prints, for each kind of damage, how many came out right, as an error, or wrong.
pub(crate) fn run(rows: &[Value]) -> Vec<Outcome> {
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut outcomes = Vec::new();
    for row in rows {
        let damage = row["perturbation"].as_str().unwrap_or("unnamed").to_owned();
        let applied = apply_edits(row);
        let after = row["expected"].get("after").map(texts);
        let (column, result) = match (applied, after) {
            (Err(_), _) => (1, Ok(())),
            (Ok(files), Some(after)) => match same_files(&files, &after) {
                Ok(()) => (0, Ok(())),
                Err(reason) => (2, Err(format!("{damage}, wrong: {reason}"))),
            },
            (Ok(_), None) => (2, Err(format!("{damage}, applied where only an error is right"))),
        };
        let must_apply =
            row["expected"]["allowed"].as_array().is_some_and(|allowed| allowed.iter().all(|word| word == "after"));
        let result =
            if column == 1 && must_apply { Err(format!("{damage}, an error where a text must be")) } else { result };
        counts.entry(damage).or_default()[column] += 1;
        outcomes.push(Outcome::of(row, result));
    }
    let total = counts.values().fold([0; 3], |sum, row| [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]]);
    for (damage, [right, errors, wrong]) in counts.iter().chain([(&"all".to_owned(), &total)]) {
        say(&format!("perturbed by {damage}: {right} right, {errors} errors, {wrong} wrong"));
    }
    outcomes
}
