//! A file that is indented by tabs, sent with spaces in their place.

use super::fold::indent_and_body;
use super::lines::{Lines, Wanted, find_block};
use super::splice::Place;

/// How many spaces a tab may stand for, where lines of several depths agree on it.
const WIDTHS: std::ops::RangeInclusive<usize> = 2..=8;

/// How many it may stand for where all lines have one depth: so wide is it shown.
const SHOWN_WIDTHS: [usize; 2] = [4, 8];

/// A file with so many lines behind tabs is indented by them; with fewer the model may have meant to change that.
const CLEAR: usize = 5;

/// Returns where what was sent stands but for tabs that were sent as spaces, with new in the file's own indentation.
///
/// It is only told where nothing has to be guessed: the file is clearly indented by tabs, every line fits one width of a
/// tab, and the file has nowhere so many spaces in an indentation, so that each depth has one way to be written in it.
pub(super) fn spaces_for_tabs(lines: &Lines<'_>, old: &str, new: &str) -> Vec<Place> {
    let Some(wanted) = Wanted::new(old) else { return Vec::new() };
    let has_tabs = |line: &str| indent_and_body(line).0.contains('\t');
    let is_clear = lines.all.iter().filter(|line| has_tabs(line)).nth(CLEAR - 1).is_some();
    if !is_clear || old.split('\n').chain(new.split('\n')).any(has_tabs) {
        return Vec::new();
    }
    let bodies = |lines: &[&'_ str]| lines.iter().map(|line| indent_and_body(line).1.to_owned()).collect::<Vec<_>>();
    let mut places = Vec::new();
    for first in find_block(&bodies(&lines.all), &bodies(&wanted.lines), wanted.terminated) {
        let there = &lines.all[first..first + wanted.lines.len()];
        if let Some(width) = width(there, &wanted.lines)
            && lines.all.iter().all(|line| is_plain(line, width))
        {
            let tabbed =
                |text: &str| text.split('\n').map(|line| with_tabs(line, width)).collect::<Vec<_>>().join("\n");
            let bytes = lines.bytes(first, wanted.lines.len(), wanted.terminated);
            places.push(Place { bytes, sent: tabbed(old), new: tabbed(new) });
        }
    }
    places
}

/// Returns how many spaces were sent for each tab, if they are as many on every line.
fn width(there: &[&str], sent: &[&str]) -> Option<usize> {
    let (mut width, mut depth, mut has_depths) = (None, None, false);
    for (there, sent) in there.iter().zip(sent) {
        let ((there, body), (sent, _)) = (indent_and_body(there), indent_and_body(sent));
        if body.is_empty() {
            continue;
        }
        let spaces = there.trim_start_matches('\t').len();
        let tabs = there.len() - spaces;
        let sent_for_tabs = sent.len().checked_sub(spaces)?;
        if tabs == 0 {
            if sent_for_tabs > 0 {
                return None;
            }
            continue;
        }
        if sent_for_tabs % tabs != 0 || *width.get_or_insert(sent_for_tabs / tabs) != sent_for_tabs / tabs {
            return None;
        }
        has_depths |= *depth.get_or_insert(tabs) != tabs;
    }
    width.filter(|width| if has_depths { WIDTHS.contains(width) } else { SHOWN_WIDTHS.contains(width) })
}

/// Tells whether a line of the file is indented by tabs and then by fewer spaces than a tab stands for.
fn is_plain(line: &str, width: usize) -> bool {
    let (indent, body) = indent_and_body(line);
    let spaces = indent.trim_start_matches('\t');
    body.is_empty() || (!spaces.contains('\t') && spaces.len() < width)
}

/// Returns a line with tabs for as many of its leading spaces as they stand for.
fn with_tabs(line: &str, width: usize) -> String {
    let body = line.trim_start_matches(' ');
    if body.is_empty() {
        return line.to_owned();
    }
    let spaces = line.len() - body.len();
    format!("{}{}{body}", "\t".repeat(spaces / width), " ".repeat(spaces % width))
}
