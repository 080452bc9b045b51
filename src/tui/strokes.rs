//! Upright lines among what changed: written from top to bottom they take five bytes a row, along the rows three times as
//! many, since between the two sides of a pane the cursor jumps and the colour changes.

use std::collections::BTreeMap;

use super::encoder::Change;
use super::pen::Pen;

/// A shorter line is written with its rows.
const SHORTEST: usize = 4;
/// So many changed cells beside each other may be the borders of two panes; more are text.
const THIN: usize = 2;

/// Takes the upright lines out of changes, which come row by row; returns them and what is left.
pub(super) fn strokes<'a>(changes: Vec<Change<'a>>) -> (Vec<Vec<Change<'a>>>, Vec<Change<'a>>) {
    // By column, the lines that still may go on.
    let mut open: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    let mut lines: Vec<Vec<usize>> = Vec::new();
    let mut at = 0;
    for segment in changes.chunk_by(|(before, above, _), (after, below, _)| above == below && before + 1 == *after) {
        for (column, row, cell) in segment.iter().filter(|_| segment.len() <= THIN) {
            if is_border(cell.symbol()) {
                let line = open.entry(*column).or_default();
                let goes_on = line.last().is_some_and(|last| {
                    let (_, above, before) = changes[*last];
                    above + 1 == *row && Pen::of(before) == Pen::of(cell)
                });
                if !goes_on {
                    lines.push(std::mem::take(line));
                }
                line.push(at);
            }
            at += 1;
        }
        at += if segment.len() > THIN { segment.len() } else { 0 };
    }
    lines.extend(open.into_values());
    lines.retain(|line| line.len() >= SHORTEST);
    if lines.is_empty() {
        return (Vec::new(), changes);
    }
    let mut is_taken = vec![false; changes.len()];
    lines.iter().flatten().for_each(|at| is_taken[*at] = true);
    let taken = lines.iter().map(|line| line.iter().map(|at| changes[*at]).collect()).collect();
    let left = changes.iter().zip(&is_taken).filter(|(_, is_taken)| !**is_taken).map(|(change, _)| *change);
    (taken, left.collect())
}

/// Tells whether a symbol is a line or block, one column wide everywhere.
fn is_border(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    matches!((characters.next(), characters.next()), (Some('\u{2500}'..='\u{259f}'), None))
}
