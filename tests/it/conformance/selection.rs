//! Rows of the `neutral` corpus about taking some lines of a change: `checkbox` and `patch_select`.

use adit::review::{Decision, Pick, Refusal};
use serde_json::Value;

use super::Outcome;
use crate::review::desk::{Desk, path, text};

pub(crate) fn run(row: &Value) -> Option<Outcome> {
    match row["kind"].as_str() {
        Some("checkbox") => Some(Outcome::of(row, checkbox(row))),
        Some("patch_select") => Some(match patch_select(row) {
            Selected::Same => Outcome::of(row, Ok(())),
            Selected::Other(reason) => Outcome::of(row, Err(reason)),
            Selected::OtherOrder(reason) => Outcome { disputed: true, ..Outcome::of(row, Err(reason)) },
        }),
        Some(_) | None => None,
    }
}

/// A line of a change, as a patch marks it.
struct Line {
    mark: char,
    text: String,
    is_chosen: bool,
}

impl Line {
    fn is_old(&self) -> bool {
        self.mark != '+'
    }

    fn is_new(&self) -> bool {
        self.mark != '-'
    }
}

/// Decides on the chosen lines; returns what then stands on disk and in the target.
fn decide(lines: &[Line], decision: Decision) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let side = |is_in: fn(&Line) -> bool| lines.iter().filter(move |line| is_in(line)).map(|line| line.text.as_str());
    let (old, new): (String, String) = (side(Line::is_old).collect(), side(Line::is_new).collect());
    let numbers = |is_in: fn(&Line) -> bool, mark: char| -> Vec<usize> {
        let numbered = lines.iter().filter(|line| is_in(line)).enumerate();
        numbered.filter(|(_, line)| line.mark == mark && line.is_chosen).map(|(number, _)| number).collect()
    };
    let pick = Pick::Lines { path: path("f"), removed: numbers(Line::is_old, '-'), added: numbers(Line::is_new, '+') };
    let mut desk = Desk::with("f", Some(text(&old)), Some(text(&new)));
    match desk.decide(&pick, decision) {
        Ok(_) | Err(Refusal::NothingThere(_)) => {}
        Err(refusal) => return Err(refusal),
    }
    let target = desk.target("f").map(|target| target.text.as_bytes().to_vec());
    Ok((desk.bytes("f").to_vec(), target.unwrap_or_default()))
}

fn checkbox(row: &Value) -> Result<(), String> {
    let listed = row["lines"].as_array().ok_or("lines is no list")?;
    let lines: Vec<Line> = listed
        .iter()
        .map(|line| Line {
            mark: line["mark"].as_str().and_then(|mark| mark.chars().next()).unwrap_or('='),
            text: line["line"].as_str().unwrap_or_default().to_owned(),
            is_chosen: line["checked"] == true,
        })
        .collect();
    let (disk, _) = decide(&lines, Decision::Accepted).map_err(|refusal| refusal.to_string())?;
    let wanted = row["expected"]["selected"].as_str().ok_or("selected is no text")?;
    if disk != wanted.as_bytes() {
        return Err(format!("selected {:?}", String::from_utf8_lossy(&disk)));
    }
    // What was not chosen is what rejecting the chosen lines leaves of the proposal.
    let (_, target) = decide(&lines, Decision::Rejected).map_err(|refusal| refusal.to_string())?;
    let wanted = row["expected"]["unselected"].as_str().ok_or("unselected is no text")?;
    if target != wanted.as_bytes() {
        return Err(format!("unselected {:?}", String::from_utf8_lossy(&target)));
    }
    Ok(())
}

/// How a selection compares with what is expected.
enum Selected {
    /// The same, or refused.
    Same,
    /// The same lines, but the row wants a chosen new line before an old one of the same block that stays, where
    /// the rows of `review` want it behind, as git applies a reduced patch.
    OtherOrder(String),
    Other(String),
}

fn patch_select(row: &Value) -> Selected {
    let (Some(patch), Some(wanted)) = (row["patch"].as_str(), row["expected"]["patch"].as_str()) else {
        return Selected::Other("no patch".to_owned());
    };
    let bound = |index: usize| row["select_lines"][index].as_i64().unwrap_or_default();
    let lines = patch_lines(patch, |number| (bound(0)..=bound(1)).contains(&number));
    let is_reverse = row["reverse"] == true;
    let decision = if is_reverse { Decision::Rejected } else { Decision::Accepted };
    let Ok((disk, target)) = decide(&lines, decision) else { return Selected::Same };
    let found = if is_reverse { target } else { disk };
    let found = String::from_utf8_lossy(&found).into_owned();
    // An empty reduced patch changes nothing.
    let reduced = if wanted.is_empty() { lines } else { patch_lines(wanted, |_| false) };
    let keep: fn(&Line) -> bool = match (wanted.is_empty(), is_reverse) {
        (true, false) | (false, true) => Line::is_old,
        (true, true) | (false, false) => Line::is_new,
    };
    let expected: String = reduced.iter().filter(|line| keep(line)).map(|line| line.text.as_str()).collect();
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    if found == expected {
        Selected::Same
    } else if sorted(&found) == sorted(&expected) {
        Selected::OtherOrder("its order of kept old and chosen new lines is not that of git and of `review`".to_owned())
    } else {
        Selected::Other(format!("{found:?}, not {expected:?}"))
    }
}

/// Reads the lines of a patch's hunks; every line of the patch counts for the selection.
fn patch_lines(patch: &str, is_chosen: impl Fn(i64) -> bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut hunks = 0;
    for (number, line) in patch.lines().enumerate() {
        if line.starts_with("@@") {
            hunks += 1;
            // Whatever lies between two hunks stands for itself.
            lines.push(Line { mark: '=', text: format!("before hunk {hunks}\n"), is_chosen: false });
            continue;
        }
        if hunks == 0 {
            continue;
        }
        if line.starts_with('\\') {
            if let Some(last) = lines.last_mut() {
                last.text.pop();
            }
            continue;
        }
        let mark = line.chars().next().unwrap_or(' ');
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        lines.push(Line {
            mark,
            text: format!("{}\n", line.get(1..).unwrap_or_default()),
            is_chosen: is_chosen(number),
        });
    }
    lines
}
