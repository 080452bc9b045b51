//! Rows of the `sessions` corpus: decisions, edits of the model and of the user, and undo, step by step.

use adit::review::{Decision, Pick};
use serde_json::Value;

use super::Outcome;
use super::review::with_family;
use crate::review::desk::{Desk, path, text};

pub(crate) fn run(row: &Value) -> Option<Outcome> {
    Some(Outcome::of(&with_family(row, &"sessions".into()), check(row)))
}

fn check(row: &Value) -> Result<(), String> {
    let field = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).ok_or(format!("{name} is no text"));
    let mut desk = Desk::with("f", Some(text(field(row, "disk")?)), Some(text(field(row, "target")?)));
    let steps = row["steps"].as_array().ok_or("steps is no list")?;
    for (number, step) in steps.iter().enumerate() {
        let at = |reason: String| format!("step {number} ({}): {reason}", step["op"]);
        match step["op"].as_str() {
            Some("accept") => decide(&mut desk, step, Decision::Accepted).map_err(at)?,
            Some("reject") => decide(&mut desk, step, Decision::Rejected).map_err(at)?,
            Some("undo") => desk.undo().map(|_| ()).map_err(|refusal| at(refusal.to_string()))?,
            Some("model_edit") => {
                let (old, new) = (field(step, "old")?, field(step, "new")?);
                let target = desk.target("f").cloned().ok_or("no target")?;
                let target = String::from_utf8_lossy(target.text.as_bytes()).replacen(&old, &new, 1);
                desk.propose("f", None, Some(text(target)));
            }
            Some("user_edit") => desk.edit("f", Some(text(field(step, "disk")?))),
            other => return Err(at(format!("operation {other:?} is not known"))),
        }
        let is_conflict = desk.review.files().any(|change| change.conflict.is_some());
        if is_conflict != step["conflict"].is_number() {
            return Err(at(format!("conflict: {is_conflict}")));
        }
        let after = &step["after"];
        if after.is_object() {
            if desk.bytes("f") != field(after, "disk")?.as_bytes() {
                return Err(at("another text on disk".to_owned()));
            }
            let target = desk.target("f").map_or(&b""[..], |target| target.text.as_bytes());
            if target != field(after, "target")?.as_bytes() {
                return Err(at("another target".to_owned()));
            }
        }
    }
    Ok(())
}

fn decide(desk: &mut Desk, step: &Value, decision: Decision) -> Result<(), String> {
    let number = |name: &str| step["hunk"][name].as_u64().unwrap_or_default() as usize;
    let wanted = (
        number("old_start")..number("old_start") + number("old_lines"),
        number("new_start")..number("new_start") + number("new_lines"),
    );
    let change = desk.review.file(&path("f")).ok_or("the file is not in the review")?;
    let runs = &change.diff.runs;
    let found = runs.iter().position(|run| (run.old.clone(), run.new.clone()) == wanted);
    let index = found.ok_or_else(|| format!("no run {wanted:?} among {runs:?}"))?;
    desk.decide(&Pick::Runs { path: path("f"), runs: vec![index] }, decision).map_err(|refusal| refusal.to_string())?;
    Ok(())
}
