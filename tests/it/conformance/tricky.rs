//! Rows of the `tricky` corpus: the same as `review`, made by hand of what is easily got wrong.

use serde_json::Value;

use super::Outcome;
use super::review::{check, with_family};

pub(crate) fn run(row: &Value) -> Option<Outcome> {
    let is_known = matches!(row["level"].as_str(), Some("runs" | "lines"));
    is_known.then(|| Outcome::of(&with_family(row, &row["name"]), check(row)))
}
