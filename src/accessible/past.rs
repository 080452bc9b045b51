//! What happened before: the review's points and the way back to one of them, the requests, and who made a change.

use super::parts::Part;
use super::words::{count, first_line, spoken};
use crate::review::{FileChange, Maker, Mark, Review};
use crate::session::{Entry, Op, SessionState};

/// So many points are told at once.
const TOLD: usize = 20;

/// Returns the points, the newest first, each with its number.
pub(super) fn history(review: &Review) -> Vec<String> {
    let points = review.history();
    let mut said: Vec<String> = points
        .iter()
        .enumerate()
        .rev()
        .take(TOLD)
        .map(|(at, point)| {
            let here = if point.is_current { " The review stands here." } else { "" };
            format!("{}. {}.{here}", at + 1, spoken(&point.label))
        })
        .collect();
    if points.len() > TOLD {
        said.push(format!("There are {} before these.", count(points.len() - TOLD, "point", "points")));
    }
    said.push("Say go to and a number to go there; what lies after it is kept.".to_owned());
    said
}

/// Returns the operation that goes to a point; the error is a sentence.
pub(super) fn go_to(number: usize, review: &Review) -> Result<Op, String> {
    let points = review.history();
    let point = number.checked_sub(1).and_then(|at| points.get(at));
    match point {
        None => Err(format!("There is no point {number}. Say history to hear them.")),
        Some(point) if point.is_current => Err("The review stands there already.".to_owned()),
        Some(point) => Ok(Op::GoTo { revision: review.revision(), point: point.id }),
    }
}

/// Tells the requests of this session, the newest first, each with its number.
pub(super) fn prompts(state: &SessionState) -> Vec<String> {
    let numbered = || (1..).zip(&state.prompts).filter(|(_, prompt)| !prompt.is_empty());
    let all = numbered().count();
    if all == 0 {
        return vec!["You asked nothing in this session yet.".to_owned()];
    }
    let mut told: Vec<(i32, &_)> = numbered().collect();
    told.reverse();
    let mut said: Vec<String> =
        told.into_iter().take(TOLD).map(|(number, prompt)| format!("{number}. {}", first_line(prompt))).collect();
    if all > TOLD {
        said.push(format!("There are {} before these.", count(all - TOLD, "request", "requests")));
    }
    said.push("Say prompt and a number to prepare one of them to be sent again.".to_owned());
    said
}

/// Returns a request by its number.
pub(super) fn prompt(number: usize, state: &SessionState) -> Option<String> {
    let prompt = state.prompts.get(number.checked_sub(1)?)?;
    (!prompt.is_empty()).then(|| prompt.to_string())
}

/// Tells which requests made a change, each once.
pub(super) fn makers(part: &Part, change: &FileChange, state: &SessionState) -> Vec<String> {
    let marks: Vec<&Mark> = match part {
        Part::Hunk(_, runs) => {
            let runs = change.diff.runs.get(runs.clone()).unwrap_or_default();
            runs.iter().flat_map(|run| change.marks_of(run)).collect()
        }
        Part::Conflict(_) | Part::Unit(..) => change.marks.iter().collect(),
    };
    let mut said: Vec<String> = Vec::new();
    for mark in marks {
        let loosely = if mark.loose { ", at a place that it matched only loosely" } else { "" };
        let words = match &mark.maker {
            Maker::User => "You wrote it in the review.".to_owned(),
            Maker::Model { turn, .. } => {
                let prompt = prompt(*turn as usize, state).map(|prompt| format!(": {}", first_line(&prompt)));
                format!("The model made it{loosely} for request {turn}{}", prompt.as_deref().unwrap_or("."))
            }
        };
        if !said.contains(&words) {
            said.push(words);
        }
    }
    if said.is_empty() { vec!["Nobody is known to have made this.".to_owned()] } else { said }
}

/// Returns what the model thought in the last turn, as far as it shows it.
pub(super) fn thoughts(state: &SessionState) -> Vec<&str> {
    let of_turn = state.entries.iter().rev().take_while(|entry| !matches!(entry.as_ref(), Entry::Prompt { .. }));
    let mut thoughts: Vec<&str> = of_turn
        .filter_map(|entry| match entry.as_ref() {
            Entry::Reasoning { text, .. } if !text.trim().is_empty() => Some(&**text),
            _ => None,
        })
        .collect();
    thoughts.reverse();
    thoughts
}
