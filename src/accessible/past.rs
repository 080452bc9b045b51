//! What happened to the review, told point by point, and the way back to one of them.

use super::words::{count, sentence, spoken};
use crate::review::Review;
use crate::session::Op;

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
            format!("{}. {}{here}", at + 1, sentence(&spoken(&point.label)))
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
